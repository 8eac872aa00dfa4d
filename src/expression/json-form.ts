/**
 * From evaluation's values to plain JSON.
 *
 * Owns: the conversion of decimals and XML. Does not own: text (`text.ts`).
 *
 * Invariants
 * JF1. A value without decimals and XML is returned as it is, not copied.
 *
 * Source: expression reference 4.1, 6.4 (`decimal`), 9.3.
 */
import { type Json, JsonNumber, setMember } from '#foundation';
import { Decimal } from './decimal.ts';
import { floatValue, isArray, type ObjectValue, type Value } from './values.ts';
import { XmlValue } from './xml-value.ts';

/** The value as it is stored: decimals become doubles, XML its content envelope. */
export function toJson(value: Value): Json {
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return value;
  if (value instanceof Decimal) return floatValue(value.double);
  if (value instanceof XmlValue) return value.toJSON();
  return holdsOnlyJson(value) ? (value as Json) : convertContainer(value);
}

function holdsOnlyJson(value: Value): boolean {
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return true;
  if (value instanceof Decimal || value instanceof XmlValue) return false;
  const items = isArray(value) ? value : Object.values(value);
  return items.every(holdsOnlyJson);
}

function convertContainer(value: readonly Value[] | ObjectValue): Json {
  if (isArray(value)) return value.map(toJson);
  const object = value;
  const converted: { [name: string]: Json } = {};
  for (const name of Object.keys(object)) setMember(converted, name, toJson(object[name] as Value));
  return converted;
}

/** Freezes a JSON value and everything in it. */
export function deepFreeze<T extends Value>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof JsonNumber || value instanceof Decimal || value instanceof XmlValue) return value;
  Object.freeze(value);
  const items: readonly Value[] = isArray(value) ? value : Object.values(value);
  for (const item of items) deepFreeze(item);
  return value;
}
