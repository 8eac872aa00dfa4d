/**
 * The timers of all runs on one timer of the clock.
 *
 * Owns: which timer is due next. Does not own: that timers survive a restart: they are in the journal, and runs that are
 * taken up arm them again.
 *
 * Invariants
 * DT1. Timers fire in the order of their due times, equal ones in the order they were armed.
 * DT2. Arming a timer that is armed does nothing: taking a run up again does not fire its timers twice.
 * DT4. Waits are as long as they were asked for, whatever happens to the machine's clock meanwhile.
 * DT3. Cancelled timers take no room for long: every run arms one of 90 days and cancels it a moment later.
 */
import type { CancelTimer, Clock } from '#foundation';

interface Entry {
  readonly due: number;
  readonly order: number;
  readonly run: string;
  readonly id: string;
  cancelled: boolean;
}

export class DueTimers {
  readonly #clock: Clock;
  readonly #onDue: (run: string, id: string) => void;
  readonly #byRun = new Map<string, Map<string, Entry>>();
  #heap: Entry[] = [];
  #cancelled = 0;
  #order = 0;
  #armedFor = Number.POSITIVE_INFINITY;
  #stopClock: CancelTimer | undefined;

  constructor(clock: Clock, onDue: (run: string, id: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Timers that wait. */
  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** Entries in memory, cancelled ones included. */
  get entries(): number {
    return this.#heap.length;
  }

  /** Fires `delay` milliseconds of engine time from now. */
  arm(run: string, id: string, delay: number): void {
    let timers = this.#byRun.get(run);
    if (timers === undefined) {
      timers = new Map();
      this.#byRun.set(run, timers);
    }
    if (timers.has(id)) return;
    const due = this.#clock.elapsed() + delay / this.#clock.scale;
    const entry: Entry = { due, order: this.#order++, run, id, cancelled: false };
    timers.set(id, entry);
    push(this.#heap, entry);
    this.#schedule();
  }

  cancel(run: string, id: string): void {
    const timers = this.#byRun.get(run);
    const entry = timers?.get(id);
    if (timers === undefined || entry === undefined) return;
    timers.delete(id);
    if (timers.size === 0) this.#byRun.delete(run);
    this.#drop(entry);
  }

  /** Cancels all timers of a run. */
  cancelAll(run: string): void {
    const timers = this.#byRun.get(run);
    if (timers === undefined) return;
    this.#byRun.delete(run);
    for (const entry of timers.values()) this.#drop(entry);
  }

  /** Forgets everything; nothing fires any more. */
  stop(): void {
    this.#stopClock?.();
    this.#stopClock = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#byRun.clear();
    this.#heap = [];
    this.#cancelled = 0;
  }

  #drop(entry: Entry): void {
    entry.cancelled = true;
    this.#cancelled += 1;
    if (this.#cancelled > 1_000 && this.#cancelled * 2 > this.#heap.length) {
      // Sorted is also a heap.
      this.#heap = this.#heap
        .filter(({ cancelled }) => !cancelled)
        .sort((left, right) => (isBefore(left, right) ? -1 : 1));
      this.#cancelled = 0;
    }
  }

  #schedule(): void {
    const next = this.#heap[0];
    if (next === undefined || next.due >= this.#armedFor) return;
    this.#stopClock?.();
    this.#armedFor = next.due;
    const delay = Math.max(0, next.due - this.#clock.elapsed()) * this.#clock.scale;
    this.#stopClock = this.#clock.after(delay, () => this.#fire());
  }

  #fire(): void {
    this.#stopClock = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.#clock.elapsed();
    for (let next = this.#heap[0]; next !== undefined; next = this.#heap[0]) {
      if (!next.cancelled && next.due > now) break;
      pop(this.#heap);
      if (next.cancelled) {
        this.#cancelled -= 1;
        continue;
      }
      const timers = this.#byRun.get(next.run);
      timers?.delete(next.id);
      if (timers?.size === 0) this.#byRun.delete(next.run);
      this.#onDue(next.run, next.id);
    }
    this.#schedule();
  }
}

// --- A binary heap ----------------------------------------------------------------------------------------------

function isBefore(left: Entry, right: Entry): boolean {
  return left.due < right.due || (left.due === right.due && left.order < right.order);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above] as Entry;
    if (isBefore(parent, entry)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) below += 1;
    if (isBefore(last, heap[below] as Entry)) break;
    heap[at] = heap[below] as Entry;
    at = below;
  }
  heap[at] = last;
}
