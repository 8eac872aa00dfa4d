/**
 * Compliance as a part of the server: what is evaluated when, and what survives a stop.
 *
 * Owns: following commits and changes of assignments, the daily cycle, starting and stopping, the durable mark.
 * Does not own: evaluating (`compliance-work.ts`), deploying (`policy-deployments.ts`), remediating (`remediation-run.ts`).
 *
 * Invariants
 * CO1. After a stop with an empty queue the next start has nothing to make up for. After any other end it evaluates
 *      everything, and what was written after the last mark counts as written just now.
 * CO2. The mark lags behind by a minute: a commit that was under way when the queue was empty is behind it.
 * CO3. A subscription is `moved` when it is new or its management group, or one above, has changed.
 *
 * Source: policy reference 15, 17; decision 0036.
 */
import { armIdKey, type CancelTimer, memberOf, parseArmId, textMember, type Write } from '#foundation';
import { isObservedStore } from '../commit-feed.ts';
import { endOperation, type Operation, readOperation, runningOperations } from '../operations.ts';
import { managementGroupType, subscriptionType } from '../seed-tenant.ts';
import type { Services } from '../services.ts';
import type { AssignedPolicies, PolicyChange } from '../policies/assigned-policies.ts';
import { ComplianceWork } from './compliance-work.ts';
import { Expiries } from './expiries.ts';
import { PolicyDeployments } from './policy-deployments.ts';
import { relatedAncestors } from './related-resources.ts';
import { RelatedSiblings } from './related-siblings.ts';
import { activeRemediations } from './remediation-record.ts';
import { RemediationRun } from './remediation-run.ts';
import { subscriptionFilter, subscriptionsBelow } from './scope-subscriptions.ts';
import { StateRows } from './state-columns.ts';

const day = 24 * 60 * 60_000;
const markLag = 60_000;
const markEvery = 5_000;
/** Days that past states and events are kept. */
const historyDays = 90;
const forgottenAtOnce = 1_000;
const markCollection = 'policyScan';
/** The kind of an operation that `triggerEvaluation` begins. */
export const evaluationOperation = 'policyEvaluation';

interface Mark {
  readonly clean: boolean;
  /** What was changed until then has been evaluated; milliseconds since the epoch. */
  readonly evaluatedUntil: number;
  readonly lastCycle: number;
}

const parts = new WeakMap<Services['store'], Compliance>();

/** The compliance of a server. */
export function complianceOf(services: Pick<Services, 'store'>): Compliance {
  const found = parts.get(services.store);
  if (found === undefined) throw new Error('Compliance was used before it was assembled.');
  return found;
}

export class Compliance {
  readonly policies: AssignedPolicies;
  readonly work: ComplianceWork;
  readonly deployments: PolicyDeployments;
  readonly #services: Services;
  readonly #expiries: Expiries;
  readonly #siblings: RelatedSiblings;
  readonly #remediations = new Map<string, Promise<void>>();
  /** The management group of each known subscription, to tell a move from another change. */
  readonly #groups = new Map<string, string>();
  #lastCycle = 0;
  #marked = 0;
  /** When something was last queued. */
  #lastChange = 0;
  #stopped = false;
  #unfollow: () => void = () => {};
  #cancelCycle: CancelTimer = () => {};
  #cancelMark: CancelTimer = () => {};

  constructor(services: Services, policies: AssignedPolicies) {
    this.#services = services;
    this.policies = policies;
    this.deployments = new PolicyDeployments(services, policies, (resource, assignment) =>
      this.work.evaluate(resource, assignment),
    );
    this.work = new ComplianceWork(services, policies, (intents) => this.deployments.add(intents));
    this.#expiries = new Expiries(services, (request) => this.work.scan(request));
    this.#siblings = new RelatedSiblings(services, policies, (request) => this.work.scan(request));
    parts.set(services.store, this);
  }

