/**
 * The end of a run: by itself, by Terminate, by cancellation, by its limit of time.
 *
 * Owns: the run's final record, and what becomes of everything still under way.
 * Does not own: deciding that an action ends (`settle.ts`).
 * Source: engine reference 3.3 (run status), 3.4 (Terminate), 3.5 (cancellation).
 *
 * Invariants
 * EN1. When a run has ended no action is left running, no timer is armed and no callback is open.
 * EN2. `finish` comes with the end, or with the outcome of the last call nobody waits for (an `Unsubscribe`), so that
 *      such a call is repeated after a crash like any other.
 */
import { isEvaluationFault } from '#expression';
import { type Json, type JsonObject, setMember } from '#foundation';
import { activation } from './activation.ts';
import { actionFailed, errorOf } from './errors.ts';
import type { RunRecord } from './messages.ts';
import { frameStatus } from './outcome.ts';
import { masker, publicError } from './records.ts';
import { type ChildEnding, closeCell, newCell, skipInside } from './settle.ts';
import type { RunState } from './state.ts';
import type { Running, Turn } from './turn.ts';

export interface RunEnding {
  readonly status: Exclude<RunState['status'], 'Waiting' | 'Running'>;
  readonly code?: string;
  readonly error?: JsonObject | undefined;
}

/** All top-level actions have ended: the run's status follows from theirs, its outputs are evaluated. */
export function completeRun(turn: Turn): void {
  const root = turn.frame(0);
  if (frameStatus(turn.program.root, root) === 'Failed') {
    close(turn, { status: 'Failed', code: 'ActionFailed', error: actionFailed }, undefined);
    return;
  }
  const outputs: { [name: string]: Json } = {};
  for (const { name, type, value } of turn.program.plan.outputs.values()) {
    const evaluated = value.evaluate(turn.scope.at(root));
    if (isEvaluationFault(evaluated)) {
      const error = errorOf(
        'OutputParameterEvaluationFailed',
        "The output '{0}' cannot be evaluated: '{1}'.",
        name,
        evaluated.message,
      );
      close(turn, { status: 'Failed', code: 'OutputParameterEvaluationFailed', error }, undefined);
      return;
    }
    setMember(outputs, name, { type, value: evaluated });
  }
  close(turn, { status: 'Succeeded' }, outputs);
}

/** Ends the run now: what is under way is cancelled, what has not started is skipped (engine reference 3.4). */
export function abortRun(turn: Turn, ending: RunEnding): void {
  turn.state.ready.length = 0;
  abortCalls(turn);
  for (const at of openCells(turn)) endOpenCell(turn, at);
  turn.state.ready.length = 0;
  close(turn, ending, undefined);
}

function abortCalls(turn: Turn): void {
  const { effects } = turn.state;
  for (const [id, { place }] of Object.entries(effects)) {
    if (place === undefined) continue;
    turn.command({ kind: 'abort', effect: id });
    delete effects[id];
  }
}

interface OpenCell {
  readonly frameNumber: number;
  readonly position: number;
  readonly depth: number;
}

/** Every place whose action has not ended, the innermost first: loops count what happened inside them. */
function openCells(turn: Turn): readonly OpenCell[] {
  const found: OpenCell[] = [];
  turn.state.frames.forEach((frame, frameNumber) => {
    if (frame === null || frame.open === 0) return;
    const { depth } = turn.block(frame);
    frame.cells.forEach((cell, position) => {
      if (cell === null || cell.endTime === undefined) found.push({ frameNumber, position, depth });
    });
  });
  return found.sort((left, right) => right.depth - left.depth);
}

const notStarted: ChildEnding = () => ({ status: 'Skipped', code: 'Terminated' });

function endOpenCell(turn: Turn, open: OpenCell): void {
  const frame = turn.frame(open.frameNumber);
  const node = turn.node(frame, open.position);
  const cell = frame.cells[open.position];
  if (cell !== null && cell !== undefined) {
    const at: Running = { frame, node, cell };
    turn.kinds[node.plan.kind].abandoned?.(activation(turn, open.frameNumber, at) as never);
    closeCell(turn, at, { status: 'Cancelled', code: 'ActionCancelled' });
  } else {
    const at: Running = { frame, node, cell: newCell(turn) };
    frame.cells[open.position] = at.cell;
    closeCell(turn, at, notStarted(node, at));
    skipInside(turn, open.frameNumber, at, notStarted);
  }
  frame.open -= 1;
}

function close(turn: Turn, ending: RunEnding, outputs: JsonObject | undefined): void {
  const { state } = turn;
  state.status = ending.status;
  state.callbacks = {};
  for (const id of Object.keys(state.timers)) turn.disarm(id);
  const masked = masker(turn);
  const record: RunRecord = {
    status: ending.status,
    startTime: state.startTime,
    ...(state.waitEndTime === undefined ? {} : { waitEndTime: state.waitEndTime }),
    endTime: turn.nowText,
    ...(ending.code === undefined ? {} : { code: ending.code }),
    ...(ending.error === undefined ? {} : { error: masked(publicError(ending.error)) as JsonObject }),
    ...(outputs === undefined ? {} : { outputs: masked(outputs) as JsonObject }),
    ...(state.response === undefined ? {} : { response: state.response }),
  };
  turn.history.push({ kind: 'run', run: record });
  finishWhenQuiet(turn);
}

/** Asks the host to forget an ended run once no call is under way (EN2). */
export function finishWhenQuiet(turn: Turn): void {
  if (Object.keys(turn.state.effects).length === 0) turn.command({ kind: 'finish', status: turn.state.status });
}
