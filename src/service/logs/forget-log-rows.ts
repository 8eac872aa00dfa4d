/**
 * Forgets rows of log tables that are older than their table, or its workspace, keeps them.
 *
 * Owns: how long. Does not own: what somebody said of a table (`workspace-tables.ts`).
 * Source: domain reference 20 (90 days); `retentionInDays` of tables and workspaces.
 */
import { dateTimeAt } from '#query';
import { memberOf } from '#foundation';
import type { Services } from '../services.ts';
import { tableRetention } from './workspace-tables.ts';

const usualDays = 90;
const dayMilliseconds = 24 * 60 * 60_000;
const sliceRows = 2_000;

/** Days that a table keeps its rows: its own, its workspace's when that is longer than usual, else the server's. */
function daysOf(services: Pick<Services, 'store'>, workspace: string, own: number | undefined): number {
  if (own !== undefined) return own;
  const found = services.store.resources.get(workspace);
  const days = memberOf(memberOf(found?.body, 'properties'), 'retentionInDays');
  return typeof days === 'number' && days > usualDays ? days : usualDays;
}

/** Forgets in commits of limited size; answers when nothing old is left. */
export async function forgetLogRows(services: Pick<Services, 'store' | 'clock'>): Promise<void> {
  for (const { workspace, name, retentionDays } of services.store.logs.tables()) {
    const days = tableRetention(services, workspace, name) ?? daysOf(services, workspace, retentionDays);
    const before = dateTimeAt(services.clock.now() - days * dayMilliseconds).ticks;
    const key = { workspace, name };
    const isOld = [{ column: 'TimeGenerated', operator: '<' as const, values: [before] }];
    while ([...services.store.logs.rows({ ...key, columns: [], conditions: isOld, top: 1 })].length > 0) {
      await services.store.commit([{ kind: 'forgetLogRows', key, before, top: sliceRows }]);
    }
  }
}
