/**
 * Deployments that writes asked for: carried out when they are due, some at a time.
 *
 * Owns: the timers and slots. Does not own: the documents (`deployment-intents.ts`), one deployment (`policy-deployment.ts`).
 *
 * Invariants
 * PS1. An intent is forgotten in the commit behind the end of its deployment; a restart between begins it again.
 * PS2. The resource is looked at again before anything is deployed, and after it.
 *
 * Source: policy reference 11, 15.
 */
import { armIdKey, type CancelTimer } from '#foundation';
import { allDocuments } from '../all-documents.ts';
import type { Services } from '../services.ts';
import type { AssignedPolicies } from '../policies/assigned-policies.ts';
import { type DeploymentIntent, intentCollection, intentEnd, intentFrom } from './deployment-intents.ts';
import { evaluateAssigned } from './evaluate.ts';
import { deployForSubject } from './policy-deployment.ts';
import { stateRecord } from './state-record.ts';
import { findSubject } from './subject.ts';

const slots = 10;
const longestWait = 24 * 60 * 60_000;

export class PolicyDeployments {
  readonly #services: Services;
  readonly #policies: AssignedPolicies;
  readonly #evaluate: (resource: string, assignment: string) => Promise<void>;
  readonly #waiting = new Map<string, DeploymentIntent>();
  readonly #running = new Map<string, Promise<void>>();
  #cancel: CancelTimer = () => {};
  #stopped = false;

  constructor(
    services: Services,
    policies: AssignedPolicies,
    evaluate: (resource: string, assignment: string) => Promise<void>,
  ) {
    this.#services = services;
    this.#policies = policies;
    this.#evaluate = evaluate;
  }

  /** Takes up what was waiting when the server stopped. */
  start(): void {
    const found = allDocuments(this.#services.store.documents, { collection: intentCollection });
    this.add([...found].map(intentFrom));
  }

  add(intents: readonly DeploymentIntent[]): void {
    for (const intent of intents) this.#waiting.set(intent.key, intent);
    if (intents.length > 0) this.#next();
  }

  /** Intents that wait or are carried out. */
  get open(): number {
    return this.#waiting.size + this.#running.size;
  }

  /** No new deployments; those under way are the deployments' own. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #next(): void {
    this.#cancel();
    if (this.#stopped) return;
    const now = this.#services.clock.now();
    let soonest = Number.POSITIVE_INFINITY;
    for (const intent of this.#waiting.values()) {
      if (this.#running.size >= slots) return;
      if (this.#running.has(intent.key)) continue;
      if (intent.due <= now) this.#begin(intent);
      else soonest = Math.min(soonest, intent.due);
    }
    if (soonest === Number.POSITIVE_INFINITY) return;
    const { clock } = this.#services;
    const wait = Math.min(soonest - now, longestWait) * clock.scale;
    this.#cancel = clock.after(wait, () => this.#next());
  }

  #begin(intent: DeploymentIntent): void {
    this.#waiting.delete(intent.key);
    const work = this.#carryOut(intent)
      .catch((error: unknown) => {
        this.#services.log.error('A deployment of a policy could not be made.', {
          resource: intent.resource,
          assignment: intent.assignmentId,
          error: error instanceof Error ? error.message : String(error),
        });
      })
      .finally(() => {
        this.#running.delete(intent.key);
        this.#next();
      });
    this.#running.set(intent.key, work);
  }

  async #carryOut(intent: DeploymentIntent): Promise<void> {
    const { store, log } = this.#services;
    const assigned = this.#policies.get(intent.assignmentId, intent.referenceId);
    const subject = findSubject(this.#services, intent.resource);
    if (assigned === undefined || subject === undefined || assigned.enforcementMode !== 'Default') {
      await store.commit([intentEnd(intent)]);
      return;
    }
    const reaching = this.#policies
      .reaching(subject.id)
      .find(
        (each) =>
          armIdKey(each.assignmentId) === armIdKey(assigned.assignmentId) && each.referenceId === assigned.referenceId,
      );
    const verdict =
      reaching === undefined ? undefined : evaluateAssigned(this.#services, this.#policies, reaching, subject);
    if (verdict?.state !== 'NonCompliant' || verdict.assigned.effect !== 'deployIfNotExists') {
      await store.commit([intentEnd(intent)]);
      return;
    }
    const outcome = await deployForSubject(this.#services, verdict.assigned, subject);
    if (outcome.status === 'Failed') {
      const error = JSON.stringify(outcome.error);
      log.warn('A deployment of a policy failed.', { resource: subject.id, assignment: assigned.assignmentId, error });
    }
    await this.#evaluate(subject.id, assigned.assignmentId);
    const record = stateRecord(subject, verdict, this.#services.clock.now());
    await store.commit([intentEnd(intent), { kind: 'putPolicyEvent', record }]);
  }
}
