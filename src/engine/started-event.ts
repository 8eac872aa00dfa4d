/** The event that starts a run: what hosts journal first. */
import type { Random } from '#foundation';
import type { RunEvent } from './messages.ts';
import type { NewRun } from './run-host.ts';

export type StartedEvent = Extract<RunEvent, { readonly kind: 'started' }>;

/** @param waits the run must wait for its turn in its queue. */
export function startedEvent(run: NewRun, now: number, random: Random, waits: boolean): StartedEvent {
  const { onAnswer, patientCaller, queue, limits, resumed } = run;
  return {
    kind: 'started',
    now,
    seed: Math.floor(random.fraction() * 2 ** 32),
    run: run.identity,
    trigger: run.trigger,
    responder: onAnswer !== undefined || patientCaller === true,
    ...(patientCaller === true ? { patientCaller: true } : {}),
    ...(queue === undefined ? {} : { queue }),
    ...(limits === undefined ? {} : { limits }),
    ...(waits ? { waits: true } : {}),
    ...(resumed === undefined ? {} : { resumed }),
  };
}
