/**
 * What a table can be told of the operators behind it.
 *
 * Owns: conditions of a column with a constant, which columns are read, order and number of rows. Does not own: tables.
 *
 * Invariants
 * KP1. What is told leaves no row out that the operators would keep.
 */
import type { Context } from './context.ts';
import { cast } from './plan-comparison.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { columnIndex, type Scalar, type Scope } from './scope.ts';
import type { Expression, Operator } from './syntax.ts';
import type { PushedCondition, TableRequest } from './table.ts';
import type { KqlColumn, KqlType } from './types.ts';

export type Pushing = (context: Context) => PushedCondition;

const pushable = new Set(['==', '!=', '=~', '<', '<=', '>', '>=', 'has', 'contains', 'startswith']);
const turned: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
/** Not the same from both sides. */
const oneWay = new Set(['has', 'contains', 'startswith']);

export interface Pushed {
  readonly found: readonly Pushing[];
  /** Whether what was found is all of the condition. */
  readonly whole: boolean;
}

/** What of a condition a table can be told. */
export function pushed(expression: Expression, scope: Scope, expressions: ExpressionPlanner): Pushed {
  if (expression.kind === 'binary' && expression.operator === 'and')
    return both(expression.left, expression.right, scope, expressions);
  if (expression.kind === 'between' && !expression.negated) {
    const { value, low, high, at } = expression;
    const until = isSpan(high, scope, expressions)
      ? ({ kind: 'binary', operator: '+', left: low, right: high, at } as const)
      : high;
    const from: Expression = { kind: 'binary', operator: '>=', left: value, right: low, at };
    return both(from, { kind: 'binary', operator: '<=', left: value, right: until, at }, scope, expressions);
  }
  const one =
    expression.kind === 'binary'
      ? pushedComparison(expression, scope, expressions)
      : pushedList(expression, scope, expressions);
  return one === undefined ? { found: [], whole: false } : { found: [one], whole: true };
}

function both(left: Expression, right: Expression, scope: Scope, expressions: ExpressionPlanner): Pushed {
  const sides = [left, right].map((side) => pushed(side, scope, expressions));
  return { found: sides.flatMap(({ found }) => found), whole: sides.every(({ whole }) => whole) };
}

function isSpan(expression: Expression, scope: Scope, expressions: ExpressionPlanner): boolean {
  return expressions.plan(expression, scope).type === 'timespan';
}

function columnOf(expression: Expression, scope: Scope): KqlColumn | undefined {
  if (expression.kind !== 'name') return undefined;
  return scope.columns[columnIndex(scope.columns, expression.name, scope.world.ignoresCase)];
}

/** Whether a value of one type is one of the other without loss. */
function isReadable(from: KqlType, to: KqlType): boolean {
  if (from === to) return true;
  if (from === 'string') return ['datetime', 'timespan', 'guid'].includes(to);
  const whole = from === 'int' || from === 'long';
  return whole && (to === 'int' || to === 'long' || to === 'real');
}

function pushedComparison(
  expression: Expression & { kind: 'binary' },
  scope: Scope,
  expressions: ExpressionPlanner,
): Pushing | undefined {
  const { operator } = expression;
  if (!pushable.has(operator)) return undefined;
  const straight = columnOf(expression.left, scope);
  const column = straight ?? (oneWay.has(operator) ? undefined : columnOf(expression.right, scope));
  if (column === undefined) return undefined;
  const value = expressions.plan(straight === undefined ? expression.left : expression.right, scope);
  if (!value.constant || !isReadable(value.type, column.type)) return undefined;
  const read = cast(value, column.type);
  const named = (straight === undefined ? (turned[operator] ?? operator) : operator) as PushedCondition['operator'];
  return (context) => ({ column: column.name, operator: named, values: [read.evaluate([], context)] });
}

function pushedList(expression: Expression, scope: Scope, expressions: ExpressionPlanner): Pushing | undefined {
  if (expression.kind !== 'membership' || (expression.operator !== 'in' && expression.operator !== 'in~'))
    return undefined;
  const column = columnOf(expression.value, scope);
  if (column === undefined || !expression.items.every(({ kind }) => kind === 'literal')) return undefined;
  const values = expression.items.map((item) => expressions.plan(item, scope));
  if (!values.every(({ type }) => type === column.type)) return undefined;
  const { operator } = expression;
  return (context) => ({ column: column.name, operator, values: values.map((value) => value.evaluate([], context)) });
}

/** Of which type a table may put rows in order by itself: where order means the same everywhere. */
const orderable: ReadonlySet<KqlType> = new Set(['int', 'long', 'real', 'datetime']);

/** How many rows, and in which order, are enough for what stands behind the conditions. */
export function enoughRows(
  next: readonly Operator[],
  scope: Scope,
  expressions: ExpressionPlanner,
): ((context: Context) => Pick<TableRequest, 'take' | 'order'>) | undefined {
  const [first, second] = next;
  if (first?.kind === 'take') return counted(first.count, undefined, scope, expressions);
  const top = first?.kind === 'top';
  if (!top && !(first?.kind === 'sort' && second?.kind === 'take')) return undefined;
  const [key, ...others] = first.keys;
  const column = key === undefined || others.length > 0 ? undefined : columnOf(key.expression, scope);
  // Nulls where the store puts them: before all others when ascending, behind when descending.
  if (key === undefined || column === undefined || key.nullsFirst === key.descending || !orderable.has(column.type))
    return undefined;
  const count = top ? first.count : second?.kind === 'take' ? second.count : undefined;
  const order = { column: column.name, descending: key.descending };
  return count === undefined ? undefined : counted(count, order, scope, expressions);
}

function counted(
  expression: Expression,
  order: TableRequest['order'],
  scope: Scope,
  expressions: ExpressionPlanner,
): (context: Context) => Pick<TableRequest, 'take' | 'order'> {
  const count: Scalar = expressions.plan(expression, { ...scope, columns: [] });
  return (context) => ({
    take: Number(count.evaluate([], context) ?? 0),
    ...(order === undefined ? {} : { order }),
  });
}

/** Operators whose result holds what they name and nothing else. */
const closing = new Set(['project', 'summarize', 'distinct', 'count', 'make-series']);
/** Operators that read what they name, and let the other columns through. */
const passing = new Set(
  'where extend serialize sort top take render join lookup union mv-expand parse parse-where project-rename'.split(' '),
);
/** Functions that read columns without naming them as such. */
const readers = new Set(['pack_all', 'column_ifexists', 'columnifexists', 'ingestion_time']);

/** The names that operators may read of a table; undefined where all may be. */
export function columnsRead(next: readonly Operator[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const operator of next) {
    if (!closing.has(operator.kind) && !passing.has(operator.kind)) return undefined;
    if (!collectNames(operator, names)) return undefined;
    if (closing.has(operator.kind)) return names;
  }
  return undefined;
}

/** Adds the names in a part of a query; false where it may read any. */
function collectNames(part: unknown, names: Set<string>): boolean {
  if (Array.isArray(part)) return part.every((each) => collectNames(each, names));
  if (typeof part !== 'object' || part === null) return true;
  const { kind, name } = part as { readonly kind?: string; readonly name?: string };
  if (kind === 'star' || (kind === 'call' && readers.has(name ?? ''))) return false;
  if (kind === 'literal') return true;
  if ((kind === 'name' || kind === 'member') && name !== undefined) names.add(name);
  return Object.values(part).every((each) => collectNames(each, names));
}
