/**
 * One remediation under way: which resources, one deployment each, some at a time.
 *
 * Owns: the order of its states, the failure threshold, going on after a restart. Does not own: one deployment
 * (`policy-deployment.ts`), requests (`remediate.ts`).
 *
 * Invariants
 * RN1. Its deployments are chosen and stored before the first begins; a restart goes on with those that have not ended.
 * RN2. Each resource is evaluated again before its deployment and after it: what is compliant by then needs none, and counts
 *      as succeeded.
 * RN3. A cancelled remediation begins no deployment; those under way end.
 * RN4. Resources are chosen once the evaluation that the making of the assignment began is done: a task made together with
 *      its assignment finds them.
 *
 * Source: policy reference 17, 18, 20.
 */
import { armIdKey, type PolicyRecordQuery, type StoredPolicyRecord, textMember, type Write } from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { modifySubject } from './apply-modification.ts';
import type { Assigned, AssignedPolicies } from '../policies/assigned-policies.ts';
import type { ComplianceWork } from './compliance-work.ts';
import { evaluateAssigned } from './evaluate.ts';
import { deployForSubject, type PolicyChangeOutcome } from './policy-deployment.ts';
import {
  findRemediation,
  type Remediation,
  type RemediationDeployment,
  remediationDeploymentCollection,
  remediationDeploymentOf,
  remediationDeploymentWrite,
  remediationWrite,
} from './remediation-record.ts';
import { subscriptionFilter } from './scope-subscriptions.ts';
import { findSubject } from './subject.ts';

const rowsInPage = 500;

export interface RemediationTools {
  readonly policies: AssignedPolicies;
  readonly work: ComplianceWork;
  readonly isStopped: () => boolean;
}

export class RemediationRun {
  readonly #services: Services;
  readonly #tools: RemediationTools;
  readonly #id: string;
  #failed = 0;
  #total = 0;
  /** Deployments that have not begun, oldest first, a page at a time. */
  #waiting: RemediationDeployment[] = [];

  constructor(services: Services, tools: RemediationTools, id: string) {
    this.#services = services;
    this.#tools = tools;
    this.#id = id;
  }

