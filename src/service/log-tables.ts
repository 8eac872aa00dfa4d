/**
 * Rows of local Log Analytics tables: where workspace actions of automations put events.
 *
 * Owns: the documents. Does not own: columns (`#events`), queries over them (`#query`).
 *
 * Invariants
 * L1. Rows of one table in one workspace share a parent, `{workspace id key}/tables/{table in lower case}`.
 */
import { logRowOf, parseMoment, type SecurityEvent } from '#events';
import { armIdKey, formatTime, memberOf, type Write } from '#foundation';
import type { Services } from './services.ts';

export const logRowCollection = 'logRows';

/** The parent under which the rows of a table are listed. */
export function logTableKey(workspaceId: string, table: string): string {
  return `${armIdKey(workspaceId)}/tables/${table.toLowerCase()}`;
}

/** The write of an event's row into the table of its kind. */
export function logRowWrite(
  services: Pick<Services, 'clock' | 'random'>,
  workspaceId: string,
  event: SecurityEvent,
): Write {
  const now = services.clock.now();
  const { table, row } = logRowOf(event, formatTime(now));
  const generated = parseMoment(memberOf(row, 'TimeGenerated'));
  return {
    kind: 'putDocument',
    document: {
      collection: logRowCollection,
      key: services.random.uuid(),
      parent: logTableKey(workspaceId, table),
      time: generated === undefined ? now : Number(generated / 10_000n),
      status: '',
      body: row,
    },
  };
}
