/**
 * Answers of the Log Analytics query API: tables, statistics, partial results, nested errors.
 *
 * Owns: the mapping. Source: published contract of the Log Analytics query API (v1); connectors reference 3.4.
 */
import { type ArmResponse, type Json, type JsonObject, stringifyJson } from '#foundation';
import { answerLimits, type InnerFault, isLogsFault, type LogAnswer, type LogsFault } from '#service';

/** What a `Prefer` header asks for. */
export interface Preferences {
  /** Milliseconds the query may take. */
  readonly wait?: number;
  readonly statistics: boolean;
  readonly render: boolean;
}

export function preferencesOf(header: string | undefined): Preferences {
  const parts = (header ?? '').split(',').map((part) => part.trim().toLowerCase());
  const has = (name: string): boolean => parts.some((part) => part === name || part === `${name}=true`);
  const seconds = parts.map((part) => /^wait=(\d{1,5})$/.exec(part)?.[1]).find((value) => value !== undefined);
  return {
    ...(seconds === undefined ? {} : { wait: Math.max(1, Number(seconds)) * 1000 }),
    statistics: has('include-statistics'),
    render: has('include-render'),
  };
}

/** The status and JSON text of an answer. */
export function queryResponse(
  result: LogAnswer | LogsFault,
  preferences: Preferences,
  correlationId: string,
): ArmResponse {
  if (isLogsFault(result)) {
    const retry = result.status === 429 ? { headers: { 'retry-after': '10' } } : {};
    return { status: result.status, ...retry, body: faultBody(result, correlationId) };
  }
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 200, headers, rawBody: answerText(result, preferences) };
}

/** Rows are JSON text already and stay so: an answer may be large. */
export function answerText(answer: LogAnswer, { statistics, render }: Preferences): string {
  const { columns, rows, drawing, cut } = answer;
  const named = columns.map(({ name, type }): JsonObject => ({ name, type }));
  const table = `{"name":"PrimaryResult","columns":${stringifyJson(named)},"rows":${rows}}`;
  const more: { [name: string]: Json } = {
    ...(statistics ? { statistics: { query: statisticsOf(answer) } } : {}),
    ...(render ? { render: drawing ?? {} } : {}),
    ...(cut === undefined ? {} : { error: partialError(cut) }),
  };
  const rest = stringifyJson(more).slice(1, -1);
  return `{"tables":[${table}]${rest === '' ? '' : `,${rest}`}}`;
}

function statisticsOf({ took, count, rows }: LogAnswer): JsonObject {
  return {
    executionTime: Number((took / 1000).toFixed(7)),
    resourceUsage: { cpu: { 'total cpu': spanText(took) } },
    datasetStatistics: [{ tableRowCount: count, tableSize: rows.length }],
  };
}

function spanText(milliseconds: number): string {
  return `00:00:${(milliseconds / 1000).toFixed(7).padStart(10, '0')}`;
}

/** What is there is answered, and that it is not all. */
function partialError(cut: 'rows' | 'bytes'): JsonObject {
  const [message, code] =
    cut === 'rows'
      ? [
          `The results of this query exceed the set limit of ${answerLimits.rows} records, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).`,
          '-2133196797',
        ]
      : [
          `The results of this query exceed the set limit of ${answerLimits.bytes} bytes, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).`,
          '-2133196797',
        ];
  return {
    code: 'PartialError',
    message: 'There were some errors when processing your query.',
    details: [
      {
        code: 'EngineError',
        message: 'Something went wrong processing your query on the server.',
        innererror: { code, message, severity: 2, severityName: 'Error' },
      },
    ],
  };
}

export function faultBody({ code, message, inner }: LogsFault, correlationId: string): JsonObject {
  return {
    error: { message, code, correlationId, ...(inner === undefined ? {} : { innererror: innerBody(inner) }) },
  };
}

function innerBody({ code, message, line, pos, token, inner }: InnerFault): JsonObject {
  return {
    code,
    message,
    ...(line === undefined ? {} : { line }),
    ...(pos === undefined ? {} : { pos }),
    ...(token === undefined ? {} : { token }),
    ...(inner === undefined ? {} : { innererror: innerBody(inner) }),
  };
}
