/**
 * Finding one's way among frames: enclosing loops, the cell that a name means, paths of actions.
 *
 * Owns: look-ups in the frame tree. Does not own: changing it (`frames.ts`).
 * Source: engine reference 5.6 (own iteration first, then outer scopes).
 */
import type { ActionPath } from './messages.ts';
import type { Node } from './program.ts';
import type { Cell, Frame } from './state.ts';
import type { Turn } from './turn.ts';

export interface LoopIndex {
  readonly scopeName: string;
  readonly itemIndex: number;
}

const noLoops: readonly LoopIndex[] = [];

/** The iterations a frame is in, outermost first. */
export function loopIndexes(turn: Turn, frame: Frame): readonly LoopIndex[] {
  if (frame.loopFrame === -1) return noLoops;
  const found: LoopIndex[] = [];
  let at: Frame = frame;
  while (at.ownerFrame !== -1) {
    if (at.index !== -1) found.push({ scopeName: turn.block(at).owner?.plan.name ?? '', itemIndex: at.index });
    at = turn.frame(at.ownerFrame);
  }
  return found.reverse();
}

/** `000002-000000`: the name of a repetition. */
export function repetitionName(indexes: readonly number[]): string {
  return indexes.map((index) => String(index).padStart(6, '0')).join('-');
}

export function pathOf(turn: Turn, frame: Frame, node: Node): ActionPath {
  return { action: node.plan.name, indexes: loopIndexes(turn, frame).map((loop) => loop.itemIndex) };
}

/** The action's name, inside loops with its iteration: `Send` or `Send/000002`. */
export function pathText(path: ActionPath): string {
  return path.indexes.length === 0 ? path.action : `${path.action}/${repetitionName(path.indexes)}`;
}

export type Found =
  | { readonly kind: 'cell'; readonly frame: Frame; readonly cell: Cell }
  /** Inside a Foreach that is looked at from outside. */
  | { readonly kind: 'loop'; readonly cell: Cell; readonly loop: Node };

/** The activation of `node` that an expression in `from` means; undefined when it has not started. */
export function find(turn: Turn, from: Frame, node: Node): Found | undefined {
  const { chain } = node.block;
  let frame = from;
  while (chain[turn.block(frame).depth] !== turn.block(frame)) frame = turn.frame(frame.ownerFrame);
  for (let depth = turn.block(frame).depth + 1; depth < chain.length; depth += 1) {
    const next = chain[depth];
    const owner = next?.owner;
    if (next === undefined || owner === undefined) return undefined;
    const cell = frame.cells[owner.position];
    if (cell === null || cell === undefined) return undefined;
    if (cell.foreach !== undefined) return { kind: 'loop', cell, loop: owner };
    const inner = cell.frames?.[next.slot] ?? -1;
    if (inner === -1) return undefined;
    frame = turn.frame(inner);
  }
  const cell = frame.cells[node.position];
  return cell === null || cell === undefined ? undefined : { kind: 'cell', frame, cell };
}

/** The innermost frame from `from` outwards that is an iteration of a loop `wanted` accepts. */
export function enclosingIteration(turn: Turn, from: Frame, wanted: (loop: Node) => boolean): Frame | undefined {
  let frame = from;
  for (;;) {
    const { owner } = turn.block(frame);
    if (owner === undefined) return undefined;
    if (frame.index !== -1 && wanted(owner)) return frame;
    frame = turn.frame(frame.ownerFrame);
  }
}
