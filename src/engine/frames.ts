/**
 * Opening and forgetting frames: the activations of a container's actions.
 *
 * Owns: the frame table and its free list. Does not own: what happens inside frames (`flow.ts`, `settle.ts`).
 *
 * Invariants
 * FR1. A frame is forgotten only when all its actions have ended, so nothing refers to it any more and its number is free.
 */
import type { Block } from './program.ts';
import type { Cell, Frame } from './state.ts';
import type { Turn } from './turn.ts';

export interface FrameOwner {
  readonly frame: number;
  readonly position: number;
}

/** Opens a frame; `index` is -1 unless the frame is a loop's iteration. Its actions are not yet ready. */
export function openFrame(turn: Turn, block: Block, owner: FrameOwner | undefined, index: number): number {
  const { state } = turn;
  const outer = owner === undefined ? undefined : turn.frame(owner.frame);
  const inLoop = outer !== undefined && outer.loopFrame !== -1;
  const isIteration = index !== -1;
  const frame: Frame = {
    block: block.number,
    ownerFrame: owner?.frame ?? -1,
    ownerPosition: owner?.position ?? -1,
    index,
    loopFrame: inLoop ? outer.loopFrame : isIteration ? (owner?.frame ?? -1) : -1,
    loopPosition: inLoop ? outer.loopPosition : isIteration ? (owner?.position ?? -1) : -1,
    startTime: turn.nowText,
    open: block.nodes.length,
    waiting: block.waiting.slice(),
    cells: block.nodes.map(() => null),
  };
  const number = state.freeFrames.pop() ?? state.frames.length;
  state.frames[number] = frame;
  return number;
}

/** Makes the roots of a frame ready; a frame without actions is at its end at once. */
export function startFrame(turn: Turn, number: number): void {
  const { ready } = turn.state;
  const { roots } = turn.block(turn.frame(number));
  if (roots.length === 0) ready.push(number, -1);
  for (const position of roots) ready.push(number, position);
}

/** Forgets a frame and every frame below it. */
export function forgetFrame(turn: Turn, number: number): void {
  const { state } = turn;
  const pending = [number];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const frame = state.frames[next];
    if (frame === null || frame === undefined) continue;
    for (const cell of frame.cells) pending.push(...innerFrames(cell));
    state.frames[next] = null;
    state.freeFrames.push(next);
  }
}

/** The frames a container's cell still holds. */
export function innerFrames(cell: Cell | null): readonly number[] {
  return cell?.frames?.filter((number) => number !== -1) ?? [];
}
