/**
 * What an action's kind may do to the run, carried out: the implementation of `Activation`.
 *
 * Owns: turning a kind's wishes into changes of state, commands and records.
 * Does not own: the interface (`kind.ts`), ending the whole run (`ending.ts`, called by `flow.ts` when `ending` is set).
 *
 * Invariants
 * AC1. Idempotency keys are `{run}/{action}[/{iteration}][/{suffix}]`: the same for all attempts, before and after a crash.
 * AC2. Nothing here looks at more of the state than the action's own cell and frame.
 */
import { type EvaluationFault, isEvaluationFault, type Planned } from '#expression';
import type { Content, Json, JsonObject } from '#foundation';
import type { ActionPlan, VariableType } from '#workflow';
import { actionFailed, plainError, templateError } from './errors.ts';
import { forgetFrame, openFrame, startFrame } from './frames.ts';
import type { AnyActivation, BlockEnd, EndedCall, Ending, VariableView } from './kind.ts';
import { collectIteration } from './loop-records.ts';
import type { EffectRequest } from './messages.ts';
import { pathOf, pathText } from './places.ts';
import { writeIterationRecord } from './records.ts';
import { writeRequestRecord } from './request-records.ts';
import { branchNotTaken, closeBlock, endAction, slots } from './settle.ts';
import type { EngineSettings } from './settings.ts';
import type { ActionTimerReason, Cell, EffectCommand } from './state.ts';
import type { Running, Turn } from './turn.ts';
import { appendToVariable, readVariable, writeVariable } from './variables.ts';

/** What Terminate asks for. */
export interface Termination {
  readonly status: 'Succeeded' | 'Failed' | 'Cancelled';
  readonly error: JsonObject | undefined;
}

/** The activation of a running action. */
export function activation(turn: Turn, frameNumber: number, at: Running): ActionActivation {
  return new ActionActivation(turn, frameNumber, at);
}

export class ActionActivation implements AnyActivation {
  readonly plan: ActionPlan;
  readonly cell: Cell;
  /** Set when the action asked for the end of the run. */
  termination: Termination | undefined;
  readonly #turn: Turn;
  readonly #frameNumber: number;
  readonly #at: Running;

  constructor(turn: Turn, frameNumber: number, at: Running) {
    this.#turn = turn;
    this.#frameNumber = frameNumber;
    this.#at = at;
    this.plan = at.node.plan;
    this.cell = at.cell;
  }

  get now(): number {
    return this.#turn.now;
  }

  get settings(): EngineSettings {
    return this.#turn.settings;
  }

  get isInsideForeach(): boolean {
    return this.#at.node.isInsideForeach;
  }

  hasOption(option: string): boolean {
    return this.#at.node.options.has(option.toLowerCase());
  }

  // --- Evaluating -----------------------------------------------------------------------------------------------

