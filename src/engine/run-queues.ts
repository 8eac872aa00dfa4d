/**
 * Which runs of a limited trigger execute, and which wait for their turn.
 *
 * Owns: the counts per queue, the order of the waiting. Hosts share it.
 * Does not own: the runs themselves; that a run waits is in its journal, so a host fills the queues again after a restart.
 * Source: engine reference 2.3.
 *
 * Invariants
 * RQ1. At most `runs` of a queue execute, whatever the order of starts, ends and crashes; those that wait are released in
 *      the order they entered, and nobody who enters later overtakes them.
 * RQ2. The limit that counts is that of the run that entered last: a trigger saved with another limit takes effect with
 *      its next firing.
 * RQ3. A queue nobody is in takes no memory.
 */
import type { RunQueue } from './messages.ts';

interface Queue {
  runs: number;
  readonly active: Set<string>;
  /** In the order of their turns. */
  readonly waiting: Set<string>;
}

export class RunQueues {
  readonly #queues = new Map<string, Queue>();
  /** The queue of every run that is in one. */
  readonly #of = new Map<string, string>();
  /** Queues in which somebody's turn may have come. */
  readonly #changed = new Set<string>();

  /** How many more runs the queue takes, waiting ones included. */
  room({ key, runs, waitingRuns }: RunQueue): number {
    const queue = this.#queues.get(key);
    if (queue === undefined) return runs + waitingRuns;
    return Math.max(0, runs - queue.active.size) + Math.max(0, waitingRuns - queue.waiting.size);
  }

  /** Puts a new run in; true when it must wait. */
  enter(queue: RunQueue, run: string): boolean {
    const entered = this.#queue(queue);
    entered.runs = queue.runs;
    const waits = entered.active.size >= queue.runs || entered.waiting.size > 0;
    this.#put(queue.key, entered, run, waits);
    return waits;
  }

  /** Puts a run back in, as it was before a restart; runs are restored in the order they were started. */
  restore(queue: RunQueue, run: string, waits: boolean): void {
    if (this.#of.has(run)) return;
    const entered = this.#queue(queue);
    entered.runs = queue.runs;
    this.#put(queue.key, entered, run, waits);
  }

  /** The run has ended, or will not go on; runs that may be released come from `next`. */
  leave(run: string): void {
    const key = this.#of.get(run);
    const queue = key === undefined ? undefined : this.#queues.get(key);
    if (key === undefined || queue === undefined) return;
    this.#of.delete(run);
    queue.active.delete(run);
    queue.waiting.delete(run);
    if (queue.active.size === 0 && queue.waiting.size === 0) this.#queues.delete(key);
    else this.#changed.add(key);
  }

  /** Runs whose turn has come since the last call; they count as executing from now on. */
  next(): readonly string[] {
    const released: string[] = [];
    for (const key of this.#changed) {
      const queue = this.#queues.get(key);
      if (queue === undefined) continue;
      for (const run of queue.waiting) {
        if (queue.active.size >= queue.runs) break;
        queue.waiting.delete(run);
        queue.active.add(run);
        released.push(run);
      }
    }
    this.#changed.clear();
    return released;
  }

  /** Forgets everybody, as a crash does. */
  clear(): void {
    this.#queues.clear();
    this.#of.clear();
    this.#changed.clear();
  }

  #queue({ key, runs }: RunQueue): Queue {
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = { runs, active: new Set(), waiting: new Set() };
      this.#queues.set(key, queue);
    }
    return queue;
  }

  #put(key: string, queue: Queue, run: string, waits: boolean): void {
    (waits ? queue.waiting : queue.active).add(run);
    this.#of.set(run, key);
    if (queue.waiting.size > 0 && queue.active.size < queue.runs) this.#changed.add(key);
  }
}
