/**
 * .NET number formats: the standard letters, and the choice between them and custom formats.
 *
 * Owns: `C D E F G N P X`. Does not own: custom formats (`custom-number.ts`), rounding (`digits.ts`).
 *
 * Invariants
 * FN1. Never throws; a text that is no format for the number gives undefined.
 * FN2. `parseFloatText(formatNumber(x, 'N17'))` is x again for every double that 17 decimals can hold.
 *
 * Source: expression reference 8.1; .NET standard numeric format strings.
 */
import type { NumberValue } from '../values.ts';
import { BoundedCache } from './bounded-cache.ts';
import { type CustomFormat, compileCustomFormat, formatCustom } from './custom-number.ts';
import { type Digits, digitsOf, fractionDigits, roundedTo, roundedToSignificant, wholeDigits } from './digits.ts';
import { grouped } from './grouping.ts';
import type { NumberCulture, SignPattern } from './number-culture.ts';

/** One letter and at most two digits; anything else is a custom format. */
const standardFormat = /^([A-Za-z])(\d{0,2})$/;
const longestFormat = 1000;

interface CurrencyOrNumberSigns {
  readonly decimal: string;
  readonly group: string;
}

/**
 * Prints a number by a standard or custom format; undefined when the format is neither, or does not take the number
 * (`D` and `X` take integers only).
 */
export function formatNumber(value: NumberValue, format: string, culture: NumberCulture): string | undefined {
  const number = digitsOf(value);
  const match = standardFormat.exec(format);
  if (match !== null) return formatStandard(number, match[1] ?? '', match[2] ?? '', culture);
  if (format === '') return formatStandard(number, 'G', '', culture);
  const custom = format.length > longestFormat ? undefined : compiledCustom(format);
  return custom && formatCustom(number, custom, culture);
}

const compiled = new BoundedCache<CustomFormat | undefined>(300);

function compiledCustom(format: string): CustomFormat | undefined {
  return compiled.get(format, compileCustomFormat);
}

function formatStandard(number: Digits, letter: string, precision: string, culture: NumberCulture): string | undefined {
  const digits = precision === '' ? undefined : Number(precision);
  switch (letter.toUpperCase()) {
    case 'C':
      return currency(number, digits ?? culture.currencyDigits, culture);
    case 'D':
      return number.class === 'integer' ? padded(number, digits ?? 0, culture) : undefined;
    case 'E':
      return scientific(number, digits ?? 6, letter, culture);
    case 'F':
      return signed(roundedTo(number, digits ?? 2), culture, (rounded) => fixed(rounded, digits ?? 2, culture.decimal));
    case 'G':
      return general(number, digits ?? 0, letter === 'G' ? 'E' : 'e', culture);
    case 'N':
      return signed(roundedTo(number, digits ?? 2), culture, (rounded) =>
        separated(rounded, digits ?? 2, culture, culture),
      );
    case 'P':
      return percent(number, digits ?? 2, culture);
    case 'X':
      return number.class === 'integer' ? hexadecimal(number, digits ?? 0, letter) : undefined;
    default:
      return undefined;
  }
}

function signed(number: Digits, culture: NumberCulture, print: (number: Digits) => string): string {
  return number.negative ? culture.negative + print(number) : print(number);
}

/** Digits without groups of a number rounded to `count` decimals. */
function fixed(number: Digits, count: number, decimal: string): string {
  const whole = wholeDigits(number);
  return count === 0 ? whole : whole + decimal + fractionDigits(number, count);
}

/** Digits in groups of a number rounded to `count` decimals. */
function separated(number: Digits, count: number, culture: NumberCulture, signs: CurrencyOrNumberSigns): string {
  const whole = grouped(wholeDigits(number), signs.group, culture.groupSizes);
  return count === 0 ? whole : whole + signs.decimal + fractionDigits(number, count);
}

function fill(pattern: SignPattern, digits: string, culture: NumberCulture): string {
  let text = '';
  for (const sign of pattern) {
    if (sign === 'n') text += digits;
    else if (sign === '-') text += culture.negative;
    else if (sign === '$') text += culture.currencySymbol;
    else if (sign === '%') text += culture.percent;
    else text += sign;
  }
  return text;
}

function currency(number: Digits, count: number, culture: NumberCulture): string {
  const rounded = roundedTo(number, count);
  const digits = separated(rounded, count, culture, {
    decimal: culture.currencyDecimal,
    group: culture.currencyGroup,
  });
  return fill(culture.currencyPatterns[rounded.negative ? 1 : 0], digits, culture);
}

function percent(number: Digits, count: number, culture: NumberCulture): string {
  const hundredfold = number.digits === '' ? number : { ...number, point: number.point + 2 };
  const rounded = roundedTo(hundredfold, count);
  const digits = separated(rounded, count, culture, culture);
  return fill(culture.percentPatterns[rounded.negative ? 1 : 0], digits, culture);
}

function padded(number: Digits, width: number, culture: NumberCulture): string {
  return signed(number, culture, () => wholeDigits(number).padStart(width, '0'));
}

/** Negative integers as the two's complement of 64 bits. */
function hexadecimal(number: Digits, width: number, letter: string): string {
  const magnitude = BigInt(wholeDigits(number));
  const text = BigInt.asUintN(64, number.negative ? -magnitude : magnitude).toString(16);
  return (letter === 'X' ? text.toUpperCase() : text).padStart(width, '0');
}

function scientific(number: Digits, count: number, letter: string, culture: NumberCulture): string {
  const rounded = roundedToSignificant(number, count + 1);
  return signed(
    rounded,
    culture,
    () => mantissa(rounded, count, culture.decimal) + letter + exponentText(exponentOf(rounded), 3),
  );
}

/** `+05`, `-123`: the sign always, the digits filled up to `width`. */
function exponentText(exponent: number, width: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(width, '0')}`;
}

/** The exponent of a number written with one digit before the point. */
function exponentOf(number: Digits): number {
  return number.digits === '' ? 0 : number.point - 1;
}

function mantissa(number: Digits, count: number, decimal: string): string {
  const digits = number.digits.slice(0, count + 1).padEnd(count + 1, '0');
  return count === 0 ? digits : `${digits.slice(0, 1)}${decimal}${digits.slice(1)}`;
}

/** Digits that `G` gives when it names no precision: all of an integer or decimal, fifteen before the point of a float. */
function general(number: Digits, precision: number, letter: string, culture: NumberCulture): string {
  const rounded = precision === 0 ? number : roundedToSignificant(number, precision);
  const exponent = exponentOf(rounded);
  const widest = precision === 0 ? (number.class === 'float' ? 15 : Number.POSITIVE_INFINITY) : precision;
  const keepsZeros = number.class === 'decimal' && precision === 0;
  const narrowest = keepsZeros ? Number.NEGATIVE_INFINITY : -5;
  if (exponent >= widest || (exponent <= narrowest && rounded.digits !== '')) {
    const digits = rounded.digits.replace(/0+$/, '');
    return signed(
      rounded,
      culture,
      () => mantissa(rounded, digits.length - 1, culture.decimal) + letter + exponentText(exponent, 2),
    );
  }
  const decimals = Math.max(0, significantLength(rounded, keepsZeros) - rounded.point);
  return signed(rounded, culture, () => fixed(rounded, decimals, culture.decimal));
}

function significantLength(number: Digits, keepsZeros: boolean): number {
  return keepsZeros ? number.digits.length : number.digits.replace(/0+$/, '').length;
}
