/**
 * The state of one run between two steps: plain JSON, and everything the next step needs.
 *
 * Owns: the state's types. Does not own: how it changes (`step.ts` and what it calls), the plan's numbering (`program.ts`).
 *
 * Invariants
 * S1. The state is plain JSON: `parseJson(stringifyJson(state))` runs on exactly like the original.
 * S2. It holds one frame per container that is open or may still be read. A finished Foreach iteration leaves nothing but
 *     its share of the tally and what the plan says is read from outside, so the state does not grow with iterations.
 * S3. Actions are numbered by their place in the definition (`program.ts`), never stored by a name a user chose.
 * S4. Every value in it is immutable except the arrays of variables, which only `variables.ts` may change.
 */
import type { Content, Json, JsonObject } from '#foundation';
import type { ActionStatus, VariableType } from '#workflow';
import type { ActionPath, Command, RunIdentity, RunQueue, TriggerRecord } from './messages.ts';
import type { RunLimits } from './run-limits.ts';

export type EffectCommand = Extract<Command, { readonly kind: 'effect' }>;

export type RunStatus = 'Waiting' | 'Running' | 'Succeeded' | 'Failed' | 'Cancelled' | 'TimedOut';

export interface RunState {
  readonly version: 1;
  readonly run: RunIdentity;
  readonly trigger: TriggerRecord;
  readonly startTime: string;
  status: RunStatus;
  /** State of the run's random generator. */
  random: number;
  nextEffect: number;
  nextTimer: number;
  /** Who waits for a Response: `none` from the start, or somebody who then was answered, left, or waited too long. */
  caller: 'none' | 'waiting' | 'answered' | 'gone' | 'timedOut';
  callerTimer?: string;
  /** The caller outlives a restart of the host (`patientCaller` of `started`). */
  patient?: boolean;
  /** The limit it counts for. */
  readonly queue?: RunQueue;
  /** Limits set by the operator when it was started. */
  readonly limits?: Partial<RunLimits>;
  waitEndTime?: string;
  /** The Response that was executed, as the run's record shows it. */
  response?: JsonObject;
  /** By the program's number of the variable; null before its initialisation. */
  variables: (Variable | null)[];
  /** Default values of parameters, evaluated at first use; by the program's number of the parameter. */
  parameters: (Content | null)[];
  /** By frame number; null when free. Frame 0 is the top level. */
  frames: (Frame | null)[];
  freeFrames: number[];
  /** Frame and position of what can be done now, in order; position -1 stands for the end of the frame itself. */
  ready: number[];
  /** A `continue` was asked for and its event has not come yet. */
  continuing: boolean;
  /** Calls under way by effect id. */
  effects: { [id: string]: PendingEffect };
  timers: { [id: string]: PendingTimer };
  /** Open callbacks; the key is `/` and the callback's id, so that no name can hit a prototype member. */
  callbacks: { [key: string]: OpenCallback };
}

/** Where a cell is: its frame and its position among the frame's actions. */
export interface Place {
  readonly frame: number;
  readonly position: number;
}

export interface OpenCallback {
  readonly id: string;
  readonly path: ActionPath;
  readonly place: Place;
}

/** A call under way, with its command, so that a restored state can ask for it again. */
export interface PendingEffect {
  /** Absent when nobody waits for the outcome. */
  readonly place?: Place;
  readonly command: EffectCommand;
}

export interface PendingTimer {
  readonly purpose: TimerPurpose;
  /** When it was armed, in milliseconds since the epoch, and for how much engine time. */
  readonly armed: number;
  readonly delayMilliseconds: number;
}

export type TimerPurpose =
  | { readonly for: 'action'; readonly frame: number; readonly position: number; readonly reason: ActionTimerReason }
  | { readonly for: 'caller' }
  | { readonly for: 'run' };

export type ActionTimerReason = 'wait' | 'timeout';

export interface Variable {
  readonly type: VariableType;
  value: Json;
  /** Characters of compact JSON, counted as far as appending needs it. */
  size: number;
  /** An expression may have handed the array out since the last append: copy before the next one. */
  shared?: boolean;
}

/** One activation of a container's actions: the top level, a branch, a loop iteration. */
export interface Frame {
  /** The program's number of the block. */
  readonly block: number;
  /** The cell of the container action; -1, -1 at top level. */
  readonly ownerFrame: number;
  readonly ownerPosition: number;
  /** The iteration; -1 outside loops and in the frame of a loop that was skipped. */
  readonly index: number;
  /** Frame and position of the outermost loop around; -1, -1 outside loops. */
  readonly loopFrame: number;
  readonly loopPosition: number;
  readonly startTime: string;
  /** Actions that have not ended. */
  open: number;
  /** By position: predecessors that have not ended. */
  waiting: number[];
  /** By position; null before the action starts or is skipped. */
  cells: (Cell | null)[];
}

/** One activation of one action. */
export interface Cell {
  status: ActionStatus;
  readonly startTime: string;
  endTime?: string;
  readonly trackingId: string;
  code?: string;
  /** As expressions see it, `messageTemplate` included. */
  error?: JsonObject;
  inputs?: Content;
  outputs?: Content;
  trackedProperties?: Json;
  executionMode?: string;
  sandbox?: string;
  retryHistory?: Json[];
  /** Frames of a container's blocks by slot; -1 when dropped or not opened. For loops: of the iteration kept last. */
  frames?: number[];
  call?: CallState;
  timer?: string;
  foreach?: ForeachState;
  until?: UntilState;
  /** Of the outermost loop: what happened to each action inside, by number relative to the loop's. */
  tally?: (TallyEntry | null)[];
}

/** A call that is made, repeated, polled or waited for. */
export interface CallState {
  phase: 'calling' | 'waiting' | 'callback';
  readonly inputs: Content;
  /** Counts from 1; starts again with each poll and page. */
  attempt: number;
  attemptTime: string;
  clientRequestId: string;
  effect?: string;
  /** Fires when `limit.timeout` has passed. */
  timeout?: string;
  /** `limit.timeout` passed during the first, synchronous call: no retry, no poll. */
  overdue?: boolean;
  /** What is polled or which page is read, instead of the original request. */
  url?: string;
  polls: number;
  /** Calls whose records have been written. */
  requests?: number;
  /** Pages read so far, and the items they held. */
  pages?: Content[];
  items?: number;
}

export interface ForeachState {
  /** Emptied when the loop has ended. */
  items: Content;
  readonly count: number;
  next: number;
  live: number;
  failed: boolean;
  /** Finished iterations of the actions read from outside, by number relative to the loop's, then by iteration. */
  collected?: { [number: string]: (Content[] | null)[] };
  /** The foremost of them, many iterations in each content. */
  sealed?: { [number: string]: Content[] };
}

export interface UntilState {
  readonly count: number;
  iteration: number;
  /** Its `limit.timeout` has passed. */
  expired: boolean;
}

export interface TallyEntry {
  count: number;
  /** 0 skipped, 1 succeeded, 2 cancelled, 3 failed: the highest seen. */
  rank: number;
  startTime: string;
  endTime: string;
}
