/**
 * What validation says of a value: its type, its length, how a bound is shown.
 */
import { isJsonArray, type Json } from '#foundation';
import { isIntegerJson, isNumberJson, type NumberJson, numberText } from './numbers.ts';
import type { SchemaType } from './schema-node.ts';

/** The type that messages name. */
export function typeOf(value: Json): SchemaType {
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Boolean';
  if (value === null) return 'Null';
  if (isNumberJson(value)) return isIntegerJson(value) ? 'Integer' : 'Number';
  return isJsonArray(value) ? 'Array' : 'Object';
}

/** How a number of a mismatch is called. */
export function kindOf(value: NumberJson): 'Integer' | 'Float' {
  return isIntegerJson(value) ? 'Integer' : 'Float';
}

/** Bounds are doubles there: `5.0` shows as `5`. */
export function shownBound(value: NumberJson): string {
  return isIntegerJson(value) ? numberText(value) : String(Number(numberText(value)));
}

/** Characters, a surrogate pair counted once. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
