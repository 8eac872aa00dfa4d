/**
 * One step of a run: a function of plan, state and event.
 *
 * Owns: what each event does, and what every step does at its end.
 * Does not own: the course of the work (`flow.ts`), the kinds of actions (`actions/*.ts`), hosts.
 *
 * Invariants
 * ST1. Pure and deterministic: the same events in the same order give the same states, commands and history. Time, chance
 *      and ids come from events only; contents are loaded by hash, which is no effect.
 * ST2. The caller gives the state away: it may be changed in place and must not be used again, only what is returned.
 * ST3. An event that does not fit the state (a late or repeated one) changes nothing and asks for nothing.
 * ST4. A run that can do nothing by itself waits for something: an effect, a timer, a callback or a `continued`.
 */
import { formatTime, parseJson, raise, stringifyJson } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import { kinds } from './actions/kinds.ts';
import { abortRun, finishWhenQuiet, type RunEnding } from './ending.ts';
import { act, runningAt, runReady } from './flow.ts';
import { openFrame, startFrame } from './frames.ts';
import type { Command, EffectOutcome, HistoryRecord, ResumedRun, RunEvent, RunRecord } from './messages.ts';
import { hasEnded, pendingCommands } from './pending.ts';
import { programOf } from './program.ts';
import { writeRecord } from './records.ts';
import { RunScope } from './scope.ts';
import type { StartedEvent } from './started-event.ts';
import type { RunState } from './state.ts';
import { type Machinery, type StepEnvironment, Turn } from './turn.ts';

export interface StepResult {
  readonly state: RunState;
  readonly commands: readonly Command[];
  readonly history: readonly HistoryRecord[];
}

const machinery: Machinery = { kinds, scope: (turn) => new RunScope(turn) };

/**
 * Moves a run by one event.
 * @param state what the last step returned; undefined for the `started` event only. It is given away (ST2).
 * @throws TocsinError `InternalServerError` when a run that never started gets another event.
 */
export function step(
  plan: WorkflowPlan,
  state: RunState | undefined,
  event: RunEvent,
  env: StepEnvironment,
): StepResult {
  const program = programOf(plan);
  if (event.kind === 'started') {
    if (state !== undefined) return { state, commands: [], history: [] };
    if (event.resumed !== undefined) return resumed(event, event.resumed);
    const turn = new Turn(program, initialState(event, env), event.now, env, machinery);
    start(turn, event);
    return finishStep(turn, true);
  }
  if (state === undefined) return raise('InternalServerError', `A run got '${event.kind}' before it was started.`);
  const turn = new Turn(program, state, event.now, env, machinery);
  handle(turn, event);
  return finishStep(turn, false);
}

/**
 * A run that goes on from another's results: nothing is done before its `continued`, which is among the commands, or
 * before its turn in its queue.
 */
function resumed(event: StartedEvent, { state: given, history }: ResumedRun): StepResult {
  // Given away like every state (ST2), so the event's own stays as it is.
  const state = parseJson(stringifyJson(given)) as unknown as RunState;
  const { queue, limits } = event;
  const entered: RunState = {
    ...state,
    ...(queue === undefined ? {} : { queue }),
    ...(limits === undefined ? {} : { limits }),
  };
  if (event.waits !== true) return { state: entered, commands: pendingCommands(entered, event.now), history };
  entered.status = 'Waiting';
  const records = history.map(
    (record): HistoryRecord => (record.kind === 'run' ? { kind: 'run', run: runningRecord(entered) } : record),
  );
  return { state: entered, commands: pendingCommands(entered, event.now), history: records };
}

function initialState(event: StartedEvent, env: StepEnvironment): RunState {
  const { inputs, outputs, ...record } = event.trigger;
  const kept = (content: typeof inputs): typeof inputs =>
    content !== undefined && 'value' in content ? env.content.keep(content.value) : content;
  return {
    version: 1,
    run: event.run,
    trigger: {
      ...record,
      ...(inputs === undefined ? {} : { inputs: kept(inputs) as NonNullable<typeof inputs> }),
      ...(outputs === undefined ? {} : { outputs: kept(outputs) as NonNullable<typeof outputs> }),
    },
    startTime: formatTime(event.now),
    status: event.waits === true ? 'Waiting' : 'Running',
    random: event.seed >>> 0,
    nextEffect: 1,
    nextTimer: 1,
    caller: event.responder ? 'waiting' : 'none',
    ...(event.patientCaller === true ? { patient: true } : {}),
    ...(event.queue === undefined ? {} : { queue: event.queue }),
    ...(event.limits === undefined ? {} : { limits: event.limits }),
    variables: [],
    parameters: [],
    frames: [],
    freeFrames: [],
    ready: [],
    continuing: false,
    effects: {},
    timers: {},
    callbacks: {},
  };
}

function start(turn: Turn, event: StartedEvent): void {
  const { state, settings } = turn;
  turn.arm(settings.runDuration, { for: 'run' });
  if (event.responder && event.patientCaller !== true) {
    state.callerTimer = turn.arm(settings.responseTimeout, { for: 'caller' });
  }
  if (state.status === 'Running') startFrame(turn, openFrame(turn, turn.program.root, undefined, -1));
}

