/**
 * Commits of steps, which must not get lost for a lack of disk: they are tried again until they are durable.
 *
 * Invariants
 * DC1. The log says once that commits fail and once that they succeed again, however many runs wait: what fills it may be on
 *      the full disk too.
 */
import { type Clock, faultOf, type Log, type Store, type Write } from '#foundation';

export interface DurableCommitOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds of true time between two tries. */
  readonly commitRetry: number;
  /** False when the host stops: no further try. */
  readonly goesOn: () => boolean;
}

/** @throws TocsinError when the store refuses the rows, or the host stops. */
export type DurableCommit = (writes: readonly Write[]) => Promise<void>;

export function durableCommit(options: DurableCommitOptions): DurableCommit {
  const { store, clock, log, commitRetry, goesOn } = options;
  let failed = 0;
  return async (writes) => {
    for (;;) {
      try {
        await store.commit(writes);
        if (failed > 0) log.info('Commits succeed again.', { failed });
        failed = 0;
        return;
      } catch (error) {
        const reason = faultOf(error);
        if (!reason.retryable || !goesOn()) throw error;
        if (failed === 0) log.error('Commits fail and are tried again until they succeed.', { reason: reason.message });
        failed += 1;
      }
      await new Promise<void>((resolve) => clock.after(commitRetry * clock.scale, resolve));
    }
  };
}
