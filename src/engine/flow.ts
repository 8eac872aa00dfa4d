/**
 * The order of work inside a run: who is ready, who runs, who is skipped, whose container has ended.
 *
 * Owns: the ready queue and its slices. Does not own: what actions do (`actions/*.ts`), ending them (`settle.ts`).
 * Source: engine reference 3.1, 3.2, 14.
 *
 * Invariants
 * FL1. Work is done in the order it became ready; what becomes ready together is ordered by definition.
 * FL2. Everything goes through the queue, so the depth of the stack does not depend on the definition or its data.
 * FL3. Taking one action costs nothing that grows with the number of actions or iterations.
 * FL4. A slice ends after `recordsPerStep` records; the rest waits for a `continued` event.
 */
import { activation, type ActionActivation } from './activation.ts';
import { abortRun, completeRun } from './ending.ts';
import { skipErrors } from './errors.ts';
import { frameStatus } from './outcome.ts';
import type { Node } from './program.ts';
import { newCell, skipAction } from './settle.ts';
import type { Frame } from './state.ts';
import type { Running, Turn } from './turn.ts';

/** Does what is ready, up to the size of a slice; true when something is left to do. */
export function runReady(turn: Turn): boolean {
  const { state, history } = turn;
  const { ready } = state;
  const records = turn.settings.recordsPerStep;
  // Frames without actions write few records: bound the work as well.
  let work = records * 4;
  let head = 0;
  while (head < ready.length && state.status === 'Running' && history.length < records && work > 0) {
    const frameNumber = ready[head] as number;
    const position = ready[head + 1] as number;
    head += 2;
    work -= 1;
    if (position === -1) frameEnded(turn, frameNumber);
    else take(turn, frameNumber, position, head);
  }
  ready.splice(0, head);
  return ready.length > 0 && state.status === 'Running';
}

function take(turn: Turn, frameNumber: number, position: number, head: number): void {
  const frame = turn.frame(frameNumber);
  const node = turn.node(frame, position);
  const refused = unsatisfied(frame, node);
  if (refused !== undefined) {
    skipAction(turn, frameNumber, position, refused);
    return;
  }
  turn.watch?.({ turn, frameNumber, frame, node, rest: turn.state.ready.slice(head) });
  const at: Running = { frame, node, cell: newCell(turn) };
  frame.cells[position] = at.cell;
  act(turn, frameNumber, at, (kind, self) => kind.start(self));
  if (at.cell.endTime === undefined) turn.begun.push(at);
}

/** The error of the first predecessor that did not end as asked, in definition order. */
function unsatisfied(frame: Frame, node: Node): ReturnType<typeof skipErrors.condition> | undefined {
  for (const { position, rule } of node.dependencies) {
    const status = frame.cells[position]?.status ?? 'Skipped';
    if (rule.statuses.has(status)) continue;
    return skipErrors.condition(node.plan.name, rule.name, rule.written, status);
  }
  return undefined;
}

function frameEnded(turn: Turn, frameNumber: number): void {
  const frame = turn.frame(frameNumber);
  if (frame.ownerFrame === -1) {
    completeRun(turn);
    return;
  }
  const at = runningAt(turn, frame.ownerFrame, frame.ownerPosition);
  if (at === undefined) return;
  const status = frameStatus(turn.block(frame), frame);
  act(turn, frame.ownerFrame, at, (kind, self) => kind.blockDone?.(self, { frame: frameNumber, status }));
}

/** The action at a place, if it has started and not ended. */
export function runningAt(turn: Turn, frameNumber: number, position: number): Running | undefined {
  const frame = turn.state.frames[frameNumber];
  const cell = frame?.cells[position];
  if (frame === null || frame === undefined || cell === null || cell === undefined) return undefined;
  if (cell.endTime !== undefined) return undefined;
  return { frame, node: turn.node(frame, position), cell };
}

/** One kind of action as the flow calls it: the table guarantees that kind and plan fit. */
type AnyKind = Turn['kinds'][keyof Turn['kinds']];

/** Lets an action's kind work, and ends the run when it asked for that. */
export function act(turn: Turn, frameNumber: number, at: Running, work: (kind: AnyKind, self: never) => void): void {
  const self: ActionActivation = activation(turn, frameNumber, at);
  work(turn.kinds[at.node.plan.kind], self as never);
  if (self.termination === undefined) return;
  const { status, error } = self.termination;
  abortRun(turn, { status, ...(status === 'Failed' ? { code: 'Terminated', error } : {}) });
}
