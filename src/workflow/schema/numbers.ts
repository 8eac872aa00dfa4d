/**
 * Exact comparison and division of JSON numbers, as schemas need them.
 *
 * Owns: order, multiples, whether a number is an Integer. Does not own: arithmetic of expressions (`#expression`).
 *
 * Invariants
 * NU1. Numbers are compared by their decimal value, however long their texts, unless that or an exponent is beyond 400: then
 *      as doubles.
 */
import { type Json, JsonNumber } from '#foundation';

export type NumberJson = number | JsonNumber;

export function isNumberJson(value: Json): value is NumberJson {
  return typeof value === 'number' || value instanceof JsonNumber;
}

export function numberText(value: NumberJson): string {
  return value instanceof JsonNumber ? value.text : String(value);
}

/** Written without fraction and exponent. */
export function isIntegerJson(value: NumberJson): boolean {
  return typeof value === 'number' ? Number.isInteger(value) && Math.abs(value) < 1e21 : value.isInteger;
}

interface Scaled {
  readonly digits: bigint;
  readonly exponent: number;
}

const longestExactText = 400;

function scaled(value: NumberJson): Scaled | undefined {
  const text = numberText(value);
  if (text.length > longestExactText) return undefined;
  const match = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = match[2] ?? '';
  const exponent = Number(match[3] ?? 0) - fraction.length;
  if (Math.abs(exponent) > 400) return undefined;
  return { digits: BigInt(`${match[1] ?? ''}${fraction}`), exponent };
}

function aligned(left: Scaled, right: Scaled): readonly [bigint, bigint] {
  const exponent = Math.min(left.exponent, right.exponent);
  const digits = (one: Scaled): bigint => one.digits * 10n ** BigInt(one.exponent - exponent);
  return [digits(left), digits(right)];
}

/** Negative, 0 or positive, as `left` is less than, equal to or greater than `right`. */
export function compareNumbers(left: NumberJson, right: NumberJson): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const exactLeft = scaled(left);
  const exactRight = scaled(right);
  if (exactLeft === undefined || exactRight === undefined) return Number(numberText(left)) - Number(numberText(right));
  const [one, other] = aligned(exactLeft, exactRight);
  return one < other ? -1 : one > other ? 1 : 0;
}

export function isMultiple(value: NumberJson, of: NumberJson): boolean {
  const exactValue = scaled(value);
  const exactOf = scaled(of);
  if (exactValue === undefined || exactOf === undefined)
    return Number(numberText(value)) % Number(numberText(of)) === 0;
  const [one, other] = aligned(exactValue, exactOf);
  return other !== 0n && one % other === 0n;
}

/** One text for all ways to write a value; members sorted, numbers by value. Equal texts mean equal values. */
export function canonicalText(value: Json): string {
  if (isNumberJson(value)) return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalText(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value as { readonly [name: string]: Json });
  members.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonicalText(item)}`).join(',')}}`;
}

function canonicalNumber(value: NumberJson): string {
  const exact = scaled(value);
  if (exact === undefined) return String(Number(numberText(value)));
  let { digits, exponent } = exact;
  while (digits !== 0n && digits % 10n === 0n) {
    digits /= 10n;
    exponent += 1;
  }
  return digits === 0n ? '0' : `${digits}e${exponent}`;
}
