/**
 * `tocsin query`: asks local log tables or Resource Graph, once, from a pipe, or line by line at a terminal.
 *
 * Owns: reading queries, forms of output, pointing at what is wrong. Does not own: the language, which the server works on.
 */
import { createInterface } from 'node:readline/promises';
import process from 'node:process';
import { text as textOf } from 'node:stream/consumers';
import { isJsonArray, isJsonObject, type Json, memberOf, stringifyJson, textMember } from '#foundation';
import { type Answer, Client } from '../client.ts';
import { type Command, RequestError } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { note, paint, say, table } from '../terminal.ts';

type Format = 'table' | 'json' | 'csv' | 'ndjson';

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
  /** Why not all rows are there. */
  readonly note?: string;
}

type Ask = (query: string) => Promise<Rows>;

function formatOf(line: CommandLine): Format {
  const given = line.text('format') ?? (line.json ? 'json' : 'table');
  if (given === 'table' || given === 'json' || given === 'csv' || given === 'ndjson') return given;
  throw new UsageError("--format takes 'table', 'json', 'csv' or 'ndjson'.");
}

// --- Asking -----------------------------------------------------------------------------------------------------

async function askerOf(line: CommandLine): Promise<Ask> {
  const client = new Client(line);
  if (line.flag('graph')) return (query) => askGraph(client, query);
  const workspace = line.text('workspace') ?? (await onlyWorkspace(client));
  const path = workspace.startsWith('/')
    ? `/v1${workspace}/query`
    : `/v1/workspaces/${encodeURIComponent(workspace)}/query`;
  const timespan = line.text('timespan');
  return async (query) => {
    const body = { query, ...(timespan === undefined ? {} : { timespan }) };
    const answer = await client.exchange(path, { method: 'POST', body });
    if (answer.status >= 400) throw faultOf(query, answer);
    const tables = memberOf(answer.body, 'tables');
    return tableOf(isJsonArray(tables) ? (tables[0] ?? null) : null, memberOf(answer.body, 'error'));
  };
}

async function onlyWorkspace(client: Client): Promise<string> {
  const tables = await client.list('/tocsin/v1/logTables', {});
  const ids = new Set(tables.map((each) => textMember(each, 'workspaceResourceId') ?? ''));
  const [id] = ids;
  if (id !== undefined && ids.size === 1) return id;
  throw new UsageError(
    ids.size === 0
      ? 'No workspace has rows yet; give one with --workspace, or ask Resource Graph with --graph.'
      : `Several workspaces have rows; give one with --workspace:\n  ${[...ids].join('\n  ')}`,
  );
}

function tableOf(json: Json, error: Json | undefined): Rows {
  const columns = memberOf(json, 'columns');
  const rows = memberOf(json, 'rows');
  const details = memberOf(error, 'details');
  const reason = textMember(memberOf(isJsonArray(details) ? details[0] : undefined, 'innererror'), 'message');
  return {
    columns: (isJsonArray(columns) ? columns : []).map((column) => textMember(column, 'name') ?? ''),
    rows: (isJsonArray(rows) ? rows : []).map((row) => (isJsonArray(row) ? row : [])),
    ...(reason === undefined ? {} : { note: reason }),
  };
}

const graphPath = '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01';

/** All pages. */
async function askGraph(client: Client, query: string): Promise<Rows> {
  const all: (readonly Json[])[] = [];
  let token: string | undefined;
  for (;;) {
    const options = { resultFormat: 'table', $top: 1000, ...(token === undefined ? {} : { $skipToken: token }) };
    const answer = await client.exchange(graphPath, { method: 'POST', body: { query, options } });
    if (answer.status >= 400) throw faultOf(query, answer);
    const { columns, rows } = tableOf(memberOf(answer.body, 'data') ?? null, undefined);
    all.push(...rows);
    token = textMember(answer.body, '$skipToken');
    if (token !== undefined) continue;
    const truncated = memberOf(answer.body, 'resultTruncated') === 'true';
    const why = 'There are more rows; project the id to get them all.';
    return { columns, rows: all, ...(truncated ? { note: why } : {}) };
  }
}

