/**
 * Runs of one workflow, newest name first, by one of three indexes.
 *
 * By name reads the page and nothing else, unless a time filter makes it pass over many rows; by time reads the keys of
 * the whole range and sorts them. `byTime` says which is better: measured with 1,000,000 runs of one workflow in
 * `benchmarks/store.ts`.
 */
import type { RunQuery } from '#foundation';
import type { Query } from './query.ts';

export function listRuns(workflow: number, query: RunQuery, byTime: boolean): Query {
  const { where, values } = runFilter(workflow, query);
  const index =
    query.status === undefined && query.clientTrackingId === undefined && byTime ? 'runs_by_time' : undefined;
  values.push(query.top);
  const from = index === undefined ? 'runs' : `runs INDEXED BY ${index}`;
  return { sql: `SELECT * FROM ${from} WHERE ${where} ORDER BY name LIMIT ?`, values };
}

/** Counts the runs of a time range, at most `limit`. */
export function probeRuns(workflow: number, query: RunQuery, limit: number): Query {
  const values = [workflow, query.startTimeFrom ?? 0, query.startTimeTo ?? Number.MAX_SAFE_INTEGER, limit];
  const range = 'SELECT 1 FROM runs INDEXED BY runs_by_time WHERE workflow = ? AND start_time >= ? AND start_time <= ?';
  return { sql: `SELECT count(*) AS count FROM (${range} LIMIT ?)`, values };
}

function runFilter(
  workflow: number,
  query: RunQuery,
): { readonly where: string; readonly values: (string | number)[] } {
  const conditions = ['workflow = ?'];
  const values: (string | number)[] = [workflow];
  const add = (condition: string, value: string | number): void => {
    conditions.push(condition);
    values.push(value);
  };
  if (query.status !== undefined) add('status = ?', query.status);
  if (query.startTimeFrom !== undefined) add('start_time >= ?', query.startTimeFrom);
  if (query.startTimeTo !== undefined) add('start_time <= ?', query.startTimeTo);
  if (query.clientTrackingId !== undefined) add('client_tracking_id = ?', query.clientTrackingId);
  if (query.after !== undefined) add('name > ?', query.after);
  return { where: conditions.join(' AND '), values };
}
