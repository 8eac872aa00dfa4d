/**
 * Reads local log tables without a query: which there are, their rows page by page, and whole tables as text.
 *
 * Owns: the list of tables, pages, NDJSON and CSV. Does not own: queries (`logs/`), the store's statements.
 *
 * Invariants
 * R1. An export holds one page in memory, however long the table.
 * R2. In CSV a text that a spreadsheet would take for a formula has an apostrophe before it.
 * R3. A page goes on behind the last row shown, also among rows of the same time.
 */
import {
  armIdKey,
  type Json,
  type JsonObject,
  type LogCell,
  type LogCondition,
  type LogTable,
  raise,
  setMember,
  stringifyJson,
} from '#foundation';
import { dateTimeAt, DateTime, jsonOf } from '#query';
import { automationIndexOf } from './automation-index.ts';
import { valueOfCell } from './logs/log-cells.ts';
import type { Services } from './services.ts';

export interface LogRowQuery {
  readonly workspaceId: string;
  readonly table: string;
  /** Milliseconds, both inclusive. */
  readonly from?: number;
  readonly to?: number;
}

type Read = Pick<Services, 'store'>;

/** The tables of a workspace that have rows. */
export function listLogTables({ store }: Read, workspaceId: string): readonly JsonObject[] {
  return store.logs.tables(armIdKey(workspaceId)).flatMap((table) => {
    const rows = countOf({ store }, table);
    return rows === 0 ? [] : [{ workspaceResourceId: workspaceId, table: table.name, rows }];
  });
}

function countOf({ store }: Read, { workspace, name }: LogTable): number {
  const key = { workspace, name };
  if (store.logs.groups === undefined) return [...store.logs.rows({ ...key, columns: [], conditions: [] })].length;
  for (const [count] of store.logs.groups({ ...key, conditions: [], keys: [], aggregates: [{ kind: 'count' }] })) {
    return Number(count);
  }
  return 0;
}

/** The workspaces that automations name, each once. */
export function workspacesOfAutomations(services: Read): readonly string[] {
  const found = new Map<string, string>();
  for (const { actions } of automationIndexOf(services).all()) {
    for (const action of actions) {
      if (action.kind === 'Workspace') found.set(armIdKey(action.workspaceResourceId), action.workspaceResourceId);
    }
  }
  return [...found.values()];
}

/** A row, and its place behind those of the same time that were shown (R3). */
export interface ListedRow {
  readonly body: JsonObject;
  readonly position: string;
}

/** Rows, the newest first. @throws TocsinError `InvalidParameter` for a table nobody wrote to, or a position. */
export function listLogRows(
  { store }: Read,
  query: LogRowQuery & { readonly top: number; readonly after?: string },
): readonly ListedRow[] {
  const key = { workspace: armIdKey(query.workspaceId), name: query.table };
  const table = store.logs.table(key);
  if (table === undefined) return [];
  const conditions: LogCondition[] = [];
  const bound = (operator: '>=' | '<=', ticks: bigint): void => {
    conditions.push({ column: 'TimeGenerated', operator, values: [ticks] });
  };
  if (query.from !== undefined) bound('>=', dateTimeAt(query.from).ticks);
  if (query.to !== undefined) bound('<=', dateTimeAt(query.to).ticks);
  const [last, seen] = query.after === undefined ? [undefined, 0] : placeOf(query.after);
  if (last !== undefined) bound('<=', last);
  const columns = table.columns.map(({ name }) => name);
  const order = { column: 'TimeGenerated', descending: true } as const;
  const found = [...store.logs.rows({ ...key, columns, conditions, order, top: query.top + seen })].slice(seen);
  let [time, same] = [last, seen];
  return found.map((cells) => {
    same = cells[0] === time ? same + 1 : 1;
    time = cells[0] as bigint;
    return { body: bodyOf(table, cells), position: `${time} ${same}` };
  });
}

function placeOf(text: string): readonly [bigint, number] {
  const found = /^(\d{1,19}) (\d{1,9})$/.exec(text);
  if (found === null) return raise('InvalidParameter', 'The $skiptoken is not valid.', { target: '$skiptoken' });
  return [BigInt(found[1] ?? 0), Number(found[2])];
}

function bodyOf(table: LogTable, cells: readonly LogCell[]): JsonObject {
  const body: { [name: string]: Json } = {};
  table.columns.forEach(({ name, type }, index) => {
    const value = valueOfCell(cells[index] ?? null, type);
    setMember(body, name, value instanceof DateTime ? value.toString() : jsonOf(value));
  });
  return { ...body, Type: table.name };
}

const pageSize = 500;

/** A table as text, the newest row first (R1). */
export async function* exportLogRows(
  services: Read,
  query: LogRowQuery,
  format: 'ndjson' | 'csv',
): AsyncGenerator<string> {
  let after: string | undefined;
  let columns: readonly string[] | undefined;
  for (;;) {
    const page = listLogRows(services, { ...query, top: pageSize, ...(after === undefined ? {} : { after }) });
    const last = page.at(-1);
    if (last === undefined) return;
    let text = '';
    if (format === 'csv' && columns === undefined) {
      columns = Object.keys(page[0]?.body ?? {});
      text += csvLine(columns);
    }
    for (const { body } of page) {
      text += format === 'csv' ? csvLine((columns ?? []).map((name) => body[name])) : `${stringifyJson(body)}\n`;
    }
    yield text;
    after = last.position;
    await Promise.resolve();
  }
}

function csvLine(values: readonly (Json | undefined)[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

function csvField(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  const plain = typeof value === 'string' ? value : stringifyJson(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
