/**
 * Callbacks of ours that automations hold: which trigger one leads to, whether it still does, firing it in process.
 *
 * Owns: the look-up and how long it is remembered. Does not own: URLs and signatures (`callback-urls.ts`), deliveries.
 *
 * Invariants
 * T1. A callback of ours is known by opaque id and signature, whatever host it names.
 * Source: design section 4; domain reference 16.
 */
import type { NewRun } from '#engine';
import {
  armIdKey,
  type Fault,
  fault,
  faultOf,
  isFault,
  type JsonObject,
  type RunOrigin,
  type Store,
  type Write,
} from '#foundation';
import { parseTriggerCallback, callbackPermission, resolveTriggerName, verifySignature } from './callback-urls.ts';
import { isObservedStore } from './commit-feed.ts';
import { prepareTrigger } from './fire-trigger.ts';
import type { PreparedTrigger } from './prepared-trigger.ts';
import { requestOutputs } from './request-trigger.ts';
import type { Services } from './services.ts';
import { findWorkflowByOpaqueId, type StoredWorkflow, workflowAtVersion } from './workflow-resource.ts';

/** A callback of ours, looked up and verified. */
export interface OwnTarget {
  readonly workflow: StoredWorkflow;
  readonly triggerName: string;
  /** Behind `paths/invoke/` in the stored callback. */
  readonly relativePath: string;
  readonly queries: Readonly<Record<string, string>>;
  /** How many runs of the same commit are in which queue. */
  readonly queued?: ReadonlyMap<string, number>;
}

export type CallbackTarget = OwnTarget | Fault | 'foreign';

/**
 * Callbacks looked up once: neither the store nor the signature is asked again for every event. Over a store that tells
 * its commits what was found is kept until its logic app changes, otherwise for one batch.
 */
export class DeliveryTargets {
  readonly #services: Services;
  readonly #known: Map<string, CallbackTarget>;
  /** How many prepared runs of the batch are in which queue of a limited trigger. */
  readonly queued = new Map<string, number>();

  constructor(services: Services) {
    this.#services = services;
    this.#known = keptTargets(services.store) ?? new Map<string, CallbackTarget>();
  }

  /** Counts runs that go into the batch's commit. */
  note(runs: readonly NewRun[]): void {
    for (const { queue } of runs) {
      if (queue !== undefined) this.queued.set(queue.key, (this.queued.get(queue.key) ?? 0) + 1);
    }
  }

  find(uri: string): CallbackTarget {
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
function isLasting(uri: string, target: CallbackTarget): boolean {
  return target === 'foreign' || (!isFault(target) && !/[?&]se=/.test(uri));
}

const kept = new WeakMap<Store, Map<string, CallbackTarget>>();

function keptTargets(store: Store): Map<string, CallbackTarget> | undefined {
  const known = kept.get(store);
  if (known !== undefined || !isObservedStore(store)) return known;
  const targets = new Map<string, CallbackTarget>();
  kept.set(store, targets);
  store.onCommit((writes) => {
    for (const write of writes) forgetChanged(targets, write);
  });
  return targets;
}

function forgetChanged(targets: Map<string, CallbackTarget>, write: Write): void {
  if (targets.size === 0 || (write.kind !== 'putResource' && write.kind !== 'deleteResource')) return;
  const id = armIdKey(write.kind === 'putResource' ? write.resource.id : write.id);
  if (!id.includes('/microsoft.logic/workflows/')) return;
  for (const [uri, target] of targets)
    if (typeof target !== 'string' && !isFault(target) && target.workflow.idKey === id) targets.delete(uri);
}

function lookUp(services: Services, uri: string): CallbackTarget {
  const callback = parseTriggerCallback(uri);
  if (callback === undefined) return 'foreign';
  const newest = findWorkflowByOpaqueId(services, callback.opaqueId);
  if (newest === undefined) return fault('WorkflowNotFound', 'The logic app of the stored callback no longer exists.');
  try {
    verifySignature(services, newest, callbackPermission(callback), callback.signed);
    const { version } = callback;
    const workflow = version === undefined ? newest : workflowAtVersion(services, newest, version);
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

/** Prepares a trigger for a body, as a POST on its callback would. */
export function fire(
  services: Services,
  target: OwnTarget,
  body: JsonObject,
  startedBy: RunOrigin,
): PreparedTrigger | Fault {
  try {
    const { workflow, triggerName, queued } = target;
    const outputs = triggerOutputs(services, target, body);
    const firing = { workflow, triggerName, outputs, startedBy };
    return prepareTrigger(services, { ...firing, ...(queued === undefined ? {} : { queued }) });
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
