/**
 * Actions inside a Foreach as the outside sees them: arrays of results, aggregates.
 *
 * Owns: what is kept of a finished iteration, and the records made of it.
 * Does not own: records of single activations (`records.ts`), the loop's course (`actions/foreach.ts`).
 * Source: engine reference 5.4 (aggregates) and 5.6 (reading results).
 *
 * Invariants
 * L1. Of a finished iteration nothing stays but its share of the tally and what `Node.keeps` lists (S2).
 * L2. Results stand in the order of iterations, not of completion; a nested loop's results follow one another in place.
 * L3. However many iterations a loop has, its state holds the results of a few hundred: those before them are in sealed
 *     contents of many iterations each.
 */
import type { Content, Json, JsonObject } from '#foundation';
import type { ActionStatus } from '#workflow';
import { find } from './places.ts';
import type { Block, Node } from './program.ts';
import { viewOf } from './records.ts';
import type { Cell, ForeachState, Frame, TallyEntry } from './state.ts';
import type { Turn } from './turn.ts';

/** Keeps of iteration `frame` what is read from outside the loop. */
export function collectIteration(turn: Turn, loop: Node, cell: Cell, frame: Frame): void {
  const { foreach } = cell;
  if (foreach === undefined || loop.keeps.length === 0) return;
  foreach.collected ??= {};
  for (const number of loop.keeps) {
    const node = turn.program.nodes[number] as Node;
    const relative = String(number - loop.number);
    const results = (foreach.collected[relative] ??= []);
    const index = frame.index - sealedOf(foreach, relative).length * sealedIterations;
    while (results.length <= index) results.push(null);
    results[index] = resultsIn(turn, frame, node);
    seal(turn, foreach, relative, results);
  }
}

/** Iterations whose results are one content. */
const sealedIterations = 256;

function sealedOf({ sealed }: ForeachState, relative: string): readonly Content[] {
  return sealed?.[relative] ?? [];
}

/** Puts the foremost iterations into a content of their own as soon as all of them are there (L3). */
function seal(turn: Turn, foreach: ForeachState, relative: string, results: (Content[] | null)[]): void {
  while (results.length >= sealedIterations) {
    const first = results.slice(0, sealedIterations);
    if (first.includes(null)) return;
    foreach.sealed ??= {};
    (foreach.sealed[relative] ??= []).push(turn.keep(first));
    results.splice(0, sealedIterations);
  }
}

/** The action's records within one iteration: one, or those of a loop inside it. */
function resultsIn(turn: Turn, frame: Frame, node: Node): Content[] {
  const found = find(turn, frame, node);
  if (found === undefined) return [];
  if (found.kind === 'cell') return [turn.keep(viewOf(turn, node, found.cell))];
  return collectedOf(turn, found.cell, found.loop, node);
}

function collectedOf(turn: Turn, { foreach }: Cell, loop: Node, node: Node): Content[] {
  if (foreach === undefined) return [];
  const relative = String(node.number - loop.number);
  const sealed = sealedOf(foreach, relative).flatMap((content) => turn.load(content) as unknown as Content[][]);
  const results = foreach.collected?.[relative] ?? [];
  return [...sealed, ...results].flatMap((result) => result ?? []);
}

/**
 * An action inside a Foreach, read from outside. For `actions()` inputs and outputs are arrays of those of the single
 * iterations; for `result()` the outputs are the iterations' records.
 */
export function loopView(turn: Turn, loopCell: Cell, loop: Node, node: Node, form: 'action' | 'result'): JsonObject {
  const records = collectedOf(turn, loopCell, loop, node).map((content) => turn.load(content) as JsonObject);
  const statuses = records.map((record) => record['status'] as ActionStatus);
  const { clientTrackingId, clientKeywords } = turn.state.run;
  const lists: { [name: string]: Json } = {};
  if (form === 'result') {
    lists['outputs'] = records;
  } else {
    lists['inputs'] = records.map((record) => record['inputs'] ?? null);
    lists['outputs'] = records.map((record) => record['outputs'] ?? null);
  }
  return {
    name: node.plan.name,
    ...lists,
    startTime: loopCell.startTime,
    ...(loopCell.endTime === undefined ? {} : { endTime: loopCell.endTime }),
    trackingId: loopCell.trackingId,
    clientTrackingId,
    ...(clientKeywords === undefined ? {} : { clientKeywords }),
    status: statusOfRank(Math.max(0, ...new Set(statuses.map(rankOf)))),
    repetitionCount: records.length,
  };
}

