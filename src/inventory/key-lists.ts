/**
 * What a `list…` action of a resource answers.
 *
 * Owns: filling in the table's placeholders. Does not own: the table (`key-lists.data.ts`), where keys come from.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, setMember } from '#foundation';
import { keyLists, type KeyRenewal, keyRenewals } from './key-lists.data.ts';

/** Answer of `{id}/{action}`; undefined when the type has no such list. `keyOf` gives a base64 key for a word, always the same. */
export function keyListOf(
  type: string,
  action: string,
  id: string,
  keyOf: (word: string) => string,
): JsonObject | undefined {
  const list = keyLists[`${type}/${action}`.toLowerCase()];
  if (list === undefined) return undefined;
  const segments = id.split('/');
  const words: Readonly<Record<string, string | undefined>> = {
    name: segments.at(-1),
    parent: segments.at(-3),
    grandparent: segments.at(-5),
  };
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (whole, word: string, which: string | undefined) => {
      if (word === 'key') return keyOf(which ?? '');
      if (word === 'keyText') return keyOf(which ?? '').replaceAll(/[^A-Za-z0-9]/g, '');
      return words[word] ?? whole;
    });
  return fillIn(list, fill) as JsonObject;
}

/** How a type's keys are renewed; undefined for types without keys. */
export function keyRenewalOf(type: string): KeyRenewal | undefined {
  return keyRenewals[type.toLowerCase()];
}

function fillIn(value: Json, fill: (text: string) => string): Json {
  if (typeof value === 'string') return fill(value);
  if (isJsonArray(value)) return value.map((item) => fillIn(item, fill));
  if (!isJsonObject(value)) return value;
  const result: { [name: string]: Json } = {};
  for (const [name, item] of Object.entries(value)) setMember(result, name, fillIn(item, fill));
  return result;
}

/** Lower-case `type/action` of every list of keys, for the reference page. */
export function keyListNames(): readonly string[] {
  return Object.keys(keyLists);
}
