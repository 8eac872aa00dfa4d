/**
 * What every kind of action implements, and what it may ask of the run it is part of.
 *
 * Owns: `ActionKind`, `Activation`, the table's type.
 * Does not own: the kinds (`actions/*.ts`), the implementation of `Activation` (`activation.ts`).
 *
 * Invariants
 * A1. A kind changes the run only through its `Activation`; it keeps nothing between two calls but what stands in the cell.
 * A2. `start` and every answer either ends the action or leaves something that will call back: an effect, a timer, an open
 *     callback, an open block. An action that does neither would hang its run.
 */
import type { EvaluationFault, Planned } from '#expression';
import type { Content, Json, JsonObject } from '#foundation';
import type { ActionPlan, ActionStatus, VariableType } from '#workflow';
import type { EffectOutcome, EffectRequest } from './messages.ts';
import type { EngineSettings } from './settings.ts';
import type { ActionTimerReason, Cell } from './state.ts';

export type PlanOf<K extends ActionPlan['kind']> = Extract<ActionPlan, { readonly kind: K }>;

export interface ActionKind<K extends ActionPlan['kind']> {
  /** All predecessors have ended as `runAfter` asks. */
  start(act: Activation<K>): void;
  /** The outcome of an effect the action asked for. */
  answered?(act: Activation<K>, outcome: EffectOutcome): void;
  /** A timer the action armed with reason `wait`. */
  awoken?(act: Activation<K>): void;
  /** `limit.timeout` has passed. */
  timedOut?(act: Activation<K>): void;
  /** Somebody called the action's callback URL. */
  calledBack?(act: Activation<K>, content: Content): void;
  /** All actions of a block the action opened have ended. */
  blockDone?(act: Activation<K>, block: BlockEnd): void;
  /** The run ends while the action is under way: release what others hold for it. */
  abandoned?(act: Activation<K>): void;
}

export type KindTable = { readonly [K in ActionPlan['kind']]: ActionKind<K> };

/** A block whose actions have all ended. */
export interface BlockEnd {
  readonly frame: number;
  readonly status: ActionStatus;
}

/** How an action ends when it does not simply succeed. */
export interface Ending {
  readonly status: ActionStatus;
  readonly code?: string;
  /** `messageTemplate` is added where missing. */
  readonly error?: JsonObject;
  readonly outputs?: Json;
}

/** A call that has ended. */
export interface EndedCall {
  /** Counts from 1 over all calls of the action. */
  readonly number: number;
  readonly startTime: string;
  readonly clientRequestId: string;
  /** Where a poll or a page was asked for. */
  readonly url?: string | undefined;
  readonly outcome: EffectOutcome;
}

/** A variable seen by the actions that change it. */
export interface VariableView {
  readonly type: VariableType;
  readonly value: Json;
}

/** One action of one run at one step, as its kind sees it. */
export interface AnyActivation {
  readonly plan: ActionPlan;
  readonly cell: Cell;
  /** The event's time in milliseconds. */
  readonly now: number;
  readonly settings: EngineSettings;
  /** A Foreach encloses the action. */
  readonly isInsideForeach: boolean;

  hasOption(option: string): boolean;
  /** Evaluates in the action's place; on a fault the action fails with it and the answer is undefined. */
  evaluate(planned: Planned, of?: 'inputs' | 'expression'): Json | undefined;
  /** Evaluates with `row` as `item()`; faults are returned. */
  evaluateRow(planned: Planned, row: Json): Json | EvaluationFault;
  /** Evaluates inside a frame of an own block; on a fault the action fails and the answer is undefined. */
  evaluateIn(frame: number, planned: Planned): Json | undefined;
  keep(value: Json): Content;
  load(content: Content): Json;

  /**
   * Puts the evaluated inputs in the record. False when a static result stands in for the operation: the action has then
   * ended and must not be performed (engine reference 12).
   */
  record(inputs: Json): boolean;
  succeed(outputs?: Json, code?: string): void;
  end(ending: Ending): void;
  /** Fails with `error: {code, message}`; `code` of the record is `BadRequest` unless given. */
  fail(errorCode: string, message: string, code?: string): void;

  /** Asks for an effect; its outcome comes to `answered`. `suffix` tells several calls of one action apart. */
  effect(request: EffectRequest, call: { attempt: number; clientRequestId: string; suffix?: string }): string;
  /** Asks for an effect nobody waits for. */
  detachedEffect(request: EffectRequest, suffix: string): void;
  abortEffect(id: string): void;
  /** Writes the record of one of several calls; see `request-records.ts`. */
  noteRequest(call: EndedCall): void;
  /** Writes the record as it stands once the step is done: something of it changed while the action goes on. */
  showProgress(): void;
  uuid(): string;
  /** A number in [0, 1) of the run's own random sequence. */
  fraction(): number;
  arm(delayMilliseconds: number, reason: ActionTimerReason): string;
  disarm(timer: string): void;
  openCallback(): void;
  closeCallback(): void;

  /** Opens the block in `slot` as a new frame and answers its number. */
  open(slot: number, index?: number): number;
  /** Ends every action of the block in `slot` without running it: a branch that was not taken. */
  skipBranch(slot: number): void;
  /** Ends every action of the own blocks with the same failure. */
  failBranches(ending: Ending): void;
  /** Writes the record of a finished iteration. */
  iterationDone(block: BlockEnd): void;
  /** Keeps of a finished iteration what is read from outside, then forgets it. */
  collect(frame: number): void;
  forget(frame: number): void;

  variable(name: string): VariableView | undefined;
  /** Creates or replaces a variable. */
  setVariable(name: string, type: VariableType, value: Json): void;
  /** Appends to an array or string in place; false when the variable would become too large. */
  appendToVariable(name: string, value: Json): boolean;

  readonly caller: 'none' | 'waiting' | 'answered' | 'gone' | 'timedOut';
  respond(statusCode: number, headers: Readonly<Record<string, string>>, body: Content | undefined): void;
  terminate(status: 'Succeeded' | 'Failed' | 'Cancelled', error: JsonObject | undefined): void;
}

/** The same for one kind of action. */
export interface Activation<K extends ActionPlan['kind']> extends AnyActivation {
  readonly plan: PlanOf<K>;
}
