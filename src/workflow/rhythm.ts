/** What the occurrences of a recurrence are computed from. Owns: the shape only. */
import type { RecurrencePlan } from './plan.ts';
import type { WallClock } from './time-zone.ts';

/** Instants are milliseconds since 1970. */
export interface Rhythm {
  readonly recurrence: RecurrencePlan;
  readonly clock: WallClock;
  /** Instant of `startTime`. */
  readonly start: number | undefined;
  readonly end: number;
  readonly savedAt: number;
  readonly lastRun: number | undefined;
}