  evaluate(planned: Planned, of: 'inputs' | 'expression' = 'inputs'): Json | undefined {
    const value = planned.evaluate(this.#turn.scope.at(this.#at.frame, this.#at.node, this.cell));
    return this.#orFail(value, of);
  }

  evaluateRow(planned: Planned, row: Json): Json | EvaluationFault {
    return planned.evaluate(this.#turn.scope.at(this.#at.frame, this.#at.node, this.cell, row));
  }

  evaluateIn(frame: number, planned: Planned): Json | undefined {
    const value = planned.evaluate(this.#turn.scope.at(this.#turn.frame(frame), this.#at.node, this.cell));
    return this.#orFail(value, 'expression');
  }

  #orFail(value: Json | EvaluationFault, of: 'inputs' | 'expression'): Json | undefined {
    if (!isEvaluationFault(value)) return value;
    const position = of === 'inputs' ? undefined : { line: 1, column: (value.place?.start ?? 0) + 1 };
    this.end({ status: 'Failed', code: 'BadRequest', error: templateError(this.plan.name, value.message, position) });
    return undefined;
  }

  keep(value: Json): Content {
    return this.#turn.keep(value);
  }

  load(content: Content): Json {
    return this.#turn.load(content);
  }

  // --- Ending ---------------------------------------------------------------------------------------------------

  record(inputs: Json): boolean {
    this.cell.inputs = this.keep(inputs);
    const { staticResult } = this.plan;
    if (staticResult === undefined) return true;
    const result = this.#turn.program.plan.staticResults.get(staticResult);
    if (result === undefined) return true;
    this.cell.executionMode = 'StaticResults';
    this.end({
      status: result.status,
      code: result.code ?? (result.status === 'Succeeded' ? 'OK' : 'ActionFailed'),
      ...(result.error === undefined ? {} : { error: result.error }),
      ...(result.outputs === undefined ? {} : { outputs: result.outputs }),
    });
    return false;
  }

  succeed(outputs?: Json, code = 'NotSpecified'): void {
    this.end({ status: 'Succeeded', code, ...(outputs === undefined ? {} : { outputs }) });
  }

  fail(errorCode: string, message: string, code = 'BadRequest'): void {
    this.end({ status: 'Failed', code, error: plainError(errorCode, message) });
  }

  end(ending: Ending): void {
    const failed = ending.status === 'Failed' && ending.code === undefined;
    endAction(this.#turn, this.#frameNumber, this.#at, {
      status: ending.status,
      code: ending.code ?? (failed ? 'ActionFailed' : 'NotSpecified'),
      error: ending.error ?? (failed ? actionFailed : undefined),
      outputs: ending.outputs === undefined ? undefined : this.#keptOutputs(ending.outputs),
    });
  }

  /** Compose and its like give back their inputs: one content serves both. */
  #keptOutputs(outputs: Json): Content {
    const { inputs } = this.cell;
    return inputs !== undefined && 'value' in inputs && inputs.value === outputs ? inputs : this.keep(outputs);
  }

  terminate(status: Termination['status'], error: JsonObject | undefined): void {
    this.termination = { status, error };
    this.end({ status: 'Succeeded' });
  }

  // --- Effects, timers, callbacks -------------------------------------------------------------------------------

