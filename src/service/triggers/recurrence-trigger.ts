/**
 * Recurrence: one run at every occurrence.
 *
 * Owns: which occurrence is next, what a firing starts. Does not own: the calendar (`nextOccurrence` of `#workflow`).
 * Source: engine reference 2.6.
 *
 * Invariants
 * RT1. Occurrences missed while the server was down or the workflow disabled are not made up. The run at the save is not
 *      missed: the save was acknowledged.
 */
import { formatTime } from '#foundation';
import { nextOccurrence } from '#workflow';
import { prepareTrigger } from '../fire-trigger.ts';
import type { TimedKind } from './timed-kind.ts';
import { stateWrite } from './trigger-state.ts';

export const recurrenceTrigger: TimedKind = {
  due({ trigger: { recurrence }, state: { savedAt, lastRun } }, { missedBefore }) {
    if (recurrence === undefined) return undefined;
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
      scheduledTime: formatTime(due),
    });
    const write = stateWrite(services, armed, { ...state, lastRun: due });
    await services.host.startMany(prepared.runs, [...prepared.writes, write]);
    return {};
  },
};
