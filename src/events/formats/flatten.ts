/**
 * A foreign record as the flat map of strings that `ExtendedProperties` is.
 *
 * Owns: the flattening. Source: domain reference 21: scalar leaves as strings, nested values as JSON text.
 *
 * Invariants
 * L1. The result is bounded: at most 256 entries, nesting shown to the fourth level, lists as JSON text.
 */
import { isJsonObject, type Json, type JsonObject, setMember, stringifyJson } from '#foundation';
import { scalarText } from '../members.ts';

const entryLimit = 256;
const levelLimit = 4;
const textLimit = 8192;

/** Leaves of `record` by their dotted path, as text; nulls and empty texts are left out. */
export function flatten(record: JsonObject): { [name: string]: Json } {
  const flat: { [name: string]: Json } = {};
  let entries = 0;
  const add = (name: string, text: string): void => {
    if (entries >= entryLimit || text === '') return;
    entries += 1;
    setMember(flat, name, text.length > textLimit ? `${text.slice(0, textLimit)}…` : text);
  };
  const walk = (value: Json, path: string, level: number): void => {
    const text = scalarText(value);
    if (text !== undefined) add(path, text);
    else if (isJsonObject(value) && level < levelLimit) {
      for (const [name, member] of Object.entries(value))
        walk(member, path === '' ? name : `${path}.${name}`, level + 1);
    } else if (value !== null) add(path, stringifyJson(value));
  };
  walk(record, '', 0);
  return flat;
}
