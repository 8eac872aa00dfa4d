/**
 * `+ - * / %` and the sign.
 *
 * Owns: which types go together and what comes out. Does not own: comparisons.
 *
 * Invariants
 * KM1. Two integers give an integer of 64 bits (division cuts off); a real on either side gives a real; a decimal a decimal.
 * KM2. Division of integers by zero is null; of reals it is infinite, as IEEE says.
 */
import { convert } from './conversion.ts';
import { type DateTime, dateTimeOf } from './datetime.ts';
import { Decimal } from './decimal.ts';
import { semanticError } from './kql-fault.ts';
import type { Scalar } from './scope.ts';
import { TimeSpan } from './timespan.ts';
import { isNumeric, type KqlType } from './types.ts';
import { integerOf, type Value } from './values.ts';

type Work = (left: Value, right: Value) => Value;

export function planArithmetic(operator: string, left: Scalar, right: Scalar, at: number): Scalar {
  const found = numberWork(operator, left.type, right.type) ?? timeWork(operator, left.type, right.type);
  if (found === undefined) {
    const dynamic = [left.type, right.type].includes('dynamic');
    const hint = dynamic ? ' Convert the dynamic first, with tolong() or todouble().' : '';
    throw semanticError(`'${operator}' does not work on a ${left.type} and a ${right.type}.${hint}`, at);
  }
  const { type, work } = found;
  return {
    type,
    constant: left.constant && right.constant,
    evaluate: (row, context) => {
      const one = left.evaluate(row, context);
      if (one === null) return null;
      const two = right.evaluate(row, context);
      return two === null ? null : work(one, two);
    },
  };
}

interface Found {
  readonly type: KqlType;
  readonly work: Work;
}

function numberWork(operator: string, left: KqlType, right: KqlType): Found | undefined {
  if (!isNumeric(left) || !isNumeric(right)) return undefined;
  if (left === 'real' || right === 'real') {
    const work = reals[operator];
    return work === undefined ? undefined : { type: 'real', work: (one, two) => work(asReal(one), asReal(two)) };
  }
  if (left === 'decimal' || right === 'decimal') {
    return { type: 'decimal', work: (one, two) => decimals(operator, asDecimal(one), asDecimal(two)) };
  }
  return { type: 'long', work: (one, two) => integers(operator, one as number | bigint, two as number | bigint) };
}

const reals: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

const asReal = (value: Value): number => (value instanceof Decimal ? value.toNumber() : Number(value));
const asDecimal = (value: Value): Decimal => convert(value, 'long', 'decimal') as Decimal;

function integers(operator: string, left: number | bigint, right: number | bigint): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    const quick = quickIntegers(operator, left, right);
    if (quick === null || Number.isSafeInteger(quick)) return quick === 0 ? 0 : quick;
  }
  const [one, two] = [BigInt(left), BigInt(right)];
  if (operator === '+') return integerOf(one + two);
  if (operator === '-') return integerOf(one - two);
  if (operator === '*') return integerOf(one * two);
  if (two === 0n) return null;
  return integerOf(operator === '/' ? one / two : one % two);
}

function quickIntegers(operator: string, left: number, right: number): number | null {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  if (right === 0) return null;
  return operator === '/' ? Math.trunc(left / right) : left % right;
}

function decimals(operator: string, left: Decimal, right: Decimal): Value {
  if (operator === '+') return left.add(right);
  if (operator === '-') return left.subtract(right);
  if (operator === '*') return left.multiply(right);
  return (operator === '/' ? left.divide(right) : left.remainder(right)) ?? null;
}

const ticksOf = (value: Value): bigint => (value as DateTime | TimeSpan).ticks;
const momentAt = (ticks: bigint): Value => dateTimeOf(ticks) ?? null;

const timeWorks: Readonly<Record<string, Found>> = {
  'datetime + timespan': { type: 'datetime', work: (one, two) => momentAt(ticksOf(one) + ticksOf(two)) },
  'timespan + datetime': { type: 'datetime', work: (one, two) => momentAt(ticksOf(one) + ticksOf(two)) },
  'datetime - timespan': { type: 'datetime', work: (one, two) => momentAt(ticksOf(one) - ticksOf(two)) },
  'datetime - datetime': { type: 'timespan', work: (one, two) => new TimeSpan(ticksOf(one) - ticksOf(two)) },
  'timespan + timespan': { type: 'timespan', work: (one, two) => new TimeSpan(ticksOf(one) + ticksOf(two)) },
  'timespan - timespan': { type: 'timespan', work: (one, two) => new TimeSpan(ticksOf(one) - ticksOf(two)) },
  'timespan / timespan': { type: 'real', work: (one, two) => Number(ticksOf(one)) / Number(ticksOf(two)) },
  'timespan % timespan': {
    type: 'timespan',
    work: (one, two) => (ticksOf(two) === 0n ? null : new TimeSpan(ticksOf(one) % ticksOf(two))),
  },
};

function timeWork(operator: string, left: KqlType, right: KqlType): Found | undefined {
  const found = timeWorks[`${left} ${operator} ${right}`];
  if (found !== undefined) return found;
  if (operator === '*' && left === 'timespan' && isNumeric(right)) return { type: 'timespan', work: scaled };
  if (operator === '*' && right === 'timespan' && isNumeric(left)) {
    return { type: 'timespan', work: (one, two) => scaled(two, one) };
  }
  if (operator === '/' && left === 'timespan' && isNumeric(right)) {
    return { type: 'timespan', work: (one, two) => scaled(one, 1 / asReal(two)) };
  }
  return undefined;
}

function scaled(span: Value, factor: Value): Value {
  const ticks = typeof factor === 'bigint' ? ticksOf(span) * factor : scaledByReal(ticksOf(span), asReal(factor));
  return ticks === null || BigInt.asIntN(64, ticks) !== ticks ? null : new TimeSpan(ticks);
}

function scaledByReal(ticks: bigint, factor: number): bigint | null {
  if (Number.isSafeInteger(factor)) return ticks * BigInt(factor);
  const product = Number(ticks) * factor;
  return Number.isFinite(product) ? BigInt(Math.round(product)) : null;
}

export function planNegation(inner: Scalar, at: number): Scalar {
  if (!isNumeric(inner.type) && inner.type !== 'timespan') {
    throw semanticError(`'-' does not work on a ${inner.type}.`, at);
  }
  return {
    type: inner.type,
    constant: inner.constant,
    evaluate: (row, context) => {
      const value = inner.evaluate(row, context);
      if (value instanceof TimeSpan) return new TimeSpan(-value.ticks);
      if (value instanceof Decimal) return new Decimal(-value.unscaled, value.scale);
      if (typeof value === 'bigint') return integerOf(-value);
      return value === null ? null : -(value as number);
    },
  };
}
