/**
 * The runs in memory.
 *
 * Owns: which runs are there, and which of those that only wait leave first.
 *
 * Invariants
 * LR1. Only a run that can be taken up from its journal unchanged may leave: no commit, no effect, no caller waiting.
 */
import type { LiveRun } from './live-run.ts';

export class LiveRuns {
  readonly #runs = new Map<string, LiveRun>();
  /** The longest waiting first. */
  readonly #waiting = new Set<LiveRun>();
  readonly #waitingKept: number;

  constructor(waitingKept: number) {
    this.#waitingKept = waitingKept;
  }

  get size(): number {
    return this.#runs.size;
  }

  get(key: string): LiveRun | undefined {
    return this.#runs.get(key);
  }

  add(run: LiveRun): void {
    this.#runs.set(run.key, run);
  }

  /** The run has ended or cannot go on. */
  remove(run: LiveRun): void {
    this.#runs.delete(run.key);
    this.#waiting.delete(run);
  }

  all(): Iterable<LiveRun> {
    return this.#runs.values();
  }

  clear(): void {
    this.#runs.clear();
    this.#waiting.clear();
  }

  /** The run has work again. */
  wake(run: LiveRun): void {
    this.#waiting.delete(run);
  }

  /** The run has done what it could; if it only waits now, it may leave when too many do. */
  rest(run: LiveRun): void {
    if (run.isFinished || run.isBusy || run.effects.size > 0 || run.onAnswer !== undefined) return;
    this.#waiting.add(run);
    for (const oldest of this.#waiting) {
      if (this.#waiting.size <= this.#waitingKept) break;
      this.remove(oldest);
    }
  }
}
