/**
 * Resources by type, subscription, group and scope, ordered by id key. Ids below a scope are a range of keys: those
 * between `scope/` and `scope0`, `0` being the character after `/`.
 */
import { armIdKey, type ResourceQuery } from '#foundation';
import type { Query } from './query.ts';

const entryColumns = 'id, type, name, subscription_id, resource_group, location';

/** The rows whole. */
export const listResources = (query: ResourceQuery): Query => selectResources('*', query);

/** The same rows without what the resources hold. */
export const listResourceEntries = (query: ResourceQuery): Query => selectResources(entryColumns, query);

function selectResources(columns: string, query: ResourceQuery): Query {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, ...more: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (query.type !== undefined) add('type_key = ?', query.type.toLowerCase());
  if (query.subscriptionId !== undefined) add('subscription_key = ?', query.subscriptionId.toLowerCase());
  if (query.resourceGroup !== undefined) add('group_key = ?', query.resourceGroup.toLowerCase());
  const scope = query.scope === undefined ? '/' : armIdKey(query.scope);
  // The range is said once more without OR, which no index understands.
  if (scope !== '/') {
    add('key >= ? AND key < ? AND (key = ? OR key > ?)', scope, `${scope}0`, scope, `${scope}/`);
  } else if (query.type !== undefined && query.subscriptionId !== undefined) {
    const place = `/subscriptions/${query.subscriptionId.toLowerCase()}`;
    add('key >= ? AND key < ?', place, `${place}0`);
  }
  // The key ends in the name in lower case, which SQLite's own function makes of ASCII letters only.
  if (query.named !== undefined) add('instr(substr(key, -length(name)), ?) > 0', query.named.toLowerCase());
  if (query.after !== undefined) add('key > ?', query.after);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  values.push(query.top ?? -1);
  return { sql: `SELECT ${columns} FROM resources ${where} ORDER BY key LIMIT ?`, values };
}
