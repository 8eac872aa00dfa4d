/**
 * Recurrence: one run at every occurrence.
 *
 * Owns: which occurrence is next, what a firing starts. Does not own: the calendar (`nextOccurrence` of `#workflow`).
 * Source: engine reference 2.6.
 *
 * Invariants
 * RT1. Occurrences missed while the server was down or the workflow disabled are not made up. The run at the save is not
 *      missed: the save was acknowledged.
 * RT2. A last run that is further in the future than the next occurrence from now was made by a wrong clock: it counts for
 *      nothing. A clock set back by less fires no occurrence twice.
 */
import { formatTime } from '#foundation';
import { nextOccurrence } from '#workflow';
import { prepareTrigger } from '../fire-trigger.ts';
import type { TimedKind } from './timed-kind.ts';
import { stateWrite } from './trigger-state.ts';

/** Milliseconds by which a timer may be early. */
const grace = 1_000;
const week = 7 * 24 * 3_600_000;

/** The moment of the save, or one of the same rhythm in the past when the clock was wrong then too (RT2). */
function pastOf(savedAt: number, now: number): number {
  return savedAt <= now ? savedAt : savedAt % week;
}

export const recurrenceTrigger: TimedKind = {
  due({ trigger: { recurrence }, state: { savedAt, lastRun } }, { now, missedBefore }) {
    if (recurrence === undefined) return undefined;
    if (lastRun !== undefined && lastRun > now) {
      const regular = nextOccurrence(recurrence, missedBefore - 1, pastOf(savedAt, now));
      if (regular !== undefined && lastRun > regular + grace) return regular;
    }
    const next = nextOccurrence(recurrence, lastRun ?? savedAt - 1, savedAt, lastRun);
    const isAtSave = lastRun === undefined && next === savedAt;
    if (next === undefined || isAtSave || next >= missedBefore) return next;
    return nextOccurrence(recurrence, missedBefore - 1, savedAt, lastRun);
  },

  async perform({ services }, armed, due) {
    const { workflow, trigger, state } = armed;
    const prepared = prepareTrigger(services, {
      workflow,
      triggerName: trigger.name,
      startedBy: { kind: 'Schedule' },
      scheduledTime: formatTime(due),
    });
    const write = stateWrite(services, armed, { ...state, lastRun: due });
    await services.host.startMany(prepared.runs, [...prepared.writes, write]);
    return {};
  },
};
