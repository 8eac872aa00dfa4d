/**
 * Children that live inside their parent's document: one source, two views.
 *
 * Owns: reading, putting and removing them as values. Does not own: the table (`embedded-children.data.ts`), the store.
 *
 * Invariants
 * H1. The parent's array is the only place; a child read by its own id and the same entry read in the parent agree.
 * H2. Names compare ignoring case; an entry keeps its place when it is put again.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEquals,
  memberOf,
  setMember,
} from '#foundation';
import { type EmbeddedChild, embeddedChildren } from './embedded-children.data.ts';

const byChildType: ReadonlyMap<string, EmbeddedChild> = new Map(
  embeddedChildren.map((entry) => [`${entry.parent}/${entry.child}`.toLowerCase(), entry]),
);

/** The table's entry for a full child type, `Microsoft.Network/networkSecurityGroups/securityRules`. */
export function embeddedChildOf(type: string): EmbeddedChild | undefined {
  return byChildType.get(type.toLowerCase());
}

/** The parent's entries, objects only. */
export function embeddedEntries(parent: JsonObject, child: EmbeddedChild): readonly JsonObject[] {
  let at: Json | undefined = parent;
  for (const name of child.member) at = memberOf(at, name);
  return isJsonArray(at) ? at.filter(isJsonObject) : [];
}

export function embeddedEntry(parent: JsonObject, child: EmbeddedChild, name: string): JsonObject | undefined {
  return embeddedEntries(parent, child).find((entry) => sameName(entry, name));
}

/** The parent with the entry put: replaced in place, or added at the end. Fault when a uniqueness rule is broken. */
export function withEmbeddedEntry(parent: JsonObject, child: EmbeddedChild, entry: JsonObject): JsonObject | Fault {
  const entries = embeddedEntries(parent, child);
  const name = nameOf(entry);
  const found = entries.some((other) => sameName(other, name));
  const next = found ? entries.map((other) => (sameName(other, name) ? entry : other)) : [...entries, entry];
  const clash = clashIn(next, child);
  return clash ?? withMember(parent, child.member, next);
}

export function withoutEmbeddedEntry(parent: JsonObject, child: EmbeddedChild, name: string): JsonObject {
  const entries = embeddedEntries(parent, child);
  return withMember(
    parent,
    child.member,
    entries.filter((entry) => !sameName(entry, name)),
  );
}

/**
 * The document of a parent type with each embedded entry given its id, type, etag and provisioning state.
 * @returns a fault when entries have no name or break a uniqueness rule.
 */
export function finishEmbedded(type: string, id: string, body: JsonObject, etag: string): JsonObject | Fault {
  let result = body;
  for (const child of embeddedChildren) {
    if (child.parent.toLowerCase() !== type.toLowerCase()) continue;
    const entries = embeddedEntries(result, child);
    if (entries.length === 0) continue;
    const unnamed = entries.findIndex((entry) => nameOf(entry) === '');
    if (unnamed >= 0) {
      return fault('InvalidRequestFormat', `The entry ${unnamed} of '${child.member.join('.')}' has no name.`);
    }
    const clash = clashIn(entries, child);
    if (isFault(clash)) return clash;
    const finished = entries.map((entry) => finishEntry(entry, child, id, etag));
    result = withMember(result, child.member, finished);
  }
  return result;
}

/** One entry as it is stored: `name` first, then id, type, etag, and what was given. */
export function finishEntry(entry: JsonObject, child: EmbeddedChild, parentId: string, etag: string): JsonObject {
  const { id: _id, type: _type, etag: _etag, name, properties, ...rest } = entry;
  return {
    ...rest,
    name: name ?? '',
    id: `${parentId}/${child.child}/${nameOf(entry)}`,
    type: `${child.parent}/${child.child}`,
    etag: `W/"${etag}"`,
    properties: { ...(isJsonObject(properties) ? properties : {}), provisioningState: 'Succeeded' },
  };
}

function nameOf(entry: JsonObject): string {
  const name = memberOf(entry, 'name');
  return typeof name === 'string' ? name : '';
}

function sameName(entry: JsonObject, name: string): boolean {
  return nameOf(entry).toLowerCase() === name.toLowerCase();
}

function clashIn(entries: readonly JsonObject[], child: EmbeddedChild): Fault | undefined {
  const { unique } = child;
  if (unique === undefined) return undefined;
  const key = (entry: JsonObject): readonly (Json | undefined)[] =>
    unique.properties.map((name) => memberOf(memberOf(entry, 'properties'), name));
  for (const [index, entry] of entries.entries()) {
    const values = key(entry);
    if (values.includes(undefined)) continue;
    const other = entries.slice(0, index).find((earlier) => sameValues(key(earlier), values));
    if (other === undefined) continue;
    return fault(
      unique.code,
      `Security rule ${nameOf(entry)} conflicts with rule ${nameOf(other)}. Rules cannot have the same Priority and Direction.`,
    );
  }
  return undefined;
}

function sameValues(left: readonly (Json | undefined)[], right: readonly (Json | undefined)[]): boolean {
  return left.every((value, index) => {
    const other = right[index];
    if (value === undefined || other === undefined) return false;
    if (typeof value === 'string' && typeof other === 'string') return value.toLowerCase() === other.toLowerCase();
    return jsonEquals(value, other);
  });
}

function withMember(target: JsonObject, names: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = names;
  if (name === undefined) return target;
  const result: { [name: string]: Json } = { ...target };
  const inner = memberOf(target, name);
  setMember(result, name, rest.length === 0 ? value : withMember(isJsonObject(inner) ? inner : {}, rest, value));
  return result;
}
