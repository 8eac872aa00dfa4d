/**
 * A query over log tables: from its text to rows, within bounds.
 *
 * Owns: the span of time, the bounds of an answer, rows as JSON text. Does not own: the language (`#query`), tables
 * (`log-catalog.ts`), where it is worked on (`query-threads.ts`), forms of answers (`#api`).
 *
 * Invariants
 * QL1. An answer holds at most the published number of rows and bytes; what is cut off is said.
 * Source: connectors reference 6; published limits of the Log Analytics query API.
 */
import { isJsonArray, isJsonObject, type Json, type Store, stringifyJson } from '#foundation';
import { isKqlFault, jsonOf, type KqlColumn, type KqlFault, type Row, runKql } from '#query';
import { logCatalog } from './log-catalog.ts';
import type { LogSpan } from './log-table.ts';
import type { LogWorkspace } from './log-workspaces.ts';

/** What is asked, as plain data: it may go to another thread. */
export interface LogQuery {
  readonly query: string;
  readonly workspaces: readonly LogWorkspace[];
  /** Workspaces that the query itself names and that may be asked, as it names them, in lower case. */
  readonly others: readonly (readonly [name: string, workspace: LogWorkspace])[];
  readonly span: LogSpan;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Subscriptions whose activity log the caller may read. */
  readonly activityOf: readonly string[];
  /** Subscriptions whose alerts and recommendations the caller may read. */
  readonly eventsOf: readonly string[];
  /** How long it may take. */
  readonly milliseconds: number;
}

export interface LogAnswer {
  readonly kind: 'rows';
  readonly columns: readonly KqlColumn[];
  /** A JSON array of rows, each an array of values in the order of the columns. */
  readonly rows: string;
  readonly count: number;
  /** How to draw it, by the `render` operator. */
  readonly drawing?: Readonly<Record<string, string>>;
  /** Why not all rows are there. */
  readonly cut?: 'rows' | 'bytes';
  /** Milliseconds of work. */
  readonly took: number;
}

/** Of one answer, as Azure publishes them. */
export const answerLimits = { rows: 500_000, bytes: 100_000_000 } as const;

/** Of the work behind an answer: rows read, bytes kept at once. */
const workLimits = { rows: 200_000_000, bytes: 256 * 1024 * 1024 } as const;

export function runLogQuery(store: Store, asked: LogQuery): LogAnswer | KqlFault {
  const { query, workspaces, span, now, milliseconds } = asked;
  const started = performance.now();
  const end = started + milliseconds;
  const reading = {
    store,
    workspaces,
    others: new Map(asked.others),
    span,
    showsActivity: isOneOf(asked.activityOf),
    showsEvents: isOneOf(asked.eventsOf),
  };
  const result = runKql(query, {
    catalog: logCatalog(reading, query),
    now,
    limits: { ...workLimits, expired: () => performance.now() > end },
    most: answerLimits.rows + 1,
  });
  if (isKqlFault(result)) return result;
  const { text, count, cut } = rowsText(result.rows);
  const { drawing } = result;
  return {
    kind: 'rows',
    columns: result.columns,
    rows: text,
    count,
    ...(drawing === undefined ? {} : { drawing }),
    ...(cut === undefined ? {} : { cut }),
    took: performance.now() - started,
  };
}

function isOneOf(ids: readonly string[]): (id: string) => boolean {
  const keys = new Set(ids.map((id) => id.toLowerCase()));
  return (id) => keys.has(id.toLowerCase());
}

/** Rows as JSON, up to the limits (QL1). */
function rowsText(rows: readonly Row[]): {
  readonly text: string;
  readonly count: number;
  readonly cut?: 'rows' | 'bytes';
} {
  const parts: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (parts.length >= answerLimits.rows) return { text: `[${parts.join(',')}]`, count: parts.length, cut: 'rows' };
    const text = stringifyJson(row.map(shown));
    bytes += text.length + 1;
    if (bytes > answerLimits.bytes) return { text: `[${parts.join(',')}]`, count: parts.length, cut: 'bytes' };
    parts.push(text);
  }
  return { text: `[${parts.join(',')}]`, count: parts.length };
}

/** A dynamic is text in an answer, as the service gives it. */
function shown(value: Row[number]): Json {
  const json = jsonOf(value);
  return isJsonArray(json) || isJsonObject(json) ? stringifyJson(json) : json;
}
