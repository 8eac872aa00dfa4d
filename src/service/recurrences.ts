/**
 * Recurrence triggers: one timer per enabled logic app that has one.
 *
 * Owns: arming, firing and re-arming; the state of a trigger that survives restarts.
 * Does not own: the calendar (`nextOccurrence` of `#workflow`), what a firing starts (`fire-trigger.ts`).
 * Source: engine reference 2.6.
 *
 * Invariants
 * E1. A firing's runs and the trigger's new state are one commit: after a crash no occurrence fires twice.
 * E2. Occurrences missed while the server was down or the workflow disabled are not made up.
 * E3. Saving a changed definition re-arms from the save; other changes keep the rhythm.
 */
import { type CancelTimer, formatTime, memberOf, type StoredDocument, TocsinError, type Write } from '#foundation';
import { nextOccurrence, type TriggerPlan } from '#workflow';
import { prepareTrigger } from './fire-trigger.ts';
import type { Services } from './services.ts';
import {
  findWorkflow,
  type StoredWorkflow,
  workflowCollections,
  workflowOf,
  workflowType,
} from './workflow-resource.ts';

interface Armed {
  readonly cancel: CancelTimer;
  /** Milliseconds since the epoch, engine time. */
  readonly next: number;
}

/** What is stored of a recurrence trigger. */
interface TriggerState {
  readonly version: string;
  readonly savedAt: number;
  readonly lastRun?: number;
}

export class Recurrences {
  readonly #services: Services;
  readonly #armed = new Map<string, Armed>();
  readonly #startedAt: number;
  #stopped = false;

  constructor(services: Services) {
    this.#services = services;
    this.#startedAt = services.clock.now();
  }

  /** Arms every stored recurrence; called once when the server is ready. */
  start(): void {
    const page = 500;
    let after: string | undefined;
    for (;;) {
      const query = { type: workflowType, top: page, ...(after === undefined ? {} : { after }) };
      const documents = this.#services.store.resources.list(query);
      for (const document of documents) this.#arm(workflowOf(document));
      if (documents.length < page) return;
      after = documents.at(-1)?.id.toLowerCase();
    }
  }

  /** Follows commits: a workflow that was saved, switched or deleted is armed anew. */
  follow(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putResource' && write.resource.type === workflowType) this.#rearm(write.resource.id);
      if (write.kind === 'deleteResource') this.#rearm(write.id);
    }
  }

  #rearm(workflowId: string): void {
    if (this.#stopped) return;
    const key = workflowId.toLowerCase();
    this.#armed.get(key)?.cancel();
    this.#armed.delete(key);
    const workflow = findWorkflow(this.#services, workflowId);
    if (workflow !== undefined) this.#arm(workflow);
  }

  /** When the workflow's recurrence fires next, milliseconds since the epoch; undefined when it does not. */
  next(workflowId: string): number | undefined {
    return this.#armed.get(workflowId.toLowerCase())?.next;
  }

  stop(): void {
    this.#stopped = true;
    for (const { cancel } of this.#armed.values()) cancel();
    this.#armed.clear();
  }

  #arm(workflow: StoredWorkflow): void {
    if (workflow.body.state !== 'Enabled' || this.#stopped) return;
    const plan = this.#services.plans.plan(workflow.id, workflow.body.version);
    const trigger = [...(plan?.triggers.values() ?? [])].find((one) => one.type === 'Recurrence');
    if (trigger?.recurrence === undefined) return;
    const state = this.#stateOf(workflow, trigger);
    const now = this.#engineNow();
    const savedJustNow = state.lastRun === undefined && state.savedAt >= this.#startedAt;
    const after = savedJustNow ? state.savedAt - 1 : now;
    const lastRun = state.lastRun ?? (savedJustNow ? undefined : state.savedAt);
    const next = nextOccurrence(trigger.recurrence, after, state.savedAt, lastRun);
    if (next === undefined) return;
    const cancel = this.#services.clock.after(Math.max(0, next - now), () => {
      this.#fire(workflow.id, trigger, next, state);
    });
    this.#armed.set(workflow.idKey, { cancel, next });
  }

  #fire(workflowId: string, trigger: TriggerPlan, due: number, state: TriggerState): void {
    const workflow = findWorkflow(this.#services, workflowId);
    this.#armed.delete(workflowId.toLowerCase());
    if (workflow === undefined || this.#stopped) return;
    const fired: TriggerState = { ...state, lastRun: due };
    this.#startRuns(workflow, trigger, due, fired).then(
      () => this.#arm(workflow),
      (error: unknown) => {
        const reason = error instanceof TocsinError ? error.fault.code : String(error);
        this.#services.log.error('a recurrence could not start its run', { workflowId, reason });
        this.#arm(workflow);
      },
    );
  }

  async #startRuns(workflow: StoredWorkflow, trigger: TriggerPlan, due: number, state: TriggerState): Promise<void> {
    const prepared = prepareTrigger(this.#services, {
      workflow,
      triggerName: trigger.name,
      scheduledTime: formatTime(due),
    });
    const write = this.#stateWrite(workflow, trigger, state);
    await this.#services.host.startMany(prepared.runs, [...prepared.writes, write]);
  }

  #stateOf(workflow: StoredWorkflow, trigger: TriggerPlan): TriggerState {
    const key = triggerKey(workflow, trigger);
    const document = this.#services.store.documents.get(workflowCollections.triggers, key);
    const stored = document === undefined ? undefined : stateFrom(document);
    if (stored?.version === workflow.body.version) return stored;
    return { version: workflow.body.version, savedAt: workflow.document.changedTime };
  }

  #stateWrite(workflow: StoredWorkflow, trigger: TriggerPlan, state: TriggerState): Write {
    return {
      kind: 'putDocument',
      document: {
        collection: workflowCollections.triggers,
        key: triggerKey(workflow, trigger),
        parent: workflow.idKey,
        time: this.#services.clock.now(),
        status: '',
        body: { ...state },
      },
    };
  }

  /** The engine's clock: true time, stretched by the scale from the start of the process on. */
  #engineNow(): number {
    const { clock } = this.#services;
    return this.#startedAt + (clock.now() - this.#startedAt) * clock.scale;
  }
}

function triggerKey(workflow: StoredWorkflow, trigger: TriggerPlan): string {
  return `${workflow.idKey}/triggers/${trigger.name.toLowerCase()}`;
}

function stateFrom(document: StoredDocument): TriggerState | undefined {
  const version = memberOf(document.body, 'version');
  const savedAt = memberOf(document.body, 'savedAt');
  const lastRun = memberOf(document.body, 'lastRun');
  if (typeof version !== 'string' || typeof savedAt !== 'number') return undefined;
  return { version, savedAt, ...(typeof lastRun === 'number' ? { lastRun } : {}) };
}
