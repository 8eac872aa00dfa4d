/**
 * The triggers that act by the clock: recurrences, sliding windows, polls.
 *
 * Owns: which trigger acts when, one thing at a time for each.
 * Does not own: what a kind does and remembers (the files beside this one), subscriptions (`subscriptions.ts`).
 * Source: engine reference 2.6-2.8, 2.10, 2.12, 8 (workflow states), 14.
 *
 * Invariants
 * TT1. Everything about a trigger is decided from the store: timers in memory only say when to look.
 * TT2. A trigger does one thing at a time; a change of its workflow cuts a poll under way short.
 * TT3. A firing that could not be committed is tried again, not lost.
 */
import { faultOf, type JsonObject, raise, type RunOrigin, type Write } from '#foundation';
import type { TriggerType } from '#workflow';
import type { PreparedTrigger } from '../prepared-trigger.ts';
import { inTurn } from '../in-turn.ts';
import { DueTimers } from '../run-host/due-timers.ts';
import type { Services } from '../services.ts';
import { armedTimeOf, findWorkflow, type StoredWorkflow, triggerTypes, workflowType } from '../workflow-resource.ts';
import { noteNotification, notificationTrigger } from './notification-trigger.ts';
import { poll, pollTrigger } from './poll-trigger.ts';
import { recurrenceTrigger } from './recurrence-trigger.ts';
import { currentWindowOutputs, slidingWindowTrigger } from './sliding-window-trigger.ts';
import type { Performed, TimedKind, TriggerClock, TriggerParts } from './timed-kind.ts';
import { shownAt } from './timeline.ts';
import type { TriggerCalls } from './trigger-call.ts';
import { type ArmedTrigger, armedTrigger, resetState, stateWrite } from './trigger-state.ts';

const kinds: { readonly [T in TriggerType]?: TimedKind } = {
  Recurrence: recurrenceTrigger,
  SlidingWindow: slidingWindowTrigger,
  Http: pollTrigger,
  ApiConnection: pollTrigger,
  ApiManagement: pollTrigger,
  ApiConnectionNotification: notificationTrigger,
};
const timedTypes = new Set(Object.keys(kinds).map((type) => type.toLowerCase()));

/** True milliseconds by which an occurrence may be late before it counts as missed: a busy moment, not a sleep. */
const grace = 5_000;
/** True milliseconds until a firing that could not be committed is tried again. */
const commitRetry = 5_000;

export class TimedTriggers {
  readonly #parts: TriggerParts;
  readonly #timers: DueTimers;
  readonly #startedAt: number;
  /** When each trigger acts next, on its own clock, by the key of the trigger. */
  readonly #next = new Map<string, number>();
  /** Triggers with a timer, by workflow, and the arming they are of. */
  readonly #known = new Map<string, { readonly arming: string; readonly names: Set<string> }>();
  #stopped = false;

  constructor(services: Services, calls: TriggerCalls) {
    this.#parts = { services, calls };
    this.#startedAt = services.clock.now();
    this.#timers = new DueTimers(services.clock, (workflow, trigger) => this.#wake(workflow, trigger));
  }

  /** Arms the triggers of a stored workflow; called for each when the server takes work. */
  takeUp(workflow: StoredWorkflow): void {
    this.#arm(workflow);
  }

