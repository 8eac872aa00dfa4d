/**
 * Reads log tables, and groups their rows.
 *
 * Owns: running the statements. Does not own: their text (`statements/log-rows.ts`).
 *
 * Invariants: LR1 to LR3 of the port; rows are stepped through, never gathered.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { LogCell, LogColumn, LogGrouping, LogReader, LogScan, LogTable, LogTableKey } from '#foundation';
import { groupLogRows, type LogPlace, type LogStatement, selectLogRows } from './statements/log-rows.ts';
import { findLogTable, listLogTables } from './statements/log-tables.ts';

type Found = LogTable & LogPlace;

export class SqliteLogs implements LogReader {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  table(key: LogTableKey): LogTable | undefined {
    return this.#find(key);
  }

  tables(workspace?: string): readonly LogTable[] {
    return this.#database
      .prepare(listLogTables)
      .all(workspace ?? null)
      .map(tableOf);
  }

  *rows(scan: LogScan): Iterable<readonly LogCell[]> {
    const place = this.#find(scan);
    if (place !== undefined) yield* this.#cells(selectLogRows(place, scan));
  }

  *groups(grouping: LogGrouping): Iterable<readonly LogCell[]> {
    const place = this.#find(grouping);
    if (place !== undefined) yield* this.#cells(groupLogRows(place, grouping));
  }

  *#cells({ sql, values }: LogStatement): Iterable<readonly LogCell[]> {
    const statement = this.#database.prepare(sql);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    yield* statement.iterate(...values) as unknown as Iterable<readonly LogCell[]>;
  }

  #find({ workspace, name }: LogTableKey): Found | undefined {
    const row = this.#database.prepare(findLogTable).get(workspace, name.toLowerCase());
    return row === undefined ? undefined : tableOf(row);
  }
}

function tableOf(row: Record<string, SQLOutputValue>): Found {
  const days = row['retention_days'] as number | null;
  return {
    id: row['id'] as number,
    workspace: row['workspace'] as string,
    name: row['name'] as string,
    columns: JSON.parse(row['columns'] as string) as readonly LogColumn[],
    ...(days === null ? {} : { retentionDays: days }),
  };
}
