/**
 * Polling triggers of the SQL Server connector: rows that were inserted, rows that were inserted or changed.
 *
 * Owns: which column tells news, where a poll goes on. Does not own: who runs statements (`sql-operations.ts`).
 * Source: the published contract of the connector: inserts by an IDENTITY column, changes by a ROWVERSION column.
 *
 * Invariants
 * ST1. The first poll fires nothing. Each later row, or version of one, is answered once: the place says the value to go on from.
 * ST2. Versions are read up to the oldest open transaction, so that none is passed over that is committed late.
 */
import { encodedTwice, nextPlace, type OperationOutcome, type SqlCommand } from '#connectors';
import {
  type Fault,
  isFault,
  type Json,
  type JsonObject,
  memberOf,
  parseJson,
  stringifyJson,
  textMember,
} from '#foundation';
import type { LocalOperation, OperationCall } from './operation-call.ts';
import { quoted, type Table } from './sql-statements.ts';

/** Runs a statement; the rows of its first set, or what the server said instead. */
export type RunRows = (
  call: OperationCall,
  command: SqlCommand,
) => Promise<{ readonly rows: readonly JsonObject[] } | { readonly outcome: OperationOutcome }>;

interface Kind {
  /** The column that tells news, of the table `@table`. */
  readonly column: string;
  readonly missing: string;
  /** The value that a first poll goes on from. */
  readonly begin: (column: string, table: string) => string;
  readonly poll: (column: string, table: string) => string;
  /** Where the next poll goes on, behind a row. */
  readonly behind: (row: JsonObject, column: string) => string;
}

const most = 100;
const versionMember = '__version';

const inserted: Kind = {
  column: 'SELECT name FROM sys.identity_columns WHERE object_id = OBJECT_ID(@table)',
  missing: 'an IDENTITY column, by which new rows are told',
  begin: (column, table) => `SELECT CONVERT(varchar(40), MAX(${column})) AS last FROM ${table}`,
  poll: (column, table) =>
    `SELECT TOP (@top) * FROM ${table} WHERE @last = '' OR ${column} > CONVERT(decimal(38, 0), NULLIF(@last, '')) ORDER BY ${column}`,
  behind: (row, column) => textOf(memberOf(row, column)),
};

const changed: Kind = {
  column: 'SELECT name FROM sys.columns WHERE object_id = OBJECT_ID(@table) AND system_type_id = 189',
  missing: 'a ROWVERSION column, by which changes are told',
  begin: () => 'SELECT CONVERT(varchar(18), MIN_ACTIVE_ROWVERSION(), 1) AS last',
  // ST2.
  poll: (column, table) =>
    `SELECT TOP (@top) *, CONVERT(varchar(18), ${column}, 1) AS ${versionMember} FROM ${table} WHERE ${column} >= CONVERT(binary(8), @last, 1) AND ${column} < MIN_ACTIVE_ROWVERSION() ORDER BY ${column}`,
  behind: (row) =>
    `0x${(BigInt(textOf(memberOf(row, versionMember))) + 1n).toString(16).toUpperCase().padStart(16, '0')}`,
};

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : stringifyJson(value);
}

/** A trigger over `tableOf`, run by `run`. */
export function rowTrigger(
  kind: 'inserted' | 'changed',
  tableOf: (call: OperationCall) => Table | Fault,
  run: RunRows,
): LocalOperation {
  const of = kind === 'inserted' ? inserted : changed;
  return async (call) => {
    const table = tableOf(call);
    if (isFault(table)) return table;
    const name = quoted(...table);
    const found = await run(call, statement(of.column, { table: name }));
    if ('outcome' in found) return found.outcome;
    const column = textMember(found.rows[0] ?? null, 'name');
    if (column === undefined) return refused(`The table '${name}' is not there, or has not ${of.missing}.`);
    const last = lastOf(call.input.query['triggerState']);
    if (last === undefined) {
      const newest = await run(call, statement(of.begin(quoted(column), name), {}));
      if ('outcome' in newest) return newest.outcome;
      return nothingNew(call, textOf(memberOf(newest.rows[0] ?? null, 'last')));
    }
    const news = await run(call, statement(of.poll(quoted(column), name), { top: most, last }));
    if ('outcome' in news) return news.outcome;
    const { rows } = news;
    const newest = rows.at(-1);
    if (newest === undefined) return nothingNew(call, last);
    return {
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        location: placeOf(call, of.behind(newest, column)),
        ...(rows.length < most ? {} : { 'retry-after': '1' }),
      },
      body: { value: rows.map(withoutVersion) },
    };
  };
}

function withoutVersion(row: JsonObject): JsonObject {
  const { [versionMember]: _, ...shown } = row;
  return shown;
}

function statement(text: string, values: Readonly<Record<string, string | number>>): SqlCommand {
  return { kind: 'statement', text, parameters: Object.entries(values).map(([name, value]) => ({ name, value })) };
}

function nothingNew(call: OperationCall, last: string): OperationOutcome {
  return { status: 202, headers: { location: placeOf(call, last), 'retry-after': '30' } };
}

function placeOf({ operation, input }: OperationCall, last: string): string {
  return nextPlace(operation.path, input, { last }, encodedTwice(operation.parameters));
}

/** Undefined for a first poll, and for a state that somebody else wrote. */
function lastOf(state: string | undefined): string | undefined {
  if (state === undefined) return undefined;
  try {
    return textMember(parseJson(Buffer.from(state, 'base64url').toString()), 'last');
  } catch {
    return undefined;
  }
}

function refused(message: string): OperationOutcome {
  return {
    status: 400,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { status: 400, message, source: 'sql', error: { code: 400, message } },
  };
}
