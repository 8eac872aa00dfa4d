/**
 * JSON values as every other folder sees them, and the one way in and out of text.
 *
 * Owns: the `Json` type, lossless numbers, parsing with positions, printing.
 * Does not own: the expression language's own value kinds (decimal, XML), which live in `#expression`.
 *
 * Invariants
 * J1. A number whose text a JavaScript number would not print back the same (`5.0`, `1e3`, integers beyond 2^53) is a
 *     `JsonNumber` holding that text; every other number is a plain JavaScript number.
 * J2. `stringifyJson(parseJson(text))` keeps the text of every number.
 * J3. Parsed objects may own a member called `__proto__`; nothing here ever assigns through it.
 */
import { jsonFaultOffset } from './json-fault-offset.ts';

/** `JSON.rawJSON` of Node 24 and current browsers, which the language's type library does not describe yet. */
interface RawJson {
  readonly rawJSON: (text: string) => unknown;
}

/** A number kept as its JSON text because a JavaScript number could not hold it unchanged. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** True when the text has neither fraction nor exponent: an integer beyond the safe range. */
  get isInteger(): boolean {
    return !/[.eE]/.test(this.text);
  }

  /** Read by `JSON.stringify`, so a plain `JSON.stringify` is lossless too. */
  toJSON(): unknown {
    return (JSON as unknown as RawJson).rawJSON(this.text);
  }
}

export type JsonPrimitive = null | boolean | number | string | JsonNumber;
export type JsonArray = readonly Json[];
export type JsonObject = { readonly [name: string]: Json };
export type Json = JsonPrimitive | JsonArray | JsonObject;

/** True for `{…}` values: not null, not an array, not a number kept as text. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

export function isJsonArray(value: unknown): value is JsonArray {
  return Array.isArray(value);
}

/** Why a text is not JSON, and where: `line` and `column` count from 1, `offset` from 0. */
export interface JsonSyntaxFault {
  readonly message: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export class JsonSyntaxError extends Error {
  readonly fault: JsonSyntaxFault;

  constructor(fault: JsonSyntaxFault) {
    super(`${fault.message} (line ${fault.line}, column ${fault.column})`);
    this.name = 'JsonSyntaxError';
    this.fault = fault;
  }
}

/**
 * Numbers that a JavaScript number may not print back: sixteen digits, a fraction ending in zero, six zeros behind the point,
 * an exponent, a negative zero. Every other number has at most the fifteen digits that a double keeps. Measured on alerts of
 * 3 KB: this first look costs 2 µs and may match inside a string (ids are long); the second look, 6 µs, is taken only then
 * and knows where a number can start.
 */
const mayHoldWideNumber = /\d(?:[\d.]{15}|\.\d*0[\s,}\]]|\.0{6}|[eE][+\-\d]|\.\d*0$)|-0/;
const holdsWideNumber =
  /(?:^|[:,[\s])-?\d(?:[\d.]{15}|\d*(?:\.(?:\d*0(?=[\s,}\]]|$)|0{6})|(?:\.\d+)?[eE])|(?<=-0)(?=[\s,}\]]|$))/;

type SourceContext = { readonly source?: string };

function keepNumberText(_key: string, value: unknown, context: SourceContext): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  return numberFromText(context.source);
}

type LosslessParse = (
  text: string,
  reviver: (key: string, value: unknown, context: SourceContext) => unknown,
) => unknown;

/** A JSON number's text as a value: a JavaScript number where that prints back the same, else a `JsonNumber`. */
export function numberFromText(text: string): number | JsonNumber {
  const value = Number(text);
  // Beyond 2^53 a double may print the digits it was read from and yet be another integer.
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact && String(value) === text ? value : new JsonNumber(text);
}

/**
 * Parses strict JSON text without losing digits (J1).
 * @throws JsonSyntaxError with the position of the fault.
 */
export function parseJson(text: string): Json {
  try {
    if (!mayHoldWideNumber.test(text) || !holdsWideNumber.test(text)) return JSON.parse(text) as Json;
    return (JSON.parse as LosslessParse)(text, keepNumberText) as Json;
  } catch (error) {
    throw new JsonSyntaxError(describeSyntaxFault(text, error));
  }
}

function describeSyntaxFault(text: string, error: unknown): JsonSyntaxFault {
  const message = error instanceof Error ? error.message : String(error);
  const offset = jsonFaultOffset(text);
  const before = text.slice(0, offset);
  const brief = message.replace(/(?:,\s*(?:\.\.\.)?"[^]*)?\s*(?:is not valid JSON|in JSON at position[^]*)$/, '');
  return {
    message: brief,
    offset,
    line: before.split('\n').length,
    column: offset - before.lastIndexOf('\n'),
  };
}

/** Compact JSON text; `undefined` members are left out as `JSON.stringify` does. */
export function stringifyJson(value: Json): string {
  return JSON.stringify(value);
}

/** Deep equality: member order does not matter, numbers compare by value. */
export function jsonEquals(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (left instanceof JsonNumber || right instanceof JsonNumber) {
    return isNumeric(left) && isNumeric(right) && sameNumber(left, right);
  }
  if (isJsonArray(left)) {
    return (
      isJsonArray(right) &&
      left.length === right.length &&
      left.every((item, index) => jsonEquals(item, right[index] as Json))
    );
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && jsonEquals(left[name] as Json, right[name] as Json))
  );
}

function isNumeric(value: Json): value is number | JsonNumber {
  return typeof value === 'number' || value instanceof JsonNumber;
}

function sameNumber(left: number | JsonNumber, right: number | JsonNumber): boolean {
  const leftText = left instanceof JsonNumber ? left.text : String(left);
  const rightText = right instanceof JsonNumber ? right.text : String(right);
  if (leftText === rightText) return true;
  if (/^-?\d+$/.test(leftText) && /^-?\d+$/.test(rightText)) {
    return BigInt(leftText) === BigInt(rightText);
  }
  return Number(leftText) === Number(rightText);
}

/** Sets an own member whatever its name, `__proto__` included; for building objects from names that users choose. */
export function setMember(target: { [name: string]: Json }, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    target[name] = value;
  }
}

/** An own member, or undefined: never one inherited from a prototype. */
export function memberOf(target: Json | undefined, name: string): Json | undefined {
  if (!isJsonObject(target) || !Object.hasOwn(target, name)) return undefined;
  return target[name];
}

/** An own member found exactly, else ignoring case; for the places where Azure's readers ignore case. */
export function memberIgnoringCase(target: Json | undefined, name: string): Json | undefined {
  const exact = memberOf(target, name);
  if (exact !== undefined || !isJsonObject(target)) return exact;
  const wanted = name.toLowerCase();
  const found = Object.keys(target).find((key) => key.toLowerCase() === wanted);
  return found === undefined ? undefined : target[found];
}

/** An own member that is a text, or undefined. */
export function textMember(target: Json | undefined, name: string): string | undefined {
  const value = memberOf(target, name);
  return typeof value === 'string' ? value : undefined;
}

/** The text of a member, its name compared without case where it is not there exactly. */
export function textIgnoringCase(target: Json | undefined, name: string): string | undefined {
  const value = memberIgnoringCase(target, name);
  return typeof value === 'string' ? value : undefined;
}
