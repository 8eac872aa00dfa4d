/** Commits of steps, which must not get lost for a lack of disk: they are tried again until they are durable. */
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
  return async (writes) => {
    for (;;) {
      try {
        return await store.commit(writes);
      } catch (error) {
        const reason = faultOf(error);
        if (!reason.retryable || !goesOn()) throw error;
        log.error('A commit failed and will be tried again.', { reason: reason.message });
      }
      await new Promise<void>((resolve) => clock.after(commitRetry * clock.scale, resolve));
    }
  };
}
