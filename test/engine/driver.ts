/**
 * Moves one run by hand, event by event, and keeps everything the steps gave back.
 */
import {
  type Command,
  defaultSettings,
  type EffectOutcome,
  type EngineSettings,
  type FoldedHistory,
  foldHistory,
  type HistoryRecord,
  MemoryContent,
  type RunEvent,
  type RunState,
  type StepEnvironment,
  step,
} from '#engine';
import { type Json, type JsonObject, parseJson, stringifyJson } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import { planFor } from './plan-for.ts';

export const startTime = Date.UTC(2026, 0, 1);
const request: JsonObject = { manual: { type: 'Request', kind: 'Http', inputs: {} } };

export interface DriverOptions {
  readonly settings?: Partial<EngineSettings>;
  readonly content?: MemoryContent;
  /** Passes the state through its JSON text before every step. */
  readonly serialise?: boolean;
}

export function plan(actions: JsonObject, more: JsonObject = {}, parameters?: JsonObject): WorkflowPlan {
  return planFor({ triggers: request, actions, ...more }, parameters);
}

export function startedEvent(more: Partial<Extract<RunEvent, { kind: 'started' }>> = {}, body: Json = {}): RunEvent {
  const time = '2026-01-01T00:00:00.0000000Z';
  return {
    kind: 'started',
    now: startTime,
    seed: 42,
    responder: false,
    run: { name: 'run', workflowId: 'w', version: '1', clientTrackingId: 'run', workflow: {} },
    trigger: {
      name: 'manual',
      outputs: { value: { headers: {}, body } },
      startTime: time,
      endTime: time,
      trackingId: 't',
      clientTrackingId: 'run',
      originHistoryName: 'run',
      status: 'Succeeded',
    },
    ...more,
  };
}

export class Driver {
  readonly env: StepEnvironment;
  readonly events: RunEvent[] = [];
  readonly commands: Command[] = [];
  readonly history: HistoryRecord[] = [];
  /** What the last event gave. */
  last: { commands: readonly Command[]; history: readonly HistoryRecord[] } = { commands: [], history: [] };
  readonly #plan: WorkflowPlan;
  readonly #serialise: boolean;
  #state: RunState | undefined;

  constructor(workflow: WorkflowPlan, options: DriverOptions = {}) {
    this.#plan = workflow;
    this.#serialise = options.serialise === true;
    this.env = {
      content: options.content ?? new MemoryContent(),
      settings: { ...defaultSettings, ...options.settings },
    };
  }

  get state(): RunState {
    if (this.#state === undefined) throw new Error('the run has not started');
    return this.#state;
  }

  send(event: RunEvent): this {
    if (this.#serialise && this.#state !== undefined) {
      this.#state = parseJson(stringifyJson(this.#state as unknown as Json)) as unknown as RunState;
    }
    const result = step(this.#plan, this.#state, event, this.env);
    this.#state = result.state;
    this.last = result;
    this.events.push(event);
    for (const command of result.commands) this.commands.push(command);
    for (const record of result.history) this.history.push(record);
    return this;
  }

  start(body: Json = {}, more: Partial<Extract<RunEvent, { kind: 'started' }>> = {}): this {
    return this.send(startedEvent(more, body));
  }

  /** Answers every slice until the run waits for something else. */
  continueAll(): this {
    while (this.last.commands.some(({ kind }) => kind === 'continue')) {
      this.send({ kind: 'continued', now: startTime });
    }
    return this;
  }

  answer(effect: string, outcome: EffectOutcome | number, now = startTime): this {
    const whole = typeof outcome === 'number' ? response(outcome) : outcome;
    return this.send({ kind: 'actionDone', now, effect, outcome: whole });
  }

  fire(timer: string, now: number): this {
    return this.send({ kind: 'timerFired', now, timer });
  }

  get effects(): readonly Extract<Command, { kind: 'effect' }>[] {
    return this.commands.filter((command) => command.kind === 'effect');
  }

  get timers(): readonly Extract<Command, { kind: 'timer' }>[] {
    return this.commands.filter((command) => command.kind === 'timer');
  }

  get folded(): FoldedHistory {
    return foldHistory(this.history);
  }

  status(action: string): string | undefined {
    return this.folded.actions.get(action)?.status;
  }

  outputs(action: string): Json | undefined {
    const content = this.folded.actions.get(action)?.outputs;
    return content === undefined ? undefined : this.env.content.load(content);
  }
}

export function response(statusCode: number, body?: Json, headers: Record<string, string> = {}): EffectOutcome {
  return { kind: 'response', statusCode, headers, ...(body === undefined ? {} : { body: { value: body } }) };
}

/** A value's JSON with members in order of their names: equal for equal states. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member) && !('text' in member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}
