/**
 * Links between directory objects: members and owners of groups, managers, users of devices.
 *
 * Owns: adding and removing one, references in bodies, the audit entry. Does not own: the documents (`directory-store.ts`).
 * Source: the published `$ref` operations of Microsoft Graph.
 *
 * Invariants
 * DL1. Both ends exist when a link is made; a link that is there already is refused, as Microsoft Graph does.
 */
import {
  badDirectoryRequest,
  directoryObjectNotFound,
  type EntitySet,
  type EntitySetName,
  entitySets,
} from '#directory';
import { isJsonArray, type Json, memberOf, TocsinError, type Write } from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { auditWrites } from './directory-audit.ts';
import {
  findDirectoryObject,
  findDirectoryUser,
  isLinked,
  type LinkEnd,
  linksFrom,
  linkWrites,
  type Relation,
  type StoredEntity,
  unlinkWrites,
} from './directory-store.ts';
import { findPrincipal } from '../principals.ts';

/** Relations that hold one object at most. */
const single: ReadonlySet<Relation> = new Set(['manager']);

/** `POST …/members/$ref`, `PUT …/manager/$ref`. @throws TocsinError `Request_BadRequest`, `Request_ResourceNotFound`. */
export async function linkObject(
  services: Services,
  caller: Caller,
  from: StoredEntity,
  relation: Relation,
  request: Json | undefined,
): Promise<void> {
  const to = referenced(services, memberOf(request, '@odata.id'));
  await inTurn(services.store, `/directory/links/${relation}/${from.id}`, async () => {
    if (!single.has(relation) && isLinked(services, relation, from.id, to.id))
      throw new TocsinError(alreadyLinked(relation));
    await services.store.commit([
      ...addingWrites(services, relation, from, to),
      ...auditWrites(services, caller, {
        activity: activityOf('Add', relation, from),
        operation: 'Assign',
        target: from,
      }),
    ]);
  });
}

/** `DELETE …/members/{id}/$ref`, `DELETE …/manager/$ref`. @throws TocsinError `Request_ResourceNotFound`. */
export async function unlinkObject(
  services: Services,
  caller: Caller,
  from: StoredEntity,
  relation: Relation,
  id?: string,
): Promise<void> {
  await inTurn(services.store, `/directory/links/${relation}/${from.id}`, async () => {
    const to = id ?? linksFrom(services, relation, from.id, { count: 1 })[0]?.id;
    if (to === undefined || !isLinked(services, relation, from.id, to)) {
      throw new TocsinError(directoryObjectNotFound(id ?? relation));
    }
    await services.store.commit([
      ...unlinkWrites(relation, from.id, to),
      ...auditWrites(services, caller, {
        activity: activityOf('Remove', relation, from),
        operation: 'Unassign',
        target: from,
      }),
    ]);
  });
}

/** The links that a body brings: `members@odata.bind`, `owners@odata.bind`, `manager@odata.bind`. */
export function boundLinkWrites(services: Services, from: StoredEntity, request: Json | undefined): readonly Write[] {
  return (['members', 'owners', 'manager'] as const).flatMap((relation) => {
    const bound = memberOf(request, `${relation}@odata.bind`);
    const references = isJsonArray(bound) ? bound : bound === undefined ? [] : [bound];
    return references.flatMap((reference) => addingWrites(services, relation, from, referenced(services, reference)));
  });
}

function addingWrites(services: Services, relation: Relation, from: StoredEntity, to: LinkEnd): readonly Write[] {
  const old = single.has(relation) ? linksFrom(services, relation, from.id, { count: 1 }) : [];
  return [
    ...old.filter(({ id }) => id !== to.id).flatMap(({ id }) => unlinkWrites(relation, from.id, id)),
    ...linkWrites(relation, from, to, services.clock.now()),
  ];
}

/** The object that `https://graph.microsoft.com/v1.0/users/{id}` or `…/directoryObjects/{id}` names (DL1). */
function referenced(services: Services, reference: Json | undefined): LinkEnd {
  const id = typeof reference === 'string' ? /\/([^/]+?)\/*$/.exec(reference.trim())?.[1] : undefined;
  if (typeof reference !== 'string' || id === undefined) {
    throw new TocsinError(badDirectoryRequest("Invalid URL format specified in '@odata.id'.", '@odata.id'));
  }
  const key = decodeURIComponentOr(/^\w+\('(.*)'\)$/.exec(id)?.[1] ?? id);
  const found: LinkEnd | undefined = findDirectoryObject(services, key) ?? findDirectoryUser(services, key);
  if (found !== undefined) return { id: found.id, ...(found.set === undefined ? {} : { set: found.set }) };
  const principal = findPrincipal(services, key);
  if (principal === undefined) throw new TocsinError(directoryObjectNotFound(key));
  return { id: principal.objectId };
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function alreadyLinked(relation: Relation): ReturnType<typeof badDirectoryRequest> {
  return badDirectoryRequest(
    `One or more added object references already exist for the following modified properties: '${relation}'.`,
  );
}

function activityOf(verb: 'Add' | 'Remove', relation: Relation, from: { readonly set: EntitySetName }): string {
  const set: EntitySet = entitySets[from.set];
  const word = relation.endsWith('s') ? relation.slice(0, -1) : relation;
  return `${verb} ${word} ${verb === 'Add' ? 'to' : 'from'} ${set.noun.toLowerCase()}`;
}