  /** Takes up what was left (CO1), and follows from now on. */
  async start(): Promise<void> {
    const { store, clock } = this.#services;
    for (const subscription of store.resources.list({ type: subscriptionType })) {
      this.#groups.set(armIdKey(subscription.id), groupOf(subscription.body));
    }
    const mark = this.#readMark();
    this.#lastCycle = mark?.lastCycle ?? clock.now();
    await this.#writeMark(false, mark?.evaluatedUntil ?? clock.now());
    if (isObservedStore(store)) this.#unfollow = store.onCommit((writes) => this.#follow(writes));
    this.policies.onChange((change) => this.#changed(change));
    this.deployments.start();
    if (mark !== undefined && !mark.clean) this.#makeUp(mark.evaluatedUntil);
    for (const { id } of activeRemediations(this.#services)) this.beginRemediation(id);
    for (const operation of runningOperations(this.#services)) {
      if (operation.kind === evaluationOperation) this.runOperation(operation);
    }
    this.#expiries.arm();
    this.#scheduleCycle();
    this.#scheduleMark();
  }

  /** Ends what is under way; the next start goes on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unfollow();
    this.#cancelCycle();
    this.#cancelMark();
    this.#expiries.stop();
    this.deployments.stop();
    const still = this.#siblings.stop();
    const empty = await this.work.stop();
    await this.#writeMark(empty && still, this.#services.clock.now());
  }

  /** Begins or goes on with a remediation; harmless when it is running. */
  beginRemediation(id: string): void {
    const key = armIdKey(id);
    if (this.#stopped || this.#remediations.has(key)) return;
    const tools = { policies: this.policies, work: this.work, isStopped: () => this.#stopped };
    const run = new RemediationRun(this.#services, tools, id)
      .run()
      .catch((error: unknown) => {
        if (this.#stopped) return;
        this.#services.log.error('A remediation ended unexpectedly; the next start goes on with it.', {
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      })
      .finally(() => this.#remediations.delete(key));
    this.#remediations.set(key, run);
  }

  /** Evaluates the scope of an operation, then ends it. */
  runOperation(operation: Operation): void {
    this.work
      .scan({ scope: operation.target })
      .then(async () => {
        const current = readOperation(this.#services, operation.id) ?? operation;
        const end = { kind: 'succeeded', result: { status: 'Succeeded' } } as const;
        await this.#services.store.commit([endOperation(current, this.#services.clock.now(), end).write]);
      })
      .catch((error: unknown) => {
        this.#services.log.error('The end of an evaluation could not be stored.', { error: String(error) });
      });
  }

  /** What is attested of a resource has changed. */
  attested(resourceId: string): void {
    this.#expiries.changed();
    this.work.enqueue(resourceId, 'scan');
  }

  /** Rows with what their assignments say, read once for each use. */
  stateRows(groupsAbove: (scope: string) => readonly string[]): StateRows {
    return new StateRows(this.policies, groupsAbove);
  }

  /** Resolves when nothing is left to evaluate; for tests and tools. */
  idle(): Promise<void> {
    return this.work.idle();
  }

  // --- What happened ----------------------------------------------------------------------------------------------

  #follow(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putResource') this.#put(write.resource);
      else if (write.kind === 'deleteResource') this.#deleted(write.id);
    }
  }

  #put(resource: Extract<Write, { kind: 'putResource' }>['resource']): void {
    this.#lastChange = this.#services.clock.now();
    if (resource.type === managementGroupType) return this.#movedBelow(resource.id);
    if (resource.subscriptionId === undefined) return;
    if (resource.type === subscriptionType) return this.#putSubscription(resource.id, groupOf(resource.body));
    if (!this.#hasPolicies()) return;
    this.work.enqueue(resource.id, 'written');
    this.#relatedChanged(resource.id, resource.type);
  }

  /** CO3. */
  #putSubscription(id: string, group: string): void {
    const key = armIdKey(id);
    const before = this.#groups.get(key);
    this.#groups.set(key, group);
    if (before === group) {
      if (this.#hasPolicies()) this.work.enqueue(id, 'written');
      return;
    }
    this.work.enqueue(id, 'moved');
    if (before !== undefined) void this.work.scan({ scope: id });
  }

  #movedBelow(groupId: string, movedAt?: number): void {
    const below = subscriptionsBelow(this.#services, groupId);
    if (below.length === 0 || !this.#hasPolicies()) return;
    for (const { id } of below) this.work.enqueue(id, 'moved', movedAt);
    void this.work.scan({ scope: groupId });
  }

  #deleted(id: string): void {
    const parsed = parseArmId(id);
    if (parsed?.subscriptionId === undefined) return;
    if (parsed.type === subscriptionType) this.#groups.delete(armIdKey(id));
    this.#services.store.commit([{ kind: 'endPolicyStatesBelow', scope: id }]).catch((error: unknown) => {
      this.#services.log.error('The states of a deleted resource could not be ended; the daily cycle does.', {
        error: String(error),
      });
    });
    if (this.#hasPolicies()) this.#relatedChanged(id, parsed.type);
  }

  /** What stands above or beside a changed resource may need one like it, or may have it now. */
  #relatedChanged(id: string, type: string): void {
    for (const ancestor of relatedAncestors(this.policies, id, type)) this.work.enqueue(ancestor, 'scan');
    this.#siblings.changed(id, type);
  }

  #changed({ scope, assignmentId, kind }: PolicyChange): void {
    if (kind === 'exemption') this.#expiries.changed();
    else this.#siblings.policiesChanged();
    const made = this.#services.store.resources.get(assignmentId);
    if (made === undefined) this.work.unassigned(assignmentId);
    else if (kind === 'assignment' && made.createdTime === made.changedTime) this.work.assigned(assignmentId);
    if (this.policies.of(assignmentId).length > 0) {
      void this.work.scan({ scope, assignment: assignmentId });
      return;
    }
    for (const resource of this.#inConflict(scope)) this.work.enqueue(resource, 'scan');
    const write: Write = { kind: 'endPolicyStatesOf', assignment: armIdKey(assignmentId) };
    this.#services.store.commit([write]).catch((error: unknown) => {
      this.#services.log.error('The states of an assignment could not be ended; the daily cycle does.', {
        error: String(error),
      });
    });
  }

