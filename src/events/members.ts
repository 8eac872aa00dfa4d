/**
 * Reading members of JSON whose spelling varies: present as text, list or object, whatever the case of its name.
 *
 * Owns: small readers shared by recognition and by the foreign formats. They never throw.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  JsonNumber,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
} from '#foundation';

/** The text of a scalar; undefined for null, lists and objects. Numbers keep their digits. */
export function scalarText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof JsonNumber ? value.text : undefined;
}

/** A member reached by exact names. */
export function at(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  let found = value;
  for (const name of names) found = memberOf(found, name);
  return found;
}

/** Non-empty text of a scalar member reached by exact names. */
export function textAt(value: Json | undefined, ...names: readonly string[]): string | undefined {
  const text = scalarText(at(value, ...names));
  return text === undefined || text.trim() === '' ? undefined : text;
}

/** The items of a list member reached by exact names; empty when there is no list. */
export function listAt(value: Json | undefined, ...names: readonly string[]): readonly Json[] {
  const found = at(value, ...names);
  return isJsonArray(found) ? found : [];
}

/** The objects among the items of a list member. */
export function objectsAt(value: Json | undefined, ...names: readonly string[]): readonly JsonObject[] {
  return listAt(value, ...names).filter(isJsonObject);
}

/** The scalar items of a list member as text, or the member itself when it is a scalar. */
export function textsAt(value: Json | undefined, ...names: readonly string[]): readonly string[] {
  const single = textAt(value, ...names);
  if (single !== undefined) return [single];
  return listAt(value, ...names).flatMap((item) => {
    const text = scalarText(item);
    return text === undefined || text === '' ? [] : [text];
  });
}

/** Non-empty string member by name, ignoring case. */
export function looseText(value: Json | undefined, name: string): string | undefined {
  const found = memberIgnoringCase(value, name);
  return typeof found === 'string' && found.trim() !== '' ? found : undefined;
}

export function looseMember(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  let found = value;
  for (const name of names) found = memberIgnoringCase(found, name);
  return found;
}

/** Copies the object with members replaced or added; members whose value is undefined are left as they are. */
export function withMembers(target: JsonObject, changes: { readonly [name: string]: Json | undefined }): JsonObject {
  const copy: { [name: string]: Json } = { ...target };
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) copy[name] = value;
  return copy;
}