  /** Runs to the end, or until the server stops. */
  async run(): Promise<void> {
    let current = this.#current();
    if (current === undefined) return;
    if (current.state === 'Accepted' || current.state === 'Evaluating') current = await this.#discover(current);
    if (current === undefined || this.#tools.isStopped()) return;
    this.#count();
    const slots = Array.from({ length: current.parallelDeployments }, () => this.#slot());
    await Promise.all(slots);
    if (!this.#tools.isStopped()) await this.#finish();
  }

  #current(): Remediation | undefined {
    return findRemediation(this.#services, this.#id);
  }

  /** Changes what is stored, in turn with requests that do the same. */
  async #change(
    change: (current: Remediation) => Partial<Remediation>,
    more: readonly Write[] = [],
  ): Promise<Remediation | undefined> {
    return inTurn(this.#services.store, this.#id, async () => {
      const current = this.#current();
      if (current === undefined) return undefined;
      const next = { ...current, ...change(current), changedTime: this.#services.clock.now() };
      await this.#services.store.commit([remediationWrite(next), ...more]);
      return next;
    });
  }

  // --- Which resources --------------------------------------------------------------------------------------------

  async #discover(remediation: Remediation): Promise<Remediation | undefined> {
    const { scope, policyAssignmentId, resourceDiscoveryMode, state } = remediation;
    if (resourceDiscoveryMode === 'ReEvaluateCompliance') {
      if (state === 'Accepted') await this.#change(() => ({ state: 'Evaluating' }));
      await this.#tools.work.scan({ scope, assignment: policyAssignmentId });
    } else {
      const [assigned] = this.#tools.policies.of(policyAssignmentId);
      await this.#tools.work.evaluated(policyAssignmentId, assigned?.scope ?? scope);
    }
    if (this.#tools.isStopped()) return undefined;
    let chosen = 0;
    let writes: Write[] = [];
    for (const row of this.#eligible(remediation)) {
      writes.push(remediationDeploymentWrite(this.#id, this.#planned(row)));
      chosen++;
      if (writes.length >= rowsInPage) {
        await this.#services.store.commit(writes);
        writes = [];
      }
      if (chosen >= remediation.resourceCount) break;
    }
    // One who cancelled meanwhile is not overruled.
    return this.#change((current) => (current.state === 'Cancelling' ? {} : { state: 'InProgress' }), writes);
  }

  /** The newest rows that are not compliant, in scope and not filtered away. */
  *#eligible(remediation: Remediation): Generator<StoredPolicyRecord> {
    const { scope, policyAssignmentId, policyDefinitionReferenceId, filters } = remediation;
    const subscriptions = subscriptionFilter(this.#services, scope);
    const query: PolicyRecordQuery = {
      kind: 'latest',
      state: 'NonCompliant',
      assignment: armIdKey(policyAssignmentId),
      reference: (policyDefinitionReferenceId ?? '').toLowerCase(),
      ...(subscriptions === undefined ? { scope } : { subscriptions }),
      top: rowsInPage,
    };
    const locations = filters?.locations?.map(normalLocation);
    const ids = filters?.resourceIds === undefined ? undefined : new Set(filters.resourceIds.map(armIdKey));
    let after: StoredPolicyRecord | undefined;
    for (;;) {
      const rows: readonly StoredPolicyRecord[] = this.#services.store.policyRecords.list({
        ...query,
        ...(after === undefined ? {} : { after }),
      });
      for (const row of rows) {
        if (ids !== undefined && !ids.has(row.resource)) continue;
        if (locations !== undefined && !locations.includes(normalLocation(textMember(row.body, 'location') ?? '')))
          continue;
        yield row;
      }
      after = rows.at(-1);
      if (after === undefined || rows.length < rowsInPage) return;
    }
  }

  #planned({ resource, body }: StoredPolicyRecord): RemediationDeployment {
    const now = this.#services.clock.now();
    const found = findSubject(this.#services, resource);
    return {
      resourceId: found?.id ?? resource,
      location: textMember(body, 'location') ?? '',
      state: 'Waiting',
      createdTime: now,
      changedTime: now,
    };
  }

  // --- The deployments --------------------------------------------------------------------------------------------

  #count(): void {
    const { documents } = this.#services.store;
    const query = { collection: remediationDeploymentCollection, parent: armIdKey(this.#id) };
    this.#total = documents.count(query);
    this.#failed = documents.count({ ...query, status: 'Failed' });
    // What was under way when the server stopped begins again.
    this.#waiting = documents.list({ ...query, status: 'Running' }).map(remediationDeploymentOf);
  }

  async #slot(): Promise<void> {
    for (;;) {
      if (this.#tools.isStopped() || this.#current()?.state !== 'InProgress' || this.#isOverThreshold()) return;
      const next = this.#next();
      if (next === undefined) return;
      await this.#remediate(next);
    }
  }

  readonly #begun = new Set<string>();

  #next(): RemediationDeployment | undefined {
    if (this.#waiting.length === 0) {
      const found = this.#services.store.documents.list({
        collection: remediationDeploymentCollection,
        parent: armIdKey(this.#id),
        status: 'Waiting',
        oldestFirst: true,
        top: rowsInPage,
      });
      this.#waiting = found.map(remediationDeploymentOf).filter(({ resourceId }) => !this.#begun.has(resourceId));
    }
    const next = this.#waiting.shift();
    if (next !== undefined) this.#begun.add(next.resourceId);
    return next;
  }

  #isOverThreshold(): boolean {
    const threshold = this.#current()?.failureThreshold ?? 1;
    return this.#total > 0 && this.#failed / this.#total > threshold;
  }

