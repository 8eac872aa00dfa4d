/**
 * Plans of stored workflow versions, made once and kept in memory.
 *
 * Owns: the cache and reading a version document back into a plan.
 *
 * Invariants
 * Q1. A version's plan never changes, so a cached one is always right; the cache only bounds memory.
 * Q2. A stored version was accepted once; should today's checks refuse it, the fault is logged and the plan is absent.
 * Q3. Limits are held against what is saved, never against what is stored: an operator may lower them.
 */
import { type JsonObject, type Log, parseArmId, type Store } from '#foundation';
import { planWorkflow, withoutLimits, type WorkflowPlan } from '#workflow';
import type { PlanCache } from './plan-cache.ts';
import { mergeParameters } from './workflow-parameters.ts';
import { versionKey, workflowCollections } from './workflow-resource.ts';

/** Most plans kept at once; a plan of a typical playbook takes about 100 KB. */
const capacity = 2_000;

export class StoredPlans implements PlanCache {
  readonly #store: Store;
  readonly #log: Log;
  readonly #plans = new Map<string, WorkflowPlan>();

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  keep(workflowId: string, version: string, plan: WorkflowPlan): void {
    this.#remember(versionKey(workflowId.toLowerCase(), version), plan);
  }

  plan(workflowId: string, version: string): WorkflowPlan | undefined {
    const key = versionKey(workflowId.toLowerCase(), version);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const document = this.#store.documents.get(workflowCollections.versions, key);
    if (document === undefined) return undefined;
    const secrets = (document.secrets?.parameters ?? {}) as JsonObject;
    const parameters = mergeParameters((document.body.parameters ?? {}) as JsonObject, secrets);
    const result = planWorkflow({ definition: document.body.definition ?? null, parameters, limits: withoutLimits });
    if (result.kind === 'refused') {
      this.#log.error('a stored workflow version is no longer accepted', {
        workflow: parseArmId(workflowId)?.name ?? workflowId,
        version,
        code: result.fault.code,
      });
      return undefined;
    }
    this.#remember(key, result.plan);
    return result.plan;
  }

  #remember(key: string, plan: WorkflowPlan): void {
    if (this.#plans.size >= capacity) {
      const oldest = this.#plans.keys().next();
      if (!oldest.done) this.#plans.delete(oldest.value);
    }
    this.#plans.set(key, plan);
  }
}
