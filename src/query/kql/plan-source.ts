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
import { columnsRead, enoughRows, pushed, type Pushing } from './pushed-conditions.ts';
import type { Scalar, Scope } from './scope.ts';
import type { Operator, Source } from './syntax.ts';
import type { KqlTable, PushedCondition, TableRequest, Tabular } from './table.ts';
import type { KqlColumn } from './types.ts';
import { compareValues } from './order-values.ts';
import type { Row, Value } from './values.ts';

/** A table, told what the operators behind it will leave; `wheres` of them are conditions that stand right behind it. */
export function planTable(
  table: KqlTable,
  next: readonly Operator[],
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular & { readonly wheres: number } {
  const own = { ...scope, columns: table.columns };
  const found: Pushing[] = [];
  let [whole, wheres] = [true, 0];
  for (let operator = next[wheres]; operator?.kind === 'where'; operator = next[++wheres]) {
    const part = pushed(operator.condition, own, expressions);
    found.push(...part.found);
    whole &&= part.whole;
  }
  const enough = whole ? enoughRows(next.slice(wheres), own, expressions) : undefined;
  const columns = columnsRead(next);
  const conditionsIn = (context: Context): readonly PushedCondition[] => found.map((make) => make(context));
  function* read(context: Context, more: readonly PushedCondition[], limits: Partial<TableRequest>): Iterable<Row> {
    const conditions = [...conditionsIn(context), ...more];
    for (const row of table.rows({ conditions, ...limits, ...(columns === undefined ? {} : { columns }) })) {
      context.row();
      yield row;
    }
  }
  return {
    columns: table.columns,
    wheres,
    rows: (context) => read(context, [], enough?.(context) ?? {}),
    narrowed: (context, condition) => read(context, [condition], {}),
    ...(whole && table.groups !== undefined
      ? { grouped: (context, request) => table.groups?.({ ...request, conditions: conditionsIn(context) }) }
      : {}),
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
    ordered: true,
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
