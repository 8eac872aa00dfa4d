/**
 * Exact decimal numbers, for rules that compare numbers of any size.
 *
 * Owns: reading a number's text, its canonical key, the order of two numbers.
 * Does not own: which values count as numbers (`token.ts`).
 *
 * Invariants
 * D1. No digit is lost: 64-bit identifiers that differ in the last digit differ here.
 * D2. The work is bounded by the length of the text, whatever the exponent says.
 */

/** `sign × 0.digits × 10^magnitude`; zero has sign 0 and no digits. `digits` has no zeros at either end. */
export interface Decimal {
  readonly sign: -1 | 0 | 1;
  readonly magnitude: number;
  readonly digits: string;
}

const decimalText = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?\s*$/;

const zero: Decimal = { sign: 0, magnitude: 0, digits: '' };

/** The number a text stands for, or undefined when it is none. Blanks around it are allowed. */
export function parseDecimal(text: string): Decimal | undefined {
  const found = decimalText.exec(text);
  if (found === null) return undefined;
  const whole = found[2] ?? '';
  const fraction = found[3] ?? '';
  if (whole === '' && fraction === '') return undefined;
  const written = whole + fraction;
  const leading = leadingZeros(written);
  if (leading === written.length) return zero;
  const digits = written.slice(leading, written.length - trailingZeros(written));
  const magnitude = whole.length - leading + Number(found[4] ?? '0');
  return { sign: found[1] === '-' ? -1 : 1, magnitude, digits };
}

function leadingZeros(text: string): number {
  let count = 0;
  while (count < text.length && text.charCodeAt(count) === 48) count += 1;
  return count;
}

function trailingZeros(text: string): number {
  let count = 0;
  while (count < text.length && text.charCodeAt(text.length - 1 - count) === 48) count += 1;
  return count;
}

/** True when the number has no fraction. */
export function isWhole(value: Decimal): boolean {
  return value.sign === 0 || value.magnitude >= value.digits.length;
}

/** Below 0 when `left` is smaller, 0 when equal, above 0 when larger. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.sign !== right.sign) return left.sign - right.sign;
  if (left.sign === 0) return 0;
  if (left.magnitude !== right.magnitude) return left.sign * (left.magnitude - right.magnitude);
  if (left.digits === right.digits) return 0;
  return left.digits < right.digits ? -left.sign : left.sign;
}

/** The same text for equal numbers, a different one for different numbers. */
export function decimalKey(value: Decimal): string {
  return `${value.sign}:${value.magnitude}:${value.digits}`;
}
