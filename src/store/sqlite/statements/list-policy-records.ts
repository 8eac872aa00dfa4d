/**
 * Policy records of one kind, newest first. What is below a scope is a range of ids, `0` being the character after `/`.
 * Subscriptions come as one JSON list, so that a thousand of them are one value.
 */
import { armIdKey, type PolicyRecordQuery } from '#foundation';
import type { Query } from './query.ts';

/** The number of a kind in the table. */
export const recordKinds = { latest: 0, past: 1, event: 2 } as const;

const columns = 'id, resource, subscription, assignment, reference, definition, set_definition, state, time';

export function listPolicyRecords(query: Omit<PolicyRecordQuery, 'kind'>, kind: number): Query {
  const conditions: string[] = ['kind = ?'];
  const values: (string | number)[] = [kind];
  const add = (condition: string, ...more: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) add(`${column} = ?`, value);
  };
  const scope = query.scope === undefined ? '/' : armIdKey(query.scope);
  if (scope !== '/') {
    equal('subscription', /^\/subscriptions\/([^/]+)/.exec(scope)?.[1]);
    if (scope.split('/').length > 3)
      add('(resource = ? OR (resource > ? AND resource < ?))', scope, `${scope}/`, `${scope}0`);
  }
  if (query.subscriptions !== undefined) {
    add('subscription IN (SELECT value FROM json_each(?))', JSON.stringify(query.subscriptions));
  }
  equal('assignment', query.assignment);
  equal('reference', query.reference);
  equal('definition', query.definition);
  equal('set_definition', query.setDefinition);
  equal('state', query.state);
  if (query.from !== undefined) add('time >= ?', query.from);
  if (query.to !== undefined) add('time <= ?', query.to);
  if (query.after !== undefined) add('(time, id) < (?, ?)', query.after.time, query.after.number);
  values.push(query.top ?? -1);
  const shown = query.bare === true ? `${columns}, '{}' AS body` : `${columns}, body`;
  const where = conditions.join(' AND ');
  return { sql: `SELECT ${shown} FROM policy_records WHERE ${where} ORDER BY time DESC, id DESC LIMIT ?`, values };
}

export const latestPolicyRecord = `
SELECT ${columns}, body FROM policy_records WHERE kind = 0 AND resource = ? AND assignment = ? AND reference = ?`;

export const latestPolicyRecordsOf = `
SELECT ${columns}, body FROM policy_records WHERE kind = 0 AND resource = ? ORDER BY assignment, reference`;
