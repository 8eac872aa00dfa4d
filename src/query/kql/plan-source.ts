/**
 * Where rows come from: tables with what is pushed down to them, `union`, `datatable`, `range`, `print`.
 *
 * Owns: pushed conditions, columns of a union. Does not own: names of tables (`plan-query.ts`).
 */
import { ColumnNames } from './column-names.ts';
import type { Context } from './context.ts';
import { semanticError } from './kql-fault.ts';
import { planArithmetic } from './plan-arithmetic.ts';
import { cast } from './plan-comparison.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { columnIndex, type Scalar, type Scope } from './scope.ts';
import type { Expression, Operator, Source } from './syntax.ts';
import type { KqlTable, PushedCondition, Tabular } from './table.ts';
import type { KqlColumn } from './types.ts';
import { compareValues } from './order-values.ts';
import type { Row, Value } from './values.ts';

type Pushing = (context: Context) => PushedCondition;

const pushable = new Set(['==', '=~', '<', '<=', '>', '>=']);
const turned: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** What of a condition a table can be told; `whole` when that is all of it. */
function pushed(
  expression: Expression,
  scope: Scope,
  expressions: ExpressionPlanner,
): { readonly found: readonly Pushing[]; readonly whole: boolean } {
  if (expression.kind === 'binary' && expression.operator === 'and') {
    const sides = [expression.left, expression.right].map((side) => pushed(side, scope, expressions));
    return { found: sides.flatMap(({ found }) => found), whole: sides.every(({ whole }) => whole) };
  }
  if (expression.kind === 'between' && !expression.negated) {
    const { value, low, high, at } = expression;
    const from: Expression = { kind: 'binary', operator: '>=', left: value, right: low, at };
    const to: Expression = { kind: 'binary', operator: '<=', left: value, right: high, at };
    const sides = [pushed(from, scope, expressions), pushed(to, scope, expressions)];
    return { found: sides.flatMap(({ found }) => found), whole: sides.every(({ whole }) => whole) };
  }
  const one =
    expression.kind === 'binary'
      ? pushedComparison(expression, scope, expressions)
      : pushedList(expression, scope, expressions);
  return one === undefined ? { found: [], whole: false } : { found: [one], whole: true };
}

function columnOf(expression: Expression, scope: Scope): KqlColumn | undefined {
  if (expression.kind !== 'name') return undefined;
  return scope.columns[columnIndex(scope.columns, expression.name, scope.world.ignoresCase)];
}

