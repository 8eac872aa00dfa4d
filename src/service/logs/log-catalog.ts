/**
 * The tables of Log Analytics workspaces as one query sees them.
 *
 * Owns: names, tables without rows, tables of several workspaces together, watchlists. Does not own: rows of one table
 * (`log-table.ts`).
 *
 * Invariants
 * LA1. A table that Azure has and that nobody wrote to is there, with its columns and without rows. So is a custom table
 *      (`…_CL`), with the columns that the query names by their suffixes.
 * Source: connectors reference 6 and 9.
 */
import {
  armIdKey,
  isJsonObject,
  type Json,
  type LogColumn,
  memberOf,
  parseArmId,
  type Store,
  textMember,
} from '#foundation';
import { type Catalog, convert, dynamicOf, type KqlColumn, type KqlTable, type Row, type Value } from '#query';
import { activityTable } from './activity-table.ts';
import { schemaOf, standardColumns, timeColumn, typeOfSuffix } from './log-columns.ts';
import { logColumns, type LogSpan, storedTable } from './log-table.ts';
import type { LogWorkspace } from './log-workspaces.ts';

export interface LogReading {
  readonly store: Store;
  readonly workspaces: readonly LogWorkspace[];
  readonly span: LogSpan;
  /** Whether the activity log of a subscription may be shown. */
  readonly showsActivity: (subscriptionId: string) => boolean;
}

/** The tables of the workspaces; `query` tells which columns a table without rows is asked for. */
export function logCatalog(reading: LogReading, query: string): Catalog {
  const known = new Map<string, KqlTable | undefined>();
  return {
    names: () => [
      // Every workspace has the last two, so that a search finds tables, with or without rows.
      ...new Set([
        ...reading.workspaces.flatMap(({ id }) => reading.store.logs.tables(armIdKey(id)).map(({ name }) => name)),
        'Operation',
        'Usage',
      ]),
    ],
    table: (name) => {
      if (!known.has(name)) known.set(name, tableNamed(reading, name, query));
      return known.get(name);
    },
    call: (name, args) => (name === '_GetWatchlist' ? watchlist(reading, args[0] ?? null) : undefined),
  };
}

function tableNamed(reading: LogReading, name: string, query: string): KqlTable | undefined {
  const found = reading.workspaces.flatMap((workspace) => tableOf(reading, workspace, name) ?? []);
  const [first] = found;
  if (found.length === 1) return first;
  if (first !== undefined) return together(name, found);
  const schema = schemaOf(name);
  if (schema !== undefined) return { name, columns: logColumns(schema), rows: () => [] };
  return /^\w+_CL$/.test(name) ? { name, columns: logColumns(askedFor(query)), rows: () => [] } : undefined;
}

/** Columns of every custom table, and every name in the query that has a custom column's suffix. */
function askedFor(query: string): readonly LogColumn[] {
  const names = new Set(query.match(/\b[A-Za-z]\w*_[sdbtg]\b/g));
  const standard = Object.entries(standardColumns).map(([name, type]): LogColumn => ({ name, type }));
  return [timeColumn, ...standard, ...[...names].map((name) => ({ name, type: typeOfSuffix(name) ?? 'string' }))];
}

function tableOf(
  { store, span, showsActivity }: LogReading,
  workspace: LogWorkspace,
  name: string,
): KqlTable | undefined {
  const { id, customerId } = workspace;
  const fixed = { TenantId: customerId, SourceSystem: name.endsWith('_CL') ? 'RestAPI' : 'Azure', Type: name };
  const subscriptionId = parseArmId(id)?.subscriptionId ?? '';
  const table = store.logs.table({ workspace: armIdKey(id), name });
  if (name === 'AzureActivity' && table === undefined)
    return showsActivity(subscriptionId) ? activityTable(store, subscriptionId, fixed, span) : undefined;
  if (table?.name !== name) return undefined;
  const stored = new Set(table.columns.map((column) => column.name));
  const others = (schemaOf(name) ?? []).filter((column) => !stored.has(column.name));
  return storedTable({ logs: store.logs, table, fixed, span }, logColumns([...table.columns, ...others]));
}

/** The tables of one name of several workspaces; a column that one has not is empty there. */
function together(name: string, tables: readonly KqlTable[]): KqlTable {
  const columns = [
    ...new Map(tables.flatMap((table) => table.columns).map((column) => [column.name, column])).values(),
  ];
  return {
    name,
    columns,
    *rows(request) {
      for (const table of tables) {
        const places = columns.map(({ name: column }) => table.columns.findIndex((each) => each.name === column));
        for (const row of table.rows(request)) {
          yield places.map((place, index) => row[place] ?? (columns[index]?.type === 'string' ? '' : null));
        }
      }
    },
  };
}

// --- Watchlists -------------------------------------------------------------------------------------------------

const itemType = 'Microsoft.SecurityInsights/watchlists/watchlistItems';

/** A watchlist's items; their own columns in the order they are first met. */
function watchlist({ store, workspaces }: LogReading, alias: Value): KqlTable | undefined {
  if (typeof alias !== 'string') return undefined;
  const items = workspaces.flatMap(({ id }) => {
    const scope = `${id}/providers/Microsoft.SecurityInsights/watchlists/${alias}`;
    return store.resources.list({ scope }).filter(({ type }) => type.toLowerCase() === itemType.toLowerCase());
  });
  const values = items.map(({ body }) => memberOf(memberOf(body, 'properties'), 'itemsKeyValue') ?? {});
  const names = new Set(values.flatMap((value) => (isJsonObject(value) ? Object.keys(value) : [])));
  const columns: readonly KqlColumn[] = [
    { name: '_DTItemId', type: 'string' },
    { name: 'LastUpdatedTimeUTC', type: 'datetime' },
    { name: 'SearchKey', type: 'string' },
    ...[...names].map((name): KqlColumn => ({ name, type: 'string' })),
  ];
  const rows = items.map(({ name, body }, index): Row => {
    const properties = memberOf(body, 'properties');
    const text = (value: Json | undefined): string => convert(dynamicOf(value ?? null), 'dynamic', 'string') as string;
    const updated = convert(textMember(properties, 'updated') ?? '', 'string', 'datetime');
    const own = [...names].map((column) => text(memberOf(values[index], column)));
    return [name, updated, textMember(properties, 'searchKey') ?? '', ...own];
  });
  return { name: '_GetWatchlist', columns, rows: () => rows };
}
