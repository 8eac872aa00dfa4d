/**
 * Rows of local Log Analytics tables that workspace actions of automations put there.
 *
 * Owns: which table and columns an event has. Does not own: the columns' values (`#events`), appending (`logs/append-logs.ts`),
 * queries (`logs/`).
 */
import { logRowOf, type SecurityEvent } from '#events';
import { formatTime, type Write } from '#foundation';
import { logWrites } from './logs/append-logs.ts';
import type { Services } from './services.ts';

/** The writes of an event's row into the table of its kind. */
export function logRowWrites(
  services: Pick<Services, 'clock' | 'store'>,
  workspaceId: string,
  event: SecurityEvent,
): readonly Write[] {
  const { table, row } = logRowOf(event, formatTime(services.clock.now()));
  return logWrites(services, { workspaceId, table, records: [row] });
}
