/**
 * Documents of a collection by parent, label, tally, status and time, newest first and equal times by key, last first,
 * or the other way round. `status <> ''`, `label <> ''` and `tally <> ''` are said aloud because the indexes by them leave documents without one out. Those below a key are few
 * as a rule: found by key, then ordered, before any body is read.
 */
import type { DocumentQuery } from '#foundation';
import type { Query } from './query.ts';

export function listDocuments(query: DocumentQuery): Query {
  const { where, values } = documentFilter(query);
  values.push(query.top ?? -1);
  if (query.behindKey !== undefined) {
    return { sql: `SELECT * FROM documents INDEXED BY documents_by_key WHERE ${where} ORDER BY key LIMIT ?`, values };
  }
  const order = query.oldestFirst === true ? 'time, key' : 'time DESC, key DESC';
  if (query.below !== undefined) {
    const found = `SELECT rowid FROM documents INDEXED BY documents_by_key WHERE ${where}`;
    const rows = `${found} ORDER BY ${order} LIMIT ?`;
    return { sql: `SELECT * FROM documents WHERE rowid IN (${rows}) ORDER BY ${order}`, values };
  }
  return { sql: `SELECT * FROM documents WHERE ${where} ORDER BY ${order} LIMIT ?`, values };
}

export function countDocuments(query: DocumentQuery): Query {
  const { where, values } = documentFilter(query);
  if (query.top === undefined) return { sql: `SELECT count(*) AS count FROM documents WHERE ${where}`, values };
  values.push(query.top);
  return { sql: `SELECT count(*) AS count FROM (SELECT 1 FROM documents WHERE ${where} LIMIT ?)`, values };
}

/** What a query asks of the columns. */
export function documentFilter(query: DocumentQuery): { readonly where: string; readonly values: (string | number)[] } {
  const conditions = ['collection = ?'];
  const values: (string | number)[] = [query.collection];
  const add = (condition: string, ...more: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (query.parent !== undefined) add('parent = ?', query.parent);
  if (query.label !== undefined) add(query.label === '' ? 'label = ?' : "label = ? AND label <> ''", query.label);
  // '0' follows '/'.
  if (query.below !== undefined) add('key > ? AND key < ?', `${query.below}/`, `${query.below}0`);
  if (query.behindKey !== undefined) add('key > ?', query.behindKey);
  if (query.status !== undefined) add(query.status === '' ? 'status = ?' : "status = ? AND status <> ''", query.status);
  if (query.tally !== undefined) add(query.tally === '' ? 'tally = ?' : "tally = ? AND tally <> ''", query.tally);
  const { after } = query;
  const isForward = query.oldestFirst === true;
  // A page begins where the last one ended: bounds that say so in plain words let the index begin there too.
  const from = isForward ? latest(query.from, after?.time) : query.from;
  const to = isForward ? query.to : earliest(query.to, after?.time);
  if (from !== undefined) add('time >= ?', from);
  if (to !== undefined) add('time <= ?', to);
  if (after !== undefined) add(`(time, key) ${isForward ? '>' : '<'} (?, ?)`, after.time, after.key);
  return { where: conditions.join(' AND '), values };
}

function latest(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.max(left, right);
}

function earliest(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right);
}
