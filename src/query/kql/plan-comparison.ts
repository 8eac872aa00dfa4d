/**
 * Comparisons and text operators.
 *
 * Owns: which types go together, nulls, the case rule of each operator, terms. Does not own: arithmetic.
 *
 * Invariants
 * KO1. `== != in !in` and operators ending in `_cs` know case; `=~ !~ in~ !in~` and the other text operators do not.
 * KO2. `==` of null and a value is false, `!=` true, of two nulls null; an order with a null is null.
 * KO3. A term is a run of letters and digits; `has` finds its operand only where both its ends are ends of terms.
 */
import type { Context } from './context.ts';
import { convert, textOf } from './conversion.ts';
import { semanticError } from './kql-fault.ts';
import { compareValues, keyOf } from './order-values.ts';
import type { Scalar } from './scope.ts';
import { isNumeric, type KqlType } from './types.ts';
import { isArray, type Row, type Value } from './values.ts';

const alphanumeric = /[\p{L}\p{N}]/u;

function isTermChar(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (Number.isNaN(code)) return false;
  if (code < 128) return (code > 47 && code < 58) || (code > 64 && code < 91) || (code > 96 && code < 123);
  return alphanumeric.test(text.charAt(at));
}

/** Whether `sought` stands in `text` with ends of terms at its start (`before`) and its end (`after`). */
function hasTerm(text: string, sought: string, before: boolean, after: boolean): boolean {
  if (sought === '') return true;
  const startsTerm = before && isTermChar(sought, 0);
  const endsTerm = after && isTermChar(sought, sought.length - 1);
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
    const open = !startsTerm || at === 0 || !isTermChar(text, at - 1);
    if (open && !(endsTerm && isTermChar(text, at + sought.length))) return true;
  }
  return false;
}

type TextTest = (text: string, sought: string) => boolean;

const textTests: Readonly<Record<string, TextTest>> = {
  has: (text, sought) => hasTerm(text, sought, true, true),
  hasprefix: (text, sought) => hasTerm(text, sought, true, false),
  hassuffix: (text, sought) => hasTerm(text, sought, false, true),
  contains: (text, sought) => text.includes(sought),
  startswith: (text, sought) => text.startsWith(sought),
  endswith: (text, sought) => text.endsWith(sought),
  '=~': (text, sought) => text === sought,
};

function textual({ type }: Scalar, operator: string, at: number): void {
  if (type !== 'string' && type !== 'dynamic')
    throw semanticError(`'${operator}' needs a string, not a ${type}; use tostring().`, at);
}

/** A text operator: `has`, `!contains_cs`, `=~`. */
export function planTextOperator(operator: string, left: Scalar, right: Scalar, at: number): Scalar {
  for (const side of [left, right]) textual(side, operator, at);
  const negated = operator.startsWith('!');
  const plain = operator === '!~' ? '=~' : operator.replace('!', '');
  const matchesCase = plain.endsWith('_cs');
  const test = textTests[plain.replace('_cs', '')];
  if (test === undefined) throw semanticError(`'${operator}' is no operator.`, at);
  const read = (side: Scalar): ((row: Row, context: Context) => string) => {
    const text = (row: Row, context: Context): string => {
      const value = textOf(side.evaluate(row, context), side.type);
      return matchesCase ? value : value.toLowerCase();
    };
    return side.constant ? remembered(text) : text;
  };
  const [first, second] = [read(left), read(right)];
  return {
    type: 'bool',
    constant: left.constant && right.constant,
    evaluate: (row, context) => test(first(row, context), second(row, context)) !== negated,
  };
}

/** A constant's value, asked once for each evaluation. */
export function remembered<T>(read: (row: Row, context: Context) => T): (row: Row, context: Context) => T {
  let known: { readonly context: Context; readonly value: T } | undefined;
  return (row, context) => {
    if (known?.context !== context) known = { context, value: read(row, context) };
    return known.value;
  };
}

export function planRegexMatch(left: Scalar, right: Scalar, at: number): Scalar {
  for (const side of [left, right]) textual(side, 'matches regex', at);
  return {
    type: 'bool',
    constant: left.constant && right.constant,
    evaluate: (row, context) => {
      const regex = context.regex(textOf(right.evaluate(row, context), right.type));
      return regex.find(textOf(left.evaluate(row, context), left.type), 0) !== undefined;
    },
  };
}

