/**
 * Reads numbers from text as .NET does.
 *
 * Owns: `int()` and `float()` texts. Does not own: decimals (`../decimal.ts`), JSON numbers (`#foundation`).
 *
 * Invariants
 * PN1. Never throws; one pass, time in proportion to the text.
 * PN2. Gives finite numbers only: `NaN`, infinities and what overflows a double are no numbers here (V3).
 *
 * Source: expression reference 6.4, 12 and 13.18; .NET `NumberStyles.Integer` and `NumberStyles.Any`.
 */
import { fitsInt64 } from '../values.ts';
import type { NumberCulture } from './number-culture.ts';

/** Blanks of .NET's number styles: not every Unicode blank. */
const integerText = /^[\t-\r ]*([+-]?\d+)[\t-\r ]*$/;
/** More digits than any number needs, leading zeros included; bounds the work on hostile input. */
const longestNumber = 1000;

/** A 64-bit integer: optional sign and digits, blanks around; undefined for anything else, or out of range. */
export function parseIntegerText(text: string): bigint | undefined {
  if (text.length > longestNumber) return undefined;
  const digits = integerText.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  return fitsInt64(value) ? value : undefined;
}

/**
 * A double by `NumberStyles.Any`: sign before or after, parentheses for negative, currency symbol, group separators
 * anywhere among the whole digits, decimal point, exponent.
 */
export function parseFloatText(text: string, culture: NumberCulture): number | undefined {
  if (text.length > longestNumber) return undefined;
  const value = new FloatReading(text, culture).read();
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** One pass over a text in three stages: signs before, digits, signs after. */
class FloatReading {
  readonly #text: string;
  readonly #culture: NumberCulture;
  #at = 0;
  #signed = false;
  #negative = false;
  #parentheses = false;
  #currency = false;

  constructor(text: string, culture: NumberCulture) {
    // Every kind of blank a culture uses for grouping counts as the one its data names.
    this.#text = text.replace(/[\u00a0\u202f]/g, '\u00a0');
    this.#culture = culture;
  }

  read(): number | undefined {
    while (this.#skipBlank() || this.#takeSign() || this.#takeOpening() || this.#takeCurrency());
    const digits = this.#takeDigits();
    if (digits === undefined) return undefined;
    while (this.#skipBlank() || this.#takeSign() || this.#takeClosing() || this.#takeCurrency());
    if (this.#parentheses || this.#at !== this.#text.length) return undefined;
    return Number(digits) * (this.#negative ? -1 : 1);
  }

  #take(sign: string): boolean {
    if (sign === '' || !this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  #skipBlank(): boolean {
    if (!isBlank(this.#text.charCodeAt(this.#at))) return false;
    this.#at += 1;
    return true;
  }

  #takeSign(): boolean {
    if (this.#signed) return false;
    const negative = this.#take(this.#culture.negative) || this.#take('-');
    if (!negative && !this.#take('+')) return false;
    this.#signed = true;
    this.#negative = negative;
    return true;
  }

  #takeOpening(): boolean {
    if (this.#signed || !this.#take('(')) return false;
    this.#signed = true;
    this.#negative = true;
    this.#parentheses = true;
    return true;
  }

  #takeClosing(): boolean {
    if (!this.#parentheses || !this.#take(')')) return false;
    this.#parentheses = false;
    return true;
  }

  #takeCurrency(): boolean {
    if (this.#currency || !this.#take(this.#culture.currencySymbol)) return false;
    this.#currency = true;
    return true;
  }

  /** The digits in JavaScript's spelling; undefined when there are none. */
  #takeDigits(): string | undefined {
    const whole = this.#takeRun(true);
    const fraction = this.#take(this.#culture.decimal) || this.#takeCurrencyDecimal() ? this.#takeRun(false) : '';
    if (whole === '' && fraction === '') return undefined;
    return `${whole === '' ? '0' : whole}.${fraction === '' ? '0' : fraction}${this.#takeExponent()}`;
  }

  #takeCurrencyDecimal(): boolean {
    return this.#currency && this.#take(this.#culture.currencyDecimal);
  }

  #takeRun(grouped: boolean): string {
    let digits = '';
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code >= 48 && code <= 57) {
        digits += this.#text[this.#at];
        this.#at += 1;
      } else if (!grouped || digits === '' || !this.#takeGroup()) {
        return digits;
      }
    }
  }

  #takeGroup(): boolean {
    const { group } = this.#culture;
    // A user types an ordinary blank where the data has a no-break one.
    return this.#take(group) || (group === '\u00a0' && this.#blankBeforeDigit());
  }

  #blankBeforeDigit(): boolean {
    if (!/^ \d/.test(this.#text.slice(this.#at, this.#at + 2))) return false;
    this.#at += 1;
    return true;
  }

  #takeExponent(): string {
    const match = /^[eE][+-]?\d+/.exec(this.#text.slice(this.#at, this.#at + longestNumber));
    if (match === null) return '';
    this.#at += match[0].length;
    return match[0];
  }
}
