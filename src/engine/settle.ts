/**
 * Ending an action: its record, and what becomes ready by it.
 *
 * Owns: the one way an activation ends, skipping included.
 * Does not own: deciding that it ends (`actions/*.ts`, `flow.ts`), ending the whole run (`ending.ts`).
 * Source: engine reference 3.1, 3.2, 6.
 *
 * Invariants
 * SE1. An activation ends once. Ending it decrements its followers' counts and its frame's, nothing else: who comes to zero
 *      is put into the ready queue, so that no chain of endings recurses.
 * SE2. The children of a container that ended without opening its blocks all end with it, skipped.
 */
import { isEvaluationFault } from '#expression';
import { type Content, type JsonObject, stringifyJson } from '#foundation';
import type { ActionStatus } from '#workflow';
import { plainError, skipErrors } from './errors.ts';
import { openFrame } from './frames.ts';
import { tally, writeAggregates } from './loop-records.ts';
import type { Block, Node } from './program.ts';
import { writeRecord } from './records.ts';
import type { Cell } from './state.ts';
import type { Running, Turn } from './turn.ts';

export interface CellEnding {
  readonly status: ActionStatus;
  readonly code: string;
  readonly error?: JsonObject | undefined;
  readonly outputs?: Content | undefined;
}

/** Ends an activation and makes ready what waited for it. `frameNumber` is the number of `at.frame`. */
export function endAction(turn: Turn, frameNumber: number, at: Running, ending: CellEnding): void {
  closeCell(turn, at, ending);
  if (at.node.blocks.length > 0 && at.cell.frames === undefined && at.cell.foreach === undefined) {
    skipInside(turn, frameNumber, at);
  }
  const { frame, node } = at;
  const { ready } = turn.state;
  for (const follower of node.followers) {
    const waiting = (frame.waiting[follower] ?? 1) - 1;
    frame.waiting[follower] = waiting;
    if (waiting === 0) ready.push(frameNumber, follower);
  }
  frame.open -= 1;
  if (frame.open === 0) ready.push(frameNumber, -1);
}

/** Ends an activation without telling anyone. */
export function closeCell(turn: Turn, at: Running, ending: CellEnding): void {
  const { frame, node, cell } = at;
  cell.status = ending.status;
  cell.code = ending.code;
  if (ending.error !== undefined) cell.error = ending.error;
  if (ending.outputs !== undefined) cell.outputs = ending.outputs;
  cell.endTime = turn.nowText;
  release(turn, cell);
  if (node.plan.trackedProperties !== undefined && ending.status !== 'Skipped') track(turn, at);
  writeRecord(turn, frame, node, cell);
  tally(turn, frame, node, cell);
  if (node.isLoop && frame.loopFrame === -1) writeAggregates(turn, node, cell);
}

/** Drops what only a running action needs. */
function release(turn: Turn, cell: Cell): void {
  if (cell.timer !== undefined) turn.disarm(cell.timer);
  delete cell.timer;
  if (cell.foreach !== undefined) cell.foreach.items = { value: null };
  if (cell.call === undefined) return;
  if (cell.call.timeout !== undefined) turn.disarm(cell.call.timeout);
  if (cell.call.effect !== undefined) delete turn.state.effects[cell.call.effect];
  delete cell.call;
}

// --- Tracked properties -----------------------------------------------------------------------------------------

function track(turn: Turn, at: Running): void {
  const { frame, node, cell } = at;
  const planned = node.plan.trackedProperties;
  if (planned === undefined || node.hidden.inputs || node.hidden.outputs) return;
  const value = planned.evaluate(turn.scope.at(frame, node, cell));
  // The record that `action()` handed out is no longer the final one.
  turn.views.delete(cell);
  if (isEvaluationFault(value)) {
    failTracking(cell, 'TrackedPropertiesEvaluationFailed', value.message);
    return;
  }
  const limit = turn.settings.trackedPropertiesText;
  if (stringifyJson(value).length > limit) {
    failTracking(cell, 'TrackedPropertiesSizeLimitExceeded', `The tracked properties exceed ${limit} characters.`);
    return;
  }
  cell.trackedProperties = value;
}

function failTracking(cell: Cell, code: string, message: string): void {
  cell.status = 'Failed';
  cell.code = code;
  cell.error = plainError(code, message);
}

// --- Skipping ---------------------------------------------------------------------------------------------------

/** Ends a ready action that must not run. */
export function skipAction(
  turn: Turn,
  frameNumber: number,
  position: number,
  error: JsonObject,
  code = 'ActionSkipped',
): void {
  const frame = turn.frame(frameNumber);
  const node = turn.node(frame, position);
  const at = { frame, node, cell: newCell(turn) };
  frame.cells[position] = at.cell;
  endAction(turn, frameNumber, at, { status: 'Skipped', code, error });
}

export function newCell(turn: Turn): Cell {
  return { status: 'Running', startTime: turn.nowText, trackingId: turn.random.uuid() };
}

/** Ends one child of a container that does not run; `ending` decides how. */
export type ChildEnding = (node: Node, parent: Running) => CellEnding;

const skippedWithContainer: ChildEnding = (node, parent) => ({
  status: 'Skipped',
  code: 'ActionSkipped',
  error: skipErrors.dependency(
    node.plan.name,
    parent.node.plan.name,
    parent.cell.status,
    parent.cell.code ?? 'NotSpecified',
  ),
});

/** Ends everything inside a container that ended without running it, each child naming its own container. */
export function skipInside(
  turn: Turn,
  frameNumber: number,
  at: Running,
  ending: ChildEnding = skippedWithContainer,
): void {
  for (const block of at.node.blocks) closeBlock(turn, frameNumber, at, block, { ending, deeper: ending });
}

/**
 * Ends the actions of one block without running them, and everything inside them: the block's own actions by `ending`,
 * what is inside those by `deeper`.
 */
export function closeBlock(
  turn: Turn,
  frameNumber: number,
  at: Running,
  block: Block,
  rule: { readonly ending: ChildEnding; readonly deeper?: ChildEnding },
): void {
  const deeper = rule.deeper ?? skippedWithContainer;
  const pending = [{ frameNumber, at, block, ending: rule.ending }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const parent = next.at;
    const owner = { frame: next.frameNumber, position: parent.node.position };
    const number = openFrame(turn, next.block, owner, -1);
    const frame = turn.frame(number);
    frame.open = 0;
    slots(parent)[next.block.slot] = number;
    for (const node of next.block.nodes) {
      const child = { frame, node, cell: newCell(turn) };
      frame.cells[node.position] = child.cell;
      closeCell(turn, child, next.ending(node, parent));
      for (const inner of node.blocks) pending.push({ frameNumber: number, at: child, block: inner, ending: deeper });
    }
  }
}

/** The frames of a container's blocks by slot, made when first needed. */
export function slots(at: Running): number[] {
  at.cell.frames ??= at.node.blocks.map(() => -1);
  return at.cell.frames;
}

/** A branch that was not taken: its roots say so, the others were skipped by the rule of `runAfter`. */
export const branchNotTaken: ChildEnding = (node) => {
  const { name } = node.plan;
  const refusing = node.dependencies.find(({ rule }) => !rule.statuses.has('Skipped'));
  const error =
    refusing === undefined
      ? skipErrors.branch(name)
      : skipErrors.condition(name, refusing.rule.name, refusing.rule.written, 'Skipped');
  return { status: 'Skipped', code: 'ActionSkipped', error };
};
