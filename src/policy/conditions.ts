/**
 * The conditions on one value.
 *
 * Owns: what each operator means for a value that is there or missing. Does not own: which values (`select.ts`), several of
 * them (`evaluate-rule.ts`).
 *
 * Invariants
 * C1. A negated condition is the complement for one value; an evaluation error stays an error.
 * C2. Text is compared ignoring case, by ordinal; only `match` looks at case.
 *
 * Source: policy reference 4, 5.
 */
import { isJsonArray, isJsonObject, type Json, JsonNumber, memberIgnoringCase, parseIsoTime } from '#foundation';
import { type EvaluationStop, stop } from '#templates';
import type { Operator } from './rule.ts';
import type { Selected } from './select.ts';

type Judge = (actual: Json, expected: Json) => boolean | EvaluationStop;

/** Whether a value meets a condition. */
export function meets(
  operator: Operator,
  negated: boolean,
  actual: Selected,
  expected: Json,
): boolean | EvaluationStop {
  if (operator === 'exists') return exists(actual) === (textOf(expected)?.toLowerCase() === 'true');
  const wrong = wrongExpectation(operator, expected);
  if (wrong !== undefined) return wrong;
  if (actual === undefined || actual === null) return negated;
  const result = judges[operator](actual, expected);
  return typeof result === 'boolean' ? result !== negated : result;
}

/** An empty array is as good as none: the shipped policies ask so for rule sets. */
function exists(actual: Selected): boolean {
  if (actual === undefined || actual === null) return false;
  return !isJsonArray(actual) || actual.length > 0;
}

function wrongExpectation(operator: Operator, expected: Json): EvaluationStop | undefined {
  if (operator === 'in') {
    return isJsonArray(expected) ? undefined : stop(`The condition '${operator}' needs an array to compare with.`);
  }
  if (isJsonArray(expected) || isJsonObject(expected)) {
    return stop(`The condition '${operator}' cannot compare with an array or an object.`);
  }
  return undefined;
}

const judges: { readonly [operator in Exclude<Operator, 'exists'>]: Judge } = {
  equals: sameScalar,
  in: (actual, expected) => isJsonArray(expected) && expected.some((each) => sameScalar(actual, each)),
  contains: (actual, expected) => {
    if (isJsonArray(actual)) return actual.some((each) => sameScalar(each, expected));
    const [text, part] = [textOf(actual), textOf(expected)];
    return text !== undefined && part !== undefined && fold(text).includes(fold(part));
  },
  containsKey: (actual, expected) => {
    const key = textOf(expected);
    return isJsonObject(actual) && key !== undefined && memberIgnoringCase(actual, key) !== undefined;
  },
  like: (actual, expected) => {
    const [text, pattern] = [textOf(actual), textOf(expected)];
    return text !== undefined && pattern !== undefined && isLike(fold(text), fold(pattern));
  },
  match: (actual, expected) => {
    const [text, pattern] = [textOf(actual), textOf(expected)];
    return text !== undefined && pattern !== undefined && isMatch(text, pattern);
  },
  matchInsensitively: (actual, expected) => {
    const [text, pattern] = [textOf(actual), textOf(expected)];
    return text !== undefined && pattern !== undefined && isMatch(fold(text), fold(pattern));
  },
  less: (actual, expected) => ordered(actual, expected, (order) => order < 0),
  lessOrEquals: (actual, expected) => ordered(actual, expected, (order) => order <= 0),
  greater: (actual, expected) => ordered(actual, expected, (order) => order > 0),
  greaterOrEquals: (actual, expected) => ordered(actual, expected, (order) => order >= 0),
};

function fold(text: string): string {
  return text.toUpperCase();
}

/** Scalars as text: `true` as `true`, numbers by their digits. Arrays, objects and null have none. */
function textOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return String(value);
  return value instanceof JsonNumber ? value.text : undefined;
}

/** Scalars of different kinds are compared through their text. */
function sameScalar(left: Json, right: Json): boolean {
  const [a, b] = [textOf(left), textOf(right)];
  return a !== undefined && b !== undefined && fold(a) === fold(b);
}

/** One `*` stands for any text; further ones for themselves. */
function isLike(text: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return text === pattern;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

/** `#` a digit, `?` a letter, `.` any character; all else itself. */
function isMatch(text: string, pattern: string): boolean {
  const [units, marks] = [Array.from(text), Array.from(pattern)];
  return (
    units.length === marks.length &&
    marks.every((mark, index) => {
      const unit = units[index] ?? '';
      if (mark === '#') return /^\p{Nd}$/u.test(unit);
      if (mark === '?') return /^\p{L}$/u.test(unit);
      return mark === '.' || mark === unit;
    })
  );
}

const collator = new Intl.Collator('en', { sensitivity: 'accent' });

function ordered(actual: Json, expected: Json, holds: (order: number) => boolean): boolean | EvaluationStop {
  const numbers = [numberOf(actual), numberOf(expected)] as const;
  const isNumeric = isNumber(actual) || isNumber(expected);
  if (isNumeric) {
    return numbers[0] === undefined || numbers[1] === undefined
      ? notComparable(actual, expected)
      : holds(numbers[0] - numbers[1]);
  }
  if (typeof actual !== 'string' || typeof expected !== 'string') return notComparable(actual, expected);
  const dates = [parseIsoTime(actual), parseIsoTime(expected)] as const;
  if (dates[0] !== undefined && dates[1] !== undefined) return holds(dates[0] - dates[1]);
  return holds(collator.compare(actual, expected));
}

function isNumber(value: Json): boolean {
  return typeof value === 'number' || value instanceof JsonNumber;
}

/** A number, also one given as text. */
function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof JsonNumber) return Number(value.text);
  return typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}

function kindOf(value: Json): string {
  if (value === null) return 'Null';
  if (isJsonArray(value)) return 'Array';
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Boolean';
  return isNumber(value) ? 'Integer' : 'Object';
}

function notComparable(actual: Json, expected: Json): EvaluationStop {
  return stop(
    `The values of type '${kindOf(actual)}' and '${kindOf(expected)}' cannot be compared: an ordering needs two integers, two dates or two strings.`,
  );
}
