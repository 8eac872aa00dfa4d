/**
 * One action's record, in its two forms: what expressions read, and what history keeps.
 *
 * Owns: both forms. Does not own: when they are written (`settle.ts`), loops seen from outside (`loop-records.ts`).
 * Source: engine reference 5.6 (the form of `actions()`), 8 (history), 7 (secure data).
 *
 * Invariants
 * D1. Hidden contents are not in a history record at all; secrets are masked in everything a history record holds.
 * D2. Expressions see everything as it is; a `code` of `NotSpecified` is left out for them and shown in history.
 */
import { type Content, type Json, type JsonObject, memberOf } from '#foundation';
import { collectTexts, maskOf } from './masking.ts';
import type { ActionRecord, HistoryRecord } from './messages.ts';
import { loopIndexes } from './places.ts';
import type { Node } from './program.ts';
import type { Cell, Frame } from './state.ts';
import type { Turn } from './turn.ts';

/** What `actions(name)`, `result(name)` and `action()` return. */
export function viewOf(turn: Turn, node: Node, cell: Cell): JsonObject {
  const known = turn.views.get(cell);
  if (known !== undefined) return known;
  const { clientTrackingId, clientKeywords } = turn.state.run;
  const view: { [name: string]: Json } = { name: node.plan.name };
  if (cell.inputs !== undefined) view['inputs'] = turn.load(cell.inputs);
  if (cell.outputs !== undefined) view['outputs'] = turn.load(cell.outputs);
  view['startTime'] = cell.startTime;
  if (cell.endTime !== undefined) view['endTime'] = cell.endTime;
  view['trackingId'] = cell.trackingId;
  view['clientTrackingId'] = clientTrackingId;
  if (clientKeywords !== undefined) view['clientKeywords'] = clientKeywords;
  if (cell.code !== undefined && cell.code !== 'NotSpecified') view['code'] = cell.code;
  view['status'] = cell.status;
  if (cell.error !== undefined) view['error'] = cell.error;
  // Only an ended action's record can be kept: that of a running one still changes.
  if (cell.endTime !== undefined) turn.views.set(cell, view);
  return view;
}

/** Writes the action's record as it stands now. */
export function writeRecord(turn: Turn, frame: Frame, node: Node, cell: Cell): void {
  const record = recordOf(turn, frame, node, cell);
  turn.history.push(
    record.repetitionIndexes.length === 0
      ? { kind: 'action', action: record }
      : { kind: 'repetition', repetition: record },
  );
}

/** Written member by member, in the order history shows: this runs for every action, and spreads cost an object each. */
function recordOf(turn: Turn, frame: Frame, node: Node, cell: Cell): ActionRecord {
  const { hidden, plan } = node;
  const record: Partial<Growing<ActionRecord>> = {
    name: plan.name,
    type: plan.type,
    repetitionIndexes: loopIndexes(turn, frame),
    status: cell.status,
  };
  if (cell.code !== undefined) record.code = cell.code;
  if (cell.error !== undefined) record.error = masker(turn)(shownError(node, cell.error)) as JsonObject;
  record.startTime = cell.startTime;
  if (cell.endTime !== undefined) record.endTime = cell.endTime;
  record.trackingId = cell.trackingId;
  const inputs = hidden.inputs ? undefined : maskedContent(turn, cell.inputs);
  if (inputs !== undefined) record.inputs = inputs;
  const outputs = hidden.outputs ? undefined : maskedContent(turn, cell.outputs);
  if (outputs !== undefined) record.outputs = outputs;
  const sides = hiddenSides(node, cell);
  if (sides !== undefined) record.hidden = sides;
  if (cell.retryHistory !== undefined) record.retryHistory = maskedList(masker(turn), cell.retryHistory);
  const iterations = iterationCount(cell);
  if (iterations !== undefined) record.iterationCount = iterations;
  if (cell.trackedProperties !== undefined) record.trackedProperties = masker(turn)(cell.trackedProperties);
  if (cell.executionMode !== undefined) record.executionMode = cell.executionMode;
  if (cell.sandbox !== undefined) record.sandbox = cell.sandbox;
  return record as ActionRecord;
}

type Growing<T> = { -readonly [Name in keyof T]: T[Name] };

/** Errors that quote what was evaluated, parsed or thrown: of an action with something hidden their text is, too. */
const quoting =
  /^(?:InlineCode.*|InvalidTemplate|ExpressionEvaluationFailed|InvalidJSON|BadRequest|ActionSchemaNotSupported)$/;

function shownError({ hidden, plan }: Node, error: JsonObject): JsonObject {
  const code = memberOf(error, 'code');
  const hides = (hidden.inputs || hidden.outputs) && typeof code === 'string' && quoting.test(code);
  if (!hides) return publicError(error);
  return { code, message: `The error of action '${plan.name}' is not shown because of its security configuration.` };
}

/** A copy: the cell's own list grows with the next attempt. */
function maskedList(masked: (value: Json) => Json, list: readonly Json[]): readonly Json[] {
  return list.map(masked);
}

function hiddenSides(node: Node, cell: Cell): ('inputs' | 'outputs')[] | undefined {
  const inputs = node.hidden.inputs && cell.inputs !== undefined;
  const outputs = node.hidden.outputs && cell.outputs !== undefined;
  if (inputs) return outputs ? ['inputs', 'outputs'] : ['inputs'];
  return outputs ? ['outputs'] : undefined;
}

function iterationCount(cell: Cell): number | undefined {
  if (cell.foreach !== undefined) return cell.foreach.next;
  return cell.until === undefined ? undefined : cell.until.iteration + 1;
}

/** The record of one finished iteration of a loop, under the loop's own name. */
export function writeIterationRecord(
  turn: Turn,
  frame: Frame,
  loop: Node,
  ending: Pick<Cell, 'status' | 'code' | 'error'>,
): void {
  turn.history.push({
    kind: 'scopeRepetition',
    repetition: {
      name: loop.plan.name,
      type: loop.plan.type,
      repetitionIndexes: loopIndexes(turn, frame),
      status: ending.status,
      ...(ending.code === undefined ? {} : { code: ending.code }),
      ...(ending.error === undefined ? {} : { error: publicError(ending.error) }),
      startTime: frame.startTime,
      endTime: turn.nowText,
      trackingId: turn.random.uuid(),
    },
  } satisfies HistoryRecord);
}

/** An error as history shows it: without the message's template, which only expressions see. */
export function publicError(error: JsonObject): JsonObject {
  if (memberOf(error, 'messageTemplate') === undefined) return error;
  const { messageTemplate: _template, ...rest } = error;
  return rest;
}

const unmasked = (value: Json): Json => value;

/** The mask for what this run holds secret; defaults of secure parameters count once they have been evaluated. */
export function masker(turn: Turn): (value: Json) => Json {
  const { program } = turn;
  if (!program.hasSecureDefaults) return program.mask ?? unmasked;
  turn.mask ??= maskOf(secretsOf(turn)) ?? unmasked;
  return turn.mask;
}

function secretsOf(turn: Turn): readonly string[] {
  const all = new Set(turn.program.secrets);
  for (const { number, plan } of turn.program.parameters.values()) {
    const value = turn.state.parameters[number];
    if (plan.secure && value !== null && value !== undefined) collectTexts(turn.load(value), all);
  }
  return [...all];
}

export function maskedContent(turn: Turn, content: Content | undefined): Content | undefined {
  if (content === undefined) return undefined;
  const masked = masker(turn);
  if (masked === unmasked) return content;
  const value = turn.load(content);
  const result = masked(value);
  return result === value ? content : turn.keep(result);
}
