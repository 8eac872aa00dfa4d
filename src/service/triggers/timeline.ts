/**
 * The clock of one trigger: what it shows runs at the engine's scale, and goes on over restarts.
 *
 * Owns: the mapping between true time and the time a trigger's recurrence is computed in.
 * Does not own: waiting (`Clock`).
 *
 * Invariants
 * TL1. At scale 1 it shows true time. At another scale it starts at true time when the trigger is armed, and neither a
 *      restart nor another scale makes it jump.
 */

/** Milliseconds since 1970: at true time `at` the clock shows `shows`, and runs `scale` times as fast. */
export interface Timeline {
  readonly at: number;
  readonly shows: number;
  readonly scale: number;
}

export function timelineFrom(at: number, scale: number): Timeline {
  return { at, shows: at, scale };
}

export function shownAt(timeline: Timeline, trueTime: number): number {
  return timeline.shows + (trueTime - timeline.at) * timeline.scale;
}

/** The same clock at another speed from `since` on. */
export function atScale(timeline: Timeline, scale: number, since: number): Timeline {
  if (timeline.scale === scale) return timeline;
  return { at: since, shows: shownAt(timeline, since), scale };
}