/** The run's turn has come: what waited until now begins. */
function released(turn: Turn): void {
  const { state, history } = turn;
  if (state.status !== 'Waiting') return;
  state.status = 'Running';
  state.waitEndTime = turn.nowText;
  history.push({ kind: 'run', run: runningRecord(state) });
  if (state.frames.length === 0) startFrame(turn, openFrame(turn, turn.program.root, undefined, -1));
  else takeUpResumed(turn);
}

/** What a resumed run held back while it waited for its turn. */
function takeUpResumed(turn: Turn): void {
  const { state, now } = turn;
  for (const [id, timer] of Object.entries(state.timers)) {
    if (timer.purpose.for === 'action') state.timers[id] = { ...timer, armed: now };
  }
  for (const command of pendingCommands(state, now)) {
    const isArmed = command.kind === 'timer' && state.timers[command.id]?.purpose.for !== 'action';
    if (!isArmed) turn.command(command);
  }
}

/** Ends a run; one that still waits for its turn shows all its actions as skipped. */
function abort(turn: Turn, ending: RunEnding): void {
  if (turn.state.status === 'Waiting' && turn.state.frames.length === 0)
    openFrame(turn, turn.program.root, undefined, -1);
  abortRun(turn, ending);
}

function runningRecord(state: RunState): RunRecord {
  const { status, startTime, waitEndTime } = state;
  return { status, startTime, ...(waitEndTime === undefined ? {} : { waitEndTime }) };
}

function handle(turn: Turn, event: Exclude<RunEvent, { kind: 'started' }>): void {
  const { state } = turn;
  switch (event.kind) {
    case 'actionDone':
      effectDone(turn, event.effect, event.outcome);
      break;
    case 'timerFired':
      timerFired(turn, event.timer);
      break;
    case 'callback':
      calledBack(turn, event);
      break;
    case 'callerGone':
      callerLeft(turn);
      break;
    case 'continued':
      state.continuing = false;
      break;
    case 'cancelled':
      if (!hasEnded(state)) abort(turn, { status: 'Cancelled' });
      break;
    case 'released':
      released(turn);
      break;
  }
}

function effectDone(turn: Turn, effect: string, outcome: EffectOutcome): void {
  const { effects } = turn.state;
  if (!Object.hasOwn(effects, effect)) return;
  const place = effects[effect]?.place;
  delete effects[effect];
  if (place === undefined) {
    if (hasEnded(turn.state)) finishWhenQuiet(turn);
    return;
  }
  const at = runningAt(turn, place.frame, place.position);
  if (at === undefined) return;
  act(turn, place.frame, at, (kind, self) => kind.answered?.(self, outcome));
}

function timerFired(turn: Turn, timer: string): void {
  const { state } = turn;
  if (!Object.hasOwn(state.timers, timer)) return;
  const purpose = state.timers[timer]?.purpose;
  delete state.timers[timer];
  switch (purpose?.for) {
    case 'run':
      abort(turn, {
        status: 'TimedOut',
        code: 'WorkflowRunTimedOut',
        error: { code: 'WorkflowRunTimedOut', message: 'The workflow run exceeded its maximum duration.' },
      });
      break;
    case 'caller':
      callerTimedOut(turn);
      break;
    case 'action': {
      const at = runningAt(turn, purpose.frame, purpose.position);
      if (at === undefined) return;
      const { reason } = purpose;
      act(turn, purpose.frame, at, (kind, self) => (reason === 'wait' ? kind.awoken?.(self) : kind.timedOut?.(self)));
      break;
    }
    default:
  }
}

function calledBack(turn: Turn, event: Extract<RunEvent, { kind: 'callback' }>): void {
  const place = turn.state.callbacks[`/${event.callback}`]?.place;
  if (place === undefined) return;
  const at = runningAt(turn, place.frame, place.position);
  if (at === undefined) return;
  act(turn, place.frame, at, (kind, self) => kind.calledBack?.(self, event.content));
}

function callerLeft(turn: Turn): void {
  const { state } = turn;
  if (state.caller !== 'waiting') return;
  state.caller = 'gone';
  if (state.callerTimer !== undefined) turn.disarm(state.callerTimer);
  delete state.callerTimer;
}

/** The caller of a Request trigger waits 120 seconds, then gets 504 (engine reference 4.4). */
function callerTimedOut(turn: Turn): void {
  const { state } = turn;
  delete state.callerTimer;
  if (state.caller !== 'waiting') return;
  state.caller = 'timedOut';
  const message = `The server did not receive a timely response from an upstream server. Request tracking id '${state.trigger.trackingId}'.`;
  turn.command({
    kind: 'respond',
    statusCode: 504,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { value: { error: { code: 'GatewayTimeout', message } } },
  });
}

/** What every step does last: go on with what is ready, show what is under way, ask for another slice. */
function finishStep(turn: Turn, isFirst: boolean): StepResult {
  const { state } = turn;
  // Work that waits for its `continued` is left alone, so that an event which changes nothing does nothing (ST3).
  const isLeft = state.status === 'Running' && !state.continuing && runReady(turn);
  for (const { frame, node, cell } of turn.begun) {
    if (cell.endTime === undefined) writeRecord(turn, frame, node, cell);
  }
  if (isFirst && !hasEnded(state)) turn.history.push({ kind: 'run', run: runningRecord(state) });
  if (isLeft) {
    state.continuing = true;
    turn.command({ kind: 'continue' });
  }
  state.random = turn.random.state;
  return { state, commands: turn.commands, history: turn.history };
}
