/**
 * The windows of a SlidingWindow trigger: back to back, without gaps, counted from the first.
 *
 * Owns: where a window begins and ends. Does not own: which of them has had its run (`#service`).
 *
 * Invariants
 * SW1. A window ends where the next one begins.
 *
 * Source: engine reference 2.7.
 */
import { pointsFrom, rhythmOf } from './next-occurrence.ts';
import type { RecurrencePlan } from './plan.ts';

/** Milliseconds since 1970. */
export interface SlidingWindow {
  readonly start: number;
  readonly end: number;
}

/**
 * Window number `index`, counted from 0 at the start time, else at the save. Undefined for one that would end behind the
 * recurrence's end or is beyond its count, and when the recurrence names a time or zone that does not exist.
 */
export function slidingWindow(recurrence: RecurrencePlan, savedAt: number, index: number): SlidingWindow | undefined {
  const rhythm = rhythmOf(recurrence, savedAt, undefined);
  if (rhythm === undefined || (recurrence.count !== undefined && index >= recurrence.count)) return undefined;
  const point = pointsFrom(rhythm, rhythm.start ?? savedAt);
  const start = point?.(index);
  const end = point?.(index + 1);
  return start === undefined || end === undefined || end > rhythm.end ? undefined : { start, end };
}
