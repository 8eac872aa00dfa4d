/** Scalar functions over numbers, conversions, and those that take any type. */
import { convert, textOf, typeOfDynamic } from '../conversion.ts';
import { DateTime, dateTimeOf } from '../datetime.ts';
import { Decimal } from '../decimal.ts';
import { compareValues } from '../order-values.ts';
import { TimeSpan } from '../timespan.ts';
import type { KqlType } from '../types.ts';
import { integerOf, type Value } from '../values.ts';
import { commonType, scalar, type ScalarFunction } from './function-entry.ts';

const first = (types: readonly KqlType[]): KqlType => types[0] ?? 'dynamic';
const widened = (types: readonly KqlType[]): KqlType => (first(types) === 'int' ? 'long' : first(types));
const numberOf = (value: Value | undefined): number =>
  value instanceof Decimal ? value.toNumber() : Number(value ?? Number.NaN);

function floorTo(value: bigint, step: bigint): bigint {
  const rest = value % step;
  return value - (rest < 0n ? rest + (step < 0n ? -step : step) : rest);
}

/** `bin`: the multiple of `step` at or below the value. */
export function binned(value: Value, step: Value, origin = 0n): Value {
  const length = step instanceof TimeSpan ? step.ticks : 0n;
  if (value instanceof DateTime) {
    return length <= 0n ? null : (dateTimeOf(floorTo(value.ticks - origin, length) + origin) ?? null);
  }
  if (value instanceof TimeSpan) return length <= 0n ? null : new TimeSpan(floorTo(value.ticks, length));
  const size = numberOf(step);
  if (!(size > 0)) return null;
  if (typeof value === 'bigint') return integerOf(floorTo(value, BigInt(Math.trunc(size))));
  return Math.floor(numberOf(value) / size) * size;
}

/** Half to even is not what the service does: halves go away from zero. */
function rounded([value, digits]: readonly Value[]): Value {
  const places = 10 ** Math.trunc(numberOf(digits ?? 0));
  const number = numberOf(value);
  const scaled = Math.abs(number) * places;
  const result = (Math.sign(number) * Math.round(scaled + Number.EPSILON * scaled)) / places;
  return Number.isFinite(result) ? result : number;
}

/** One function of a real; a result that is no number is null. */
function real(name: string, work: (value: number) => number): ScalarFunction {
  return scalar(name, 'number', 'real', ([value]) => work(numberOf(value)));
}

/** `tolong(…)` and its like: any type to one; `toX` of null is null, `tostring` of null the empty text. */
function conversion(names: readonly string[], type: KqlType): readonly ScalarFunction[] {
  return names.map((name) =>
    scalar(name, 'any!', type, ([value], _context, types) => convert(value ?? null, types[0] ?? 'dynamic', type)),
  );
}

function extreme(sign: 1 | -1): ScalarFunction['call'] {
  return (values) => {
    let best: Value = null;
    for (const value of values) {
      if (value === null) continue;
      const order = best === null ? 1 : (compareValues(value, best) ?? 0) * sign;
      if (order > 0) best = value;
    }
    return best;
  };
}

/** Whether a number, a moment or a length of time is within `delta` of another. */
function isAround(value: Value, center: Value, delta: Value): Value {
  const ticks = (each: Value): bigint | undefined =>
    each instanceof DateTime || each instanceof TimeSpan ? each.ticks : undefined;
  const [at, from, by] = [value, center, delta].map(ticks);
  if (at !== undefined && from !== undefined && by !== undefined) return at >= from - by && at <= from + by;
  return Math.abs(numberOf(value) - numberOf(center)) <= numberOf(delta);
}

