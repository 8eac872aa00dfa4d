/**
 * Entities of the directory as values: what a request may write, and what answers show.
 *
 * Owns: checks of new and changed properties, defaults, selection, context links. Does not own: the sets and their
 * properties (`entity-sets.data.ts`), where entities are kept, who may see them.
 *
 * Invariants
 * DE1. What a request writes is checked as a whole before anything of it counts.
 * DE2. A password is never a property: it is taken out here and handed on apart.
 */
import { type Fault, isFault, isJsonObject, type Json, type JsonObject, memberOf, setMember } from '#foundation';
import { type EntitySet, type EntitySetName, entitySets } from './entity-sets.data.ts';
import { badDirectoryRequest, unknownProperty } from './faults.ts';

export interface Entity {
  readonly set: EntitySetName;
  readonly id: string;
  /** Its properties but the id. */
  readonly body: JsonObject;
}

/** Properties of a request, ready to be kept. */
export interface WrittenProperties {
  readonly body: JsonObject;
  /** A password that came with them, for whoever keeps credentials. */
  readonly password?: string;
}

const extension = /^extension_[0-9a-z]{1,40}_\w{1,200}$/i;

/** A property name in the spelling of the set; undefined for one it does not have. */
export function propertyName(set: EntitySet, name: string): string | undefined {
  const lower = name.toLowerCase();
  return set.properties.find((known) => known.toLowerCase() === lower) ?? (extension.test(name) ? name : undefined);
}

/** The properties of a new entity with the set's defaults. Fault for what is missing, unknown or not writable. */
export function newProperties(set: EntitySet, body: Json | undefined): WrittenProperties | Fault {
  const written = changedProperties(set, body);
  if (isFault(written)) return written;
  const missing = set.required?.find((name) => (memberOf(body, name) ?? null) === null);
  if (missing !== undefined) {
    return badDirectoryRequest(`A value is required for property '${missing}' of resource '${set.noun}'.`, missing);
  }
  return { ...written, body: { ...set.initial, ...written.body } };
}

/** The properties a PATCH writes. Fault for what is unknown, not writable, or of a wrong kind. */
export function changedProperties(set: EntitySet, body: Json | undefined): WrittenProperties | Fault {
  if (!isJsonObject(body)) return badDirectoryRequest('Empty Payload. JSON content expected.');
  const result: { [name: string]: Json } = {};
  let password: string | undefined;
  for (const [given, value] of Object.entries(body)) {
    if (given.startsWith('@odata.') && given !== '@odata.type') continue;
    if (given.endsWith('@odata.bind')) continue;
    const name = propertyName(set, given);
    if (name === undefined) {
      if (given === '@odata.type') continue;
      return unknownProperty(set, given);
    }
    if (set.readOnly.includes(name)) return readOnlyProperty(set, name);
    const wrong = wrongValue(set, name, value);
    if (wrong !== undefined) return wrong;
    if (name === 'passwordProfile' && isJsonObject(value)) {
      const { password: text, ...rest } = value;
      if (typeof text === 'string') password = text;
      setMember(result, name, rest);
    } else {
      setMember(result, name, value);
    }
  }
  return { body: result, ...(password === undefined ? {} : { password }) };
}

function readOnlyProperty(set: EntitySet, name: string): Fault {
  return badDirectoryRequest(`Property '${name}' is read-only and cannot be set on resource '${set.noun}'.`, name);
}

const booleans = new Set(['accountEnabled', 'mailEnabled', 'securityEnabled', 'isCompliant', 'isManaged', 'isTrusted']);

function wrongValue(set: EntitySet, name: string, value: Json): Fault | undefined {
  const invalid = (): Fault =>
    badDirectoryRequest(`Invalid value specified for property '${name}' of resource '${set.noun}'.`, name);
  if (set.required?.includes(name) === true && value === null) return invalid();
  if (value === null) return undefined;
  if (booleans.has(name) && typeof value !== 'boolean') return invalid();
  const initial = memberOf(set.initial, name);
  if (Array.isArray(initial) && !Array.isArray(value)) return invalid();
  if (set.unique.includes(name) && (typeof value !== 'string' || value === '' || value.length > 1_024))
    return invalid();
  // A server without domains has names without them.
  const named = typeof value === 'string' && /^[^\s@]+(?:@[^\s@]+)?$/.test(value);
  if (name === 'userPrincipalName' && !named) return invalid();
  return undefined;
}

/** What an answer shows of an entity. */
export interface Shown {
  /** Properties asked for; absent: what the set shows by itself. */
  readonly select?: readonly string[] | undefined;
  /** With `@odata.type`, for lists of mixed kinds. */
  readonly typed?: boolean;
}

/** An entity as answers have it; properties it does not have are null where the caller or the set names them. */
export function directoryAnswer(entity: Entity, shown: Shown = {}): JsonObject {
  const set: EntitySet = entitySets[entity.set];
  const result: { [name: string]: Json } = {};
  if (shown.typed === true) result['@odata.type'] = `#microsoft.graph.${set.type}`;
  const names = shown.select ?? set.shown ?? ['id', ...Object.keys(entity.body)];
  for (const name of names) {
    if (name === '@odata.type') continue;
    setMember(result, name, name === 'id' ? entity.id : (memberOf(entity.body, name) ?? null));
  }
  const kind = memberOf(entity.body, '@odata.type');
  return typeof kind === 'string' ? { '@odata.type': kind, ...result } : result;
}