// --- Tally ------------------------------------------------------------------------------------------------------

function rankOf(status: ActionStatus): number {
  switch (status) {
    case 'Failed':
    case 'TimedOut':
      return 3;
    case 'Cancelled':
    case 'Aborted':
      return 2;
    case 'Succeeded':
      return 1;
    default:
      return 0;
  }
}

function statusOfRank(rank: number): ActionStatus {
  return (['Skipped', 'Succeeded', 'Cancelled', 'Failed'] as const)[rank] ?? 'Failed';
}

/** Counts one ended action into the tally of the outermost loop around it. */
export function tally(turn: Turn, frame: Frame, node: Node, cell: Cell): void {
  if (frame.loopFrame === -1) return;
  const outer = turn.frame(frame.loopFrame);
  const loopCell = outer.cells[frame.loopPosition];
  if (loopCell === null || loopCell === undefined) return;
  const loop = turn.node(outer, frame.loopPosition);
  loopCell.tally ??= emptyTally(loop);
  const relative = node.number - loop.number;
  const entry = loopCell.tally[relative];
  const endTime = cell.endTime ?? turn.nowText;
  if (entry === null || entry === undefined) {
    loopCell.tally[relative] = { count: 1, rank: rankOf(cell.status), startTime: cell.startTime, endTime };
    return;
  }
  entry.count += 1;
  entry.rank = Math.max(entry.rank, rankOf(cell.status));
  // Times are texts of one fixed form, so they compare as texts.
  if (cell.startTime < entry.startTime) entry.startTime = cell.startTime;
  entry.endTime = endTime;
}

function emptyTally(loop: Node): (TallyEntry | null)[] {
  return Array.from({ length: loop.last - loop.number + 1 }, () => null);
}

/** Writes the aggregated record of every action inside an outermost loop that has ended. */
export function writeAggregates(turn: Turn, loop: Node, loopCell: Cell): void {
  const entries = loopCell.tally ?? [];
  entries.forEach((entry, relative) => {
    if (entry === null) return;
    const node = turn.program.nodes[loop.number + relative] as Node;
    turn.history.push({
      kind: 'action',
      action: {
        name: node.plan.name,
        type: node.plan.type,
        repetitionIndexes: [],
        status: statusOfRank(entry.rank),
        code: 'NotSpecified',
        startTime: entry.startTime,
        endTime: entry.endTime,
        trackingId: turn.random.uuid(),
        repetitionCount: entry.count,
      },
    });
  });
  delete loopCell.tally;
}

/** The records of a container's immediate children, for `result()`; undefined before the container started. */
export function childRecords(turn: Turn, from: Frame, container: Node): readonly Json[] | undefined {
  const found = find(turn, from, container);
  if (found === undefined) return undefined;
  if (found.kind === 'loop') return undefined;
  const { cell } = found;
  return container.blocks.flatMap((block) => recordsOfBlock(turn, container, cell, block));
}

function recordsOfBlock(turn: Turn, container: Node, cell: Cell, block: Block): Json[] {
  if (cell.foreach !== undefined) {
    return block.nodes.map((node) => loopView(turn, cell, container, node, 'result'));
  }
  const number = cell.frames?.[block.slot] ?? -1;
  if (number === -1) return [];
  const frame = turn.frame(number);
  return block.nodes.flatMap((node) => {
    const child = frame.cells[node.position];
    return child === null || child === undefined ? [] : [viewOf(turn, node, child)];
  });
}
