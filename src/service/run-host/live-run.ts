/**
 * A run in the memory of the host.
 *
 * Owns: its state, its inbox, what it has under way. Does not own: steps (`run-steps.ts`), commits (`embedded-host.ts`).
 */
import type { DeliveryResult, RunAnswer, RunEvent, RunIdentity, RunState } from '#engine';
import type { RunRow } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import type { Kept } from './blob-content.ts';
import type { EffectTicket } from './effect-slots.ts';

/** An event that waits for its step; who asked hears what became of it after the commit. */
export interface InboxItem {
  readonly event: RunEvent;
  readonly settle?: (result: DeliveryResult) => void;
  readonly fail?: (error: unknown) => void;
}

export interface LiveRun {
  readonly key: string;
  readonly identity: RunIdentity;
  readonly plan: WorkflowPlan;
  /** The row as last written or about to be. */
  row: RunRow;
  /** Undefined before the first step only. */
  state: RunState | undefined;
  /** Sequence of the next journal row. */
  sequence: number;
  inbox: InboxItem[];
  /** A commit of its steps is under way. */
  isBusy: boolean;
  isFinished: boolean;
  onAnswer: ((answer: RunAnswer) => void) | undefined;
  /** Asked for and not done, by effect id. */
  readonly effects: Map<string, EffectTicket>;
  /** Hashes of the blobs it has put. */
  readonly kept: Kept;
  /** What a replay would have to repeat. */
  eventsSinceSnapshot: number;
  recordsSinceSnapshot: number;
}

export function liveRun(key: string, identity: RunIdentity, plan: WorkflowPlan, row: RunRow, kept: Kept): LiveRun {
  return {
    key,
    identity,
    plan,
    row,
    state: undefined,
    sequence: 0,
    inbox: [],
    isBusy: false,
    isFinished: false,
    onAnswer: undefined,
    effects: new Map(),
    kept,
    eventsSinceSnapshot: 0,
    recordsSinceSnapshot: 0,
  };
}
