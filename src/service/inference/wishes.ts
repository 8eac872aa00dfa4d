/**
 * What a condition wants of the values it looks at, so that it comes out as wanted.
 *
 * Owns: reading conditions in both forms, `{"and": [{"equals": […]}]}` and `@and(equals(…))`. Does not own: which outcome is wanted of
 * a condition (`plan-reader.ts`), what becomes of a value that is wanted.
 */
import { areFaults, type Call, type Expression, type Literal, parseTemplate } from '#expression';
import { isJsonArray, isJsonObject, type Json, stringifyJson } from '#foundation';
import { numberLiteral, textLiteral } from './read-call.ts';

/** One value is wanted of an expression, text that holds or begins with something, or a list of so many items. */
export type Wish =
  | { readonly kind: 'value'; readonly value: Literal['value'] }
  | { readonly kind: 'number' }
  | { readonly kind: 'mention'; readonly text: string }
  | { readonly kind: 'items'; readonly count: number };

export type TellWish = (read: Expression, wish: Wish) => void;

const logical: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'equals',
  'contains',
  'startswith',
  'endswith',
  'empty',
  'greater',
  'greaterorequals',
  'less',
  'lessorequals',
]);

export const isLogical = (call: Call): boolean => logical.has(call.name.toLowerCase());

/** The condition of an If, an Until or a Query as one expression; undefined when it is no condition. */
export function conditionExpression(condition: Json | undefined): Expression | undefined {
  if (typeof condition === 'string') return wholeExpression(condition) ?? literal(condition);
  if (isJsonObject(condition)) {
    const parts = Object.entries(condition).map(([name, args]) => callOf(name, isJsonArray(args) ? args : [args]));
    return parts.length === 1 ? parts[0] : callOfExpressions('and', parts);
  }
  return condition === undefined || isJsonArray(condition) ? undefined : literal(condition);
}

function callOf(name: string, args: readonly Json[]): Call {
  return callOfExpressions(
    name,
    args.map((one) => conditionExpression(one) ?? literal(null)),
  );
}

const nowhere = { start: 0, end: 0 } as const;

function callOfExpressions(name: string, args: readonly Expression[]): Call {
  return { kind: 'call', name, nameSpan: nowhere, args, accessors: [], ...nowhere };
}

function literal(value: Literal['value']): Literal {
  return { kind: 'literal', value, text: typeof value === 'string' ? value : stringifyJson(value), ...nowhere };
}

/** Tells what must be for the condition to come out as wanted; of alternatives, the first. */
export function wishesOf(condition: Expression, wanted: boolean, tell: TellWish): void {
  if (condition.kind === 'literal') return;
  const { args } = condition;
  const name = condition.name.toLowerCase();
  const [left, right] = args;
  switch (name) {
    case 'and':
    case 'or':
      // One part alone decides where the whole is to come out the other way.
      for (const part of wanted === (name === 'and') ? args : args.slice(0, 1)) wishesOf(part, wanted, tell);
      return;
    case 'not':
      return left === undefined ? undefined : wishesOf(left, !wanted, tell);
    case 'equals':
      wishEqual(left, right, wanted, tell);
      return wishEqual(right, left, wanted, tell);
    case 'contains':
    case 'startswith':
    case 'endswith':
      if (left !== undefined && wanted) tell(left, { kind: 'mention', text: textLiteral(right) ?? '' });
      return;
    case 'empty':
      if (left !== undefined && wanted) tell(left, { kind: 'value', value: '' });
      return;
    default: {
      const other = turned[name];
      // A value that is a condition by itself.
      if (other === undefined) return tell(condition, { kind: 'value', value: wanted });
      wishOrder(name, left, right, wanted, tell);
      return wishOrder(other, right, left, wanted, tell);
    }
  }
}

function wishEqual(read: Expression | undefined, other: Expression | undefined, wanted: boolean, tell: TellWish): void {
  if (read?.kind !== 'call' || other?.kind !== 'literal') return;
  const { value } = other;
  if (typeof value === 'boolean') {
    if (isLogical(read)) return wishesOf(read, value === wanted, tell);
    return tell(read, { kind: 'value', value: value === wanted });
  }
  if (!wanted || value === null) return;
  const length = lengthOf(read);
  const count = numberLiteral(other);
  if (length === undefined) tell(read, { kind: 'value', value });
  else if (count !== undefined && count > 0) tell(length, { kind: 'items', count });
}

/** How an order reads from the other side. */
const turned: Readonly<Record<string, string>> = {
  greater: 'less',
  greaterorequals: 'lessorequals',
  less: 'greater',
  lessorequals: 'greaterorequals',
};

function wishOrder(
  name: string,
  read: Expression | undefined,
  bound: Expression | undefined,
  wanted: boolean,
  tell: TellWish,
): void {
  const limit = numberLiteral(bound);
  if (read?.kind !== 'call' || limit === undefined || turned[name] === undefined) return;
  const isMore = name.startsWith('greater') === wanted;
  const isStrict = name.endsWith('equals') !== wanted;
  const value = isStrict ? limit + (isMore ? 1 : -1) : limit;
  const length = lengthOf(read);
  if (length === undefined) {
    tell(read, { kind: 'number' });
    tell(read, { kind: 'value', value });
  } else if (value > 0 && isMore) tell(length, { kind: 'items', count: value });
}

/** `x` of `length(x)`. */
function lengthOf(call: Call): Expression | undefined {
  return call.name.toLowerCase() === 'length' && call.accessors.length === 0 ? call.args[0] : undefined;
}

/** The expression of `@expr`, and of `@{expr}` that stands alone. */
export function wholeExpression(text: string): Expression | undefined {
  const template = parseTemplate(text);
  if (areFaults(template)) return undefined;
  if (template.kind === 'expression') return template.expression;
  if (template.kind !== 'interpolation' || template.parts.length !== 1) return undefined;
  const [only] = template.parts;
  return only?.kind === 'expression' ? only.expression : undefined;
}
