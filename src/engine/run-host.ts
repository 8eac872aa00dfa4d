/**
 * The ports between runs and the world: the host that drives them and the runner that performs their effects.
 *
 * Owns: `RunHost`, `EffectRunner`, `PlanSource`.
 * Does not own: implementations (`memory-host.ts`; the embedded one is in `#service`).
 *
 * Invariants
 * H1. `start` and `startMany` resolve after the runs, and the writes given alongside, are durable in one commit (D6).
 * H2. A step's commands are carried out only after its commit.
 * H3. After a crash every run that was acknowledged goes on from its journal; only effects in flight are repeated, with
 *     the same idempotency key: restore the last snapshot, replay the events behind it without carrying out commands, then
 *     carry out `pendingCommands`. Callers are gone by then, patient ones apart: the host delivers `callerGone` to runs
 *     that had another.
 * H4. Nothing here assumes one machine: runs are named by key, everything passed is plain JSON, callbacks apart.
 * H5. Of the runs of a queue at most `runs` execute; the others are durable in status Waiting and are released in the order
 *     they were started, each with a `released` event, as soon as a run before them has finished.
 */
import type { Content, Write } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import type { Command, EffectOutcome, ResumedRun, RunIdentity, RunQueue, TriggerRecord } from './messages.ts';
import type { RunLimits } from './run-limits.ts';

/** What a Request caller gets: the Response action's answer, or why there is none. */
export type RunAnswer =
  | {
      readonly kind: 'response';
      readonly statusCode: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: Content;
    }
  | { readonly kind: 'noResponse' };

export interface NewRun {
  readonly identity: RunIdentity;
  readonly trigger: TriggerRecord;
  /** Called at most once, after the commit of the step that answers; its presence makes the run a waited-for one. */
  readonly onAnswer?: (answer: RunAnswer) => void;
  /**
   * The caller is another workflow or polls: it waits without the limit of 120 seconds, and asks with `awaitAnswer` after a
   * restart. With it the run is a waited-for one even without `onAnswer`.
   */
  readonly patientCaller?: boolean;
  /** The limit it counts for: beyond it the run is created in status Waiting (H5). */
  readonly queue?: RunQueue;
  /** Limits the operator has set; the run keeps them. */
  readonly limits?: Partial<RunLimits>;
  /** Begins with the results of an earlier run instead of the first action (`rewind`). */
  readonly resumed?: ResumedRun;
}

export type DeliveryResult = 'accepted' | 'unknownRun' | 'finished' | 'closed';

export interface RunHost {
  start(run: NewRun): Promise<void>;
  /** All runs and all writes in one commit. */
  startMany(runs: readonly NewRun[], alongside?: readonly Write[]): Promise<void>;
  /**
   * Delivers a callback to a waiting webhook action of the run named by its key; `callback` is the id of the `openCallback`
   * command: the action's name, inside loops followed by `/` and the iteration (`Approve/000002-000000`).
   */
  deliver(runKey: string, callback: string, content: Content): Promise<DeliveryResult>;
  /** The waiting caller went away: a later Response is skipped. */
  callerGone(runKey: string): Promise<void>;
  cancel(runKey: string): Promise<DeliveryResult>;
  /** How many runs take up memory here: what those who start many runs hold back by. */
  runsInMemory(): number;
  /**
   * How many more runs the queue takes now, waiting ones included. `startMany` does not look at it: who asks and starts
   * without waiting in between is never one too many.
   */
  room(queue: RunQueue): number;
  /**
   * Calls `onAnswer` once with the answer the run has given or will give, at once when it is there; for runs with a patient
   * caller. False when there is no such run.
   */
  awaitAnswer(runKey: string, onAnswer: (answer: RunAnswer) => void): Promise<boolean>;
  /** The answer the run has given, for runs with a patient caller; `undefined` while there is none. */
  answerSoFar(runKey: string): Promise<RunAnswer | undefined>;
  /** Takes no new work, lets steps and commits under way finish, stops timers; resolves when quiet. */
  drain(): Promise<void>;
}

/** Performs one effect. Never rejects; every outcome is data. Hosts abort the signal for `abort` and when they stop. */
export interface EffectRunner {
  run(effect: Extract<Command, { kind: 'effect' }>, run: RunIdentity, signal: AbortSignal): Promise<EffectOutcome>;
}

/** Finds the plan of a definition version; plans are cached by the implementation. */
export interface PlanSource {
  plan(workflowId: string, version: string): WorkflowPlan | undefined;
}

/** The key of a run everywhere outside the core: lower-case workflow id, `/runs/`, run name. */
export function runKey(workflowId: string, runName: string): string {
  return `${workflowId.toLowerCase()}/runs/${runName}`;
}