function pushedComparison(
  expression: Expression & { kind: 'binary' },
  scope: Scope,
  expressions: ExpressionPlanner,
): Pushing | undefined {
  if (!pushable.has(expression.operator)) return undefined;
  const straight = columnOf(expression.left, scope);
  const column = straight ?? columnOf(expression.right, scope);
  if (column === undefined) return undefined;
  const value = expressions.plan(straight === undefined ? expression.left : expression.right, scope);
  const readable =
    value.type === column.type || (value.type === 'string' && ['datetime', 'timespan', 'guid'].includes(column.type));
  if (!value.constant || !readable) return undefined;
  const read = cast(value, column.type);
  const operator = (
    straight === undefined ? (turned[expression.operator] ?? expression.operator) : expression.operator
  ) as PushedCondition['operator'];
  return (context) => ({ column: column.name, operator, values: [read.evaluate([], context)] });
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

/** A table, told what the operators right behind it will leave. */
export function planTable(
  table: KqlTable,
  next: readonly Operator[],
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const own = { ...scope, columns: table.columns };
  const found: Pushing[] = [];
  let [whole, at] = [true, 0];
  for (let operator = next[at]; operator?.kind === 'where'; operator = next[++at]) {
    const part = pushed(operator.condition, own, expressions);
    found.push(...part.found);
    whole &&= part.whole;
  }
  const behind = next[at];
  const count =
    whole && behind?.kind === 'take' ? expressions.plan(behind.count, { ...scope, columns: [] }) : undefined;
  return {
    columns: table.columns,
    *rows(context) {
      const conditions = found.map((make) => make(context));
      const take = count === undefined ? undefined : Number(count.evaluate([], context) ?? 0);
      for (const row of table.rows({ conditions, ...(take === undefined ? {} : { take }) })) {
        context.row();
        yield row;
      }
    },
  };
}

/** Columns by name; of one name with several types, each gets its type behind it. `origin` names the table a row is of. */
export function planUnion(
  tables: readonly Tabular[],
  kind: string,
  origin?: { readonly column: string; readonly names: readonly string[] },
): Tabular {
  const types = new Map<string, Set<string>>();
  for (const { columns } of tables)
    for (const { name, type } of columns) types.set(name, (types.get(name) ?? new Set()).add(type));
  const nameIn = ({ name, type }: KqlColumn): string => ((types.get(name)?.size ?? 1) > 1 ? `${name}_${type}` : name);
  const all = new Map<string, KqlColumn>();
  for (const { columns } of tables)
    for (const column of columns) all.set(nameIn(column), { name: nameIn(column), type: column.type });
  const common = (name: string): boolean =>
    tables.every(({ columns }) => columns.some((column) => nameIn(column) === name));
  const kept = [...all.values()].filter(({ name }) => kind !== 'inner' || common(name));
  const places = tables.map(({ columns }) =>
    kept.map(({ name }) => columns.findIndex((column) => nameIn(column) === name)),
  );
  const own: readonly KqlColumn[] = origin === undefined ? [] : [{ name: origin.column, type: 'string' }];
  return {
    columns: [...own, ...kept],
    *rows(context) {
      for (const [index, table] of tables.entries()) {
        const before = origin === undefined ? [] : [origin.names[index] ?? ''];
        for (const row of table.rows(context)) {
          const values = (places[index] ?? []).map(
            (place, at) => row[place] ?? (kept[at]?.type === 'string' ? '' : null),
          );
          yield [...before, ...values];
        }
      }
    },
  };
}

export function planPrint(source: Source & { kind: 'print' }, scope: Scope, expressions: ExpressionPlanner): Tabular {
  const names = new ColumnNames();
  const planned = source.columns.map(({ names: [name], expression, at }, index) => ({
    scalar: expressions.plan(expression, { ...scope, columns: [] }),
    name: name === undefined ? names.free(`print_${index}`) : names.given(name, at),
  }));
  return {
    columns: planned.map(({ name, scalar: { type } }) => ({ name, type })),
    rows: (context) => [planned.map(({ scalar }) => scalar.evaluate([], context))],
  };
}

export function planDatatable(
  { columns, values, at }: Source & { kind: 'datatable' },
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  if (values.length % columns.length !== 0)
    throw semanticError(`The values do not fill rows of ${columns.length} columns.`, at);
  const names = new ColumnNames();
  for (const { name } of columns) names.given(name, at);
  const planned = values.map((value, index) => {
    const scalar = expressions.plan(value, { ...scope, columns: [] });
    if (!scalar.constant) throw semanticError('A datatable holds literals.', value.at);
    return cast(scalar, columns[index % columns.length]?.type ?? 'dynamic');
  });
  return {
    columns,
    *rows(context) {
      for (let start = 0; start < planned.length; start += columns.length) {
        context.row();
        yield planned.slice(start, start + columns.length).map((value) => value.evaluate([], context));
      }
    },
  };
}

export function planRange(
  { name, from, to, step, at }: Source & { kind: 'range' },
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const [start, end, by] = [from, to, step].map((part) => expressions.plan(part, { ...scope, columns: [] })) as [
    Scalar,
    Scalar,
    Scalar,
  ];
  let current: Value = null;
  const next = planArithmetic('+', { type: start.type, constant: false, evaluate: () => current }, by, at);
  return {
    columns: [{ name, type: start.type }],
    *rows(context): Iterable<Row> {
      const last = end.evaluate([], context);
      const size = by.evaluate([], context);
      let value = start.evaluate([], context);
      current = value;
      const second = next.evaluate([], context);
      const direction = compareValues(second, value) ?? 0;
      if (direction === 0 || size === null) return;
      while (value !== null && (compareValues(value, last) ?? 1) * direction <= 0) {
        context.row();
        yield [value];
        current = value;
        value = next.evaluate([], context);
      }
    },
  };
}
