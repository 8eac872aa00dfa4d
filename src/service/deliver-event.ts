/**
 * An event reaches the actions of an automation: own logic apps in process, others by a durable HTTP delivery, workspaces
 * by a row.
 *
 * Owns: the choice, the prepared runs and writes, the record of each delivery.
 * Does not own: the commit (the caller's, with the event), sending over HTTP (`send-deliveries.ts`).
 *
 * Invariants
 * E1. Preparing changes nothing: runs, history, delivery records and rows go into the commit that holds the event.
 * E2. A callback of ours is known by opaque id and signature, whatever host it names.
 * E3. What cannot be delivered leaves a failed record with the reason, and does not stand in the way of other actions.
 * Source: design D6 and section 4; domain reference 8 and 16.
 */
import type { NewRun } from '#engine';
import type { SecurityEvent } from '#events';
import {
  armIdKey,
  type Fault,
  fault,
  faultOf,
  formatTime,
  isFault,
  type JsonObject,
  type Store,
  type StoredDocument,
  type Write,
} from '#foundation';
import type { AutomationAction, StoredAutomation } from './automation-resource.ts';
import { isObservedStore } from './commit-feed.ts';
import { parseTriggerCallback, resolveTriggerName, verifySignature } from './callback-urls.ts';
import { type Attempt, deliveryDocument } from './delivery-records.ts';
import { type PreparedTrigger, prepareTrigger } from './fire-trigger.ts';
import { logRowWrite } from './log-tables.ts';
import { requestOutputs } from './request-trigger.ts';
import type { Services } from './services.ts';
import { findWorkflowByOpaqueId, type StoredWorkflow } from './workflow-resource.ts';

/** What a delivery adds to the commit of its event. */
export interface PreparedDelivery {
  readonly runs: readonly NewRun[];
  readonly writes: readonly Write[];
  /** Full ARM ids of the runs. */
  readonly runIds: readonly string[];
  /** The record, when somebody must send it after the commit. */
  readonly pending?: StoredDocument;
}

/** A callback of ours, looked up and verified. */
interface OwnTarget {
  readonly workflow: StoredWorkflow;
  readonly triggerName: string;
  /** Behind `paths/invoke/` in the stored callback. */
  readonly relativePath: string;
  readonly queries: Readonly<Record<string, string>>;
  /** How many runs of the same commit are in which queue. */
  readonly queued?: ReadonlyMap<string, number>;
}

type Target = OwnTarget | Fault | 'foreign';

/**
 * Callbacks looked up once: neither the store nor the signature is asked again for every event. Over a store that tells
 * its commits what was found is kept until its logic app changes, otherwise for one batch.
 */
export class DeliveryTargets {
  readonly #services: Services;
  readonly #known: Map<string, Target>;
  /** How many prepared runs of the batch are in which queue of a limited trigger. */
  readonly queued = new Map<string, number>();

  constructor(services: Services) {
    this.#services = services;
    this.#known = keptTargets(services.store) ?? new Map<string, Target>();
  }

  /** Counts runs that go into the batch's commit. */
  note(runs: readonly NewRun[]): void {
    for (const { queue } of runs) {
      if (queue !== undefined) this.queued.set(queue.key, (this.queued.get(queue.key) ?? 0) + 1);
    }
  }

