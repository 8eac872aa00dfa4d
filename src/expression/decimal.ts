/**
 * .NET's decimal: a 96-bit whole number with a scale of 0 to 28, trailing zeros kept.
 *
 * Owns: the class, reading it from text, its arithmetic and rounding. Does not own: when an expression uses it
 * (`arithmetic.ts`).
 *
 * Invariants
 * DEC1. |unscaled| is below 2^96 and 0 <= scale <= 28; an operation that cannot keep that answers undefined.
 * DEC2. Rounding is half to even.
 *
 * Source: expression reference 4.1, 6.4; .NET `System.Decimal`.
 */
import { JsonNumber } from '#foundation';

const largest = 79228162514264337593543950335n;
const largestScale = 28;

export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /** All its digits, trailing zeros as held. */
  get text(): string {
    if (this.scale === 0) return this.unscaled.toString();
    const negative = this.unscaled < 0n;
    const digits = (negative ? -this.unscaled : this.unscaled).toString().padStart(this.scale + 1, '0');
    const point = digits.length - this.scale;
    return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
  }

  /** The double that stores it: JSON has no decimals. */
  get double(): number {
    return Number(this.text);
  }

  /** As .NET writes it: a whole one keeps a decimal place. */
  toJSON(): unknown {
    const { double } = this;
    return Number.isInteger(double) ? new JsonNumber(`${double}.0`).toJSON() : double;
  }
}

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Quotient rounded half to even; `divisor` is positive. */
function divideRounded(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const twice = magnitude(value % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return up ? quotient + (value < 0n ? -1n : 1n) : quotient;
}

/** Brings any scaled number into range by giving up decimals; undefined when the whole part is too large. */
export function fitDecimal(unscaled: bigint, scale: number): Decimal | undefined {
  let drop = Math.max(0, scale - largestScale);
  for (; drop <= scale; drop++) {
    const rounded = drop === 0 ? unscaled : divideRounded(unscaled, powerOfTen(drop));
    if (magnitude(rounded) <= largest) return new Decimal(rounded, scale - drop);
  }
  return undefined;
}

/** Longer texts than any decimal needs, with room for leading zeros; bounds the work on hostile input. */
const longestText = 400;

/**
 * Reads `[blanks][sign]digits[.digits][e±n][blanks]`, thousands separators allowed in the whole part; undefined when the text is no
 * number or out of range.
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > longestText) return undefined;
  const match = /^\s*([+-]?)(\d[\d,]*)?(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole.replaceAll(',', '') + fraction;
  if (digits === '') return undefined;
  const unscaled = BigInt(digits) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  if (unscaled === 0n) return new Decimal(0n, Math.min(Math.max(scale, 0), largestScale));
  return scale >= 0 ? fitDecimal(unscaled, scale) : fitDecimal(unscaled * powerOfTen(-scale), 0);
}

/** A double as .NET converts it: 15 significant digits; undefined when out of range. */
export function decimalFromDouble(value: number): Decimal | undefined {
  return parseDecimal(String(Number(value.toPrecision(15))));
}

function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  return [left.unscaled * powerOfTen(scale - left.scale), right.unscaled * powerOfTen(scale - right.scale), scale];
}

export function addDecimals(left: Decimal, right: Decimal): Decimal | undefined {
  const [first, second, scale] = aligned(left, right);
  return fitDecimal(first + second, scale);
}

export function subtractDecimals(left: Decimal, right: Decimal): Decimal | undefined {
  const [first, second, scale] = aligned(left, right);
  return fitDecimal(first - second, scale);
}

export function multiplyDecimals(left: Decimal, right: Decimal): Decimal | undefined {
  return fitDecimal(left.unscaled * right.unscaled, left.scale + right.scale);
}

/** The divisor is not zero. Digits beyond what an exact quotient needs are not kept. */
export function divideDecimals(left: Decimal, right: Decimal): Decimal | undefined {
  const preferred = Math.max(0, left.scale - right.scale);
  const shift = largestScale + 2 + right.scale;
  const divisor = magnitude(right.unscaled);
  const dividend = left.unscaled * powerOfTen(shift) * (right.unscaled < 0n ? -1n : 1n);
  const scale = left.scale - right.scale + shift;
  // A remainder only matters for telling a tie from "just above": keep it as one more, odd digit.
  const quotient = dividend / divisor;
  const inexact = dividend % divisor !== 0n;
  const sticky = inexact ? quotient * 10n + (dividend < 0n ? -1n : 1n) : quotient * 10n;
  const fitted = fitDecimal(sticky, scale + 1);
  return fitted === undefined ? undefined : withoutTrailingZeros(fitted, preferred);
}

function withoutTrailingZeros(value: Decimal, downTo: number): Decimal {
  let { unscaled, scale } = value;
  while (scale > downTo && unscaled % 10n === 0n) {
    unscaled /= 10n;
    scale -= 1;
  }
  return new Decimal(unscaled, scale);
}

/** Sign of the dividend; the divisor is not zero. */
export function remainderOfDecimals(left: Decimal, right: Decimal): Decimal | undefined {
  const [first, second, scale] = aligned(left, right);
  return fitDecimal(first % second, scale);
}

/** -1, 0 or 1. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  const [first, second] = aligned(left, right);
  return first < second ? -1 : first > second ? 1 : 0;
}
