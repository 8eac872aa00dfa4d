/**
 * Reads local log tables: which there are, their rows page by page, and whole tables as text.
 *
 * Owns: the list of tables, NDJSON and CSV. Does not own: writing rows (`log-tables.ts`), columns (`#events`).
 *
 * Invariants
 * R1. An export holds one page in memory, however long the table.
 * R2. In CSV a text that a spreadsheet would take for a formula has an apostrophe before it.
 */
import { armIdKey, type Json, type JsonObject, stringifyJson, type StoredDocument } from '#foundation';
import { automationIndexOf } from './automation-index.ts';
import { logRowCollection, logTableKey } from './log-tables.ts';
import type { Services } from './services.ts';

/** Tables that workspace actions write, in Azure's names. */
export const logTables = [
  'SecurityAlert',
  'SecurityRecommendation',
  'SecurityNestedRecommendation',
  'SecurityRegulatoryCompliance',
  'SecureScores',
  'SecureScoreControls',
  'SecurityAttackPathData',
] as const;

export interface LogQuery {
  readonly workspaceId: string;
  readonly table: string;
  /** Milliseconds, both inclusive. */
  readonly from?: number;
  readonly to?: number;
}

/** The tables of a workspace that have rows. */
export function listLogTables({ store }: Pick<Services, 'store'>, workspaceId: string): readonly JsonObject[] {
  return logTables.flatMap((table) => {
    const parent = logTableKey(workspaceId, table);
    const rows = store.documents.count({ collection: logRowCollection, parent });
    return rows === 0 ? [] : [{ workspaceResourceId: workspaceId, table, rows }];
  });
}

/** The workspaces that automations name, each once. */
export function workspacesOfAutomations(services: Pick<Services, 'store'>): readonly string[] {
  const found = new Map<string, string>();
  for (const { actions } of automationIndexOf(services).all()) {
    for (const action of actions) {
      if (action.kind === 'Workspace') found.set(armIdKey(action.workspaceResourceId), action.workspaceResourceId);
    }
  }
  return [...found.values()];
}

type Position = { readonly time: number; readonly key: string };

/** Rows, the newest first. */
export function listLogRows(
  { store }: Pick<Services, 'store'>,
  query: LogQuery & { readonly top: number; readonly after?: Position },
): readonly StoredDocument[] {
  const { workspaceId, table, from, to, top, after } = query;
  return store.documents.list({
    collection: logRowCollection,
    parent: logTableKey(workspaceId, table),
    top,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(after === undefined ? {} : { after }),
  });
}

const pageSize = 500;

/** A table as text, the newest row first (R1). */
export async function* exportLogRows(
  services: Pick<Services, 'store'>,
  query: LogQuery,
  format: 'ndjson' | 'csv',
): AsyncGenerator<string> {
  let after: Position | undefined;
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
    after = { time: last.time, key: last.key };
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
