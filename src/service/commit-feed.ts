/**
 * A store that tells what it committed: what keeps an index in memory listens here instead of reading again.
 *
 * Owns: the wrapper and the order of its notices.
 *
 * Invariants
 * W1. Listeners run after the commit is durable and before its caller goes on, in the order of the commits.
 * W2. A listener that fails is logged and does not fail the commit: the rows are already durable.
 * W3. Listeners read the new rows: what is kept of the old ones is forgotten first (`kept-resources.ts`).
 */
import { faultOf, type Log, type Store, type Write } from '#foundation';
import { withChangeHashes } from './activity-log/change-hashes.ts';
import { KeptResources } from './kept-resources.ts';

export type CommitListener = (writes: readonly Write[]) => void;

export interface CommitFeed {
  /** Calls `listener` with the writes of every commit from now on; the answer stops it. */
  onCommit(listener: CommitListener): () => void;
  /** Calls `listener` after every commit that failed for the disk's sake and not for its own. */
  onFailure(listener: () => void): void;
}

export interface ObservedStore extends Store, CommitFeed {}

/** Whether a store tells its commits. */
export function isObservedStore(store: Store): store is ObservedStore {
  return 'onCommit' in store;
}

export function observeStore(store: Store, log: Log): ObservedStore {
  const listeners = new Set<CommitListener>();
  const failureListeners: (() => void)[] = [];
  const resources = new KeptResources(store.resources);
  return {
    resources,
    documents: store.documents,
    history: store.history,
    blobs: store.blobs,
    policyRecords: store.policyRecords,
    logs: store.logs,
    tallies: store.tallies,
    commit: async (given) => {
      const writes = withChangeHashes(resources, given);
      try {
        await store.commit(writes);
      } catch (error) {
        if (faultOf(error).retryable) for (const listener of failureListeners) listener();
        throw error;
      }
      resources.forget(writes);
      for (const listener of listeners) {
        try {
          listener(writes);
        } catch (error) {
          log.error('A commit listener failed.', { error: error instanceof Error ? error.message : String(error) });
        }
      }
    },
    close: () => store.close(),
    onCommit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onFailure: (listener) => {
      failureListeners.push(listener);
    },
  };
}
