/**
 * What one value of an event is to a rule: its text, its number, its truth value, its searchable texts.
 *
 * Owns: conversion of values by property type, the same for the naive and the indexed matcher.
 * Does not own: operators (`test.ts`).
 *
 * Invariants
 * T1. What does not convert to the property type converts to nothing, and a rule on nothing is false.
 * Source: domain reference 6.
 */
import { type Json, JsonNumber, isJsonArray } from '#foundation';
import { type Decimal, isWhole, parseDecimal } from './decimal.ts';

/** The text of a scalar: a string itself, a number or truth value as its JSON text; undefined for null, arrays, objects. */
export function textOf(value: Json): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return value instanceof JsonNumber ? value.text : undefined;
  }
}

/**
 * The texts that `Contains` searches: the scalar's own, or those of an array of scalars (nulls have none). An array that
 * holds an array or an object is not one of scalars and offers nothing.
 */
export function searchableTexts(value: Json): readonly string[] {
  if (!isJsonArray(value)) {
    const text = textOf(value);
    return text === undefined ? [] : [text];
  }
  const texts: string[] = [];
  for (const item of value) {
    const text = textOf(item);
    if (text !== undefined) texts.push(text);
    else if (item !== null) return [];
  }
  return texts;
}

/** The number a value converts to: JSON numbers, and strings that hold one. */
export function decimalOf(value: Json): Decimal | undefined {
  if (typeof value === 'boolean') return undefined;
  const text = textOf(value);
  return text === undefined ? undefined : parseDecimal(text);
}

/** The integer a value converts to: as `decimalOf`, without a fraction. */
export function integerOf(value: Json): Decimal | undefined {
  const decimal = decimalOf(value);
  return decimal !== undefined && isWhole(decimal) ? decimal : undefined;
}

const truthText = /^\s*(?:(true)|false)\s*$/i;

/** The truth value a value converts to: JSON booleans, and the strings `true` and `false` in any case. */
export function truthOf(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const found = truthText.exec(value);
  return found === null ? undefined : found[1] !== undefined;
}