/** Both sides with one type, or the fault that they have none. */
function aligned(operator: string, left: Scalar, right: Scalar, at: number): readonly [Scalar, Scalar] {
  if (left.type === right.type || (isNumeric(left.type) && isNumeric(right.type))) return [left, right];
  if (left.type === 'dynamic') return [cast(left, right.type), right];
  if (right.type === 'dynamic') return [left, cast(right, left.type)];
  const readable = new Set<KqlType>(['datetime', 'timespan', 'guid']);
  if (left.type === 'string' && left.constant && readable.has(right.type)) return [cast(left, right.type), right];
  if (right.type === 'string' && right.constant && readable.has(left.type)) return [left, cast(right, left.type)];
  throw semanticError(`'${operator}' cannot compare a ${left.type} with a ${right.type}.`, at);
}

/** An expression's value in another type. */
export function cast(given: Scalar, type: KqlType): Scalar {
  if (given.type === type) return given;
  const evaluate = (row: Row, context: Context): Value => convert(given.evaluate(row, context), given.type, type);
  return { type, constant: given.constant, evaluate: given.constant ? remembered(evaluate) : evaluate };
}

function equal(left: Value, right: Value): boolean {
  const order = compareValues(left, right);
  return order === undefined ? keyOf(left) === keyOf(right) : order === 0;
}

export function planComparison(operator: string, given: Scalar, other: Scalar, at: number): Scalar {
  const [left, right] = aligned(operator, given, other, at);
  const constant = left.constant && right.constant;
  if (operator === '==' || operator === '!=') {
    const wanted = operator === '==';
    return {
      type: 'bool',
      constant,
      evaluate: (row, context) => {
        const [one, two] = [left.evaluate(row, context), right.evaluate(row, context)];
        if (one === null || two === null) return one === two ? null : !wanted;
        return equal(one, two) === wanted;
      },
    };
  }
  const holds = orders[operator];
  if (holds === undefined) throw semanticError(`'${operator}' is no operator.`, at);
  return {
    type: 'bool',
    constant,
    evaluate: (row, context) => {
      const [one, two] = [left.evaluate(row, context), right.evaluate(row, context)];
      if (one === null || two === null) return null;
      const order = compareValues(one, two);
      return order === undefined ? false : holds(order);
    },
  };
}

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Where `in` and `has_any` look: constants, arrays, the first column of a query. */
export type Items = (row: Row, context: Context) => readonly Value[];

/** `in`, `!in~` and their like. `items` gives values of `left`'s type. */
export function planMembership(operator: string, left: Scalar, items: Items, constant: boolean): Scalar {
  const negated = operator.startsWith('!');
  const ignoresCase = operator.endsWith('~');
  const key = (value: Value): string =>
    ignoresCase && typeof value === 'string' ? keyOf(value.toLowerCase()) : keyOf(numbersAlike(value));
  const readSet = (row: Row, context: Context): ReadonlySet<string> => new Set(items(row, context).map(key));
  const set = constant ? remembered(readSet) : readSet;
  return {
    type: 'bool',
    constant: left.constant && constant,
    evaluate: (row, context) => {
      const value = left.evaluate(row, context);
      return value === null ? negated : set(row, context).has(key(value)) !== negated;
    },
  };
}

function numbersAlike(value: Value): Value {
  const number =
    typeof value === 'object' && value !== null && !isArray(value) ? convert(value, 'dynamic', 'real') : value;
  return number !== null && textOf(value, 'dynamic') !== '' && isNumberLike(value) ? number : value;
}

function isNumberLike(value: Value): boolean {
  return compareValues(value, 0) !== undefined;
}

/** `has_any` and `has_all`. */
export function planHasSeveral(operator: string, left: Scalar, items: Items, at: number): Scalar {
  textual(left, operator, at);
  return {
    type: 'bool',
    constant: false,
    evaluate: (row, context) => {
      const text = textOf(left.evaluate(row, context), left.type).toLowerCase();
      const sought = items(row, context).map((item) => textOf(item, 'dynamic').toLowerCase());
      const test = (item: string): boolean => hasTerm(text, item, true, true);
      return operator === 'has_all' ? sought.every(test) : sought.some(test);
    },
  };
}
