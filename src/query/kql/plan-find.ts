/**
 * `find`: rows of several tables for which a condition holds, as one table.
 *
 * Owns: the columns it shows, `pack_`. Does not own: which tables there are (`plan-query.ts`).
 * Source: published reference of the Kusto query language, find operator.
 */
import { convert } from './conversion.ts';
import { bagOf } from './functions/dynamic-functions.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { planSearch, planWhere } from './plan-rows.ts';
import { columnIndex, type Scope } from './scope.ts';
import type { FoundColumn, Source } from './syntax.ts';
import type { Tabular } from './table.ts';
import type { KqlColumn } from './types.ts';
import type { Row, Value } from './values.ts';

type Find = Source & { readonly kind: 'find' };

interface Searched {
  readonly name: string;
  readonly table: Tabular;
}

export function planFind(
  find: Find,
  tables: readonly Searched[],
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const found = tables.map(({ name, table }) => {
    const own = { ...scope, columns: withMissing(table.columns, tables) };
    return { name, table: planWhere(planSearch(find.condition, own, expressions), padded(table, own.columns)) };
  });
  const shown = find.columns?.map((column) => typed(column, tables)) ?? smartColumns(find, tables);
  const isShown = ({ name }: KqlColumn): boolean => shown.some((column) => column.name === name);
  const rests = tables.map(({ table }) => table.columns.filter((column) => !isShown(column)));
  const packs = find.packs && rests.some((rest) => rest.length > 0);
  const source: KqlColumn = { name: find.source, type: 'string' };
  const pack: readonly KqlColumn[] = packs ? [{ name: 'pack_', type: 'dynamic' }] : [];
  return {
    columns: [source, ...shown, ...pack],
    *rows(context) {
      for (const [index, { name, table }] of found.entries()) {
        const places = shown.map((column) => columnIndex(table.columns, column.name, false));
        const rest = rests[index] ?? [];
        for (const row of table.rows(context)) {
          const values = shown.map((column, at) => valueAt(row, places[at] ?? -1, table.columns, column));
          yield [name, ...values, ...(packs ? [packed(row, table.columns, rest)] : [])];
        }
      }
    },
  };
}

/** The columns of a table, then those that others have: a condition may name any. */
function withMissing(columns: readonly KqlColumn[], tables: readonly Searched[]): readonly KqlColumn[] {
  const names = new Set(columns.map(({ name }) => name));
  const others = new Map<string, KqlColumn>();
  for (const { table } of tables)
    for (const column of table.columns) if (!names.has(column.name)) others.set(column.name, column);
  return [...columns, ...others.values()];
}

function padded(table: Tabular, columns: readonly KqlColumn[]): Tabular {
  const empty = columns.slice(table.columns.length).map(({ type }): Value => (type === 'string' ? '' : null));
  return {
    columns,
    *rows(context) {
      for (const row of table.rows(context)) yield [...row, ...empty];
    },
  };
}

function typed({ name, type }: FoundColumn, tables: readonly Searched[]): KqlColumn {
  const known = tables.flatMap(({ table }) => table.columns).find((column) => column.name === name);
  return { name, type: type ?? known?.type ?? 'dynamic' };
}

/** What all tables have, and what the condition names. */
function smartColumns({ condition }: Find, tables: readonly Searched[]): readonly KqlColumn[] {
  const named = new Set<string>();
  namesIn(condition, named);
  const all = new Map<string, KqlColumn>();
  for (const { table } of tables)
    for (const column of table.columns) if (!all.has(column.name)) all.set(column.name, column);
  return [...all.values()].filter(
    ({ name }) => named.has(name) || tables.every(({ table }) => columnIndex(table.columns, name, false) >= 0),
  );
}

function namesIn(part: unknown, names: Set<string>): void {
  if (Array.isArray(part)) for (const each of part) namesIn(each, names);
  else if (typeof part === 'object' && part !== null) {
    const { kind, name } = part as { readonly kind?: string; readonly name?: string };
    if (kind === 'literal') return;
    if (kind === 'name' && name !== undefined) names.add(name);
    for (const each of Object.values(part)) namesIn(each, names);
  }
}

function valueAt(row: Row, place: number, columns: readonly KqlColumn[], { type }: KqlColumn): Value {
  const from = columns[place]?.type;
  if (from === undefined) return type === 'string' ? '' : null;
  return convert(row[place] ?? null, from, type);
}

function packed(row: Row, columns: readonly KqlColumn[], rest: readonly KqlColumn[]): Value {
  return bagOf(
    rest.flatMap((column): (readonly [string, Value])[] => {
      const value = row[columnIndex(columns, column.name, false)] ?? null;
      return value === null || value === '' ? [] : [[column.name, convert(value, column.type, 'dynamic')]];
    }),
  );
}