export const numberFunctions: readonly ScalarFunction[] = [
  ...conversion(['tostring'], 'string'),
  ...conversion(['tobool', 'toboolean'], 'bool'),
  ...conversion(['toint'], 'int'),
  ...conversion(['tolong'], 'long'),
  ...conversion(['todouble', 'toreal'], 'real'),
  ...conversion(['todecimal'], 'decimal'),
  ...conversion(['todatetime'], 'datetime'),
  ...conversion(['totimespan', 'totime'], 'timespan'),
  ...conversion(['toguid'], 'guid'),
  scalar('tohex', 'long, [long]', 'string', ([value, length]) =>
    BigInt.asUintN(64, BigInt(value as number))
      .toString(16)
      .padStart(Number(length ?? 0), '0'),
  ),
  scalar('bin', 'any, any', first, ([value, step]) => binned(value ?? null, step ?? null)),
  scalar('floor', 'any, [any]', first, ([value, step]) => binned(value ?? null, step ?? 1)),
  scalar('bin_at', 'any, any, any', first, ([value, step, at]) => {
    if (value instanceof DateTime && at instanceof DateTime) return binned(value, step ?? null, at.ticks);
    const shifted = binned(numberOf(value) - numberOf(at), step ?? null);
    return shifted === null ? null : numberOf(shifted) + numberOf(at);
  }),
  scalar('round', 'number, [long]', widened, (values, _context, types) => {
    if (typeof values[0] === 'bigint') return values[0];
    const result = rounded(values);
    return types[0] === 'decimal' ? convert(result, 'real', 'decimal') : result;
  }),
  scalar('abs', 'any', widened, ([value]) => {
    if (value instanceof TimeSpan) return new TimeSpan(value.ticks < 0n ? -value.ticks : value.ticks);
    if (value instanceof Decimal) return value.unscaled < 0n ? new Decimal(-value.unscaled, value.scale) : value;
    return typeof value === 'bigint' ? integerOf(value < 0n ? -value : value) : Math.abs(numberOf(value));
  }),
  scalar('sign', 'number', 'real', ([value]) => Math.sign(numberOf(value))),
  scalar('ceiling', 'number', first, ([value]) => (typeof value === 'bigint' ? value : Math.ceil(numberOf(value)))),
  scalar('pow', 'number, number', 'real', ([base, exponent]) => numberOf(base) ** numberOf(exponent)),
  real('sqrt', Math.sqrt),
  real('exp', Math.exp),
  real('log', Math.log),
  real('log2', Math.log2),
  real('log10', Math.log10),
  scalar('isnan', 'number', 'bool', ([value]) => Number.isNaN(numberOf(value))),
  scalar('isinf', 'number', 'bool', ([value]) => Math.abs(numberOf(value)) === Number.POSITIVE_INFINITY),
  scalar('isfinite', 'number', 'bool', ([value]) => Number.isFinite(numberOf(value))),
  scalar('isnull', 'any!', 'bool', ([value]) => value === null),
  ...['isnotnull', 'notnull'].map((name) => scalar(name, 'any!', 'bool', ([value]) => value !== null)),
  scalar('around', 'any, any, any', 'bool', ([value, center, delta]) =>
    isAround(value ?? null, center ?? null, delta ?? null),
  ),
  scalar('not', 'bool', 'bool', ([value]) => value === false),
  scalar(
    'coalesce',
    'any, any...!',
    commonType,
    (values) => values.find((value) => value !== null && value !== '') ?? values.at(-1) ?? null,
  ),
  scalar('max_of', 'any, any...!', commonType, extreme(1)),
  scalar('min_of', 'any, any...!', commonType, extreme(-1)),
  scalar('gettype', 'any!', 'string', ([value], _context, types) =>
    types[0] === 'dynamic' || value === null ? typeOfDynamic(value ?? null) : (types[0] ?? ''),
  ),
  scalar('format_bytes', 'number, [long]', 'string', ([value, digits]) => {
    const units = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];
    const step = Math.min(5, Math.floor(Math.log(Math.max(1, Math.abs(numberOf(value)))) / Math.log(1024)));
    return `${textOf(rounded([numberOf(value) / 1024 ** step, digits ?? 0]), 'dynamic')} ${units[step] ?? ''}`;
  }),
];