  async #remediate(deployment: RemediationDeployment): Promise<void> {
    const { store, clock } = this.#services;
    const running = { ...deployment, state: 'Running' as const, changedTime: clock.now() };
    await store.commit([remediationDeploymentWrite(this.#id, running)]);
    let outcome: PolicyChangeOutcome;
    try {
      outcome = await this.#outcome(deployment.resourceId);
    } catch (error) {
      if (this.#tools.isStopped()) return;
      this.#services.log.error('A remediation of a resource failed unexpectedly.', { error: String(error) });
      const message = 'The server met an unexpected condition while remediating.';
      outcome = { status: 'Failed', error: { code: 'InternalServerError', message } };
    }
    if (this.#tools.isStopped()) return;
    if (outcome.status === 'Failed') this.#failed++;
    const ended: RemediationDeployment = {
      ...running,
      state: outcome.status,
      ...(outcome.deploymentId === undefined ? {} : { deploymentId: outcome.deploymentId }),
      ...(outcome.status === 'Failed' ? { error: outcome.error } : {}),
      changedTime: clock.now(),
    };
    await store.commit([remediationDeploymentWrite(this.#id, ended)]);
  }

  /** RN2. */
  async #outcome(resourceId: string): Promise<PolicyChangeOutcome> {
    const { policies, work } = this.#tools;
    const remediation = this.#current();
    const assigned = remediation === undefined ? undefined : assignedOf(policies, remediation);
    if (assigned === undefined) {
      const message = 'The policy assignment of the remediation is not there any more.';
      return { status: 'Failed', error: { code: 'PolicyAssignmentNotFound', message } };
    }
    const subject = findSubject(this.#services, resourceId);
    if (subject === undefined) return { status: 'Succeeded' };
    const verdict = evaluateAssigned(this.#services, policies, assigned, subject);
    if (verdict?.state !== 'NonCompliant') {
      await work.evaluate(subject.id, assigned.assignmentId);
      return { status: 'Succeeded' };
    }
    const change = verdict.assigned.effect === 'modify' ? modifySubject : deployForSubject;
    const outcome = await change(this.#services, verdict.assigned, subject);
    await work.evaluate(subject.id, assigned.assignmentId);
    return outcome;
  }

  // --- The end ----------------------------------------------------------------------------------------------------

  async #finish(): Promise<void> {
    const over = this.#isOverThreshold();
    for (;;) {
      const found = this.#services.store.documents.list({
        collection: remediationDeploymentCollection,
        parent: armIdKey(this.#id),
        status: 'Waiting',
        top: rowsInPage,
      });
      if (found.length === 0) break;
      const now = this.#services.clock.now();
      await this.#services.store.commit(
        found
          .map(remediationDeploymentOf)
          .map((each) => remediationDeploymentWrite(this.#id, { ...each, state: 'Canceled', changedTime: now })),
      );
    }
    await this.#change((current) => ({ ...this.#endOf(current, over) }));
  }

  #endOf(current: Remediation, over: boolean): Partial<Remediation> {
    if (current.state === 'Cancelling') return { state: 'Canceled' };
    const counts = `${this.#failed} of ${this.#total} deployments failed`;
    if (over) {
      return {
        state: 'Failed',
        statusMessage: `${counts}: more than the failure threshold allows. No more were begun.`,
      };
    }
    if (this.#total > 0 && this.#failed === this.#total) return { state: 'Failed', statusMessage: `${counts}.` };
    return { state: 'Succeeded', ...(this.#failed > 0 ? { statusMessage: `${counts}.` } : {}) };
  }
}

function assignedOf(
  policies: AssignedPolicies,
  { policyAssignmentId, policyDefinitionReferenceId }: Remediation,
): Assigned | undefined {
  return policies.get(policyAssignmentId, policyDefinitionReferenceId);
}

function normalLocation(text: string): string {
  return text.toLowerCase().replaceAll(' ', '');
}
