/**
 * SlidingWindow: one run for every window of time, in order, none left out.
 *
 * Owns: which window is next, its outputs. Does not own: where windows lie (`slidingWindow` of `#workflow`).
 * Source: engine reference 2.7.
 *
 * Invariants
 * SW2. Windows missed while the server was down or the workflow disabled are made up, oldest first; those for whose runs
 *      there is no room wait for it.
 */
import { formatTime, type JsonObject } from '#foundation';
import { type SlidingWindow, slidingWindow } from '#workflow';
import { prepareTrigger } from '../fire-trigger.ts';
import type { PreparedTrigger } from '../prepared-trigger.ts';
import type { Services } from '../services.ts';
import type { TimedKind } from './timed-kind.ts';
import { type ArmedTrigger, stateWrite } from './trigger-state.ts';
import { shownAt } from './timeline.ts';

/** Windows made up in one commit. */
const batch = 50;
/** How long windows wait for room when no more runs may wait. */
const roomWait = 1_000;

export const slidingWindowTrigger: TimedKind = {
  due(armed) {
    const window = windowOf(armed, armed.state.windows ?? 0);
    return window === undefined ? undefined : window.end + (armed.trigger.delay ?? 0);
  },

  async perform({ services }, armed, due) {
    const done = armed.state.windows ?? 0;
    const now = Math.max(due, shownAt(armed.state.timeline, services.clock.now()));
    const prepared: PreparedTrigger[] = [];
    const queued = new Map<string, number>();
    for (let index = done; prepared.length < batch; index += 1) {
      const window = windowOf(armed, index);
      if (window === undefined || window.end + (armed.trigger.delay ?? 0) > now) break;
      const next = prepareWindow(services, armed, window, queued);
      if (next.outcome === 'skipped' && next.fault !== undefined) break;
      for (const { queue } of next.runs)
        if (queue !== undefined) queued.set(queue.key, (queued.get(queue.key) ?? 0) + 1);
      prepared.push(next);
    }
    if (prepared.length === 0) return { waitMilliseconds: roomWait };
    const write = stateWrite(services, armed, { ...armed.state, windows: done + prepared.length });
    await services.host.startMany(
      prepared.flatMap(({ runs }) => runs),
      [...prepared.flatMap(({ writes }) => writes), write],
    );
    return {};
  },
};

function windowOf({ trigger, state }: ArmedTrigger, index: number): SlidingWindow | undefined {
  return trigger.recurrence === undefined ? undefined : slidingWindow(trigger.recurrence, state.savedAt, index);
}

function prepareWindow(
  services: Services,
  { workflow, trigger }: ArmedTrigger,
  window: SlidingWindow,
  queued: ReadonlyMap<string, number>,
): PreparedTrigger {
  return prepareTrigger(services, {
    workflow,
    triggerName: trigger.name,
    startedBy: { kind: 'Schedule' },
    outputs: windowOutputs(window),
    queued,
    scheduledTime: formatTime(window.end + (trigger.delay ?? 0)),
  });
}

function windowOutputs({ start, end }: SlidingWindow): JsonObject {
  return { windowStartTime: formatTime(start), windowEndTime: formatTime(end) };
}

/** The outputs of the window that is under way: what a start by hand gives. It takes nothing from the windows. */
export function currentWindowOutputs(armed: ArmedTrigger): JsonObject {
  const window = windowOf(armed, armed.state.windows ?? 0);
  return window === undefined ? {} : windowOutputs(window);
}
