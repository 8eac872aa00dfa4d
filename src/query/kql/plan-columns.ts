/** Operators that choose, name or make columns: `project` and its kin, `extend`, `serialize`, `getschema`. */
import { ColumnNames, columnsMeant, nameOf } from './column-names.ts';
import { semanticError } from './kql-fault.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { columnIndex, demandColumn, type Scope } from './scope.ts';
import type { ColumnPattern, Named } from './syntax.ts';
import type { Tabular } from './table.ts';
import type { KqlColumn } from './types.ts';
import type { Context } from './context.ts';
import type { Row, Value } from './values.ts';

/** The columns at some places, in that order. */
export function chosen(input: Tabular, places: readonly number[]): Tabular {
  return {
    columns: places.flatMap((place) => input.columns[place] ?? []),
    *rows(context) {
      for (const row of input.rows(context)) yield places.map((place) => row[place] ?? null);
    },
  };
}

export function planProject(
  given: readonly Named[],
  input: Tabular,
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const names = new ColumnNames();
  for (const { names: listed, at } of given) if (listed.length > 1) throw semanticError('One name is expected.', at);
  const taken = new ColumnNames();
  for (const named of given) if (named.names[0] !== undefined) taken.given(named.names[0], named.at);
  const planned = given.map((named) => ({ scalar: expressions.plan(named.expression, scope), name: names.of(named) }));
  function* made(rows: Iterable<Row>, context: Context): Iterable<Row> {
    for (const row of rows) yield planned.map(({ scalar }) => scalar.evaluate(row, context));
  }
  const { narrowed } = input;
  // A column that only has another name, or the same, is a condition's column of the input.
  const origins = new Map(
    given.flatMap(({ expression }, index) => {
      const name = planned[index]?.name;
      return expression.kind === 'name' && name !== undefined ? [[name, expression.name] as const] : [];
    }),
  );
  return {
    columns: planned.map(({ name, scalar: { type } }) => ({ name, type })),
    rows: (context) => made(input.rows(context), context),
    ...(narrowed === undefined
      ? {}
      : {
          narrowed: (context, condition) => {
            const column = origins.get(condition.column);
            const rows = column === undefined ? input.rows(context) : narrowed(context, { ...condition, column });
            return made(rows, context);
          },
        }),
  };
}

/** Columns of a name that exists are replaced where they stand. */
export function planExtend(
  given: readonly Named[],
  input: Tabular,
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const columns: KqlColumn[] = [...input.columns];
  const names = new ColumnNames(input.columns);
  const planned = given.map(({ names: listed, expression, at }) => {
    if (listed.length > 1) throw semanticError('One name is expected.', at);
    const scalar = expressions.plan(expression, scope);
    const own = listed[0] ?? (expression.kind === 'name' ? expression.name : undefined);
    const known = own === undefined ? -1 : columnIndex(columns, own, false);
    const place = known < 0 ? columns.length : known;
    columns[place] = { name: known < 0 ? (own ?? names.free(nameOf(expression))) : (own ?? ''), type: scalar.type };
    return { scalar, place };
  });
  function* extended(rows: Iterable<Row>, context: Context): Iterable<Row> {
    for (const row of rows) {
      const made: Value[] = [...row];
      for (const { scalar, place } of planned) made[place] = scalar.evaluate(row, context);
      yield made;
    }
  }
  const { narrowed } = input;
  const changed = new Set(planned.map(({ place }) => columns[place]?.name));
  return {
    columns,
    rows: (context) => extended(input.rows(context), context),
    ...(narrowed === undefined
      ? {}
      : {
          narrowed: (context, condition) =>
            extended(changed.has(condition.column) ? input.rows(context) : narrowed(context, condition), context),
        }),
  };
}

export function planPatterns(
  kind: 'project-away' | 'project-keep' | 'project-reorder',
  patterns: readonly ColumnPattern[],
  input: Tabular,
  { world }: Scope,
): Tabular {
  const meant = [...new Set(patterns.flatMap((pattern) => columnsMeant(pattern, input.columns, world.ignoresCase)))];
  const all = input.columns.map((_, index) => index);
  if (kind === 'project-keep')
    return chosen(
      input,
      all.filter((index) => meant.includes(index)),
    );
  const rest = all.filter((index) => !meant.includes(index));
  return chosen(input, kind === 'project-away' ? rest : [...meant, ...rest]);
}

export function planRename(given: readonly Named[], input: Tabular, scope: Scope): Tabular {
  const columns = [...input.columns];
  for (const { names, expression, at } of given) {
    const [name] = names;
    if (name === undefined || expression.kind !== 'name') throw semanticError("'new = old' is expected.", at);
    const place = demandColumn(scope, expression.name, expression.at);
    columns[place] = { name, type: input.columns[place]?.type ?? 'dynamic' };
  }
  const names = new ColumnNames();
  for (const { name } of columns) names.given(name, given[0]?.at ?? 0);
  return { columns, rows: (context) => input.rows(context) };
}

const systemTypes: Readonly<Record<string, string>> = {
  bool: 'System.SByte',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  string: 'System.String',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  guid: 'System.Guid',
  dynamic: 'System.Object',
};

export function planSchema(input: Tabular): Tabular {
  const rows = input.columns.map(({ name, type }, index) => [name, index, systemTypes[type] ?? '', type]);
  return {
    columns: [
      { name: 'ColumnName', type: 'string' },
      { name: 'ColumnOrdinal', type: 'long' },
      { name: 'DataType', type: 'string' },
      { name: 'ColumnType', type: 'string' },
    ],
    rows: () => rows,
  };
}
