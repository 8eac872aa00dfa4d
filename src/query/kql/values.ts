/**
 * Values of the query language.
 *
 * Owns: how each type is held, integers of 64 bits. Does not own: text forms and conversion (`conversion.ts`), order (`order-values.ts`).
 *
 * Invariants
 * KV1. A `long` is a JavaScript number while that is exact and a bigint beyond, never both for one value.
 * KV2. A `string` is never null: a missing text is the empty text.
 * KV3. Inside a `dynamic`, an integer is a number or a bigint, and a real a number with a fraction or a `JsonNumber`, so that
 *      `2` and `2.0` stay apart.
 */
import { JsonNumber } from '#foundation';
import type { DateTime } from './datetime.ts';
import type { Decimal } from './decimal.ts';
import type { TimeSpan } from './timespan.ts';

export type Bag = { readonly [name: string]: Value };
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | DateTime
  | TimeSpan
  | Decimal
  | JsonNumber
  | readonly Value[]
  | Bag;

export type Row = readonly Value[];

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isBag(value: Value): value is Bag {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A bigint in the form of KV1, wrapped to 64 bits. */
export function integerOf(value: bigint): number | bigint {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

/** A real as it stands inside a dynamic (KV3). */
export function realInDynamic(value: number): Value {
  return Number.isInteger(value) ? new JsonNumber(value.toLocaleString('en-US', realText)) : value;
}

const realText = { useGrouping: false, minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;

/** The number a dynamic's number is, integers exact: `JsonNumber`s read. */
export function plainNumber(value: JsonNumber): number | bigint {
  return value.isInteger ? integerOf(BigInt(value.text)) : Number(value.text);
}