  effect(request: EffectRequest, call: { attempt: number; clientRequestId: string; suffix?: string }): string {
    const command = this.#send(request, call);
    const place = { frame: this.#frameNumber, position: this.#at.node.position };
    this.#turn.state.effects[command.id] = { place, command };
    return command.id;
  }

  detachedEffect(request: EffectRequest, suffix: string): void {
    const command = this.#send(request, { attempt: 1, clientRequestId: this.uuid(), suffix });
    this.#turn.state.effects[command.id] = { command };
  }

  #send(
    request: EffectRequest,
    call: { readonly attempt: number; readonly clientRequestId: string; readonly suffix?: string },
  ): EffectCommand {
    const path = pathOf(this.#turn, this.#at.frame, this.#at.node);
    const suffix = call.suffix === undefined ? '' : `/${call.suffix}`;
    const command: EffectCommand = {
      kind: 'effect',
      id: `e${this.#turn.state.nextEffect++}`,
      path,
      idempotencyKey: `${this.#turn.state.run.name}/${pathText(path)}${suffix}`,
      attempt: call.attempt,
      clientRequestId: call.clientRequestId,
      trackingId: this.cell.trackingId,
      request,
    };
    this.#turn.command(command);
    return command;
  }

  abortEffect(id: string): void {
    if (this.#turn.state.effects[id] === undefined) return;
    delete this.#turn.state.effects[id];
    this.#turn.command({ kind: 'abort', effect: id });
  }

  noteRequest(call: EndedCall): void {
    writeRequestRecord(this.#turn, this.#at, call);
  }

  showProgress(): void {
    this.#turn.begun.push(this.#at);
  }

  uuid(): string {
    return this.#turn.random.uuid();
  }

  fraction(): number {
    return this.#turn.random.fraction();
  }

  arm(delayMilliseconds: number, reason: ActionTimerReason): string {
    const { position } = this.#at.node;
    return this.#turn.arm(delayMilliseconds, { for: 'action', frame: this.#frameNumber, position, reason });
  }

  disarm(timer: string): void {
    this.#turn.disarm(timer);
  }

  openCallback(): void {
    const path = pathOf(this.#turn, this.#at.frame, this.#at.node);
    const id = pathText(path);
    const place = { frame: this.#frameNumber, position: this.#at.node.position };
    this.#turn.state.callbacks[`/${id}`] = { id, path, place };
    this.#turn.command({ kind: 'openCallback', id, path });
  }

  closeCallback(): void {
    const id = pathText(pathOf(this.#turn, this.#at.frame, this.#at.node));
    if (this.#turn.state.callbacks[`/${id}`] === undefined) return;
    delete this.#turn.state.callbacks[`/${id}`];
    this.#turn.command({ kind: 'closeCallback', id });
  }

  // --- Blocks ---------------------------------------------------------------------------------------------------

  open(slot: number, index = -1): number {
    const { node } = this.#at;
    const block = node.blocks[slot];
    if (block === undefined) throw new RangeError(`action ${node.plan.name} has no block ${slot}`);
    const number = openFrame(this.#turn, block, { frame: this.#frameNumber, position: node.position }, index);
    // Iterations of a Foreach are many and come and go: only other blocks are found through the cell.
    if (this.plan.kind !== 'foreach') slots(this.#at)[slot] = number;
    startFrame(this.#turn, number);
    return number;
  }

  skipBranch(slot: number): void {
    const block = this.#at.node.blocks[slot];
    if (block === undefined) return;
    closeBlock(this.#turn, this.#frameNumber, this.#at, block, { ending: branchNotTaken });
  }

  failBranches(ending: Ending): void {
    const childEnding = { status: ending.status, code: ending.code ?? 'ActionFailed', error: ending.error };
    for (const block of this.#at.node.blocks) {
      closeBlock(this.#turn, this.#frameNumber, this.#at, block, { ending: () => childEnding });
    }
  }

  iterationDone(block: BlockEnd): void {
    const failed = block.status === 'Failed';
    writeIterationRecord(this.#turn, this.#turn.frame(block.frame), this.#at.node, {
      status: block.status,
      code: failed ? 'ActionFailed' : 'NotSpecified',
      ...(failed ? { error: actionFailed } : {}),
    });
  }

  collect(frame: number): void {
    collectIteration(this.#turn, this.#at.node, this.cell, this.#turn.frame(frame));
    forgetFrame(this.#turn, frame);
  }

  forget(frame: number): void {
    forgetFrame(this.#turn, frame);
  }

  // --- Run-wide -------------------------------------------------------------------------------------------------

  variable(name: string): VariableView | undefined {
    return readVariable(this.#turn, name);
  }

  setVariable(name: string, type: VariableType, value: Json): void {
    writeVariable(this.#turn, name, type, value);
  }

  appendToVariable(name: string, value: Json): boolean {
    return appendToVariable(this.#turn, name, value);
  }

  get caller(): AnyActivation['caller'] {
    return this.#turn.state.caller;
  }

  respond(statusCode: number, headers: Readonly<Record<string, string>>, body: Content | undefined): void {
    const { state } = this.#turn;
    if (state.callerTimer !== undefined) this.#turn.disarm(state.callerTimer);
    delete state.callerTimer;
    state.caller = 'answered';
    state.response = {
      name: this.plan.name,
      startTime: this.cell.startTime,
      endTime: this.#turn.nowText,
      trackingId: this.cell.trackingId,
      status: 'Succeeded',
      statusCode,
    };
    this.#turn.command({ kind: 'respond', statusCode, headers, ...(body === undefined ? {} : { body }) });
  }
}
