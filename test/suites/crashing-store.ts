/**
 * A store that dies at a chosen commit: what the host on top of it sees is a process that ended there.
 *
 * Invariants
 * CS1. Commits are counted when they hold a journal row, or all of them when asked to; each call counts, whatever shares its
 *      transaction.
 * CS2. After the death no promise settles any more and nothing reaches the store.
 */
import type { Store, Write } from '#foundation';

export type CrashPoint = 'before' | 'after';

export class CrashingStore implements Store {
  readonly resources: Store['resources'];
  readonly documents: Store['documents'];
  readonly history: Store['history'];
  readonly blobs: Store['blobs'];
  readonly policyRecords: Store['policyRecords'];
  readonly logs: Store['logs'];
  readonly tallies: Store['tallies'];
  /** Commits with a journal row so far. */
  commits = 0;
  isDead = false;
  readonly #inner: Store;
  readonly #onDeath: () => void;
  #dieAt = Number.POSITIVE_INFINITY;
  #point: CrashPoint = 'after';

  readonly #counts: 'steps' | 'all';

  constructor(inner: Store, onDeath: () => void, counts: 'steps' | 'all' = 'steps') {
    this.#counts = counts;
    this.#inner = inner;
    this.#onDeath = onDeath;
    this.resources = inner.resources;
    this.documents = inner.documents;
    this.history = inner.history;
    this.blobs = inner.blobs;
    this.policyRecords = inner.policyRecords;
    this.logs = inner.logs;
    this.tallies = inner.tallies;
  }

  /** Dies before the n-th commit from now reached the disk, or directly after it did. */
  dieAt(n: number, point: CrashPoint): void {
    this.#dieAt = this.commits + n;
    this.#point = point;
  }

  die(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#onDeath();
  }

  async commit(writes: readonly Write[]): Promise<void> {
    if (this.isDead) return never();
    const isStep = this.#counts === 'all' || writes.some(({ kind }) => kind === 'appendJournal');
    if (isStep) this.commits += 1;
    const isLast = isStep && this.commits === this.#dieAt;
    if (isLast && this.#point === 'before') {
      this.die();
      return never();
    }
    await this.#inner.commit(writes);
    if (isLast) this.die();
    return this.isDead ? never() : undefined;
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
