/**
 * Folded histories of runs that somebody looks at: read once, then only what the run has written since.
 *
 * Owns: which histories stay in memory. Does not own: folding (`#engine`), reading rows (`#store`).
 *
 * Invariants
 * RH1. What is given is what the store held at the time of asking: a kept fold is brought up to date first.
 * RH2. Memory is bounded by records, not by runs; a history larger than the whole bound is read each time.
 */
import { type FoldedHistory, HistoryFold, type HistoryRecord } from '#engine';
import type { Store } from '#foundation';

/** Records kept in all; one takes about half a kilobyte. */
const keptRecords = 20_000;

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
  #records = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The history of the run named by its key; empty when there is no such run. */
  of(key: string): FoldedHistory {
    const kept = this.#kept.get(key) ?? { fold: new HistoryFold(), next: 0, records: 0 };
    if (this.#kept.delete(key)) this.#records -= kept.records;
    for (const { sequence, history } of this.#store.history.records(key, kept.next)) {
      kept.fold.add(history as unknown as readonly HistoryRecord[]);
      kept.next = sequence + 1;
      kept.records += history.length;
    }
    if (kept.next > 0 && kept.records <= keptRecords) {
      this.#kept.set(key, kept);
      this.#records += kept.records;
      this.#shrink();
    }
    return kept.fold.folded();
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
