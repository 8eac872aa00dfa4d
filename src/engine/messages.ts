/**
 * What goes into a step and what comes out of it: events, commands, history.
 *
 * Owns: the messages between the pure core and its hosts, all plain JSON.
 * Does not own: the run's state (`state.ts`), the step (`step.ts`), hosts.
 *
 * Invariants
 * M1. Events carry all time and chance: replaying the same events gives the same states, commands and history.
 * M2. Messages are plain JSON (contents included): they are journaled as they are.
 * M3. `effect` and `timer` ids are unique within a run and the same again on replay.
 */
import type { Content, Json, JsonObject, RunOrigin } from '#foundation';
import type { RunLimits } from './run-limits.ts';

/** Who the run is; fixed at start. */
export interface RunIdentity {
  /** Run name: 29 digits, `CU`, 2 digits; newer sorts first. */
  readonly name: string;
  /** Full ARM id of the workflow. */
  readonly workflowId: string;
  /** The definition version the run keeps. */
  readonly version: string;
  readonly clientTrackingId: string;
  readonly clientKeywords?: readonly string[];
  /** What `workflow()` returns: id, name, type, location, tags, run. */
  readonly workflow: JsonObject;
  /** What started it; absent in runs of earlier versions. */
  readonly startedBy?: RunOrigin;
}

/** The trigger's record inside the run: what `trigger()` returns, contents apart. */
export interface TriggerRecord {
  readonly name: string;
  readonly inputs?: Content;
  readonly outputs?: Content;
  readonly startTime: string;
  readonly endTime: string;
  readonly scheduledTime?: string;
  readonly trackingId: string;
  readonly clientTrackingId: string;
  readonly originHistoryName: string;
  readonly status: string;
  readonly code?: string;
  /** Attempts of the poll that were tried again; history shows them, expressions do not. */
  readonly retryHistory?: readonly Json[];
}

/** The runs of one trigger that limits how many of them execute at once (engine reference 2.3). */
export interface RunQueue {
  /** What the limit is counted under: the trigger of a workflow. */
  readonly key: string;
  /** So many execute; others wait in the order they were started. */
  readonly runs: number;
  /** So many may wait. */
  readonly waitingRuns: number;
}

export type RunEvent =
  /**
   * `now`: milliseconds since the epoch, in every event. `responder`: a caller waits for a Response; `patientCaller`: it
   * waits without the limit of 120 seconds and outlives a restart: another workflow, or somebody who asks again for an
   * asynchronous answer (engine reference 4.4). `waits`: the run is created in status Waiting, until `released`.
   */
  | {
      readonly kind: 'started';
      readonly now: number;
      readonly seed: number;
      readonly run: RunIdentity;
      readonly trigger: TriggerRecord;
      readonly responder: boolean;
      readonly patientCaller?: boolean;
      readonly queue?: RunQueue;
      readonly waits?: boolean;
      readonly limits?: Partial<RunLimits>;
      /** The run does not begin with its first action but goes on from another run's results. */
      readonly resumed?: ResumedRun;
    }
  /** The run's turn in its queue has come. */
  | { readonly kind: 'released'; readonly now: number }
  | { readonly kind: 'actionDone'; readonly now: number; readonly effect: string; readonly outcome: EffectOutcome }
  | { readonly kind: 'timerFired'; readonly now: number; readonly timer: string }
  /** Someone called the callback URL of a webhook action. */
  | { readonly kind: 'callback'; readonly now: number; readonly callback: string; readonly content: Content }
  /** The caller of a Request trigger went away or the server restarted. */
  | { readonly kind: 'callerGone'; readonly now: number }
  /** Asked for by a `continue` command: long pure work goes on in slices. */
  | { readonly kind: 'continued'; readonly now: number }
  | { readonly kind: 'cancelled'; readonly now: number };

/** Where a resubmitted run begins: state and history of the earlier run, up to the action it was resubmitted from. */
export interface ResumedRun {
  readonly state: Json;
  readonly history: readonly HistoryRecord[];
}

export type EffectOutcome =
  | {
      readonly kind: 'response';
      readonly statusCode: number;
      readonly headers: { readonly [name: string]: string };
      /** Absent when the answer had no body. */
      readonly body?: Content;
      /** Set when a sandbox answered, with its source: `mock`, `schema`, `inferred` or `empty`. */
      readonly sandbox?: string;
    }
  | { readonly kind: 'failure'; readonly code: string; readonly message: string; readonly retryable: boolean };

