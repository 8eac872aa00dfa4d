/**
 * The values expressions compute with: JSON, plus two kinds that exist only while an expression is evaluated.
 *
 * Owns: the value kinds, telling them apart, making integers and floats.
 * Does not own: text form (`text.ts`), comparison (`compare.ts`), decimal arithmetic (`decimal.ts`), XML parsing (`xml/`).
 *
 * Invariants
 * V1. A value is never changed after it was made; functions that "set" return copies.
 * V2. Integer and Float are told apart by the number's text: a number without fraction and exponent that fits 64 bits
 *     is an Integer, everything else a Float. A whole Float is therefore a `JsonNumber` such as `5.0`.
 * V3. No NaN and no infinity: whatever would give one is an evaluation fault.
 *
 * Source: expression reference 4.
 */
import { JsonNumber, type JsonPrimitive } from '#foundation';
import { Decimal } from './decimal.ts';
import { XmlValue } from './xml-value.ts';

export type ArrayValue = readonly Value[];
export type ObjectValue = { readonly [name: string]: Value };
/** Everything an expression can evaluate to. Every `Json` is a `Value`. */
export type Value = JsonPrimitive | Decimal | XmlValue | ArrayValue | ObjectValue;

/** A number of any kind. */
export type NumberValue = number | JsonNumber | Decimal;

export type ValueKind = 'Null' | 'Boolean' | 'Integer' | 'Float' | 'Decimal' | 'String' | 'Array' | 'Object' | 'Xml';

/** The names messages use; decimals are Floats and XML is an Object there, as in .NET's JSON tokens. */
export type ValueType = 'Null' | 'Boolean' | 'Integer' | 'Float' | 'String' | 'Array' | 'Object';

const int64Limit = 2 ** 63;
/** Characters of the longest text; JSON has no leading zeros. */
const longestInt64 = 20;
const largestInt64 = 9223372036854775807n;
const smallestInt64 = -9223372036854775808n;

export function valueKind(value: Value): ValueKind {
  switch (typeof value) {
    case 'string':
      return 'String';
    case 'boolean':
      return 'Boolean';
    case 'number':
      return isIntegerNumber(value) ? 'Integer' : 'Float';
    default:
      return kindOfReference(value);
  }
}

function kindOfReference(value: Exclude<Value, string | boolean | number>): ValueKind {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'Array';
  if (value instanceof JsonNumber) return isIntegerText(value) ? 'Integer' : 'Float';
  if (value instanceof Decimal) return 'Decimal';
  if (value instanceof XmlValue) return 'Xml';
  return 'Object';
}

/** The type's name as Azure's messages spell it. */
export function valueType(value: Value): ValueType {
  const kind = valueKind(value);
  if (kind === 'Decimal') return 'Float';
  return kind === 'Xml' ? 'Object' : kind;
}

export function isArray(value: Value | undefined): value is ArrayValue {
  return Array.isArray(value);
}

/** True for `{…}` values only: not null, arrays, numbers, XML. */
export function isObject(value: Value | undefined): value is ObjectValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonNumber) &&
    !(value instanceof Decimal) &&
    !(value instanceof XmlValue)
  );
}

/** True for a plain number that is an Integer: whole, and within 64 bits. */
export function isIntegerNumber(value: number): boolean {
  return Number.isInteger(value) && value < int64Limit && value >= -int64Limit;
}

function isIntegerText(value: JsonNumber): boolean {
  return value.isInteger && value.text.length <= longestInt64 && fitsInt64(BigInt(value.text));
}

export function isInteger(value: Value): value is number | JsonNumber {
  if (typeof value === 'number') return isIntegerNumber(value);
  return value instanceof JsonNumber && isIntegerText(value);
}

export function isNumber(value: Value): value is NumberValue {
  return typeof value === 'number' || value instanceof JsonNumber || value instanceof Decimal;
}

export function fitsInt64(value: bigint): boolean {
  return value <= largestInt64 && value >= smallestInt64;
}

/** An Integer's exact value. */
export function bigIntOf(value: number | JsonNumber): bigint {
  return BigInt(typeof value === 'number' ? value : value.text);
}

/** An Integer from its exact value; the caller has checked that it fits 64 bits. */
export function integerFromBigInt(value: bigint): number | JsonNumber {
  // Beyond 2^53 a double may print the digits asked for and yet be another integer.
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : new JsonNumber(value.toString());
}

/** A Float from a finite double: whole ones keep their kind by their text (V2). */
export function floatValue(value: number): number | JsonNumber {
  if (!Number.isInteger(value)) return value;
  if (Math.abs(value) < 1e15) return new JsonNumber(Object.is(value, -0) ? '-0.0' : `${value}.0`);
  return isIntegerNumber(value) ? new JsonNumber(value.toExponential()) : value;
}

/** Any number as a double. */
export function doubleOf(value: NumberValue): number {
  return typeof value === 'number' ? value : Number(value.text);
}
