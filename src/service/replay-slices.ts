/**
 * Replays of runs that somebody looks at, between the work of everybody else.
 *
 * Owns: reading a run's events for it, giving way. Does not own: the replay itself (`#engine`), what it is for
 * (`run-moments.ts`, answers asked for again), replays for going on with a run (`run-host/`).
 *
 * Invariants
 * RS1. The thread is free after about a thousand records written anew, and after some dozens of events.
 * RS2. One replay of a store at a time, the others in order; events are read as they are needed. So looking piles up
 *      neither work nor memory.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Looking, RunEvent } from '#engine';
import type { Store } from '#foundation';
import type { BlobContent } from './run-host/blob-content.ts';

const recordsPerSlice = 1_000;
const eventsPerSlice = 64;

/** A run's events from the first on, read as they are needed; what the replay keeps meanwhile is in the store already. */
export function* eventsOf(store: Store, key: string, content: Pick<BlobContent, 'discard'>): Generator<RunEvent, void> {
  for (let from = 0; ; ) {
    content.discard();
    const page = store.history.events(key, from, eventsPerSlice);
    for (const { sequence, event } of page) {
      yield event as unknown as RunEvent;
      from = sequence + 1;
    }
    if (page.length < eventsPerSlice) return;
  }
}

const replaying = new WeakMap<Store, Promise<unknown>>();

/** What the replay finds, or undefined. */
export async function inSlices<T>(store: Store, looking: Looking<T>): Promise<T | undefined> {
  const own = driveAfter(replaying.get(store), looking);
  replaying.set(store, own);
  return own;
}

async function driveAfter<T>(before: Promise<unknown> | undefined, looking: Looking<T>): Promise<T | undefined> {
  // How the one before ended is its own asker's to hear.
  await before?.catch(() => undefined);
  for (let events = 1, records = 0; ; events += 1) {
    const next = looking.next();
    if (next.done === true) return next.value;
    records += next.value;
    if (events < eventsPerSlice && records < recordsPerSlice) continue;
    [events, records] = [0, 0];
    await nextTurn();
  }
}
