/**
 * The turns of runs whose triggers limit how many execute at once.
 *
 * Owns: filling the queues from the store after a restart, letting the next run go on when one has left.
 * Does not own: the counts (`RunQueues` of `#engine`), that a turn is durable (it is an event of the run).
 *
 * Invariants
 * TU1. Nobody enters a queue, and nobody leaves one, before the runs of the last life are back in it.
 */
import { type NewRun, runKey, type RunQueue, RunQueues } from '#engine';
import type { HistoryStore } from '#foundation';
import { runSummary } from '../run-row.ts';

export interface RunTurnsOptions {
  readonly history: HistoryStore;
  /** Keys of the runs that had not ended when the host was opened, oldest first. */
  readonly unfinished: readonly string[];
  readonly onTurn: (run: string) => void;
  /** False when nobody may go on any more. */
  readonly isOpen: () => boolean;
}

const none: ReadonlySet<NewRun> = new Set();

export class RunTurns {
  readonly #options: RunTurnsOptions;
  readonly #queues = new RunQueues();
  #unfinished: readonly string[] | undefined;
  #releasing = false;

  constructor(options: RunTurnsOptions) {
    this.#options = options;
    this.#unfinished = options.unfinished;
  }

  room(queue: RunQueue): number {
    this.restore();
    return this.#queues.room(queue);
  }

  /** Enters the runs that have a queue; answers those that must wait. */
  enter(runs: readonly NewRun[]): ReadonlySet<NewRun> {
    if (!runs.some(({ queue }) => queue !== undefined)) return none;
    this.restore();
    const waiting = new Set<NewRun>();
    for (const run of runs) {
      const { queue, identity } = run;
      if (queue === undefined) continue;
      if (this.#queues.enter(queue, runKey(identity.workflowId, identity.name))) waiting.add(run);
    }
    return waiting;
  }

  /** The run has ended or cannot go on: the next one's turn has come. */
  leave(run: string): void {
    this.restore();
    this.#queues.leave(run);
    this.release();
  }

  /** Fills the queues with the runs of the last life (TU1); does so once. */
  restore(): void {
    const unfinished = this.#unfinished;
    if (unfinished === undefined) return;
    this.#unfinished = undefined;
    for (const key of unfinished) {
      const row = this.#options.history.run(key);
      const queue = row === undefined ? undefined : runSummary(row).queue;
      if (row === undefined || queue === undefined) continue;
      if (row.status === 'Waiting' || row.status === 'Running') {
        this.#queues.restore(queue, key, row.status === 'Waiting');
      }
    }
    this.release();
  }

  /** Lets go on whose turn has come. A turn may end at once and leave the queue: one loop serves all. */
  release(): void {
    if (this.#releasing || !this.#options.isOpen()) return;
    this.#releasing = true;
    try {
      for (let next = this.#queues.next(); next.length > 0; next = this.#queues.next()) {
        for (const key of next) this.#options.onTurn(key);
      }
    } finally {
      this.#releasing = false;
    }
  }
}
