/**
 * What every kind of trigger that acts by the clock implements.
 *
 * Owns: the port between the scheduler (`timed-triggers.ts`) and the kinds.
 *
 * Invariants
 * TK1. What a firing starts and the trigger's new state are one commit: after a crash nothing fires twice that is durable.
 */
import type { PreparedTrigger } from '../prepared-trigger.ts';
import type { Services } from '../services.ts';
import type { TriggerCalls } from './trigger-call.ts';
import type { ArmedTrigger } from './trigger-state.ts';

/** The trigger's own clock, milliseconds since 1970. */
export interface TriggerClock {
  readonly now: number;
  /** What was due before and did not happen was missed: the server was down, or slept. */
  readonly missedBefore: number;
}

export interface TriggerParts {
  readonly services: Services;
  readonly calls: TriggerCalls;
}

export interface Performed {
  /** Look again this much engine time from now, whatever is due. */
  readonly waitMilliseconds?: number;
  /** What a poll came to; absent when it is to be tried again, or was overtaken by a change of the workflow. */
  readonly prepared?: PreparedTrigger;
}

export interface TimedKind {
  /** When the trigger acts next, on its own clock; undefined when it never does again. */
  due(armed: ArmedTrigger, clock: TriggerClock): number | undefined;
  /** Acts, and commits what came of it (TK1). */
  perform(parts: TriggerParts, armed: ArmedTrigger, due: number): Promise<Performed>;
}
