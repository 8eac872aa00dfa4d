/**
 * Documents of a collection by parent, status and time, newest first; equal times by key, last first. `status <> ''` is
 * said aloud because the indexes by status leave documents without one out.
 */
import type { DocumentQuery } from '#foundation';
import type { Query } from './query.ts';

export function listDocuments(query: DocumentQuery): Query {
  const { where, values } = documentFilter(query);
  values.push(query.top ?? -1);
  return { sql: `SELECT * FROM documents WHERE ${where} ORDER BY time DESC, key DESC LIMIT ?`, values };
}

export function countDocuments(query: DocumentQuery): Query {
  const { where, values } = documentFilter(query);
  if (query.top === undefined) return { sql: `SELECT count(*) AS count FROM documents WHERE ${where}`, values };
  values.push(query.top);
  return { sql: `SELECT count(*) AS count FROM (SELECT 1 FROM documents WHERE ${where} LIMIT ?)`, values };
}

function documentFilter(query: DocumentQuery): { readonly where: string; readonly values: (string | number)[] } {
  const conditions = ['collection = ?'];
  const values: (string | number)[] = [query.collection];
  const add = (condition: string, ...more: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (query.parent !== undefined) add('parent = ?', query.parent);
  if (query.status !== undefined) add(query.status === '' ? 'status = ?' : "status = ? AND status <> ''", query.status);
  if (query.from !== undefined) add('time >= ?', query.from);
  if (query.to !== undefined) add('time <= ?', query.to);
  if (query.after !== undefined) add('(time, key) < (?, ?)', query.after.time, query.after.key);
  return { where: conditions.join(' AND '), values };
}
