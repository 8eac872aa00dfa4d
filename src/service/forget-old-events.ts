/**
 * Forgets what is kept for a time only: alerts, delivery records, snapshots, rows of log tables.
 *
 * Owns: the times. Recommendations, findings and scores are states and stay until they are gone.
 *
 * Invariants
 * O1. A delivery that is still pending is never forgotten.
 * Source: domain reference 20 (alerts are kept 90 days).
 */
import type { Write } from '#foundation';
import { brakeKeyCollection, brakeStartCollection } from './brake-ledger.ts';
import { deliveryCollection, isWaiting } from './delivery-records.ts';
import { eventCollections, snapshotCollection } from './event-documents.ts';
import { forgetDirectoryLogs } from './directory/forget-directory-logs.ts';
import { forgetLogRows } from './logs/forget-log-rows.ts';
import { changeCollection } from './resource-changes.ts';
import type { Services } from './services.ts';

const dayMilliseconds = 24 * 60 * 60_000;

/** Days for which each collection is kept. */
const keptDays: readonly (readonly [string, number])[] = [
  [eventCollections.Alerts, 90],
  [deliveryCollection, 90],
  [snapshotCollection, 14],
  [changeCollection, 14],
  [brakeStartCollection, 1],
  [brakeKeyCollection, 31],
];

const batchSize = 500;

/** Deletes what is too old, in commits of limited size; answers how many documents went. */
export async function forgetOldEvents(services: Pick<Services, 'store' | 'clock'>): Promise<number> {
  let forgotten = 0;
  for (const [collection, days] of keptDays) {
    const to = services.clock.now() - days * dayMilliseconds;
    let after: { readonly time: number; readonly key: string } | undefined;
    for (;;) {
      const old = services.store.documents.list({
        collection,
        to,
        top: batchSize,
        ...(after === undefined ? {} : { after }),
      });
      const writes = old
        .filter(({ status }) => collection !== deliveryCollection || !isWaiting(status))
        .map(({ key }): Write => ({ kind: 'deleteDocument', collection, key }));
      if (writes.length > 0) await services.store.commit(writes);
      forgotten += writes.length;
      const last = old.at(-1);
      if (last === undefined || old.length < batchSize) break;
      after = { time: last.time, key: last.key };
    }
  }
  await forgetLogRows(services);
  return forgotten + (await forgetDirectoryLogs(services));
}

/** Forgets now and once a day; the answer stops it. */
export function forgetDaily(services: Services): () => void {
  let stopped = false;
  let cancel = (): void => {};
  const turn = (): void => {
    if (stopped) return;
    forgetOldEvents(services)
      .catch((error: unknown) => services.log.error('Old events could not be forgotten.', { error: String(error) }))
      .finally(() => {
        if (!stopped) cancel = services.clock.after(dayMilliseconds, turn);
      });
  };
  turn();
  return () => {
    stopped = true;
    cancel();
  };
}
