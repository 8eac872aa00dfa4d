/**
 * One change of a thing at a time: what reads a document, decides, and commits must not overlap with another such change.
 *
 * Owns: the queue per key. Does not own: what is done in turn.
 *
 * Invariants
 * T1. Works under the same key of the same store run one after the other, in the order they were asked for; works under
 *     different keys do not wait for each other. A failed work does not stop those behind it.
 */
import { armIdKey, type Store } from '#foundation';

const queues = new WeakMap<Store, Map<string, Promise<unknown>>>();

/** Runs `work` when every earlier work under any of the ids has ended; later works under them wait for it. */
export async function inTurns<T>(store: Store, ids: readonly string[], work: () => Promise<T>): Promise<T> {
  const releases: (() => void)[] = [];
  try {
    // One order for all, so that two such works never wait for each other.
    for (const key of [...new Set(ids.map(armIdKey))].toSorted()) {
      await new Promise<void>((acquired, failed) => {
        const held = (): Promise<void> =>
          new Promise((release) => {
            releases.push(release);
            acquired();
          });
        inTurn(store, key, held).catch(failed);
      });
    }
    return await work();
  } finally {
    for (const release of releases) release();
  }
}

/** Runs `work` when every earlier work under the same resource id has ended. */
export async function inTurn<T>(store: Store, id: string, work: () => Promise<T>): Promise<T> {
  const key = armIdKey(id);
  let queue = queues.get(store);
  if (queue === undefined) {
    queue = new Map();
    queues.set(store, queue);
  }
  const before = queue.get(key);
  const mine = before === undefined ? work() : before.then(work, work);
  queue.set(key, mine);
  try {
    return await mine;
  } finally {
    if (queue.get(key) === mine) queue.delete(key);
  }
}
