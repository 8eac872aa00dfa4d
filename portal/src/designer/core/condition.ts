/**
 * Conditions as rows and groups of a form, and back. What they cannot say is edited as text and stays as it is.
 *
 * Owns: the form of a condition, its two spellings: an object of `and`, `or` and tests (If), and one expression (Until, Filter array).
 * Does not own: the severity choice of the alert trigger (`severity-choice.ts`), what a form looks like (`../panel`).
 *
 * Invariant
 * CO1. What is read and written again means the same: every operand keeps its type.
 *
 * Source: portal reference 5.7.
 */
import { isRecord, type JsonData } from './json-value.ts';
import { areFaults, type Expression, parseTemplate, quoteText } from './language.ts';

export interface ConditionRow {
  readonly left: JsonData;
  readonly operator: string;
  readonly right: JsonData;
}

export interface ConditionGroup {
  readonly join: 'and' | 'or';
  readonly items: readonly (ConditionRow | ConditionGroup)[];
}

export const isGroup = (item: ConditionRow | ConditionGroup): item is ConditionGroup => 'join' in item;

export const emptyRow: ConditionRow = { left: '', operator: 'is equal to', right: '' };

/** In the words of the form: the function, and whether it is negated. */
export const operators: readonly (readonly [text: string, name: string, negated: boolean])[] = [
  ['is equal to', 'equals', false],
  ['is not equal to', 'equals', true],
  ['is greater than', 'greater', false],
  ['is greater than or equal to', 'greaterOrEquals', false],
  ['is less than', 'less', false],
  ['is less than or equal to', 'lessOrEquals', false],
  ['contains', 'contains', false],
  ['does not contain', 'contains', true],
  ['starts with', 'startsWith', false],
  ['does not start with', 'startsWith', true],
  ['ends with', 'endsWith', false],
  ['does not end with', 'endsWith', true],
];

/** Undefined where rows and groups cannot say it: other functions, a negated group, an expression that is no test. */
export function readCondition(value: JsonData | undefined): ConditionGroup | undefined {
  const item = typeof value === 'string' ? ofText(value) : itemOf(value);
  return item === undefined || isGroup(item) ? item : { join: 'and', items: [item] };
}

/** @param spelling as an object of tests, or as one expression. */
export function writeCondition(form: ConditionGroup, spelling: 'object' | 'expression'): JsonData {
  if (spelling === 'object') return objectOf(form);
  // One row needs no group around it.
  let item: ConditionRow | ConditionGroup = form;
  while (isGroup(item) && item.items.length === 1 && item.items[0] !== undefined) [item] = item.items;
  return `@${expressionOf(item)}`;
}

// --- Objects ----------------------------------------------------------------------------------------------------

function itemOf(value: JsonData | undefined): ConditionRow | ConditionGroup | undefined {
  if (!isRecord(value)) return undefined;
  const [[name, content] = ['', null], more] = Object.entries(value);
  if (more !== undefined) return undefined;
  const join = name.toLowerCase();
  if (join === 'and' || join === 'or') {
    if (!Array.isArray(content)) return undefined;
    const items = (content as readonly JsonData[]).map(itemOf);
    return items.every((item) => item !== undefined) ? { join, items } : undefined;
  }
  if (join === 'not') return negated(itemOf(content));
  if (!Array.isArray(content) || content.length !== 2) return undefined;
  const [left = null, right = null] = content as readonly JsonData[];
  return rowOf(name, left, right);
}

function rowOf(name: string, left: JsonData, right: JsonData): ConditionRow | undefined {
  const known = operators.find(([, other, no]) => !no && other.toLowerCase() === name.toLowerCase());
  return known === undefined ? undefined : { left, operator: known[0], right };
}

function negated(item: ConditionRow | ConditionGroup | undefined): ConditionRow | undefined {
  if (item === undefined || isGroup(item)) return undefined;
  const known = operators.find(([text]) => text === item.operator);
  const other = operators.find(([, name, no]) => no && name === known?.[1] && known[2] === false);
  return other === undefined ? undefined : { ...item, operator: other[0] };
}

const operatorOf = ({ operator }: ConditionRow): readonly [name: string, negated: boolean] => {
  const [, name = 'equals', isNegated = false] = operators.find(([text]) => text === operator) ?? [];
  return [name, isNegated];
};

function objectOf(item: ConditionRow | ConditionGroup): JsonData {
  if (isGroup(item)) return { [item.join]: item.items.map(objectOf) };
  const [name, isNegated] = operatorOf(item);
  const test = { [name]: [item.left, item.right] };
  return isNegated ? { not: test } : test;
}

// --- Expressions ------------------------------------------------------------------------------------------------

function ofText(text: string): ConditionRow | ConditionGroup | undefined {
  const template = parseTemplate(text);
  return areFaults(template) || template.kind !== 'expression' ? undefined : ofExpression(text, template.expression);
}

function ofExpression(text: string, expression: Expression): ConditionRow | ConditionGroup | undefined {
  if (expression.kind !== 'call' || expression.accessors.length > 0) return undefined;
  const { args } = expression;
  const name = expression.name.toLowerCase();
  if (name === 'and' || name === 'or') {
    const items = args.map((arg) => ofExpression(text, arg));
    return items.length > 0 && items.every((item) => item !== undefined) ? { join: name, items } : undefined;
  }
  const [left, right] = args;
  if (name === 'not') return left === undefined ? undefined : negated(ofExpression(text, left));
  if (left === undefined || right === undefined || args.length > 2) return undefined;
  return rowOf(name, operandOf(text, left), operandOf(text, right));
}

/** A text with signs of its own stays an expression, so that they are not read again. */
function operandOf(text: string, operand: Expression): JsonData {
  if (operand.kind === 'literal') {
    const { value } = operand;
    if (typeof value === 'string' && !value.includes('@')) return value;
    if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  }
  return `@${text.slice(operand.start, operand.end)}`;
}

function expressionOf(item: ConditionRow | ConditionGroup): string {
  if (isGroup(item)) return `${item.join}(${item.items.map(expressionOf).join(', ')})`;
  const [name, isNegated] = operatorOf(item);
  const test = `${name}(${operandText(item.left)}, ${operandText(item.right)})`;
  return isNegated ? `not(${test})` : test;
}

function operandText(value: JsonData): string {
  if (typeof value !== 'string') {
    return typeof value === 'object' && value !== null
      ? `json(${quoteText(JSON.stringify(value))})`
      : JSON.stringify(value);
  }
  const template = parseTemplate(value);
  if (areFaults(template)) return quoteText(value);
  if (template.kind === 'literal') return quoteText(template.value);
  if (template.kind === 'expression') return value.slice(1);
  const parts = template.parts.map((part) =>
    part.kind === 'text' ? quoteText(part.text) : value.slice(part.start + 2, part.end - 1),
  );
  return `concat(${parts.join(', ')})`;
}
