/**
 * Merging documents: the merge patch of PATCH, and filling in defaults.
 *
 * Owns: both functions. Source: RFC 7396; tags are replaced as a whole, as Azure does.
 *
 * Invariants
 * M1. Neither changes its arguments; member names are data, `__proto__` included.
 */
import { isJsonObject, type Json, type JsonObject, memberOf, setMember } from '#foundation';

/** The target with a merge patch applied: null removes, objects merge, all else replaces. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const result: { [name: string]: Json } = {};
  if (isJsonObject(target)) {
    for (const [name, value] of Object.entries(target)) {
      if (!Object.hasOwn(patch, name)) setMember(result, name, value);
    }
  }
  for (const [name, value] of Object.entries(patch)) {
    if (value !== null) setMember(result, name, mergePatch(memberOf(target, name), value));
  }
  return result;
}

/** A PATCH of an ARM resource: a merge patch, except that `tags` are replaced as a whole. */
export function patchResource(target: JsonObject, patch: JsonObject): JsonObject {
  const { tags, ...rest } = patch;
  const merged = mergePatch(target, rest) as JsonObject;
  if (tags === undefined) return merged;
  return { ...merged, tags: tags ?? {} };
}

/** `value` with every member that it lacks taken from `defaults`, at any depth of objects; arrays and nulls stay. */
export function withDefaults(value: Json | undefined, defaults: Json): Json {
  if (value === undefined) return defaults;
  if (typeof defaults === 'boolean') return booleanText(value);
  if (!isJsonObject(value) || !isJsonObject(defaults)) return value;
  const result: { [name: string]: Json } = {};
  for (const [name, content] of Object.entries(value)) {
    const fallback = memberOf(defaults, name);
    setMember(result, name, fallback === undefined ? content : withDefaults(content, fallback));
  }
  for (const [name, content] of Object.entries(defaults)) {
    if (!Object.hasOwn(value, name)) setMember(result, name, content);
  }
  return result;
}

/** Providers take the text of a boolean for a boolean, and answer a boolean. */
function booleanText(value: Json): Json {
  if (typeof value !== 'string' || !/^(true|false)$/i.test(value)) return value;
  return value.toLowerCase() === 'true';
}