  /** Follows commits: a workflow that was saved, switched or deleted is armed anew. */
  follow(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putResource' && write.resource.type === workflowType) this.#rearm(write.resource.id);
      if (write.kind === 'deleteResource') this.#rearm(write.id);
    }
  }

  /** When the trigger acts next, milliseconds since 1970 on its own clock; undefined when it does not. */
  next(workflowId: string, triggerName: string): number | undefined {
    return this.#next.get(`${workflowId.toLowerCase()}/triggers/${triggerName.toLowerCase()}`);
  }

  /** Polls at once. @throws TocsinError `Conflict` when the workflow is changed meanwhile. */
  async poll(workflowId: string, triggerName: string, startedBy: RunOrigin): Promise<PreparedTrigger> {
    const [workflow, trigger] = [workflowId.toLowerCase(), triggerName.toLowerCase()];
    const { store } = this.#parts.services;
    const { prepared } = await inTurn(store, `${workflow}/triggers/${trigger}`, async (): Promise<Performed> => {
      const armed = this.#armed(workflow, trigger);
      return armed === undefined ? {} : poll(this.#parts, armed, 'manual', startedBy);
    });
    this.#schedule(workflow, trigger);
    return prepared ?? raise('Conflict', `The trigger '${triggerName}' was changed while it was polled.`);
  }

  /** Notes a notification and fetches what it tells of as soon as the trigger is free. @throws TocsinError `Conflict`. */
  async notify(workflowId: string, triggerName: string): Promise<string> {
    const [workflow, trigger] = [workflowId.toLowerCase(), triggerName.toLowerCase()];
    const noted = await inTurn(this.#parts.services.store, `${workflow}/triggers/${trigger}`, async () => {
      const armed = this.#armed(workflow, trigger);
      return armed === undefined ? undefined : noteNotification(this.#parts, armed);
    });
    if (this.#next.get(`${workflow}/triggers/${trigger}`) === undefined) this.#schedule(workflow, trigger);
    return noted ?? raise('Conflict', `The trigger '${triggerName}' was changed while it was notified.`);
  }

  /** The outputs of the window that is under way. */
  windowOutputs(workflowId: string, triggerName: string): JsonObject {
    const armed = this.#triggerOf(workflowId, triggerName);
    return armed === undefined ? {} : currentWindowOutputs(armed);
  }

  /** Arms the trigger as if it had just been saved; with a cursor, polls go on from there. */
  async reset(workflowId: string, triggerName: string, cursor?: string): Promise<void> {
    const { services, calls } = this.#parts;
    const [workflow, trigger] = [workflowId.toLowerCase(), triggerName.toLowerCase()];
    const key = `${workflow}/triggers/${trigger}`;
    calls.abort(key);
    await inTurn(services.store, key, async () => {
      const armed = this.#triggerOf(workflow, trigger);
      if (armed === undefined || kinds[armed.trigger.type] === undefined) return;
      const state = resetState(services, armed);
      await services.store.commit([stateWrite(services, armed, cursor === undefined ? state : { ...state, cursor })]);
    });
    this.#schedule(workflow, trigger);
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.stop();
  }

  // --- Arming ---------------------------------------------------------------------------------------------------

  #rearm(workflowId: string): void {
    const idKey = workflowId.toLowerCase();
    const known = this.#known.get(idKey);
    const workflow = findWorkflow(this.#parts.services, workflowId);
    const goesOn = known?.arming === (workflow === undefined ? undefined : armingOf(workflow));
    for (const name of known?.names ?? []) {
      const key = `${idKey}/triggers/${name}`;
      this.#next.delete(key);
      if (!goesOn) this.#parts.calls.abort(key);
    }
    this.#timers.cancelAll(idKey);
    this.#known.delete(idKey);
    if (workflow !== undefined) this.#arm(workflow);
  }

  #arm(workflow: StoredWorkflow): void {
    if (workflow.body.state !== 'Enabled' || triggerTypes(workflow).isDisjointFrom(timedTypes)) return;
    const plan = this.#parts.services.plans.plan(workflow.id, workflow.body.version);
    for (const [name, { type }] of plan?.triggers ?? []) {
      if (kinds[type] !== undefined) this.#schedule(workflow.idKey, name);
    }
  }

  /** Sets the timer for what the trigger does next. */
  #schedule(workflow: string, trigger: string, least = 0): void {
    if (this.#stopped) return;
    const key = `${workflow}/triggers/${trigger}`;
    this.#timers.cancel(workflow, trigger);
    this.#next.delete(key);
    const armed = this.#armed(workflow, trigger);
    if (armed === undefined) return;
    const clock = this.#clockOf(armed);
    const due = kinds[armed.trigger.type]?.due(armed, clock);
    if (due === undefined) return;
    this.#next.set(key, due);
    const known = this.#known.get(workflow) ?? { arming: armingOf(armed.workflow), names: new Set<string>() };
    this.#known.set(workflow, known);
    known.names.add(trigger);
    this.#timers.arm(workflow, trigger, Math.max(least, due - clock.now));
  }

  #clockOf({ state: { timeline } }: ArmedTrigger): TriggerClock {
    const { clock } = this.#parts.services;
    const missed = Math.max(this.#startedAt, clock.now() - grace);
    return { now: shownAt(timeline, clock.now()), missedBefore: shownAt(timeline, missed) };
  }

  #triggerOf(workflowId: string, triggerName: string): ArmedTrigger | undefined {
    const { services } = this.#parts;
    const workflow = findWorkflow(services, workflowId);
    if (workflow === undefined) return undefined;
    const plan = services.plans.plan(workflow.id, workflow.body.version);
    const trigger = plan?.triggers.get(triggerName.toLowerCase());
    if (plan === undefined || trigger === undefined) return undefined;
    return armedTrigger(services, workflow, plan, trigger);
  }

  #armed(workflowId: string, triggerName: string): ArmedTrigger | undefined {
    const armed = this.#triggerOf(workflowId, triggerName);
    return armed?.workflow.body.state === 'Enabled' ? armed : undefined;
  }

  // --- Acting ---------------------------------------------------------------------------------------------------

  #wake(workflow: string, trigger: string): void {
    const { services } = this.#parts;
    inTurn(services.store, `${workflow}/triggers/${trigger}`, () => this.#act(workflow, trigger)).then(
      ({ waitMilliseconds }) => this.#schedule(workflow, trigger, waitMilliseconds),
      (error: unknown) => {
        if (this.#stopped) return;
        const { code, message } = faultOf(error);
        services.log.error('a trigger could not act and tries again', { workflow, trigger, code, message });
        this.#schedule(workflow, trigger, commitRetry * services.clock.scale);
      },
    );
  }

  async #act(workflow: string, trigger: string): Promise<Performed> {
    const armed = this.#stopped ? undefined : this.#armed(workflow, trigger);
    const kind = armed === undefined ? undefined : kinds[armed.trigger.type];
    if (armed === undefined || kind === undefined) return {};
    const clock = this.#clockOf(armed);
    const due = kind.due(armed, clock);
    // A timer counts in fractions, the clock in whole milliseconds.
    const isDue = due !== undefined && due <= clock.now + 2 * this.#parts.services.clock.scale;
    return isDue ? kind.perform(this.#parts, armed, due) : {};
  }
}

/** The same as long as nothing arms the workflow's triggers anew. */
function armingOf(workflow: StoredWorkflow): string {
  return `${workflow.body.opaqueId} ${workflow.body.state} ${armedTimeOf(workflow)}`;
}
