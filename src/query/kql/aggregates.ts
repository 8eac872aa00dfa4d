/**
 * Aggregate functions.
 *
 * Owns: the table of them, their result types and names, how each takes values in. Does not own: groups (`plan-summarize.ts`).
 *
 * Invariants
 * KA1. Null values take no part, save in `count`, `take_any` and the arguments that `arg_max` brings along.
 * KA2. What grows with the rows (lists, sets, distinct values) is counted against the query's memory.
 */
import { type Context, sizeOf } from './context.ts';
import { convert } from './conversion.ts';
import { Decimal } from './decimal.ts';
import { bagOf } from './functions/dynamic-functions.ts';
import { compareValues, keyOf } from './order-values.ts';
import { TimeSpan } from './timespan.ts';
import type { KqlType } from './types.ts';
import { integerOf, isArray, isBag, type Value } from './values.ts';

export interface Accumulator {
  readonly add: (values: readonly Value[], context: Context) => void;
  readonly result: () => Value;
}

export interface Aggregate {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly returns: (types: readonly KqlType[]) => KqlType;
  /** What stands before the column's name in the result's; the function's own name when absent. */
  readonly prefix?: string;
  /** Place of the argument that is a condition: the function is asked only for rows where it holds. */
  readonly condition?: number;
  readonly start: (types: readonly KqlType[]) => Accumulator;
}

const first = (types: readonly KqlType[]): KqlType => types[0] ?? 'dynamic';
const always =
  (type: KqlType): Aggregate['returns'] =>
  () =>
    type;

/** Exact for integers, decimals and timespans. */
function sumOf(types: readonly KqlType[]): Accumulator {
  let [real, long, any] = [0, 0n, false];
  let decimal = new Decimal(0n, 0);
  const type = first(types);
  return {
    add: ([given = null]) => {
      const value = type === 'dynamic' ? convert(given, 'dynamic', 'real') : given;
      if (value === null) return;
      any = true;
      if (value instanceof TimeSpan) long += value.ticks;
      else if (value instanceof Decimal) decimal = decimal.add(value);
      else if (type === 'int' || type === 'long') long += BigInt(value as number);
      else real += Number(value);
    },
    result: () => {
      if (type === 'timespan') return any ? new TimeSpan(long) : null;
      if (type === 'decimal') return decimal;
      return type === 'int' || type === 'long' ? integerOf(long) : real;
    },
  };
}

const sumType: Aggregate['returns'] = (types) =>
  first(types) === 'int' ? 'long' : first(types) === 'dynamic' ? 'real' : first(types);

/** Spread by Welford's method. */
function moments(types: readonly KqlType[], finish: (count: number, squares: number) => Value): Accumulator {
  let [count, mean, squares] = [0, 0, 0];
  return {
    add: ([value = null]) => {
      const number = convert(value, first(types), 'real');
      if (typeof number !== 'number') return;
      count++;
      const delta = number - mean;
      mean += delta / count;
      squares += delta * (number - mean);
    },
    result: () => finish(count, squares),
  };
}

function meanOfNumbers(types: readonly KqlType[]): Accumulator {
  let [sum, count] = [0, 0];
  return {
    add: ([value = null]) => {
      const number = convert(value, first(types), 'real');
      if (typeof number !== 'number') return;
      sum += number;
      count++;
    },
    result: () => (count === 0 ? Number.NaN : sum / count),
  };
}

function average(types: readonly KqlType[]): Accumulator {
  if (first(types) !== 'timespan') return meanOfNumbers(types);
  let [ticks, count] = [0n, 0n];
  return {
    add: ([value]) => {
      if (!(value instanceof TimeSpan)) return;
      ticks += value.ticks;
      count++;
    },
    result: () => (count === 0n ? null : new TimeSpan(ticks / count)),
  };
}

function counted(): Accumulator {
  let count = 0;
  return {
    add: () => {
      count++;
    },
    result: () => count,
  };
}

function extreme(sign: 1 | -1): Aggregate['start'] {
  return () => {
    let best: Value = null;
    return {
      add: ([value = null]) => {
        if (value !== null && (best === null || (compareValues(value, best) ?? 0) * sign > 0)) best = value;
      },
      result: () => best,
    };
  };
}

function distinctCount(): Accumulator {
  const keys = new Set<string>();
  return {
    add: ([value = null], context) => {
      if (value === null) return;
      const key = keyOf(value);
      if (keys.has(key)) return;
      keys.add(key);
      context.hold(48 + key.length * 2);
    },
    result: () => keys.size,
  };
}

