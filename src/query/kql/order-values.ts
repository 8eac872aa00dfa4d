/**
 * Order and equality of values.
 *
 * Owns: comparing two values of one type, and the key that makes equal values one group. Does not own: comparison operators.
 */
import { JsonNumber } from '#foundation';
import { textOf } from './conversion.ts';
import { DateTime } from './datetime.ts';
import { Decimal } from './decimal.ts';
import { TimeSpan } from './timespan.ts';
import { plainNumber, type Value } from './values.ts';

/** Below, at or above zero; undefined where the two have no order (different kinds, bags, arrays, NaN). */
export function compareValues(left: Value, right: Value): number | undefined {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  if (left instanceof DateTime && right instanceof DateTime) return order(left.ticks, right.ticks);
  if (left instanceof TimeSpan && right instanceof TimeSpan) return order(left.ticks, right.ticks);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (left instanceof Decimal || right instanceof Decimal) return compareDecimals(left, right);
  const [first, second] = [numeric(left), numeric(right)];
  if (first === undefined || second === undefined) return undefined;
  return first < second ? -1 : first > second ? 1 : first <= second ? 0 : undefined;
}

function order(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function numeric(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return value instanceof JsonNumber ? plainNumber(value) : undefined;
}

function compareDecimals(left: Value, right: Value): number | undefined {
  const [first, second] = [left, right].map((value) => {
    if (value instanceof Decimal) return value;
    const number = numeric(value);
    return number === undefined ? undefined : Decimal.of(number);
  });
  return first === undefined || second === undefined ? undefined : first.compare(second);
}

/** Order for sorting: values without an order among them stand by their text. */
export function sortOrder(left: Value, right: Value): number {
  const order = compareValues(left, right);
  if (order !== undefined) return order;
  const [first, second] = [textOf(left, 'dynamic'), textOf(right, 'dynamic')];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Equal for values of one type that are equal, different otherwise. */
export function keyOf(value: Value): string {
  if (value === null) return 'n';
  if (typeof value === 'string') return `s${value.length}:${value}`;
  if (typeof value === 'number') return `#${value}`;
  if (typeof value === 'bigint') return `#${value}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  const text = textOf(value, 'dynamic');
  const mark = value instanceof JsonNumber ? '#' : value instanceof DateTime || value instanceof TimeSpan ? '@' : 'd';
  return `${mark}${text.length}:${text}`;
}

/** The key of several values together. */
export function keyOfAll(values: readonly Value[]): string {
  let key = '';
  for (const value of values) key += `${keyOf(value)}|`;
  return key;
}
