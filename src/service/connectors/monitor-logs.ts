/**
 * Operations of Azure Monitor Logs and of its data collector, on local tables.
 *
 * Owns: what the connectors' requests and answers look like. Does not own: queries and tables (`logs/`), whose identity a
 * connection has (`arm-sender.ts`).
 *
 * Invariants
 * ML1. A query runs as the connection's identity through our own ARM: its roles decide, with Azure's errors.
 * Source: connectors reference 3.4.
 */
import type { OperationOutcome } from '#connectors';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, setMember, textMember } from '#foundation';
import { DateTime } from '#query';
import { collectLogs } from '../logs/collect-logs.ts';
import type { LogSpan } from '../logs/log-table.ts';
import { spanOfTimeRange } from '../logs/log-span.ts';
import { workspaceOfCustomer } from '../logs/log-workspaces.ts';
import { isWorkspaceKey } from '../logs/workspace-keys.ts';
import { armSender } from './arm-sender.ts';
import type { OperationCall } from './operation-call.ts';

interface Asked {
  readonly query: string;
  readonly timeRange: string;
}

/** The query of a body: plain text, or `{query, timerange}` where the range may be an object of one text. */
function askedOf({ input }: OperationCall): Asked {
  const { body, query } = input;
  if (typeof body === 'string') return { query: body, timeRange: query['timerange'] ?? '' };
  const range = memberOf(body, 'timerange');
  const texts = isJsonObject(range) ? Object.values(range).filter((each) => typeof each === 'string') : [range];
  const [first] = texts;
  return {
    query: textMember(body, 'query') ?? '',
    timeRange: typeof first === 'string' ? first : (query['timerange'] ?? ''),
  };
}

function textOf({ from, to }: LogSpan): string | undefined {
  if (from === undefined) return undefined;
  const end = to === undefined ? '9999-12-31T00:00:00Z' : new DateTime(to).toString();
  return `${new DateTime(from).toString()}/${end}`;
}

function workspacePath({ input }: OperationCall): string {
  const part = (name: string): string => encodeURIComponent(input.query[name] ?? '');
  const group = `/subscriptions/${part('subscriptions')}/resourceGroups/${part('resourcegroups')}`;
  return `${group}/providers/Microsoft.OperationalInsights/workspaces/${part('resourcename')}`;
}

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
}

async function rowsOf(call: OperationCall): Promise<Rows | OperationOutcome> {
  const { query, timeRange } = askedOf(call);
  const span = spanOfTimeRange(timeRange, call.services.clock.now());
  if (span === undefined) {
    call.services.log.warn('The time range of a log query cannot be read; the query sees all times.', { timeRange });
  }
  const timespan = textOf(span ?? {});
  const body = { query, ...(timespan === undefined ? {} : { timespan }) };
  const path = `${workspacePath(call)}/query?api-version=2017-10-01`;
  const answer = await armSender(call)({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body });
  if ('kind' in answer || answer.status !== 200) return answer;
  const tables = memberOf(answer.body, 'tables');
  const table = isJsonArray(tables) ? tables[0] : undefined;
  const columns = memberOf(table, 'columns');
  const rows = memberOf(table, 'rows');
  return {
    columns: (isJsonArray(columns) ? columns : []).map((column) => textMember(column, 'name') ?? ''),
    rows: (isJsonArray(rows) ? rows : []).map((row) => (isJsonArray(row) ? row : [])),
  };
}

function isRows(value: Rows | OperationOutcome): value is Rows {
  return 'rows' in value;
}

const json = { 'content-type': 'application/json; charset=utf-8' };

/** `queryData`: rows as objects. */
export async function queryData(call: OperationCall): Promise<OperationOutcome> {
  const found = await rowsOf(call);
  if (!isRows(found)) return found;
  const value = found.rows.map((row): JsonObject => {
    const object: { [name: string]: Json } = {};
    found.columns.forEach((name, index) => setMember(object, name, row[index] ?? null));
    return object;
  });
  return { status: 200, headers: json, body: { value } };
}

function escaped(value: Json | undefined): string {
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function htmlOf({ columns, rows }: Rows): string {
  const cell = 'style="border:1px solid #c8c6c4;padding:4px 8px;text-align:left"';
  const head = columns.map((name) => `<th ${cell}>${escaped(name)}</th>`).join('');
  const lines = rows.map((row) => `<tr>${row.map((value) => `<td ${cell}>${escaped(value)}</td>`).join('')}</tr>`);
  const style = 'style="border-collapse:collapse;font-family:Segoe UI,Arial,sans-serif;font-size:13px"';
  return `<table ${style}><thead><tr>${head}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
}

/** `visualizeQuery`: the rows as a table of HTML. Charts are not drawn. */
export async function visualizeQuery(call: OperationCall): Promise<OperationOutcome> {
  const kind = call.input.query['visType'] ?? textMember(call.input.body, 'visType') ?? 'Html Table';
  if (kind.toLowerCase().replaceAll(' ', '') !== 'htmltable') {
    const message = `The chart '${kind.slice(0, 40)}' is not drawn here; use 'Html Table', or put the connection in the sandbox.`;
    return { kind: 'failure', code: 'ConnectorNotSupported', message, retryable: false };
  }
  const found = await rowsOf(call);
  if (!isRows(found)) return found;
  const content = Buffer.from(htmlOf(found), 'utf8').toString('base64');
  return {
    status: 200,
    headers: json,
    body: { body: content, attachmentContent: content, attachmentName: 'results.html' },
  };
}

/** `Send Data`: the connection holds a workspace's GUID and key. */
export async function sendData({ services, input, values }: OperationCall): Promise<OperationOutcome> {
  const workspace = workspaceOfCustomer(services, values.get('username') ?? '');
  if (workspace === undefined || !isWorkspaceKey(services, workspace.id, values.get('password') ?? '')) {
    const message = 'The workspace of the connection is not one of this server, or its key is not right.';
    return { status: 403, headers: json, body: { Error: 'InvalidAuthorization', Message: message } };
  }
  const header = (name: string): string =>
    Object.entries(input.headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const fault = await collectLogs(services, {
    workspaceId: workspace.id,
    logType: header('log-type'),
    body: input.body ?? null,
    timeField: header('time-generated-field'),
  });
  if (fault === undefined) return { status: 200, headers: {} };
  return { status: fault.status, headers: json, body: { Error: fault.error, Message: fault.message } };
}
