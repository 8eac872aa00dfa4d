/**
 * Equality and order of values.
 *
 * Owns: both, and the key under which equal values meet. Does not own: the functions (`functions/logic.ts`,
 * `functions/set.ts`).
 *
 * Invariants
 * CO1. `equalValues(a, b)` exactly when `equalityKey(a) === equalityKey(b)`.
 * CO2. Numbers compare by value, exactly: an Integer with a Float, beyond 2^53 too. Text compares by UTF-16 units.
 *
 * Source: expression reference 6.3, 12.2, 12.4, 12.11.
 */
import type { JsonNumber } from '#foundation';
import { compareDecimals, Decimal, parseDecimal } from './decimal.ts';
import {
  type ArrayValue,
  bigIntOf,
  doubleOf,
  isArray,
  isInteger,
  isNumber,
  type NumberValue,
  type ObjectValue,
  type Value,
} from './values.ts';
import { XmlValue } from './xml-value.ts';

/** Deep equality without conversion between kinds; the order of members does not matter. */
export function equalValues(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') {
    return isNumber(left) && isNumber(right) && compareNumbers(left, right) === 0;
  }
  if (left === null || right === null) return false;
  if (isNumber(left) || isNumber(right)) return isNumber(left) && isNumber(right) && compareNumbers(left, right) === 0;
  if (left instanceof XmlValue || right instanceof XmlValue) {
    return left instanceof XmlValue && right instanceof XmlValue && left.text === right.text;
  }
  if (isArray(left)) return isArray(right) && equalArrays(left, right);
  return !isArray(right) && equalObjects(left, right);
}

function equalArrays(left: ArrayValue, right: ArrayValue): boolean {
  return left.length === right.length && left.every((item, index) => equalValues(item, right[index] as Value));
}

function equalObjects(left: ObjectValue, right: ObjectValue): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equalValues(left[name] as Value, right[name] as Value))
  );
}

/** -1, 0 or 1, by exact value. */
export function compareNumbers(left: NumberValue, right: NumberValue): number {
  if (typeof left === 'number' && typeof right === 'number') return order(left, right);
  if (left instanceof Decimal || right instanceof Decimal) {
    const first = asDecimal(left);
    const second = asDecimal(right);
    if (first !== undefined && second !== undefined) return compareDecimals(first, second);
    return order(doubleOf(left), doubleOf(right));
  }
  const leftWhole = wholeOf(left);
  const rightWhole = wholeOf(right);
  if (leftWhole !== undefined && rightWhole !== undefined) return order(leftWhole, rightWhole);
  return order(doubleOf(left), doubleOf(right));
}

/** The number as a decimal, when a decimal holds it exactly. */
function asDecimal(value: NumberValue): Decimal | undefined {
  if (value instanceof Decimal) return value;
  if (isInteger(value)) return parseDecimal(bigIntOf(value).toString());
  const double = doubleOf(value);
  const decimal = parseDecimal(String(double));
  return decimal !== undefined && Number(decimal.text) === double ? decimal : undefined;
}

function wholeOf(value: number | JsonNumber): bigint | undefined {
  if (isInteger(value)) return bigIntOf(value);
  const double = doubleOf(value);
  return Number.isInteger(double) ? BigInt(double) : undefined;
}

function order<T extends number | bigint>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** -1, 0 or 1, by UTF-16 units. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A text that two values share exactly when they are equal (CO1). */
export function equalityKey(value: Value): string {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value !== 'object') return typeof value === 'number' ? numberKey(value) : value ? 't' : 'f';
  if (value === null) return 'n';
  if (isNumber(value)) return numberKey(value);
  if (value instanceof XmlValue) return `x${value.text}`;
  return JSON.stringify(canonical(value));
}

/** The value with members in order and numbers by value; strings are marked so that nothing else looks like one. */
function canonical(value: Value): unknown {
  if (typeof value !== 'object' || value === null || isNumber(value) || value instanceof XmlValue) {
    return equalityKey(value);
  }
  if (isArray(value)) return value.map(canonical);
  const object = value;
  return {
    o: Object.keys(object)
      .sort(compareText)
      .map((name) => [name, canonical(object[name] as Value)]),
  };
}

function numberKey(value: NumberValue): string {
  if (value instanceof Decimal) return decimalKey(value);
  const whole = typeof value === 'number' && Number.isSafeInteger(value) ? value : wholeOf(value);
  return whole === undefined ? `#${doubleOf(value)}` : `#${whole}`;
}

/** Decimals that a double or an integer equals have that number's key. */
function decimalKey(value: Decimal): string {
  const unit = 10n ** BigInt(value.scale);
  if (value.unscaled % unit === 0n) return `#${value.unscaled / unit}`;
  const double = Number(value.text);
  return compareNumbers(value, double) === 0 ? `#${double}` : `#${value.text.replace(/0+$/, '')}`;
}