  /** Resources whose conflict the end of an assignment at the scope may end. */
  #inConflict(scope: string): ReadonlySet<string> {
    const subscriptions = subscriptionFilter(this.#services, scope);
    const place = subscriptions === undefined ? { scope } : { subscriptions };
    const rows = this.#services.store.policyRecords.list({ kind: 'latest', ...place, state: 'Conflict', bare: true });
    return new Set(rows.map(({ resource }) => resource));
  }

  #hasPolicies(): boolean {
    for (const _ of this.policies.all()) return true;
    return false;
  }

  // --- The cycle and the mark -------------------------------------------------------------------------------------

  #scheduleCycle(): void {
    const { clock } = this.#services;
    const wait = Math.max(0, this.#lastCycle + day / clock.scale - clock.now()) * clock.scale;
    this.#cancelCycle = clock.after(wait, () => {
      this.#cycle()
        .catch((error: unknown) => this.#services.log.error('The daily evaluation failed.', { error: String(error) }))
        .finally(() => {
          if (!this.#stopped) this.#scheduleCycle();
        });
    });
  }

  async #cycle(): Promise<void> {
    const { clock } = this.#services;
    this.#lastCycle = clock.now();
    await this.#forget(clock.now() - historyDays * day);
    await this.work.scan({ scope: '' });
  }

  async #forget(before: number): Promise<void> {
    const { store } = this.#services;
    for (;;) {
      const old = [
        ...store.policyRecords.list({ kind: 'events', to: before - 1, top: 1, bare: true }),
        ...store.policyRecords.list({ kind: 'past', to: before - 1, top: 1, bare: true }),
      ];
      if (old.length === 0) return;
      await store.commit([{ kind: 'forgetPolicyRecords', before, top: forgottenAtOnce }]);
    }
  }

  /** CO1. */
  #makeUp(writtenAfter: number): void {
    void this.work.scan({ scope: '', writtenAfter });
    const { store } = this.#services;
    for (const group of store.resources.list({ type: managementGroupType })) {
      if (group.changedTime > writtenAfter) this.#movedBelow(group.id, group.changedTime);
    }
    for (const subscription of store.resources.list({ type: subscriptionType })) {
      const { id, changedTime } = subscription;
      if (changedTime > writtenAfter) this.work.enqueue(id, 'moved', changedTime);
    }
  }

  #scheduleMark(): void {
    const { clock } = this.#services;
    this.#cancelMark = clock.after(markEvery * clock.scale, () => {
      const until = clock.now() - markLag;
      const due = this.work.waiting === 0 && until > this.#marked && this.#lastChange > this.#marked;
      const written = due ? this.#writeMark(false, until) : Promise.resolve();
      written
        .catch((error: unknown) => this.#services.log.error('The mark was not written.', { error: String(error) }))
        .finally(() => {
          if (!this.#stopped) this.#scheduleMark();
        });
    });
  }

  #readMark(): Mark | undefined {
    const body = this.#services.store.documents.get(markCollection, 'mark')?.body;
    if (body === undefined) return undefined;
    return {
      clean: memberOf(body, 'clean') === true,
      evaluatedUntil: Number(memberOf(body, 'evaluatedUntil')),
      lastCycle: Number(memberOf(body, 'lastCycle')),
    };
  }

  async #writeMark(clean: boolean, evaluatedUntil: number): Promise<void> {
    this.#marked = evaluatedUntil;
    const body = { clean, evaluatedUntil, lastCycle: this.#lastCycle };
    await this.#services.store.commit([
      {
        kind: 'putDocument',
        document: { collection: markCollection, key: 'mark', parent: '', time: 0, status: '', body },
      },
    ]);
  }
}

function groupOf(body: Parameters<typeof memberOf>[0]): string {
  return (textMember(body, 'managementGroupId') ?? '').toLowerCase();
}
