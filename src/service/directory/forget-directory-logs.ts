/**
 * Forgets sign-ins and audit entries of the directory that are too old.
 *
 * Owns: how long they are kept. Source: published retention of Microsoft Entra's reports (30 days).
 */
import type { EntitySetName } from '#directory';
import type { Services } from '../services.ts';
import { entitiesBefore, removalWrites } from './directory-store.ts';

const keptMilliseconds = 30 * 24 * 60 * 60_000;
const batchSize = 200;
const sets: readonly EntitySetName[] = ['signIns', 'directoryAudits'];

/** Forgets in commits of limited size; answers how many went. */
export async function forgetDirectoryLogs(services: Pick<Services, 'store' | 'clock'>): Promise<number> {
  let forgotten = 0;
  for (const set of sets) {
    for (;;) {
      const old = entitiesBefore(services, set, services.clock.now() - keptMilliseconds, batchSize);
      if (old.length === 0) break;
      await services.store.commit(old.flatMap((entity) => removalWrites(services, entity)));
      forgotten += old.length;
    }
  }
  return forgotten;
}
