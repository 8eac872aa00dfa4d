/**
 * Resource-level parameters of a logic app: splitting secure values off, and putting them back.
 *
 * Owns: the split. Source: engine reference 1 (securestring and secureobject are never returned by GET).
 */
import { isJsonObject, type Json, type JsonObject, memberIgnoringCase, memberOf, setMember } from '#foundation';

export interface SplitParameters {
  /** `{ name: { type?, value? } }`, secure values left out. */
  readonly open: JsonObject;
  /** `{ name: value }` of the secure ones. */
  readonly secure: JsonObject;
}

function isSecure(definition: Json, name: string, given: Json): boolean {
  const declared = memberIgnoringCase(memberOf(definition, 'parameters'), name);
  const types = [memberOf(declared, 'type'), memberOf(given, 'type')];
  return types.some((type) => typeof type === 'string' && type.toLowerCase().startsWith('secure'));
}

/**
 * Splits `properties.parameters`; the definition says which ones are secure. A secure one that is given without a value, as reading
 * shows it, keeps the one in `stored`: who saves what he read loses no secret.
 */
export function splitParameters(definition: Json, parameters: Json | undefined, stored?: JsonObject): SplitParameters {
  const open: { [name: string]: Json } = {};
  const secure: { [name: string]: Json } = {};
  for (const [name, given] of Object.entries(isJsonObject(parameters) ? parameters : {})) {
    const value = memberOf(given, 'value') ?? (isJsonObject(given) ? memberOf(stored, name) : undefined);
    if (value === undefined || !isSecure(definition, name, given)) {
      setMember(open, name, given);
      continue;
    }
    const { value: _, ...rest } = given as JsonObject;
    setMember(open, name, rest);
    setMember(secure, name, value);
  }
  return { open, secure };
}

/** The opposite of `splitParameters`. */
export function mergeParameters(open: JsonObject, secure: JsonObject): JsonObject {
  const merged: { [name: string]: Json } = {};
  for (const [name, given] of Object.entries(open)) {
    const value = memberOf(secure, name);
    setMember(merged, name, value === undefined ? given : { ...(given as JsonObject), value });
  }
  return merged;
}
