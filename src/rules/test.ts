/**
 * One rule's comparison, planned: an operator, a property type and an expected value become a test of one value.
 *
 * Owns: the meaning of the operators. Does not own: which values a path leads to (`path.ts`).
 *
 * Invariants
 * R1. A test of null, of an object, or of a value that does not convert is false, for `NotEquals` too.
 * R2. An array is false for every operator but `Contains` on an array of scalars.
 * Source: domain reference 6.
 */
import type { Json } from '#foundation';
import { foldCase } from './case-fold.ts';
import { type Decimal, compareDecimals, isWhole, parseDecimal } from './decimal.ts';
import type { Operator, PropertyType } from './contract.data.ts';
import { decimalOf, integerOf, searchableTexts, textOf, truthOf } from './token.ts';

export type RuleTest =
  | { readonly kind: 'text'; readonly operator: TextOperator; readonly expected: string }
  | {
      readonly kind: 'number';
      readonly operator: NumberOperator;
      readonly expected: Decimal;
      readonly wholeOnly: boolean;
    }
  | { readonly kind: 'truth'; readonly operator: 'Equals' | 'NotEquals'; readonly expected: boolean };

export type TextOperator = Extract<Operator, 'Equals' | 'NotEquals' | 'Contains' | 'StartsWith' | 'EndsWith'>;
export type NumberOperator = Exclude<Operator, 'Contains' | 'StartsWith' | 'EndsWith'>;

const textOperators = [
  'Equals',
  'NotEquals',
  'Contains',
  'StartsWith',
  'EndsWith',
] as const satisfies readonly Operator[];

function isTextOperator(operator: Operator): operator is TextOperator {
  return (textOperators as readonly Operator[]).includes(operator);
}

function isNumberOperator(operator: Operator): operator is NumberOperator {
  return operator !== 'Contains' && operator !== 'StartsWith' && operator !== 'EndsWith';
}

/** Why a comparison cannot be planned, and which member of the rule is to blame. */
export interface TestFault {
  readonly member: 'operator' | 'expectedValue';
  readonly message: string;
}

/** Plans the comparison; the operator must suit the type and the expected value must parse as it. */
export function planTest(type: PropertyType, operator: Operator, expectedValue: string): RuleTest | TestFault {
  switch (type) {
    case 'String':
      if (!isTextOperator(operator)) return unsuitable(type, operator);
      return { kind: 'text', operator, expected: foldCase(expectedValue) };
    case 'Integer':
    case 'Number': {
      if (!isNumberOperator(operator)) return unsuitable(type, operator);
      const expected = parseDecimal(expectedValue);
      if (expected === undefined || (type === 'Integer' && !isWhole(expected))) return unparsable(type, expectedValue);
      return { kind: 'number', operator, expected, wholeOnly: type === 'Integer' };
    }
    case 'Boolean': {
      if (operator !== 'Equals' && operator !== 'NotEquals') return unsuitable(type, operator);
      const expected = truthOf(expectedValue);
      if (expected === undefined) return unparsable(type, expectedValue);
      return { kind: 'truth', operator, expected };
    }
  }
}

function unsuitable(type: PropertyType, operator: Operator): TestFault {
  return {
    member: 'operator',
    message: `The operator '${operator}' cannot be used with the property type '${type}'.`,
  };
}

function unparsable(type: PropertyType, expectedValue: string): TestFault {
  const shown = expectedValue.length > 100 ? `${expectedValue.slice(0, 100)}…` : expectedValue;
  return { member: 'expectedValue', message: `The expected value '${shown}' is not a valid ${type}.` };
}

/** Whether one value satisfies the test. */
export function holds(test: RuleTest, value: Json): boolean {
  switch (test.kind) {
    case 'text':
      return textHolds(test.operator, test.expected, value);
    case 'number': {
      const actual = test.wholeOnly ? integerOf(value) : decimalOf(value);
      return actual !== undefined && orderHolds(test.operator, compareDecimals(actual, test.expected));
    }
    case 'truth': {
      const actual = truthOf(value);
      return actual !== undefined && (actual === test.expected) === (test.operator === 'Equals');
    }
  }
}

function textHolds(operator: TextOperator, expected: string, value: Json): boolean {
  if (operator === 'Contains') return searchableTexts(value).some((text) => foldCase(text).includes(expected));
  const text = textOf(value);
  if (text === undefined) return false;
  const actual = foldCase(text);
  switch (operator) {
    case 'Equals':
      return actual === expected;
    case 'NotEquals':
      return actual !== expected;
    case 'StartsWith':
      return actual.startsWith(expected);
    case 'EndsWith':
      return actual.endsWith(expected);
  }
}

/** Whether a comparison result (below, at, above 0) satisfies an ordering operator. */
export function orderHolds(operator: NumberOperator, compared: number): boolean {
  switch (operator) {
    case 'Equals':
      return compared === 0;
    case 'NotEquals':
      return compared !== 0;
    case 'GreaterThan':
      return compared > 0;
    case 'GreaterThanOrEqualTo':
      return compared >= 0;
    case 'LesserThan':
      return compared < 0;
    case 'LesserThanOrEqualTo':
      return compared <= 0;
  }
}
