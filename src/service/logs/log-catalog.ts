/**
 * The tables of Log Analytics workspaces as one query sees them.
 *
 * Owns: names, tables without rows, tables of several workspaces together. Does not own: rows of one table
 * (`log-table.ts`).
 *
 * Invariants
 * LA1. A table that Azure has and that nobody wrote to is there, with its columns and without rows. So is a custom table
 *      (`…_CL`), with the columns that the query names by their suffixes.
 * Source: connectors reference 6 and 9.
 */
import { armIdKey, type LogColumn, parseArmId, type Store } from '#foundation';
import type { Catalog, KqlTable } from '#query';
import { activityTable } from './activity-table.ts';
import { eventTable, eventTableNames, isEventTable } from './event-tables.ts';
import { schemaOf, standardColumns, timeColumn, typeOfSuffix } from './log-columns.ts';
import { logColumns, type LogSpan, storedTable } from './log-table.ts';
import type { LogWorkspace } from './log-workspaces.ts';
import { savedFunctions } from './saved-functions.ts';
import { incidentTable, indicatorTable, watchlistTable } from './sentinel-tables.ts';

export interface LogReading {
  readonly store: Store;
  readonly workspaces: readonly LogWorkspace[];
  /** Workspaces that the query names by `workspace('…')`, by that name in lower case. */
  readonly others: ReadonlyMap<string, LogWorkspace>;
  readonly span: LogSpan;
  /** Whether the activity log of a subscription may be shown. */
  readonly showsActivity: (subscriptionId: string) => boolean;
  /** Whether the security events of a subscription may be shown. */
  readonly showsEvents: (subscriptionId: string) => boolean;
}

/** The tables of the workspaces; `query` tells which columns a table without rows is asked for. */
export function logCatalog(reading: LogReading, query: string): Catalog {
  const known = new Map<string, KqlTable | undefined>();
  const others = new Map<string, Catalog>();
  return {
    names: () => [
      // Every workspace has the last two, so that a search finds tables, with or without rows.
      ...new Set([
        ...reading.workspaces.flatMap(({ id }) => reading.store.logs.tables(armIdKey(id)).map(({ name }) => name)),
        ...(reading.workspaces.some(({ id }) => reading.showsEvents(subscriptionOf(id))) ? eventTableNames : []),
        'Operation',
        'Usage',
      ]),
    ],
    table: (name) => {
      if (!known.has(name)) known.set(name, tableNamed(reading, name, query));
      return known.get(name);
    },
    call: (name, [alias]) => {
      if (name !== '_GetWatchlist' || typeof alias !== 'string') return undefined;
      const ids = reading.workspaces.map(({ id }) => id);
      return watchlistTable(reading.store, ids, alias);
    },
    elsewhere: (name) => {
      const workspace = reading.others.get(name.toLowerCase());
      if (workspace === undefined) return undefined;
      const made = others.get(workspace.id) ?? logCatalog({ ...reading, workspaces: [workspace] }, query);
      others.set(workspace.id, made);
      return made;
    },
    kept: (name) =>
      reading.workspaces.flatMap(({ id }) => savedFunctions(reading.store, id)).find((each) => each.name === name),
  };
}

function subscriptionOf(workspaceId: string): string {
  return parseArmId(workspaceId)?.subscriptionId ?? '';
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
  { store, span, showsActivity, showsEvents }: LogReading,
  workspace: LogWorkspace,
  name: string,
): KqlTable | undefined {
  const { id, customerId } = workspace;
  const fixed = { TenantId: customerId, SourceSystem: name.endsWith('_CL') ? 'RestAPI' : 'Azure', Type: name };
  const subscriptionId = subscriptionOf(id);
  const table = store.logs.table({ workspace: armIdKey(id), name });
  if (name === 'AzureActivity' && table === undefined)
    return showsActivity(subscriptionId) ? activityTable(store, subscriptionId, fixed, span) : undefined;
  if (isEventTable(name) && table === undefined)
    return showsEvents(subscriptionId) ? eventTable(store, name, subscriptionId, fixed, span) : undefined;
  if (name === 'SecurityIncident' && table === undefined) return incidentTable(store, id, fixed, span);
  if (name === 'ThreatIntelligenceIndicator' && table === undefined) return indicatorTable(store, id, fixed, span);
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
