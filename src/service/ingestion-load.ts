/**
 * How much ingestion is under way, and when more must wait.
 *
 * Owns: the count of records and bytes under way over all requests, the decision to put a request off or a stream on hold.
 *
 * Invariants
 * L1. What is put off was not begun: nothing of it is lost, the sender keeps it and tries again.
 * L2. A stream that was let in is slowed, never refused for load.
 * Source: own API reference, ingestion (429 with `Retry-After`).
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RunHost } from '#engine';
import { raise, type Store } from '#foundation';

/** Records under way over all requests, above which new requests are put off. */
const recordLimit = 100_000;
/** Bytes of bodies that must be read whole, over all requests. */
const heldBytesLimit = 512 * 1024 * 1024;
/** Runs in memory above which new requests are put off and streams held back. */
const runLimit = 50_000;
const pauseMilliseconds = 50;

export class IngestionLoad {
  #records = 0;
  #bytes = 0;

  /** @throws TocsinError `TooManyRequests` when a request with so many records must wait. */
  admit(host: RunHost, records: number): void {
    const isFull = this.#records > 0 && this.#records + records > recordLimit;
    if (isFull || host.runsInMemory() > runLimit) putOff();
  }

  /** Counts records while they are under way; the answer ends it. */
  take(records: number): () => void {
    this.#records += records;
    return () => {
      this.#records -= records;
    };
  }

  /** Counts bytes of one body that are kept. @throws TocsinError `TooManyRequests` when there are too many. */
  hold(bytes: number): void {
    if (this.#bytes > 0 && this.#bytes + bytes > heldBytesLimit) putOff();
    this.#bytes += bytes;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** Waits until runs that earlier records started have made room. */
  async room(host: RunHost): Promise<void> {
    while (host.runsInMemory() > runLimit) await delay(pauseMilliseconds);
  }
}

function putOff(): never {
  raise('TooManyRequests', 'Too many events are under way; send this again later.', { retryAfterSeconds: 1 });
}

const loads = new WeakMap<Store, IngestionLoad>();

export function loadOf(store: Store): IngestionLoad {
  const load = loads.get(store) ?? new IngestionLoad();
  loads.set(store, load);
  return load;
}