  find(uri: string): Target {
    let target = this.#known.get(uri);
    if (target === undefined) {
      target = lookUp(this.#services, uri);
      if (this.#known.size >= keptLimit) this.#known.clear();
      if (isLasting(uri, target)) this.#known.set(uri, target);
    }
    return target;
  }
}

/** Most callbacks kept. */
const keptLimit = 20_000;

/** A callback that ends at some time, or that led nowhere, is looked up each time. */
function isLasting(uri: string, target: Target): boolean {
  return target === 'foreign' || (!isFault(target) && !/[?&]se=/.test(uri));
}

const kept = new WeakMap<Store, Map<string, Target>>();

function keptTargets(store: Store): Map<string, Target> | undefined {
  const known = kept.get(store);
  if (known !== undefined || !isObservedStore(store)) return known;
  const targets = new Map<string, Target>();
  kept.set(store, targets);
  store.onCommit((writes) => {
    for (const write of writes) forgetChanged(targets, write);
  });
  return targets;
}

function forgetChanged(targets: Map<string, Target>, write: Write): void {
  if (targets.size === 0 || (write.kind !== 'putResource' && write.kind !== 'deleteResource')) return;
  const id = armIdKey(write.kind === 'putResource' ? write.resource.id : write.id);
  if (!id.includes('/microsoft.logic/workflows/')) return;
  for (const [uri, target] of targets)
    if (typeof target !== 'string' && !isFault(target) && target.workflow.idKey === id) targets.delete(uri);
}

function lookUp(services: Services, uri: string): Target {
  const callback = parseTriggerCallback(uri);
  if (callback === undefined) return 'foreign';
  const workflow = findWorkflowByOpaqueId(services, callback.opaqueId);
  if (workflow === undefined)
    return fault('WorkflowNotFound', 'The logic app of the stored callback no longer exists.');
  try {
    verifySignature(services, workflow, `/triggers/${callback.triggerName}/run`, callback.signed);
    const triggerName = resolveTriggerName(workflow, callback.triggerName);
    return { workflow, triggerName, relativePath: callback.relativePath, queries: callback.queries };
  } catch (error) {
    return faultOf(error);
  }
}

/** Whether a stored callback still leads to a trigger; undefined for URLs that are not ours. */
export function callbackFault(services: Services, uri: string): Fault | undefined {
  const target = lookUp(services, uri);
  return isFault(target) ? target : undefined;
}

const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Tocsin' };

/** What the event's actions of one automation add to the commit. */
export function prepareDeliveries(
  services: Services,
  targets: DeliveryTargets,
  automation: StoredAutomation,
  event: SecurityEvent,
): readonly PreparedDelivery[] {
  return automation.actions.map((action, actionIndex) => {
    const about = { automationId: automation.id, eventId: event.id, actionIndex };
    const prepared = prepareDelivery(services, targets, { about, action, event });
    targets.note(prepared.runs);
    return prepared;
  });
}

interface Delivery {
  readonly about: { readonly automationId: string; readonly eventId: string; readonly actionIndex: number };
  readonly action: AutomationAction;
  readonly event: SecurityEvent;
}

function prepareDelivery(services: Services, targets: DeliveryTargets, delivery: Delivery): PreparedDelivery {
  const { action, event } = delivery;
  if (action.kind === 'Workspace') {
    const row = logRowWrite(services, action.workspaceResourceId, event);
    return recorded(services, delivery, action.workspaceResourceId, succeeded(services), [row]);
  }
  const target = targets.find(action.uri);
  if (target === 'foreign') return pendingDelivery(services, delivery, action, []);
  if (isFault(target)) return recorded(services, delivery, action.logicAppResourceId, failed(services, target), []);
  return fireOwn(services, delivery, { ...target, queued: targets.queued }, action);
}

type LogicAppAction = Extract<AutomationAction, { kind: 'LogicApp' }>;

/** A delivery that is sent after the commit. */
function pendingDelivery(
  services: Services,
  { about, event }: Delivery,
  action: LogicAppAction,
  attempts: readonly Attempt[],
): PreparedDelivery {
  const document = deliveryDocument(services, {
    ...about,
    target: action.logicAppResourceId,
    status: 'Pending',
    attempts,
    pending: { uri: action.uri, event: event.body },
  });
  return { runs: [], runIds: [], writes: [{ kind: 'putDocument', document }], pending: document };
}

function fireOwn(services: Services, delivery: Delivery, target: OwnTarget, action: LogicAppAction): PreparedDelivery {
  const logicAppId = action.logicAppResourceId;
  const prepared = fire(services, target, delivery.event.body);
  if (isFault(prepared)) return recorded(services, delivery, logicAppId, failed(services, prepared), []);
  if (prepared.fault?.retryable === true) {
    const attempt: Attempt = { ...failed(services, prepared.fault), status: 'Retrying' };
    return pendingDelivery(services, delivery, action, [attempt]);
  }
  if (prepared.fault !== undefined) {
    return recorded(services, delivery, logicAppId, failed(services, prepared.fault), prepared.writes);
  }
  const runIds = prepared.runs.map(({ identity }) => `${identity.workflowId}/runs/${identity.name}`);
  const attempt = succeeded(services, prepared.outcome === 'fired' ? 202 : 200, runIds[0]);
  return { ...recorded(services, delivery, logicAppId, attempt, prepared.writes), runs: prepared.runs, runIds };
}

/** Prepares a trigger for a body, as a POST on its callback would. */
export function fire(services: Services, target: OwnTarget, body: JsonObject): PreparedTrigger | Fault {
  try {
    const { workflow, triggerName, queued } = target;
    const outputs = triggerOutputs(services, target, body);
    return prepareTrigger(services, { workflow, triggerName, outputs, ...(queued === undefined ? {} : { queued }) });
  } catch (error) {
    return faultOf(error);
  }
}

/** The outputs a POST would give: the body goes in as it is unless the trigger declares something to check it against. */
function triggerOutputs(services: Services, target: OwnTarget, body: JsonObject): JsonObject {
  const { workflow, triggerName, relativePath, queries } = target;
  const trigger = services.plans.plan(workflow.id, workflow.body.version)?.triggers.get(triggerName.toLowerCase());
  if (trigger?.type === 'Request') {
    const declares = trigger.request?.relativePath !== undefined || (trigger.request?.method ?? 'POST') !== 'POST';
    if (declares || trigger.operationOptions.has('enableschemavalidation')) {
      const bytes = new TextEncoder().encode(JSON.stringify(body));
      return requestOutputs(trigger, { method: 'POST', relativePath, queries, headers, body: bytes });
    }
  }
  return {
    headers: { 'Content-Type': headers['content-type'], 'User-Agent': headers['user-agent'] },
    ...(Object.keys(queries).length === 0 ? {} : { queries: { ...queries } }),
    body,
  };
}

function succeeded(services: Services, statusCode?: number, runId?: string): Attempt {
  return {
    attempt: 1,
    status: 'Succeeded',
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(runId === undefined ? {} : { runId }),
    time: formatTime(services.clock.now()),
  };
}

function failed(services: Services, reason: Fault): Attempt {
  return {
    attempt: 1,
    status: 'Failed',
    statusCode: reason.status,
    time: formatTime(services.clock.now()),
    error: { code: reason.code, message: reason.message },
  };
}

function recorded(
  services: Services,
  { about }: Delivery,
  target: string,
  attempt: Attempt,
  writes: readonly Write[],
): PreparedDelivery {
  const status = attempt.status === 'Succeeded' ? 'Succeeded' : 'Failed';
  const document = deliveryDocument(services, { ...about, target, status, attempts: [attempt] });
  return { runs: [], runIds: [], writes: [...writes, { kind: 'putDocument', document }] };
}
