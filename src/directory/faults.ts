/**
 * What the directory refuses, in Microsoft Graph's codes and words.
 *
 * Owns: the texts. Does not own: the envelope (`#api`), the codes' statuses (`fault-codes.data.ts`).
 * Source: answers of Microsoft Graph as published.
 */
import { type Fault, fault } from '#foundation';
import type { EntitySet } from './entity-sets.data.ts';

export function directoryObjectNotFound(id: string): Fault {
  return fault(
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

export function unknownProperty(set: EntitySet, name: string): Fault {
  return fault(
    'Request_BadRequest',
    `Could not find a property named '${name}' on type 'microsoft.graph.${set.type}'.`,
    { target: name },
  );
}

export function badDirectoryRequest(message: string, target?: string): Fault {
  return fault('Request_BadRequest', message, target === undefined ? {} : { target });
}

export function propertyInUse(name: string): Fault {
  return fault('Request_BadRequest', `Another object with the same value for property ${name} already exists.`, {
    target: name,
    details: [
      {
        code: 'ObjectConflict',
        message: `Another object with the same value for property ${name} already exists.`,
        target: name,
      },
    ],
  });
}

export function unsupportedQuery(message: string): Fault {
  return fault('Request_UnsupportedQuery', message);
}
