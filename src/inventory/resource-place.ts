/**
 * Where a generic resource stands: its id taken apart, with the canonical case of what is known.
 *
 * Owns: the value and how it is read from an id. Does not own: whether anything there exists.
 */
import { type ArmId, type Fault, fault, isFault, parseArmId } from '#foundation';
import { knownTypes } from './known-types.data.ts';
import { checkResourceName } from './resource-names.ts';

export interface ResourcePlace {
  /** As given, clean; canonical case of the type where it is known. */
  readonly id: string;
  /** Full type: `Microsoft.Sql/servers/databases`. */
  readonly type: string;
  readonly name: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** What an id of this resource starts with: the parent resource's id, else the scope. */
  readonly containerId: string;
  /** The parent resource of a child type; absent for a top-level type. */
  readonly parentId?: string;
  /** The resource that an extension resource extends; absent when the scope is a group, subscription or the tenant. */
  readonly extendedId?: string;
}

const canonicalTypes: ReadonlyMap<string, string> = new Map(
  knownTypes.map(({ namespace, type }) => [`${namespace}/${type}`.toLowerCase(), `${namespace}/${type}`]),
);

/** A full type in canonical case where it is known, else as given. */
export function canonicalType(type: string): string {
  return canonicalTypes.get(type.toLowerCase()) ?? type;
}

/** Takes the id of a generic resource apart. `InvalidRequestFormat` when it is none; `InvalidResourceName`. */
export function resourcePlace(text: string): ResourcePlace | Fault {
  const id = parseArmId(text);
  if (id?.namespace === undefined || id.names.length === 0) {
    return fault('InvalidRequestFormat', `'${text}' is not the id of a resource.`);
  }
  for (const name of id.names) {
    const wrong = checkResourceName(name);
    if (wrong !== undefined) return wrong;
  }
  const type = canonicalType(id.type);
  const nested = id.names.length > 1;
  const types = type.split('/').slice(1);
  const base = `${id.scope}/providers/${id.namespace}`;
  const pairs = id.names.map((name, index) => `${types[index] ?? ''}/${name}`);
  const parentId = nested ? `${base}/${pairs.slice(0, -1).join('/')}` : undefined;
  const extendedId = extendedResource(id);
  return {
    id: `${base}/${pairs.join('/')}`,
    type,
    name: id.name,
    ...(id.subscriptionId === undefined ? {} : { subscriptionId: id.subscriptionId }),
    ...(id.resourceGroup === undefined ? {} : { resourceGroup: id.resourceGroup }),
    containerId: parentId ?? id.scope,
    ...(parentId === undefined ? {} : { parentId }),
    ...(extendedId === undefined ? {} : { extendedId }),
  };
}

function extendedResource(id: ArmId): string | undefined {
  return parseArmId(id.scope)?.namespace === undefined ? undefined : id.scope;
}

/** A place, or the fault thrown away: for ids from detectors, which may be anything. */
export function resourcePlaceOrNothing(text: string): ResourcePlace | undefined {
  const place = resourcePlace(text);
  return isFault(place) ? undefined : place;
}