/** What the server says is wrong, with the line of the query and a mark below the place. */
function faultOf(query: string, { status, body }: Answer): RequestError {
  const error = memberOf(body, 'error');
  const details = memberOf(error, 'details');
  const chain: Json[] = [error ?? null, ...(isJsonArray(details) ? details : [])];
  for (let at = memberOf(error, 'innererror'); isJsonObject(at); at = memberOf(at, 'innererror')) chain.push(at);
  const deepest = chain.at(-1) ?? null;
  const [line, pos] = [
    memberOf(deepest, 'line'),
    memberOf(deepest, 'pos') ?? memberOf(deepest, 'characterPositionInLine'),
  ];
  const expected = textMember(deepest, 'expectedToken');
  const message = `${textMember(deepest, 'message') ?? `status ${status}`}${expected === undefined ? '' : `: ${expected}`}`;
  if (typeof line !== 'number' || typeof pos !== 'number') return new RequestError(message, status);
  const column = memberOf(deepest, 'pos') === undefined ? pos : pos - 1;
  const text = query.split('\n')[line - 1] ?? '';
  const blank = text.slice(0, column).replaceAll(/[^\t]/g, ' ');
  return new RequestError(`${message}\n  ${text}\n  ${blank}${paint('red', '^')}`, status);
}

// --- Showing ----------------------------------------------------------------------------------------------------

function plain(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : stringifyJson(value);
}

function csvField(value: Json | undefined): string {
  const text = plain(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function objectOf(columns: readonly string[], row: readonly Json[]): Json {
  return Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]));
}

const widestCell = 60;

function shown({ columns, rows }: Rows, format: Format): string {
  switch (format) {
    case 'json':
      return stringifyJson(rows.map((row) => objectOf(columns, row)));
    case 'ndjson':
      return rows.map((row) => stringifyJson(objectOf(columns, row))).join('\n');
    case 'csv':
      return [columns.map(csvField), ...rows.map((row) => columns.map((_, index) => csvField(row[index])))]
        .map((fields) => fields.join(','))
        .join('\n');
    case 'table':
      return table(
        columns,
        rows.map((row) => columns.map((_, index) => shortened(plain(row[index])))),
      );
  }
}

/** One line of a cell, control characters as blanks. */
function shortened(text: string): string {
  const clean = text.replaceAll(/\p{Cc}+/gu, ' ');
  return clean.length > widestCell ? `${clean.slice(0, widestCell - 1)}…` : clean;
}

function tell(result: Rows, format: Format): void {
  const text = shown(result, format);
  if (text !== '') say(text);
  if (result.note !== undefined) note(result.note);
  if (format === 'table') note(`${result.rows.length} ${result.rows.length === 1 ? 'row' : 'rows'}`);
}

/** Queries at a terminal, each ended by an empty line or a semicolon at the end of a line. */
async function interactive(ask: Ask, format: Format): Promise<number> {
  note('A query ends with an empty line or a semicolon; end the input to leave.');
  const lines = createInterface({ input: process.stdin, output: process.stderr, prompt: '> ' });
  let query = '';
  lines.prompt();
  for await (const given of lines) {
    const isEnd = given.trim() === '' || /;\s*$/.test(given);
    query += given.trim() === '' ? '' : `${given.replace(/;\s*$/, '')}\n`;
    if (isEnd && query.trim() !== '') {
      await ask(query.trimEnd()).then(
        (result) => tell(result, format),
        (error: unknown) => note(error instanceof Error ? error.message : String(error)),
      );
      query = '';
    }
    lines.setPrompt(query === '' ? '> ' : '… ');
    lines.prompt();
  }
  return 0;
}

async function run(line: CommandLine): Promise<number> {
  const format = formatOf(line);
  const ask = await askerOf(line);
  if (line.words.length === 0 && process.stdin.isTTY) return interactive(ask, format);
  const query = line.words.length > 0 ? line.words.join(' ') : await textOf(process.stdin);
  if (query.trim() === '') throw new UsageError('query takes a query, or reads one from standard input.');
  tell(await ask(query.trimEnd()), format);
  return 0;
}

export const queryCommand: Command = {
  name: 'query',
  summary: 'ask local log tables or Resource Graph in the Kusto query language',
  usage: `tocsin query [QUERY] [--workspace ID|GUID|NAME] [--timespan P1D] [--format table|json|csv|ndjson]
tocsin query [QUERY] --graph

Without QUERY it is read from standard input; at a terminal, line by line.`,
  options: { workspace: 'string', timespan: 'string', graph: 'boolean', format: 'string' },
  run,
};
