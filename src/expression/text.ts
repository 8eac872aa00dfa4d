/**
 * The text form of a value: what interpolation, `string()`, `concat()` and `join()` write.
 *
 * Owns: that form, with and without a limit. Does not own: number formats (`numbers/`), reading text.
 *
 * Invariants
 * TX1. `boundedText` does work in proportion to the limit, however large the value is.
 *
 * Source: expression reference 2.8, 12.17.
 */
import { JsonNumber } from '#foundation';
import { envelopeText, isEnvelope } from './content-envelope.ts';
import { Decimal } from './decimal.ts';
import { measureValue } from './measure.ts';
import { doubleOf, isInteger, type NumberValue, type Value } from './values.ts';
import { XmlValue } from './xml-value.ts';

/** The text form of any value. */
export function textOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return numberText(value);
    default:
      return value === null ? '' : referenceText(value);
  }
}

function referenceText(value: Exclude<Value, null | string | boolean | number>): string {
  if (value instanceof JsonNumber || value instanceof Decimal) return numberText(value);
  if (value instanceof XmlValue) return value.text;
  if (isEnvelope(value)) return envelopeText(value);
  return JSON.stringify(value);
}

/** The text form, or undefined when it has more than `limit` characters. */
export function boundedText(value: Value, limit: number): string | undefined {
  if (typeof value === 'object' && value !== null && measureValue(value, limit) > limit) return undefined;
  const text = textOf(value);
  return text.length > limit ? undefined : text;
}

/** A number as .NET prints it in the invariant culture. */
export function numberText(value: NumberValue): string {
  if (value instanceof Decimal) return value.text;
  if (isInteger(value)) return typeof value === 'number' ? wholeText(value) : BigInt(value.text).toString();
  return floatText(doubleOf(value));
}

function wholeText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
}

/** A double's shortest round-trip digits; exponent form from 1E+15 up and below 1E-4. */
export function floatText(value: number): string {
  const magnitude = Math.abs(value);
  // Numbers from outside may be beyond a double.
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (magnitude >= 1e-4 && magnitude < 1e15) return String(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  return `${mantissa}E${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
