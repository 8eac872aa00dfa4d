/**
 * Writes log tables: makes them, widens them, appends and forgets rows.
 *
 * Owns: which table has which number, prepared insertions. Does not own: transactions (`write-session.ts`).
 *
 * Invariants: LR1 and LR2 of the port.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LogColumn } from '#foundation';
import {
  addLogColumn,
  appendLogRow,
  dropLogRows,
  forgetLogRows,
  type LogPlace,
  makeLogRows,
} from './statements/log-rows.ts';
import { addLogTable, changeLogTable, deleteLogTable, findLogTable } from './statements/log-tables.ts';
import type { Cell } from './wire.ts';

/** Insertions kept ready; each is one table with one choice of columns. */
const keptInsertions = 200;

export class LogWriter {
  readonly #database: DatabaseSync;
  readonly #places = new Map<string, LogPlace>();
  readonly #insertions = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Forgets what is kept; after a transaction was undone. */
  forget(): void {
    this.#places.clear();
    this.#insertions.clear();
  }

  /** Cells: workspace, name, columns as JSON, retention in days or null. */
  putTable(cells: readonly Cell[]): void {
    const [workspace, name, text, retention] = cells as [string, string, string, number | null];
    const columns = JSON.parse(text) as readonly LogColumn[];
    const known = this.#find(workspace, name);
    if (known === undefined) {
      if (columns[0]?.name !== 'TimeGenerated') throw new Error('A log table begins with TimeGenerated.');
      const added = this.#database
        .prepare(addLogTable)
        .run(workspace, name, name.toLowerCase(), text, retention).lastInsertRowid;
      this.#database.exec(makeLogRows({ id: Number(added), columns }));
      return;
    }
    const names = new Set(known.columns.map((column) => column.name));
    const all = [...known.columns, ...columns.filter((column) => !names.has(column.name))];
    for (let index = known.columns.length; index < all.length; index++) {
      this.#database.exec(addLogColumn(known, index, all[index] as LogColumn));
    }
    this.#database.prepare(changeLogTable).run(JSON.stringify(all), retention, known.id);
    this.forget();
  }

  /** Cells: workspace, name. */
  deleteTable(cells: readonly Cell[]): void {
    const [workspace, name] = cells as [string, string];
    const known = this.#find(workspace, name);
    if (known === undefined) return;
    this.forget();
    this.#database.exec(dropLogRows(known));
    this.#database.prepare(deleteLogTable).run(known.id);
  }

  /** Cells: workspace, name, names of columns as JSON, rows as JSON in which wide integers are texts. */
  append(cells: readonly Cell[]): void {
    const [workspace, name, columnsText, rowsText] = cells as [string, string, string, string];
    const place = this.#find(workspace, name);
    if (place === undefined) throw new Error(`There is no log table '${name}'.`);
    const insertion = this.#insertion(place, columnsText);
    for (const row of JSON.parse(rowsText) as readonly (string | number | null)[][]) insertion.run(...row);
  }

  #insertion(place: LogPlace, columnsText: string): StatementSync {
    const key = `${place.id} ${columnsText}`;
    let insertion = this.#insertions.get(key);
    if (insertion === undefined) {
      if (this.#insertions.size >= keptInsertions) this.#insertions.clear();
      insertion = this.#database.prepare(appendLogRow(place, JSON.parse(columnsText) as readonly string[]));
      this.#insertions.set(key, insertion);
    }
    return insertion;
  }

  /** Cells: workspace, name, ticks as text, how many at most. */
  forgetRows(cells: readonly Cell[]): void {
    const [workspace, name, before, top] = cells as [string, string, string, number];
    const known = this.#find(workspace, name);
    if (known !== undefined) this.#database.prepare(forgetLogRows(known)).run(BigInt(before), top);
  }

  #find(workspace: string, name: string): LogPlace | undefined {
    const key = `${workspace}\n${name.toLowerCase()}`;
    const kept = this.#places.get(key);
    if (kept !== undefined) return kept;
    const row = this.#database.prepare(findLogTable).get(workspace, name.toLowerCase());
    if (row === undefined) return undefined;
    const place = { id: row['id'] as number, columns: JSON.parse(row['columns'] as string) as readonly LogColumn[] };
    this.#places.set(key, place);
    return place;
  }
}
