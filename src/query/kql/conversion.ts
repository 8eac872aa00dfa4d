/**
 * From type to type, and to text and JSON.
 *
 * Owns: `tostring`, `tolong` and their kin for every type; how a value stands in a result. Does not own: literals in a query.
 *
 * Invariants
 * KC1. A value that cannot be converted is null, or the empty text for `string`; nothing here throws.
 */
import { isJsonObject, type Json, JsonNumber, parseJson, setMember, stringifyJson } from '#foundation';
import { DateTime, dateTimeOf, parseDatetime } from './datetime.ts';
import { Decimal } from './decimal.ts';
import { parseTimespan, TimeSpan } from './timespan.ts';
import type { KqlType } from './types.ts';
import { integerOf, isArray, isBag, plainNumber, realInDynamic, type Value } from './values.ts';

/** A value of `type` as text; null is the empty text. */
export function textOf(value: Value, type: KqlType): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (type === 'real' && typeof value === 'number') return realText(value);
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof DateTime || value instanceof TimeSpan || value instanceof Decimal) return value.toString();
  return stringifyJson(jsonOf(value));
}

function realText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A value as it stands in a result; reals that JSON has no form for are texts. */
export function jsonOf(value: Value): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : textOf(value, 'real');
  if (typeof value === 'bigint') return new JsonNumber(String(value));
  if (value instanceof JsonNumber) return value;
  if (isArray(value)) return value.map((item) => jsonOf(item));
  if (!isBag(value)) return (value as DateTime).toJSON();
  const copy: { [name: string]: Json } = {};
  for (const [name, item] of Object.entries(value)) setMember(copy, name, jsonOf(item));
  return copy;
}

/** JSON as a dynamic value. */
export function dynamicOf(json: Json): Value {
  if (json instanceof JsonNumber) return json.isInteger ? integerOf(BigInt(json.text)) : json;
  if (isJsonObject(json)) {
    const copy: { [name: string]: Json } = {};
    for (const [name, item] of Object.entries(json)) setMember(copy, name, dynamicOf(item) as Json);
    return copy;
  }
  return Array.isArray(json) ? json.map((item: Json) => dynamicOf(item)) : json;
}

/** `parse_json`: a text that is no JSON stays a text. */
export function parseDynamic(text: string): Value {
  if (text.trim() === '') return null;
  try {
    return dynamicOf(parseJson(text));
  } catch {
    return text;
  }
}

/** A value of type `from` as a value of type `to`. */
export function convert(value: Value, from: KqlType, to: KqlType): Value {
  if (from === to) return value;
  if (to === 'string') return textOf(value, from);
  if (value === null) return null;
  if (to === 'dynamic') return from === 'real' ? realInDynamic(value as number) : value;
  return converters[to](value);
}

type Converter = (value: Value) => Value;

const converters: Readonly<Record<Exclude<KqlType, 'string' | 'dynamic'>, Converter>> = {
  bool: toBool,
  int: (value) => {
    const long = toLong(value);
    return typeof long === 'number' && (long | 0) === long ? long : null;
  },
  long: toLong,
  real: toReal,
  decimal: toDecimal,
  datetime: toDatetime,
  timespan: toTimespan,
  guid: (value) => {
    const text = typeof value === 'string' ? value.replaceAll(/[{}]/g, '').toLowerCase() : '';
    return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;
  },
};

function toBool(value: Value): Value {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value) !== 0;
  if (typeof value !== 'string') return null;
  const text = value.trim().toLowerCase();
  if (text === 'true') return true;
  if (text === 'false') return false;
  return /^-?\d+$/.test(text) ? BigInt(text) !== 0n : null;
}

function toLong(value: Value): Value {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return longOfReal(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof JsonNumber) return toLong(plainNumber(value));
  if (value instanceof Decimal) return exactLong(value.unscaled / 10n ** BigInt(value.scale));
  if (value instanceof DateTime || value instanceof TimeSpan) return integerOf(value.ticks);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^[+-]?\d{1,25}$/.test(text)) return exactLong(BigInt(text.replace('+', '')));
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return integerOf(BigInt(text));
  return /^[+-]?\d+\.\d*$/.test(text) ? longOfReal(Number(text)) : null;
}

function exactLong(value: bigint): Value {
  return BigInt.asIntN(64, value) === value ? integerOf(value) : null;
}

function longOfReal(value: number): Value {
  return Number.isFinite(value) ? exactLong(BigInt(Math.trunc(value))) : null;
}

function toReal(value: Value): Value {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof JsonNumber) return Number(value.text);
  if (value instanceof Decimal) return value.toNumber();
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite === null) return null;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function toDecimal(value: Value): Value {
  if (value instanceof Decimal) return value;
  if (typeof value === 'string') return Decimal.parse(value) ?? null;
  const number = toReal(value);
  if (typeof value === 'bigint') return new Decimal(value, 0);
  return typeof number === 'number' && Number.isFinite(number) ? (Decimal.of(number) ?? null) : null;
}

function toDatetime(value: Value): Value {
  if (value instanceof DateTime) return value;
  if (typeof value === 'string') return parseDatetime(value) ?? null;
  if (typeof value === 'number' || typeof value === 'bigint') {
    const ticks = toLong(value);
    return ticks === null ? null : (dateTimeOf(BigInt(ticks as number)) ?? null);
  }
  return null;
}

function toTimespan(value: Value): Value {
  if (value instanceof TimeSpan) return value;
  if (typeof value === 'string') return parseTimespan(value) ?? null;
  if (typeof value === 'number' && Number.isInteger(value)) return new TimeSpan(BigInt(value));
  return typeof value === 'bigint' ? new TimeSpan(value) : null;
}

/** The type a value inside a dynamic has. */
export function typeOfDynamic(value: Value): KqlType | 'array' | 'dictionary' | 'null' {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'long';
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'real';
  if (value instanceof JsonNumber) return value.isInteger ? 'long' : 'real';
  if (value instanceof DateTime) return 'datetime';
  if (value instanceof TimeSpan) return 'timespan';
  if (value instanceof Decimal) return 'decimal';
  return isArray(value) ? 'array' : 'dictionary';
}
