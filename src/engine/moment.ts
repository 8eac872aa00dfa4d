/**
 * A run seen just before one of its actions started, found by replaying its journal.
 *
 * Owns: expression traces of an action, and where a resubmitted run begins.
 * Does not own: replay for going on (hosts), the HTTP shape of traces (`#api`), what a resubmitted run does next (`step.ts`).
 * Source: engine reference 8 (`listExpressionTraces`, resubmitting from an action).
 *
 * Invariants
 * MO1. Looking changes nothing: the replay works on states of its own, and its commands are dropped.
 * MO2. What a record hides a trace does not show, and secrets are masked in it.
 * MO3. A resubmitted run has the results and the variables of the earlier run as they were at that moment. Calls then under
 *      way in other branches are made again, with keys of the new run; calls nobody waited for are
 *      not. For which limit of concurrent runs it counts is said when it is started.
 * MO4. The history it takes over is bounded; records of actions stay, those of single iterations and calls may be too many.
 */
import { type ExpressionTrace, traceTemplate } from '#expression';
import { formatTime, type Json, type JsonObject, parseJson, stringifyJson } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import type { ActionRecord, HistoryRecord, ResumedRun, RunEvent, RunIdentity } from './messages.ts';
import { loopIndexes } from './places.ts';
import type { Node } from './program.ts';
import { masker, writeRecord } from './records.ts';
import type { RunState } from './state.ts';
import { step } from './step.ts';
import type { Moment, StepEnvironment } from './turn.ts';

/** An action of a run; `indexes` are those of its loops, outermost first. */
export interface MomentPlace {
  /** Ignores case. */
  readonly action: string;
  readonly indexes: readonly number[];
}

/**
 * A replay towards a moment, which stops after each event and tells how many records it wrote, so that who drives it can let
 * others go first. It returns undefined when the moment never came.
 */
export type Looking<T> = Generator<number, T | undefined, void>;

/** Replays until the action starts. Linear in the events before; takes no later one. `remembers`: `look` needs the history so far. */
function* seek<T>(
  plan: WorkflowPlan,
  events: Iterable<RunEvent>,
  place: MomentPlace & { readonly remembers: boolean },
  env: StepEnvironment,
  look: (moment: Moment, earlier: readonly HistoryRecord[]) => T,
): Looking<T> {
  const key = place.action.toLowerCase();
  const wanted = place.indexes.join();
  const earlier: HistoryRecord[] = [];
  const found: { value?: T } = {};
  const watch = (moment: Moment): void => {
    if ('value' in found || moment.node.plan.key !== key) return;
    const indexes = loopIndexes(moment.turn, moment.frame).map(({ itemIndex }) => itemIndex);
    if (indexes.join() === wanted) found.value = look(moment, earlier);
  };
  let state: RunState | undefined;
  for (const event of events) {
    const result = step(plan, state, event, { ...env, watch });
    if ('value' in found) break;
    state = result.state;
    if (place.remembers) for (const record of result.history) earlier.push(record);
    yield result.history.length;
  }
  return found.value;
}

// --- Traces -----------------------------------------------------------------------------------------------------

/**
 * How the expressions in an action's inputs (of containers, their expression) came about; undefined when the action never
 * started, empty when its inputs are secured.
 */
export function* traceAction(
  plan: WorkflowPlan,
  events: Iterable<RunEvent>,
  place: MomentPlace,
  env: StepEnvironment,
): Looking<readonly ExpressionTrace[]> {
  return yield* seek(plan, events, { ...place, remembers: false }, env, ({ turn, frame, node }) => {
    if (node.hidden.inputs) return [];
    const mask = masker(turn);
    return traceTemplate(tracedPart(node), turn.scope.at(frame, node)).map((trace) => ({
      ...trace,
      ...maskedValue(trace, mask),
      subexpressions: trace.subexpressions.map((part) => ({ ...part, ...maskedValue(part, mask) })),
    }));
  });
}

function maskedValue(trace: { readonly value?: Json }, mask: (value: Json) => Json): { readonly value?: Json } {
  return trace.value === undefined ? {} : { value: mask(trace.value) };
}

/** Templates that are evaluated once per row have no value of their own. */
const perRow: ReadonlySet<string> = new Set(['select', 'where', 'columns']);

