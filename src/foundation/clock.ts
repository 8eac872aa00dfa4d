/**
 * Time as a port: the only way to learn the time or to wait for it.
 *
 * Owns: the `Clock` interface and the virtual clock that tests and the in-memory host share.
 * Does not own: the system clock (`#service`), durable timers (the run host).
 *
 * Invariants
 * K1. Callbacks of one clock run in order of their due time, ties in order of scheduling.
 * K2. `after` counts engine time (TOCSIN_TIME_SCALE shortens it); `now` is always true time and goes into records.
 * K4. `now` may jump when somebody sets the machine's clock; `elapsed` and `after` do not.
 */

/** Stops a scheduled callback; calling it late or twice does nothing. */
export type CancelTimer = () => void;

export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number;
  /** Milliseconds of true time since some moment: for measuring how long something takes (K4). */
  elapsed(): number;
  /** Calls `callback` once, `milliseconds` of engine time from now; values below 0 count as 0, no upper bound. */
  after(milliseconds: number, callback: () => void): CancelTimer;
  /** How many times faster than true time the engine's clock runs; 1 outside demos and tests. */
  readonly scale: number;
}

interface Scheduled {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until told to move; starts at 2026-01-01T00:00:00Z unless told otherwise. */
export class VirtualClock implements Clock {
  readonly scale = 1;
  #now: number;
  #shift = 0;
  #order = 0;
  #pending: Scheduled[] = [];

  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now + this.#shift;
  }

  /** Sets the machine's clock forward or back: waits stay as long as they are (K4). */
  jump(milliseconds: number): void {
    this.#shift += milliseconds;
  }

  elapsed(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): CancelTimer {
    const entry: Scheduled = {
      due: this.#now + Math.max(0, milliseconds),
      order: this.#order++,
      callback,
    };
    this.#pending.push(entry);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== entry);
    };
  }

  /** How many callbacks are waiting. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** When the next callback is due, in `elapsed` milliseconds; undefined when nothing waits. */
  get nextDue(): number | undefined {
    return this.#pending.reduce<number | undefined>(
      (soonest, { due }) => (soonest === undefined || due < soonest ? due : soonest),
      undefined,
    );
  }

  /** Jumps to the next due callback and runs it; false when nothing waits. */
  advanceToNext(): boolean {
    const next = this.#pending.reduce<Scheduled | undefined>(
      (best, entry) =>
        best === undefined || entry.due < best.due || (entry.due === best.due && entry.order < best.order)
          ? entry
          : best,
      undefined,
    );
    if (next === undefined) return false;
    this.#pending = this.#pending.filter((entry) => entry !== next);
    this.#now = Math.max(this.#now, next.due);
    next.callback();
    return true;
  }

  /** Moves time forward, running everything that falls due on the way. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    while (this.#pending.some((entry) => entry.due <= end)) this.advanceToNext();
    this.#now = end;
  }
}

/** A time as the product writes it: RFC 3339, UTC, seven fractional digits as Azure prints them. */
export function formatTime(milliseconds: number): string {
  if (milliseconds !== lastFormatted.milliseconds) {
    lastFormatted = { milliseconds, text: `${new Date(milliseconds).toISOString().slice(0, -1)}0000Z` };
  }
  return lastFormatted.text;
}

/** The moment a run's step takes place in is written many times in a row. */
let lastFormatted = { milliseconds: Number.NaN, text: '' };
