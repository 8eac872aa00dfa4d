/**
 * What of a `summarize` a table can do by itself.
 *
 * Owns: keys, aggregates and the best row, where they are of plain columns. Does not own: groups made here (`plan-summarize.ts`).
 *
 * Invariants
 * KG1. Only what a table computes to the same value is asked of it.
 */
import type { Aggregate } from './aggregates.ts';
import type { Context } from './context.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { columnIndex, type Scope } from './scope.ts';
import type { Expression } from './syntax.ts';
import type { PushedAggregate, PushedKey } from './table.ts';
import { TimeSpan } from './timespan.ts';
import type { KqlColumn, KqlType } from './types.ts';

function columnOf(expression: Expression | undefined, scope: Scope): KqlColumn | undefined {
  if (expression?.kind !== 'name') return undefined;
  return scope.columns[columnIndex(scope.columns, expression.name, scope.world.ignoresCase)];
}

const plainKeys: ReadonlySet<KqlType> = new Set(['string', 'bool', 'int', 'long', 'guid', 'datetime']);

/** A key of groups: a column, or `bin` of one by a constant. */
export function pushedKey(
  expression: Expression,
  scope: Scope,
  expressions: ExpressionPlanner,
): ((context: Context) => PushedKey) | undefined {
  const column = columnOf(expression, scope);
  if (column !== undefined) return plainKeys.has(column.type) ? () => ({ column: column.name }) : undefined;
  if (expression.kind !== 'call') return undefined;
  const [of, by] = expression.args.map((argument) => argument.expression);
  const binned = columnOf(of, scope);
  if (binned === undefined || !['datetime', 'int', 'long'].includes(binned.type)) return undefined;
  if (expression.name === 'startofday' && by === undefined && binned.type === 'datetime')
    return () => ({ column: binned.name, size: 864_000_000_000n });
  if ((expression.name !== 'bin' && expression.name !== 'floor') || by === undefined) return undefined;
  const size = expressions.plan(by, { ...scope, columns: [] });
  const wanted = binned.type === 'datetime' ? ['timespan'] : ['int', 'long'];
  if (!size.constant || !wanted.includes(size.type)) return undefined;
  const value = size.evaluate([], scope.world.context);
  const ticks = value instanceof TimeSpan ? value.ticks : BigInt((value ?? 0) as number | bigint);
  return ticks > 0n ? () => ({ column: binned.name, size: ticks }) : undefined;
}

const numbers: ReadonlySet<KqlType> = new Set(['int', 'long', 'real']);
const takes: Readonly<Record<string, ReadonlySet<KqlType>>> = {
  sum: numbers,
  avg: numbers,
  min: new Set<KqlType>([...numbers, 'datetime']),
  max: new Set<KqlType>([...numbers, 'datetime']),
  dcount: plainKeys,
  count_distinct: plainKeys,
};

/** An aggregate of a column. */
export function pushedAggregate(
  { name }: Aggregate,
  args: readonly Expression[],
  scope: Scope,
): PushedAggregate | undefined {
  if (name === 'count') return args.length === 0 ? { kind: 'count' } : undefined;
  const column = columnOf(args[0], scope);
  if (column === undefined || takes[name]?.has(column.type) !== true) return undefined;
  const kind = name === 'count_distinct' ? 'dcount' : (name as 'sum' | 'avg' | 'min' | 'max' | 'dcount');
  return { kind, column: column.name };
}

/** `arg_max` and `arg_min` that bring plain columns along. */
export function pushedBest(
  by: Expression,
  sign: 1 | -1,
  others: readonly Expression[],
  columns: readonly string[],
  scope: Scope,
): PushedAggregate | undefined {
  const column = columnOf(by, scope);
  if (column === undefined || !['int', 'long', 'real', 'datetime'].includes(column.type)) return undefined;
  const plain = others.every((other) => other.kind === 'star' || columnOf(other, scope) !== undefined);
  return plain ? { kind: 'best', column: column.name, sign, columns } : undefined;
}