function tracedPart({ plan }: Node): Json {
  const { inputs, expression, foreach } = plan.source;
  const part: { [name: string]: Json } = {};
  if (expression !== undefined) part['expression'] = expression;
  if (foreach !== undefined) part['foreach'] = foreach;
  if (Object.keys(part).length > 0 || inputs === undefined) return part;
  const isPerRow = plan.kind === 'select' || plan.kind === 'query' || plan.kind === 'table';
  if (!isPerRow || typeof inputs !== 'object' || inputs === null) return inputs;
  return Object.fromEntries(Object.entries(inputs as JsonObject).filter(([name]) => !perRow.has(name.toLowerCase())));
}

// --- Resubmitting -----------------------------------------------------------------------------------------------

export type Rewound =
  | { readonly kind: 'rewound'; readonly resumed: ResumedRun }
  | { readonly kind: 'waitsForCallback' };

/**
 * The state of a new run that goes on from where `action` started in an earlier one; undefined when it never started.
 * `waitsForCallback`: another branch then waited for a callback that only the earlier run can get.
 */
export function* rewind(
  plan: WorkflowPlan,
  events: Iterable<RunEvent>,
  action: string,
  run: { readonly identity: RunIdentity; readonly trackingId: string; readonly now: number },
  env: StepEnvironment,
): Looking<Rewound> {
  return yield* seek(plan, events, { action, indexes: [], remembers: true }, env, (moment, earlier): Rewound => {
    const state = parseJson(stringifyJson(moment.turn.state as unknown as Json)) as unknown as RunState;
    if (Object.keys(state.callbacks).length > 0) return { kind: 'waitsForCallback' };
    for (const { frame, node, cell } of moment.turn.begun) {
      if (cell.endTime === undefined) writeRecord(moment.turn, frame, node, cell);
    }
    const startTime = formatTime(run.now);
    const all = [...earlier, ...moment.turn.history];
    const records = all.filter(staysIn(all.length - recordsTakenOver)).map(asResubmitted);
    const history: readonly HistoryRecord[] = [{ kind: 'run', run: { status: 'Running', startTime } }, ...records];
    return { kind: 'rewound', resumed: { state: renewed(state, moment, run) as unknown as Json, history } };
  });
}

/** They are one journal row of the new run, which is read in one go. */
const recordsTakenOver = 5_000;

/** Which records the new run takes over: so many too many, the oldest of iterations and calls stay behind (MO4). */
function staysIn(tooMany: number): (record: HistoryRecord) => boolean {
  let left = tooMany;
  return ({ kind }) => {
    if (kind === 'run') return false;
    if (kind === 'action' || left <= 0) return true;
    left -= 1;
    return false;
  };
}

function asResubmitted(record: HistoryRecord): HistoryRecord {
  const marked = (action: ActionRecord): ActionRecord =>
    action.endTime === undefined || action.status === 'Skipped'
      ? action
      : { ...action, executionMode: 'ResubmittedResults' };
  switch (record.kind) {
    case 'action':
      return { kind: 'action', action: marked(record.action) };
    case 'repetition':
    case 'scopeRepetition':
      return { kind: record.kind, repetition: marked(record.repetition) };
    case 'run':
    case 'request':
      return record;
  }
}

/** The earlier run's state as that of a new run which is about to start the action. */
function renewed(
  state: RunState,
  moment: Moment,
  run: { readonly identity: RunIdentity; readonly trackingId: string; readonly now: number },
): RunState {
  const { response: _response, callerTimer, patient: _patient, queue: _queue, waitEndTime: _wait, ...kept } = state;
  const { limits: _limits, ...rest } = kept;
  const { frameNumber, node, rest: behind } = moment;
  for (const frame of state.frames) {
    for (const cell of frame?.cells ?? []) {
      if (cell?.endTime !== undefined && cell.status !== 'Skipped') cell.executionMode = 'ResubmittedResults';
    }
  }
  const timers = Object.entries(state.timers)
    .filter(([id]) => id !== callerTimer)
    .map(([id, timer]) => [id, { ...timer, armed: run.now }] as const);
  const effects = Object.entries(state.effects).flatMap(([id, { place, command }]) => {
    if (place === undefined) return [];
    const own = command.idempotencyKey.slice(state.run.name.length);
    return [[id, { place, command: { ...command, idempotencyKey: `${run.identity.name}${own}` } }] as const];
  });
  return {
    ...rest,
    run: run.identity,
    trigger: {
      ...state.trigger,
      trackingId: run.trackingId,
      clientTrackingId: run.identity.clientTrackingId,
      originHistoryName: run.identity.name,
    },
    startTime: formatTime(run.now),
    status: 'Running',
    random: moment.turn.random.state,
    caller: 'none',
    ready: [frameNumber, node.position, ...behind],
    continuing: true,
    timers: Object.fromEntries(timers),
    effects: Object.fromEntries(effects),
  };
}
