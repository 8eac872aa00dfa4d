/**
 * The subscriptions of webhook triggers: kept as the stored workflows want them.
 *
 * Owns: when to subscribe and unsubscribe, attempts, what is remembered of a subscription.
 * Does not own: the calls themselves (`subscription-calls.ts`), callbacks (`invoke-callback.ts`).
 * Source: engine reference 2.9, 8 (workflow states); domain reference 15; connectors reference 1.3.
 *
 * Invariants
 * SB1. What is wanted follows from the workflow, what is there from its document: after a crash the difference is made up,
 *      a call cut off with the same idempotency key.
 * SB2. A subscription is given up before the next one of the same trigger is made.
 * SB3. A subscription that failed for good is not tried again until its workflow is saved, enabled or has new keys.
 */
import { type EffectOutcome, isRetryable, retryAfter, retryDelay, statusName } from '#engine';
import {
  Fault,
  faultOf,
  formatTime,
  type Json,
  type JsonObject,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import type { RetryPolicyPlan } from '#workflow';
import { inTurn } from '../in-turn.ts';
import { DueTimers } from '../run-host/due-timers.ts';
import type { Services } from '../services.ts';
import { historyWrites } from '../trigger-history.ts';
import { findWorkflow, type StoredWorkflow, workflowCollections, workflowType } from '../workflow-resource.ts';
import type { Retry, Subscription } from './subscription-record.ts';
import {
  type PreparedCall,
  prepareSubscribe,
  type SubscribingTrigger,
  unsubscribeOf,
  wantedSubscription,
  wantedSubscriptions,
} from './subscription-calls.ts';
import { callOwner, recordedInputs, type TriggerCalls } from './trigger-call.ts';

/** What is to be done next about one trigger. */
type Step =
  | { readonly kind: 'subscribe'; readonly name: string; readonly place: SubscribingTrigger; readonly wanted: string }
  | { readonly kind: 'unsubscribe'; readonly name: string; readonly place: SubscribingTrigger | undefined }
  | { readonly kind: 'forget' };

/** One attempt's record. */
interface Attempt {
  readonly number: number;
  readonly historyName: string;
  readonly startTime: string;
  readonly time: string;
}

const unsubscribePolicy: RetryPolicyPlan = { type: 'Default', count: 4, interval: 7_500 };

export class Subscriptions {
  readonly #services: Services;
  readonly #calls: TriggerCalls;
  readonly #timers: DueTimers;
  #stopped = false;

  constructor(services: Services, calls: TriggerCalls) {
    this.#services = services;
    this.#calls = calls;
    this.#timers = new DueTimers(services.clock, (workflow, trigger) => this.#look(workflow, trigger));
  }

  /** Makes up what a stop interrupted (SB1), seen from the workflow: called for each at the start. */
  takeUp(workflow: StoredWorkflow): void {
    for (const { triggerName, wanted } of wantedSubscriptions(this.#services, workflow)) {
      const stored = this.#stored(keyOf(workflow.idKey, triggerName));
      const isSettled = stored?.subscribed === wanted || stored?.failed === wanted;
      if (!isSettled) this.#look(workflow.idKey, triggerName.toLowerCase());
    }
  }

  /** The same seen from what is there: subscriptions that nobody wants any more. */
  start(): void {
    const top = 500;
    for (let after: { readonly time: number; readonly key: string } | undefined; ; ) {
      const query = { collection: workflowCollections.subscriptions, top, ...(after === undefined ? {} : { after }) };
      const page = this.#services.store.documents.list(query);
      for (const { parent, body } of page) {
        const workflow = findWorkflow(this.#services, parent);
        const name = nameOf(body);
        const wanted = workflow === undefined ? undefined : wantedSubscription(this.#services, workflow, name);
        if (wanted === undefined) this.#look(parent, name);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < top) return;
      after = { time: last.time, key: last.key };
    }
  }

  /** Follows commits: what a workflow wants may have changed. */
  follow(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putResource' && write.resource.type === workflowType) {
        this.#lookAt(write.resource.id, findWorkflow(this.#services, write.resource.id));
      }
      if (write.kind === 'deleteResource' && /\/microsoft\.logic\/workflows\/[^/]+$/i.test(write.id)) {
        this.#lookAt(write.id, undefined);
      }
    }
  }

  /** `Failed` or still being made; undefined for a trigger that needs no subscription. */
  registration(workflowId: string, triggerName: string): 'Succeeded' | 'Failed' | 'Registering' | undefined {
    const workflow = findWorkflow(this.#services, workflowId);
    const wanted = workflow === undefined ? undefined : wantedSubscription(this.#services, workflow, triggerName);
    if (wanted === undefined) return undefined;
    const stored = this.#stored(keyOf(workflowId, triggerName));
    if (stored?.failed === wanted) return 'Failed';
    return stored?.subscribed === wanted ? 'Succeeded' : 'Registering';
  }

  /** Subscribes anew. */
  async reset(workflowId: string, triggerName: string): Promise<void> {
    const workflow = workflowId.toLowerCase();
    const key = keyOf(workflow, triggerName);
    const stored = this.#stored(key);
    if (stored === undefined) return;
    const { failed: _, retry: __, ...rest } = stored;
    const subscribed = rest.subscribed === undefined ? {} : { subscribed: `${rest.subscribed} reset` };
    await this.#services.store.commit([this.#write(key, workflow, { ...rest, ...subscribed })]);
    this.#look(workflow, triggerName.toLowerCase());
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.stop();
  }

  // --- Looking --------------------------------------------------------------------------------------------------

  #lookAt(workflowId: string, workflow: StoredWorkflow | undefined): void {
    const idKey = workflowId.toLowerCase();
    const wanted = workflow === undefined ? [] : wantedSubscriptions(this.#services, workflow);
    const names = new Set(wanted.map(({ triggerName }) => triggerName.toLowerCase()));
    const query = { collection: workflowCollections.subscriptions, parent: idKey };
    for (const { body } of this.#services.store.documents.list(query)) {
      names.add(nameOf(body));
    }
    for (const name of names) this.#look(idKey, name);
  }

  #look(workflow: string, trigger: string): void {
    if (this.#stopped) return;
    const turn = `${keyOf(workflow, trigger)}/subscription`;
    inTurn(this.#services.store, turn, () => this.#settle(workflow, trigger)).catch((error: unknown) => {
      if (this.#stopped) return;
      const { code, message } = faultOf(error);
      this.#services.log.error('a subscription could not be brought up to date', { workflow, trigger, code, message });
      this.#timers.arm(workflow, trigger, 5_000 * this.#services.clock.scale);
    });
  }

  /** Does what there is to do, step by step; what has to wait gets a timer. */
  async #settle(workflow: string, trigger: string): Promise<void> {
    const { clock, store } = this.#services;
    const key = keyOf(workflow, trigger);
    this.#timers.cancel(workflow, trigger);
    while (!this.#stopped) {
      const step = this.#nextStep(workflow, trigger);
      if (step === undefined) return;
      if (step.kind === 'forget') {
        await store.commit([{ kind: 'deleteDocument', collection: workflowCollections.subscriptions, key }]);
        return;
      }
      const retry = this.#retryOf(key, step.name);
      const wait = retry === undefined ? 0 : retry.due - clock.now();
      if (wait > 0) {
        this.#timers.arm(workflow, trigger, wait * clock.scale);
        return;
      }
      await (step.kind === 'subscribe' ? this.#subscribe(key, step, retry) : this.#unsubscribe(key, step, retry));
    }
  }

  /** The difference between what is wanted and what is there (SB1, SB2). */
  #nextStep(workflow: string, trigger: string): Step | undefined {
    const found = findWorkflow(this.#services, workflow);
    const place = found === undefined ? undefined : this.#placeOf(found, trigger);
    const wanted = found === undefined ? undefined : wantedSubscription(this.#services, found, trigger);
    const stored = this.#stored(keyOf(workflow, trigger));
    if (stored?.subscribed !== undefined && stored.subscribed !== wanted) {
      return { kind: 'unsubscribe', name: `unsubscribe/${stored.subscribed}`, place };
    }
    if (place === undefined || wanted === undefined) return stored === undefined ? undefined : { kind: 'forget' };
    if (stored?.subscribed === wanted || stored?.failed === wanted) return undefined;
    return { kind: 'subscribe', name: `subscribe/${wanted}`, place, wanted };
  }

  #placeOf(workflow: StoredWorkflow, triggerName: string): SubscribingTrigger | undefined {
    const plan = this.#services.plans.plan(workflow.id, workflow.body.version);
    const trigger = plan?.triggers.get(triggerName.toLowerCase());
    return plan === undefined || trigger === undefined ? undefined : { workflow, plan, trigger };
  }

  // --- Steps ----------------------------------------------------------------------------------------------------

  async #subscribe(key: string, step: Step & { kind: 'subscribe' }, retry: Retry | undefined): Promise<void> {
    const { place, wanted } = step;
    const { workflow, plan, trigger } = place;
    const stored: Subscription = { workflowId: workflow.id, triggerName: trigger.name };
    const attempt = this.#attempt(retry);
    const prepared = prepareSubscribe(this.#services, place);
    if (prepared instanceof Fault) {
      const { code, message } = prepared;
      const failure: EffectOutcome = { kind: 'failure', code, message, retryable: false };
      const history = this.#history(place, attempt, retry, undefined, failure);
      return this.#commit(key, workflow.idKey, { ...stored, failed: wanted }, undefined, history);
    }
    const outcome = await this.#perform(key, place, step.name, prepared, attempt);
    if (isAborted(outcome)) return;
    const policy = trigger.retry ?? unsubscribePolicy;
    if (this.#triesAgain(outcome, policy, attempt, trigger.timeout)) {
      const again = this.#retry(step.name, outcome, policy, attempt, retry);
      return this.#commit(key, workflow.idKey, { ...stored, retry: again }, undefined, []);
    }
    const history = this.#history(place, attempt, retry, recordedInputs(plan, prepared.shown), outcome);
    const isMade = outcome.kind === 'response' && outcome.statusCode < 400;
    const next: Subscription = isMade ? { ...stored, subscribed: wanted } : { ...stored, failed: wanted };
    const undo = isMade ? unsubscribeOf(prepared, outcome) : undefined;
    return this.#commit(key, workflow.idKey, next, undo, history);
  }

  async #unsubscribe(key: string, step: Step & { kind: 'unsubscribe' }, retry: Retry | undefined): Promise<void> {
    const document = this.#document(key);
    if (document === undefined) return;
    const { subscribed: _, retry: __, ...stored } = document.body as unknown as Subscription;
    const call = document.secrets?.unsubscribe as unknown as PreparedCall | undefined;
    if (call === undefined) return this.#commit(key, document.parent, stored, undefined, []);
    const attempt = this.#attempt(retry);
    const outcome = await this.#perform(key, step.place ?? stored, step.name, call, attempt);
    if (isAborted(outcome)) return;
    if (this.#triesAgain(outcome, unsubscribePolicy, attempt)) {
      const again = this.#retry(step.name, outcome, unsubscribePolicy, attempt, retry);
      const kept = { ...(document.body as unknown as Subscription), retry: again };
      return this.#commit(key, document.parent, kept, call, []);
    }
    const isDone = outcome.kind === 'response' && (outcome.statusCode < 400 || outcome.statusCode === 404);
    const { place } = step;
    const history =
      isDone || place === undefined
        ? []
        : this.#history(place, attempt, retry, recordedInputs(place.plan, call.shown), outcome);
    return this.#commit(key, document.parent, stored, undefined, history);
  }

  #perform(
    key: string,
    of: SubscribingTrigger | Subscription,
    step: string,
    { request }: PreparedCall,
    { historyName, number }: Attempt,
  ): Promise<EffectOutcome> {
    const owner =
      'workflow' in of
        ? callOwner(of.workflow, of.trigger.name, historyName)
        : {
            name: historyName,
            workflowId: of.workflowId,
            version: '',
            clientTrackingId: historyName,
            workflow: { id: of.workflowId },
            trigger: of.triggerName,
          };
    const idempotencyKey = `${owner.trigger ?? ''}/${step}`;
    return this.#calls.perform(`${key}/subscription`, { owner, request, idempotencyKey, attempt: number });
  }

  // --- Attempts and records -------------------------------------------------------------------------------------

  #attempt(retry: Retry | undefined): Attempt {
    const time = formatTime(this.#services.clock.now());
    const historyName = this.#services.runNames.run();
    return { number: retry?.attempt ?? 1, historyName, startTime: retry?.startTime ?? time, time };
  }

  #triesAgain(
    outcome: EffectOutcome,
    policy: RetryPolicyPlan,
    { number, startTime }: Attempt,
    limit?: number,
  ): boolean {
    const { clock } = this.#services;
    const passed = (clock.now() - Date.parse(startTime)) * clock.scale;
    return number <= policy.count && isRetryable(outcome, policy) && (limit === undefined || passed < limit);
  }

  #retry(
    step: string,
    outcome: EffectOutcome,
    policy: RetryPolicyPlan,
    attempt: Attempt,
    before: Retry | undefined,
  ): Retry {
    const { clock, random } = this.#services;
    const now = clock.now();
    const asked = outcome.kind === 'response' ? retryAfter(outcome.headers, now) : undefined;
    const delay = asked ?? retryDelay(policy, attempt.number, random.fraction());
    const code = outcome.kind === 'response' ? statusName(outcome.statusCode) : outcome.code;
    return {
      step,
      attempt: attempt.number + 1,
      due: now + delay / clock.scale,
      startTime: attempt.startTime,
      history: [...(before?.history ?? []), { startTime: attempt.time, endTime: formatTime(now), code }],
    };
  }

  #history(
    { workflow, trigger }: SubscribingTrigger,
    attempt: Attempt,
    retry: Retry | undefined,
    inputs: Json | undefined,
    outcome: EffectOutcome,
  ): readonly Write[] {
    const isMade = outcome.kind === 'response' && outcome.statusCode < 400;
    return historyWrites(this.#services, workflow, trigger, {
      name: attempt.historyName,
      startTime: attempt.startTime,
      endTime: formatTime(this.#services.clock.now()),
      status: isMade ? 'Succeeded' : 'Failed',
      fired: false,
      ...(retry === undefined ? {} : { retryHistory: retry.history }),
      ...(inputs === undefined ? {} : { inputs }),
      ...(outcome.kind === 'failure'
        ? { code: outcome.code, error: { code: outcome.code, message: outcome.message } }
        : { code: statusName(outcome.statusCode), outputs: outputsOf(outcome) }),
    });
  }

  // --- The document ---------------------------------------------------------------------------------------------

  #document(key: string): StoredDocument | undefined {
    return this.#services.store.documents.get(workflowCollections.subscriptions, key);
  }

  #stored(key: string): Subscription | undefined {
    return this.#document(key)?.body as unknown as Subscription | undefined;
  }

  #retryOf(key: string, step: string): Retry | undefined {
    const retry = this.#stored(key)?.retry;
    return retry?.step === step ? retry : undefined;
  }

  #commit(
    key: string,
    parent: string,
    subscription: Subscription,
    unsubscribe: PreparedCall | undefined,
    others: readonly Write[],
  ): Promise<void> {
    return this.#services.store.commit([this.#write(key, parent, subscription, unsubscribe), ...others]);
  }

  #write(key: string, parent: string, body: Subscription, unsubscribe?: PreparedCall): Write {
    const kept = unsubscribe ?? (this.#document(key)?.secrets?.unsubscribe as PreparedCall | undefined);
    const secrets = body.subscribed === undefined || kept === undefined ? undefined : { unsubscribe: kept };
    return {
      kind: 'putDocument',
      document: {
        collection: workflowCollections.subscriptions,
        key,
        parent,
        time: this.#services.clock.now(),
        status: '',
        body: body as unknown as JsonObject,
        ...(secrets === undefined ? {} : { secrets: secrets as unknown as JsonObject }),
      },
    };
  }
}

function keyOf(workflow: string, trigger: string): string {
  return `${workflow.toLowerCase()}/triggers/${trigger.toLowerCase()}`;
}

function nameOf(body: JsonObject): string {
  return (textMember(body, 'triggerName') ?? '').toLowerCase();
}

function isAborted(outcome: EffectOutcome): boolean {
  return outcome.kind === 'failure' && outcome.code === 'ActionAborted';
}

function outputsOf({ statusCode, headers, body }: Extract<EffectOutcome, { kind: 'response' }>): JsonObject {
  return { statusCode, headers, ...(body !== undefined && 'value' in body ? { body: body.value } : {}) };
}