const largestList = 1_048_576;

/** `sizeAt`: place of the argument that bounds the list. */
function listed(types: readonly KqlType[], unique: boolean, sizeAt: number, keepsNulls = false): Accumulator {
  const items: Value[] = [];
  const keys = new Set<string>();
  return {
    add: (values, context) => {
      const most = Math.min(largestList, Number(values[sizeAt] ?? largestList));
      const value = convert(values[0] ?? null, first(types), 'dynamic');
      if ((value === null && !keepsNulls) || items.length >= most) return;
      if (unique) {
        const key = keyOf(value);
        if (keys.has(key)) return;
        keys.add(key);
      }
      items.push(value);
      context.hold(sizeOf(value) + (unique ? 64 : 8));
    },
    result: () => items,
  };
}

function bagged(): Accumulator {
  const members = new Map<string, Value>();
  return {
    add: ([bag = null], context) => {
      if (!isBag(bag)) return;
      for (const [name, value] of Object.entries(bag)) {
        if (members.has(name)) continue;
        members.set(name, value);
        context.hold(sizeOf(value) + 64);
      }
    },
    result: () => bagOf([...members]),
  };
}

/** The nearest rank, exact; with a weight, as if the value stood that often. */
function weightedPercentile(): Accumulator {
  const values: { readonly value: Value; readonly weight: number }[] = [];
  let wanted = 50;
  return {
    add: ([value = null, weight = 1, rank = 50], context) => {
      if (value === null || !(Number(weight) > 0)) return;
      wanted = Number(rank);
      values.push({ value, weight: Math.trunc(Number(weight)) });
      context.hold(32);
    },
    result: () => {
      values.sort((left, right) => compareValues(left.value, right.value) ?? 0);
      const wantedWeight = (wanted / 100) * values.reduce((sum, { weight }) => sum + weight, 0);
      let passed = 0;
      return values.find(({ weight }) => (passed += weight) >= wantedWeight)?.value ?? null;
    },
  };
}

/** One value for each of the ranks, which are numbers or an array of them. */
function percentileList(types: readonly KqlType[]): Accumulator {
  const values: Value[] = [];
  let ranks: readonly Value[] = [];
  return {
    add: ([value = null, ...wanted], context) => {
      if (value === null) return;
      ranks = wanted.flatMap((rank) => (isArray(rank) ? rank : [rank]));
      values.push(value);
      context.hold(16);
    },
    result: () => {
      values.sort((left, right) => compareValues(left, right) ?? 0);
      return ranks.map((rank) =>
        convert(
          values[Math.max(0, Math.ceil((Number(rank) / 100) * values.length) - 1)] ?? null,
          first(types),
          'dynamic',
        ),
      );
    },
  };
}

/** Bits of whole numbers together. */
function bitwise(work: (left: bigint, right: bigint) => bigint): Aggregate['start'] {
  return () => {
    let all: bigint | undefined;
    return {
      add: ([value = null]) => {
        if (value !== null) all = all === undefined ? BigInt(value as number) : work(all, BigInt(value as number));
      },
      result: () => (all === undefined ? null : integerOf(all)),
    };
  };
}

/** The nearest rank, exact. */
function percentile(): Accumulator {
  const values: Value[] = [];
  let wanted = 50;
  return {
    add: ([value = null, rank = 50], context) => {
      if (value === null) return;
      wanted = Number(rank);
      values.push(value);
      context.hold(16);
    },
    result: () => {
      values.sort((left, right) => compareValues(left, right) ?? 0);
      return values[Math.max(0, Math.ceil((wanted / 100) * values.length) - 1)] ?? null;
    },
  };
}

function anyValue(): Accumulator {
  let found: Value = null;
  return {
    add: ([value = null]) => {
      if (found === null || found === '') found = value;
    },
    result: () => found,
  };
}

const spread =
  (finish: (count: number, squares: number) => number): Aggregate['start'] =>
  (types) =>
    moments(types, (count, squares) => (count === 0 ? Number.NaN : finish(count, squares)));

const sample = (count: number, squares: number): number => (count < 2 ? 0 : squares / (count - 1));
const real = always('real');
const dynamic = always('dynamic');

