/**
 * How large a value is as compact JSON, found without writing it.
 *
 * Owns: the measure. Does not own: limits (the context and the engine have them).
 *
 * Invariants
 * ME1. The answer never exceeds the true length; once it is above `limit` the walk stops, so that values whose parts are
 *      shared many times over cost no more than the limit.
 */
import { JsonNumber } from '#foundation';
import { Decimal } from './decimal.ts';
import type { Value } from './values.ts';
import { XmlValue } from './xml-value.ts';

/**
 * A lower bound of the length of the value's compact JSON (escapes are not counted), or some number above `limit` as
 * soon as that bound is passed.
 */
export function measureValue(value: Value, limit: number): number {
  const pending: Value[] = [value];
  let size = 0;
  while (pending.length > 0 && size <= limit) {
    const next = pending.pop() as Value;
    size +=
      leafSize(next) ??
      containerSize(next as readonly Value[] | { readonly [name: string]: Value }, pending, limit - size);
  }
  return size;
}

function leafSize(value: Value): number | undefined {
  switch (typeof value) {
    case 'string':
      return value.length + 2;
    case 'boolean':
      return value ? 4 : 5;
    case 'number':
      return 1;
    default:
      if (value === null) return 4;
      if (value instanceof JsonNumber) return value.text.length;
      if (value instanceof Decimal) return 1;
      return value instanceof XmlValue ? value.text.length : undefined;
  }
}

/** Brackets, separators and names; pushes the members unless these alone are over the rest of the limit. */
function containerSize(
  value: readonly Value[] | { readonly [name: string]: Value },
  pending: Value[],
  rest: number,
): number {
  if (Array.isArray(value)) {
    const array = value as readonly Value[];
    const size = 1 + Math.max(1, array.length);
    if (size <= rest) for (const item of array) pending.push(item);
    return size;
  }
  const object = value as { readonly [name: string]: Value };
  let size = 1;
  for (const name of Object.keys(object)) {
    size += name.length + 4;
    if (size > rest) return size;
    pending.push(object[name] as Value);
  }
  return Math.max(2, size);
}
