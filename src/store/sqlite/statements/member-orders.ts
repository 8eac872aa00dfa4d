/**
 * Documents by a text of their bodies: in its order, of one value, and value by value.
 *
 * Owns: the expressions, which are those of the indexes in `0008-alert-orders.sql` and `0009-resource-kinds.sql`. What has none is
 * ordered without an index. What is behind a position is asked for in two parts, each a range of the index: the rest of the
 * value, then the values behind.
 */
import { type DocumentQuery, orderedCharacters, orderedText, type MemberOrder } from '#foundation';
import { documentFilter } from './list-documents.ts';
import type { Query } from './query.ts';

/** For an order, and for counts. */
interface Indexes {
  readonly order?: string;
  readonly groups?: string;
}

const indexes: Readonly<Record<string, Indexes>> = {
  'alerts event.AlertDisplayName': { order: 'alerts_by_title', groups: 'alerts_of_title' },
  'alerts event.CompromisedEntity event.AzureResourceId': { order: 'alerts_by_resource', groups: 'alerts_of_resource' },
  'alerts event.AlertType': { order: 'alerts_by_type', groups: 'alerts_of_type' },
  'alerts event.StartTimeUtc': { order: 'alerts_by_start' },
  'assessments resourceKind': { groups: 'assessments_of_kind' },
};

interface Ordered {
  readonly expression: string;
  /** The table, with the index where there is one, and what makes SQLite believe that it holds every row. */
  readonly from: string;
  readonly only: string;
}

function orderedBy(collection: string, { members }: MemberOrder, use: keyof Indexes): Ordered {
  const parts = members.map((member) => `json_extract(body, '$.${member}')`);
  const expression = `substr(lower(coalesce(${parts.join(', ')}, '')), 1, ${orderedCharacters})`;
  const index = indexes[`${collection} ${members.join(' ')}`]?.[use];
  if (index === undefined) return { expression, from: 'documents', only: '' };
  return { expression, from: `documents INDEXED BY ${index}`, only: `collection = '${collection}'` };
}

/** The parts of a page, to be read one behind the other until it is full. */
export function listOrdered(query: DocumentQuery, by: MemberOrder): readonly Query[] {
  const { expression, from, only } = orderedBy(query.collection, by, 'order');
  const { after, top, ...rest } = query;
  const isDescending = by.descending === true && by.equals === undefined;
  const order = isDescending ? `${expression} DESC, time ASC, key ASC` : `${expression} ASC, time DESC, key DESC`;
  const part = (condition: string, more: readonly string[], place: typeof after): Query => {
    const isNewestFirst = !isDescending;
    const { where, values } = documentFilter({
      ...rest,
      oldestFirst: !isNewestFirst,
      ...(place === undefined ? {} : { after: place }),
    });
    const among = [...oneOf('status', by.statuses), ...oneOf('tally', by.tallies)];
    return {
      sql: `SELECT * FROM ${from} WHERE ${where}${only === '' ? '' : ` AND ${only}`}${among.map(({ condition: each }) => each).join('')}${condition} ORDER BY ${order} LIMIT ?`,
      values: [...values, ...among.flatMap(({ values: each }) => each), ...more, top ?? -1],
    };
  };
  const same = ` AND ${expression} = ?`;
  if (by.equals !== undefined) return [part(same, [orderedText(by.equals)], after)];
  if (after === undefined) return [part('', [], undefined)];
  const value = after.value ?? '';
  return [part(same, [value], after), part(` AND ${expression} ${isDescending ? '<' : '>'} ?`, [value], undefined)];
}

function oneOf(column: string, values: readonly string[] | undefined) {
  if (values === undefined) return [];
  return [{ condition: ` AND ${column} IN (${values.map(() => '?').join(', ')})`, values }];
}

/** The counts of the values behind one, value by value: so many rows, of which the last value's may be cut off. */
export function countValues(collection: string, by: MemberOrder, behind: string | undefined, rows: number): Query {
  const { expression, from } = orderedBy(collection, by, 'groups');
  const { where, values } = collectionOnly(collection, by);
  const condition = behind === undefined ? '' : ` AND ${expression} > ?`;
  return {
    sql: `SELECT ${expression} AS value, parent, label, status, tally, count(*) AS count FROM ${from} WHERE ${where}${condition} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 LIMIT ?`,
    values: [...values, ...(behind === undefined ? [] : [behind]), rows],
  };
}

export function countValue(collection: string, by: MemberOrder, value: string): Query {
  const { expression, from } = orderedBy(collection, by, 'groups');
  const { where, values } = collectionOnly(collection, by);
  return {
    sql: `SELECT parent, label, status, tally, count(*) AS count FROM ${from} WHERE ${where} AND ${expression} = ? GROUP BY 1, 2, 3, 4`,
    values: [...values, value],
  };
}

/** Said by the index's own word where there is one: a bound value would have every row looked at. */
function collectionOnly(
  collection: string,
  by: MemberOrder,
): { readonly where: string; readonly values: readonly string[] } {
  const { only } = orderedBy(collection, by, 'groups');
  return only === '' ? { where: 'collection = ?', values: [collection] } : { where: only, values: [] };
}
