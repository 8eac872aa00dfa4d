/**
 * Names of runs and versions: digits that fall as time rises, so that newer ones sort first as text.
 *
 * Owns: the two name forms. Source: engine reference 8 (run: 29 digits, `CU`, 2 digits; version: 20 digits).
 *
 * Invariants
 * N1. Within one process names are strictly descending in the order they were made, whatever the clock does.
 * N2. Names made by an earlier process sort behind newer ones as long as the system clock does not run backwards.
 */
import type { Clock, Random } from '#foundation';

const maximumTicks = 9_223_372_036_854_775_807n;
const unixEpochTicks = 621_355_968_000_000_000n;

export class RunNames {
  readonly #clock: Clock;
  readonly #random: Random;
  #lastTicks = 0n;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** `08584286…CU07`: 20 digits of falling ticks, 9 random digits, `CU`, 2 digits. */
  run(): string {
    const tail = String(Math.floor(this.#random.fraction() * 1e9)).padStart(9, '0');
    const unit = String(Math.floor(this.#random.fraction() * 100)).padStart(2, '0');
    return `${this.version()}${tail}CU${unit}`;
  }

  /** 20 digits of falling ticks. */
  version(): string {
    const now = BigInt(Math.floor(this.#clock.now())) * 10_000n + unixEpochTicks;
    this.#lastTicks = now > this.#lastTicks ? now : this.#lastTicks + 1n;
    return String(maximumTicks - this.#lastTicks).padStart(20, '0');
  }
}

/** The part of names that were made at a time, in milliseconds since the epoch: later names sort before it. */
export function namePrefixAt(time: number): string {
  const ticks = BigInt(Math.floor(time)) * 10_000n + unixEpochTicks;
  const rest = maximumTicks - ticks;
  return String(rest < 0n ? 0n : rest).padStart(20, '0');
}

/** A run's start follows the making of its name by far less than this, in milliseconds. */
const startDelay = 3_600_000;

/**
 * The names among which the runs of a time range are, so that a list does not look at all others: `after` excluded, `until`
 * included. A run never starts before its name is made.
 */
export function nameRangeOf(range: {
  readonly startTimeFrom?: number;
  readonly startTimeTo?: number;
  readonly after?: string;
}): { readonly after?: string; readonly until?: string } {
  const { startTimeFrom, startTimeTo, after } = range;
  // Names of the last millisecond itself stand before its prefix.
  const first = startTimeTo === undefined ? undefined : namePrefixAt(startTimeTo + 1);
  const begin = first === undefined || (after !== undefined && after > first) ? after : first;
  return {
    ...(begin === undefined ? {} : { after: begin }),
    ...(startTimeFrom === undefined ? {} : { until: `${namePrefixAt(startTimeFrom - startDelay)}~` }),
  };
}

/** The time in a run, history or version name, milliseconds since the epoch; 0 for a text that is no such name. */
export function timeOfName(name: string): number {
  const digits = /^\d{20}/.exec(name)?.[0];
  return digits === undefined ? 0 : Number((maximumTicks - BigInt(digits) - unixEpochTicks) / 10_000n);
}