const table: readonly Aggregate[] = [
  { name: 'count', least: 0, most: 0, returns: always('long'), start: counted },
  { name: 'countif', least: 1, most: 1, condition: 0, returns: always('long'), start: counted },
  { name: 'sum', least: 1, most: 1, returns: sumType, start: sumOf },
  { name: 'sumif', least: 2, most: 2, condition: 1, returns: sumType, start: sumOf },
  {
    name: 'avg',
    least: 1,
    most: 1,
    returns: (types) => (first(types) === 'timespan' ? 'timespan' : 'real'),
    start: average,
  },
  { name: 'avgif', least: 2, most: 2, condition: 1, returns: real, start: average },
  { name: 'min', least: 1, most: 1, returns: first, start: extreme(-1) },
  { name: 'max', least: 1, most: 1, returns: first, start: extreme(1) },
  { name: 'minif', least: 2, most: 2, condition: 1, returns: first, start: extreme(-1) },
  { name: 'maxif', least: 2, most: 2, condition: 1, returns: first, start: extreme(1) },
  { name: 'dcount', least: 1, most: 2, returns: always('long'), start: distinctCount },
  { name: 'dcountif', least: 2, most: 3, condition: 1, returns: always('long'), start: distinctCount },
  { name: 'count_distinct', least: 1, most: 1, returns: always('long'), start: distinctCount },
  { name: 'make_list', prefix: 'list', least: 1, most: 2, returns: dynamic, start: (types) => listed(types, false, 1) },
  { name: 'makelist', prefix: 'list', least: 1, most: 2, returns: dynamic, start: (types) => listed(types, false, 1) },
  { name: 'make_set', prefix: 'set', least: 1, most: 2, returns: dynamic, start: (types) => listed(types, true, 1) },
  { name: 'makeset', prefix: 'set', least: 1, most: 2, returns: dynamic, start: (types) => listed(types, true, 1) },
  {
    name: 'make_list_if',
    prefix: 'list',
    least: 2,
    most: 3,
    condition: 1,
    returns: dynamic,
    start: (types) => listed(types, false, 2),
  },
  {
    name: 'make_set_if',
    prefix: 'set',
    least: 2,
    most: 3,
    condition: 1,
    returns: dynamic,
    start: (types) => listed(types, true, 2),
  },
  { name: 'make_bag', prefix: 'bag', least: 1, most: 2, returns: dynamic, start: bagged },
  { name: 'percentile', least: 2, most: 2, returns: first, start: percentile },
  {
    name: 'stdev',
    least: 1,
    most: 1,
    returns: real,
    start: spread((count, squares) => Math.sqrt(sample(count, squares))),
  },
  {
    name: 'stdevif',
    least: 2,
    most: 2,
    condition: 1,
    returns: real,
    start: spread((count, squares) => Math.sqrt(sample(count, squares))),
  },
  { name: 'stdevp', least: 1, most: 1, returns: real, start: spread((count, squares) => Math.sqrt(squares / count)) },
  { name: 'variance', least: 1, most: 1, returns: real, start: spread(sample) },
  { name: 'varianceif', least: 2, most: 2, condition: 1, returns: real, start: spread(sample) },
  { name: 'variancep', least: 1, most: 1, returns: real, start: spread((count, squares) => squares / count) },
  { name: 'count_distinctif', least: 2, most: 2, condition: 1, returns: always('long'), start: distinctCount },
  {
    name: 'make_list_with_nulls',
    prefix: 'list',
    least: 1,
    most: 1,
    returns: dynamic,
    start: (types) => listed(types, false, 1, true),
  },
  { name: 'make_bag_if', prefix: 'bag', least: 2, most: 3, condition: 1, returns: dynamic, start: bagged },
  { name: 'percentilew', least: 3, most: 3, returns: first, start: weightedPercentile },
  { name: 'percentiles_array', least: 2, most: 64, returns: dynamic, start: percentileList },
  { name: 'binary_all_and', least: 1, most: 1, returns: always('long'), start: bitwise((left, right) => left & right) },
  { name: 'binary_all_or', least: 1, most: 1, returns: always('long'), start: bitwise((left, right) => left | right) },
  { name: 'binary_all_xor', least: 1, most: 1, returns: always('long'), start: bitwise((left, right) => left ^ right) },
  { name: 'take_anyif', prefix: 'any', least: 2, most: 2, condition: 1, returns: first, start: anyValue },
  { name: 'anyif', prefix: 'any', least: 2, most: 2, condition: 1, returns: first, start: anyValue },
  { name: 'take_any', prefix: '', least: 1, most: 1, returns: first, start: anyValue },
  { name: 'any', prefix: 'any', least: 1, most: 1, returns: first, start: anyValue },
];

export const aggregates: ReadonlyMap<string, Aggregate> = new Map(table.map((entry) => [entry.name, entry]));
