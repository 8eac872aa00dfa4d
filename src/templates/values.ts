/**
 * What kinds of values the template language knows, their text, their order.
 *
 * Owns: type names, 64-bit integers, text forms, comparison. Source: template reference 4.
 *
 * Invariants
 * V1. An integer beyond the safe range is a `JsonNumber`; arithmetic goes through `bigint` and is checked against 64 bits.
 */
import { isJsonArray, isJsonObject, type Json, JsonNumber, numberFromText, stringifyJson } from '#foundation';

export type ValueType = 'String' | 'Integer' | 'Float' | 'Boolean' | 'Object' | 'Array' | 'Null';

export function typeOf(value: Json): ValueType {
  if (value === null) return 'Null';
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Float';
  if (value instanceof JsonNumber) return value.isInteger ? 'Integer' : 'Float';
  return isJsonArray(value) ? 'Array' : 'Object';
}

export function isInteger(value: Json | undefined): value is number | JsonNumber {
  return (typeof value === 'number' && Number.isInteger(value)) || (value instanceof JsonNumber && value.isInteger);
}

export function bigOf(value: number | JsonNumber): bigint {
  return BigInt(value instanceof JsonNumber ? value.text : value);
}

const most = 2n ** 63n - 1n;
const least = -(2n ** 63n);

/** The integer, or undefined when it does not fit 64 bits. */
export function integerOf(value: bigint): number | JsonNumber | undefined {
  return value > most || value < least ? undefined : numberFromText(value.toString());
}

/** A small integer as a JavaScript number, undefined for anything else. */
export function smallInteger(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** The text of a value in `string()`: compact JSON for objects and arrays. */
export function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === null) return '';
  return stringifyJson(value);
}

/** Objects and arrays in `format`: compact JSON with single quotes. */
export function formattedText(value: Json): string {
  if (!isJsonArray(value) && !isJsonObject(value)) return textOf(value);
  return singleQuoted(value);
}

function singleQuoted(value: Json): string {
  if (typeof value === 'string')
    return `'${stringifyJson(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  if (isJsonArray(value)) return `[${value.map(singleQuoted).join(',')}]`;
  if (!isJsonObject(value)) return stringifyJson(value);
  const members = Object.entries(value).map(([name, member]) => `${singleQuoted(name)}:${singleQuoted(member)}`);
  return `{${members.join(',')}}`;
}

const collator = new Intl.Collator('en');

/** Invariant culture: `a` before `A` before `b`. Negative, zero or positive. */
export function compareTexts(left: string, right: string): number {
  return collator.compare(left, right);
}

/** Whether a value is of a declared type: `string`, `securestring`, `int`, `bool`, `object`, `secureobject`, `array`. */
export function fitsType(type: string, value: Json): boolean {
  switch (type.toLowerCase()) {
    case 'string':
    case 'securestring':
      return typeof value === 'string';
    case 'int':
      return isInteger(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'array':
      return isJsonArray(value);
    case 'object':
    case 'secureobject':
      return isJsonObject(value);
    default:
      return false;
  }
}
