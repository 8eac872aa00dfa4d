/**
 * Folded histories of runs that somebody looks at: read once, then only what the run has written since.
 *
 * Owns: which histories stay in memory. Does not own: folding (`#engine`), reading rows (`#store`).
 *
 * Invariants
 * RH1. What is given is what the store held at the time of asking: a kept fold is brought up to date first.
 * RH2. Memory is bounded by records, not by runs. Of the histories larger than that bound one is kept, the last one asked for, until nobody has
 *      asked for it for half a minute: who goes through a loop of 100,000 iterations asks again at each step, and reading takes seconds.
 * RH3. A page has about a thousand records, whether the run wrote them in many rows or in few; the thread is free between.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FoldedHistory, HistoryFold, type HistoryRecord } from '#engine';
import type { Store } from '#foundation';

/** Records kept in all; one takes about half a kilobyte. */
const keptRecords = 20_000;

/** Of the one large history that is kept while somebody looks at it. */
const largestKept = 1_000_000;
const largeMilliseconds = 30_000;

/** Records folded in one go; and rows, of which each has at least one. */
const recordsPerPage = 1_000;

/** How many rows to read next, after what the last ones held. */
class PageRows {
  top = 8;

  read(rows: number, records: number): void {
    this.top = Math.max(1, Math.min(recordsPerPage, Math.floor((recordsPerPage * rows) / Math.max(1, records))));
  }
}

interface Kept {
  readonly fold: HistoryFold;
  /** Sequence of the next journal row to read. */
  next: number;
  records: number;
}

export class RunHistories {
  readonly #store: Store;
  /** The longest unasked first. */
  readonly #kept = new Map<string, Kept>();
  readonly #reading = new Map<string, Promise<Kept>>();
  #large: { readonly key: string; readonly kept: Kept; readonly timer: NodeJS.Timeout } | undefined;
  #records = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The history of the run named by its key; empty when there is no such run. Long ones are read in pages, and everything
   * else on the thread goes on in between.
   */
  async of(key: string): Promise<FoldedHistory> {
    for (let other = this.#reading.get(key); other !== undefined; other = this.#reading.get(key)) {
      // What the other one has read is kept; that it failed is its own asker's to hear.
      await other.catch(() => undefined);
    }
    const reading = this.#read(key);
    this.#reading.set(key, reading);
    try {
      return (await reading).fold.folded();
    } finally {
      this.#reading.delete(key);
    }
  }

  async #read(key: string): Promise<Kept> {
    const large = this.#large?.key === key ? this.#large.kept : undefined;
    const kept = large ?? this.#kept.get(key) ?? { fold: new HistoryFold(), next: 0, records: 0 };
    if (this.#kept.delete(key)) this.#records -= kept.records;
    const rows = new PageRows();
    for (;;) {
      const top = rows.top;
      const page = this.#store.history.records(key, kept.next, top);
      const before = kept.records;
      for (const { sequence, history } of page) {
        kept.fold.add(history as unknown as readonly HistoryRecord[]);
        kept.next = sequence + 1;
        kept.records += history.length;
      }
      if (page.length < top) break;
      rows.read(page.length, kept.records - before);
      await nextTurn();
    }
    if (kept.next > 0 && kept.records <= keptRecords) {
      this.#kept.set(key, kept);
      this.#records += kept.records;
      this.#shrink();
    } else if (kept.records > keptRecords && kept.records <= largestKept) this.#keepLarge(key, kept);
    return kept;
  }

  #keepLarge(key: string, kept: Kept): void {
    clearTimeout(this.#large?.timer);
    const timer = setTimeout(() => {
      this.#large = undefined;
    }, largeMilliseconds).unref();
    this.#large = { key, kept, timer };
  }

  #shrink(): void {
    for (const [oldest, { records }] of this.#kept) {
      if (this.#records <= keptRecords) return;
      this.#kept.delete(oldest);
      this.#records -= records;
    }
  }
}

const histories = new WeakMap<Store, RunHistories>();

/** The histories of a store, the same for all who look. */
export function runHistories(store: Store): RunHistories {
  let known = histories.get(store);
  if (known === undefined) {
    known = new RunHistories(store);
    histories.set(store, known);
  }
  return known;
}