/** What an effect does; inputs are evaluated. The runner turns them into bytes on the wire. */
export type EffectRequest =
  | { readonly type: 'Http'; readonly inputs: Content; readonly timeoutMilliseconds?: number }
  | { readonly type: 'ApiConnection'; readonly inputs: Content }
  /** GET of a `Location` while a 202 is polled, or of a page's `nextLink`, with the original inputs' authentication. */
  | { readonly type: 'Poll'; readonly url: string; readonly of: 'Http' | 'ApiConnection'; readonly inputs: Content }
  /** `inputs`: the `subscribe` (`unsubscribe`) part for plain webhooks, all inputs for webhooks over a connection. */
  | { readonly type: 'Subscribe'; readonly connection: boolean; readonly inputs: Content }
  | { readonly type: 'Unsubscribe'; readonly connection: boolean; readonly inputs: Content }
  | { readonly type: 'SendToBatch'; readonly inputs: Content }
  | { readonly type: 'Workflow'; readonly inputs: Content }
  /** `inputs`: `{ code, context }`; the outcome's body is what the code returned. */
  | { readonly type: 'Script'; readonly inputs: Content }
  /** `inputs`: `{ text, encoding, tokens, overlap }`; the outcome's body is `{ value: pieces }`. */
  | { readonly type: 'ChunkText' | 'ParseDocument'; readonly inputs: Content };

/** Where an action stands: its name and the indexes of its enclosing loops, outermost first. */
export interface ActionPath {
  readonly action: string;
  readonly indexes: readonly number[];
}

export type Command =
  | {
      readonly kind: 'effect';
      readonly id: string;
      readonly path: ActionPath;
      /** `{runName}/{actionPath}[/{iteration}]`, the same over retries and restarts. */
      readonly idempotencyKey: string;
      readonly attempt: number;
      readonly clientRequestId: string;
      readonly trackingId: string;
      readonly request: EffectRequest;
    }
  /** Deliver `timerFired` this much engine time from now; never armed twice under one id. */
  | { readonly kind: 'timer'; readonly id: string; readonly delayMilliseconds: number }
  | { readonly kind: 'cancelTimer'; readonly id: string }
  /** The callback of a webhook action is open under this id until the run says otherwise. */
  | { readonly kind: 'openCallback'; readonly id: string; readonly path: ActionPath }
  | { readonly kind: 'closeCallback'; readonly id: string }
  /** The answer for the waiting caller, at most once a run; a 504 when the workflow took too long. */
  | {
      readonly kind: 'respond';
      readonly statusCode: number;
      readonly headers: { readonly [name: string]: string };
      readonly body?: Content;
    }
  /** Deliver `continued` at once; may stand beside `effect` and `timer` commands, never beside `finish`. */
  | { readonly kind: 'continue' }
  /** Stop the effect if it still runs; its outcome will be ignored. */
  | { readonly kind: 'abort'; readonly effect: string }
  /**
   * Nothing will happen in this run any more: forget its state and timers; a caller still waiting gets `noResponse`.
   * The run's record may have shown its final status some steps earlier, while an `Unsubscribe` was still under way.
   */
  | { readonly kind: 'finish'; readonly status: string };

/** One piece of run history. Records of the same path supersede one another: the last one stands. */
export type HistoryRecord =
  | { readonly kind: 'run'; readonly run: RunRecord }
  | { readonly kind: 'action'; readonly action: ActionRecord }
  | { readonly kind: 'repetition'; readonly repetition: ActionRecord }
  | { readonly kind: 'scopeRepetition'; readonly repetition: ActionRecord }
  /** Of an action that made more than one call; these stand beside one another. */
  | { readonly kind: 'request'; readonly request: RequestRecord };

export interface RunRecord {
  readonly status: string;
  readonly startTime: string;
  /** When it stopped waiting for its turn; absent when it never waited, or still does. */
  readonly waitEndTime?: string;
  readonly endTime?: string;
  readonly code?: string;
  readonly error?: JsonObject;
  readonly outputs?: JsonObject;
  readonly response?: JsonObject;
}

export interface RequestRecord {
  readonly name: string;
  readonly repetitionIndexes: ActionRecord['repetitionIndexes'];
  /** Counts from 1 over the calls of one action. */
  readonly number: number;
  readonly startTime: string;
  readonly endTime: string;
  readonly trackingId: string;
  readonly clientRequestId?: string;
  /** Where a poll or a page was asked for; absent for the action's own address. */
  readonly url?: string;
  /** Absent when nobody answered. */
  readonly statusCode?: number;
  readonly headers?: JsonObject;
  readonly body?: Content;
  readonly error?: JsonObject;
}

export interface ActionRecord {
  readonly name: string;
  /** The action's type, `Http`. */
  readonly type: string;
  /** Enclosing loops with indexes, outermost first; empty for the aggregate. */
  readonly repetitionIndexes: readonly { readonly scopeName: string; readonly itemIndex: number }[];
  readonly status: string;
  readonly code?: string;
  readonly error?: JsonObject;
  readonly startTime: string;
  readonly endTime?: string;
  readonly trackingId: string;
  readonly inputs?: Content;
  readonly outputs?: Content;
  /** `['inputs']`, `['outputs']` or both when hidden; hidden contents are not in the record at all. */
  readonly hidden?: readonly ('inputs' | 'outputs')[];
  readonly retryHistory?: readonly Json[];
  readonly repetitionCount?: number;
  readonly iterationCount?: number;
  readonly trackedProperties?: Json;
  readonly executionMode?: string;
  /** The source of a sandboxed answer. */
  readonly sandbox?: string;
}
