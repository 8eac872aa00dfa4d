/**
 * A number as decimal digits, which is what formats work on.
 *
 * Owns: taking the digits of every kind of number, rounding them. Does not own: printing them.
 *
 * Invariants
 * DG1. `digits` has no leading zero; zero has no digits at all.
 * DG2. A Float's digits are those of its shortest text, so 1.005 rounds to 1.01.
 * DG3. Rounding is half away from zero.
 *
 * Source: expression reference 8.1.
 */
import { Decimal } from '../decimal.ts';
import { bigIntOf, doubleOf, isInteger, type NumberValue } from '../values.ts';

export type NumberClass = 'integer' | 'float' | 'decimal';

export interface Digits {
  readonly class: NumberClass;
  readonly negative: boolean;
  /** Significant digits, most significant first. */
  readonly digits: string;
  /** How many of them stand before the point; below zero when zeros follow it, beyond their length when zeros precede. */
  readonly point: number;
}

function withoutLeadingZeros(digits: string, point: number): readonly [string, number] {
  const kept = digits.replace(/^0+/, '');
  return kept === '' ? ['', 0] : [kept, point - (digits.length - kept.length)];
}

/** The digits of a number of any kind. */
export function digitsOf(value: NumberValue): Digits {
  if (value instanceof Decimal) return digitsOfDecimal(value);
  return isInteger(value) ? digitsOfInteger(bigIntOf(value)) : digitsOfFloat(doubleOf(value));
}

function digitsOfInteger(value: bigint): Digits {
  const text = (value < 0n ? -value : value).toString();
  return value === 0n
    ? { class: 'integer', negative: false, digits: '', point: 0 }
    : { class: 'integer', negative: value < 0n, digits: text, point: text.length };
}

function digitsOfDecimal(value: Decimal): Digits {
  const negative = value.unscaled < 0n;
  const text = (negative ? -value.unscaled : value.unscaled).toString();
  const [digits, point] = withoutLeadingZeros(text, text.length - value.scale);
  return { class: 'decimal', negative, digits, point };
}

/** Digits of a finite double. */
function digitsOfFloat(value: number): Digits {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toString().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const [digits, point] = withoutLeadingZeros(whole + fraction, whole.length + Number(exponent));
  const negative = value < 0 || Object.is(value, -0);
  return { class: 'float', negative, digits: digits.replace(/0+$/, ''), point };
}

/** Rounds to `count` digits after the point; a count below zero rounds before it. */
export function roundedTo(number: Digits, count: number): Digits {
  return cutAfter(number, number.point + count);
}

/** Rounds to `count` significant digits. */
export function roundedToSignificant(number: Digits, count: number): Digits {
  return cutAfter(number, count);
}

function cutAfter(number: Digits, count: number): Digits {
  if (count >= number.digits.length) return number;
  const up = count >= 0 && number.digits.charCodeAt(count) >= 0x35;
  const kept = number.digits.slice(0, Math.max(count, 0));
  if (up) return roundedUp(number, kept);
  const digits = kept.replace(/0+$/, '');
  return digits === '' ? zeroLike(number) : { ...number, digits };
}

function roundedUp(number: Digits, kept: string): Digits {
  const body = kept.replace(/9+$/, '');
  if (body === '') return { ...number, digits: '1', point: number.point + 1 };
  const last = body.length - 1;
  return { ...number, digits: body.slice(0, last) + String(Number(body[last]) + 1) };
}

/** Integers and Decimals lose the sign when they round to zero; Floats keep it, as IEEE 754's zero does. */
function zeroLike(number: Digits): Digits {
  return { ...number, negative: number.negative && number.class === 'float', digits: '', point: 0 };
}

/** Digits before the point, at least one. */
export function wholeDigits(number: Digits): string {
  if (number.point <= 0) return '0';
  return number.digits.slice(0, number.point).padEnd(number.point, '0');
}

/** Exactly `count` digits after the point of a number already rounded to them. */
export function fractionDigits(number: Digits, count: number): string {
  const zeros = '0'.repeat(Math.min(Math.max(-number.point, 0), count));
  const digits = number.point >= 0 ? number.digits.slice(number.point) : number.digits;
  return (zeros + digits).slice(0, count).padEnd(count, '0');
}
