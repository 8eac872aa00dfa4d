/**
 * The queue of evaluations: what was written first, then scans, in slices between which everything else runs.
 *
 * Owns: order, coalescing, commits. Does not own: why something is queued (`compliance.ts`), evaluating (`evaluate-subject.ts`).
 *
 * Invariants
 * CW1. A resource waits once, however often it was written meanwhile; the stronger occasion counts.
 * CW2. A slice is one commit; between two slices the event loop turns.
 * CW3. A scan ends the rows of its scope (and assignment) that it did not write: what they were about is gone, or the policy
 *      does not apply any more.
 * CW4. A slice that fails is logged and tried again after a moment; nothing is dropped.
 * CW5. A write deploys for the assignments that were there when it came: one made while it waits finds it as every other
 *      existing resource.
 *
 * Source: policy reference 15, 20.
 */
import { armIdKey, type PolicyRecordQuery, type Write } from '#foundation';
import { embeddedChildren } from '#inventory';
import type { Services } from '../services.ts';
import type { AssignedPolicies } from '../policies/assigned-policies.ts';
import type { DeploymentIntent } from './deployment-intents.ts';
import { evaluateSubject, type EvaluationResult, type Occasion } from './evaluate-subject.ts';
import { scannedSubjects, scannedTypes } from './scan-subjects.ts';
import { subscriptionFilter } from './scope-subscriptions.ts';
import { findSubject, type Subject, subjectsOf } from './subject.ts';

export interface ScanRequest {
  /** Empty for the tenant. */
  readonly scope: string;
  /** Of this assignment only: any spelling of its id. */
  readonly assignment?: string;
  /** Resources changed after this time count as written just now. */
  readonly writtenAfter?: number;
}

interface Scan {
  readonly request: ScanRequest;
  readonly began: number;
  readonly subjects: Iterator<Subject>;
  /** Milliseconds spent evaluating, without what ran between slices. */
  busy: number;
}

interface Waiting {
  readonly occasion: Occasion;
  /** How many assignments had been made when it came (CW5). */
  readonly after: number;
  /** When it was written, in milliseconds; of what is made up for after a crash, where the order is not known any more. */
  readonly writtenAt?: number;
}

interface WaitingScan {
  readonly request: ScanRequest;
  readonly key: string;
  readonly done: PromiseWithResolvers<number>;
}

/** Some milliseconds of work: requests wait for a slice. */
const subjectsInSlice = 16;
const endedInSlice = 500;
const pauseAfterFailure = 1_000;

export class ComplianceWork {
  readonly #services: Services;
  readonly #policies: AssignedPolicies;
  readonly #onIntents: (intents: readonly DeploymentIntent[]) => void;
  /** Resources by key, in the order they were first written. */
  readonly #written = new Map<string, Waiting>();
  /** Which in the order of assignments made since the start each one was, by its key (CW5); of those that are still there. */
  readonly #made = new Map<string, number>();
  #count = 0;
  readonly #scans: WaitingScan[] = [];
  /** The scan under way. */
  #scanning: WaitingScan | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(
    services: Services,
    policies: AssignedPolicies,
    onIntents: (intents: readonly DeploymentIntent[]) => void,
  ) {
    this.#services = services;
    this.#policies = policies;
    this.#onIntents = onIntents;
  }

  /** A resource is to be evaluated (CW1). `writtenAt`: see `Waiting`. */
  enqueue(resourceId: string, occasion: Occasion, writtenAt?: number): void {
    const key = armIdKey(resourceId);
    const before = this.#written.get(key)?.occasion;
    if (before === undefined || occasion !== 'scan') {
      const stronger = before === 'moved' ? before : occasion;
      this.#written.set(key, {
        occasion: stronger,
        after: this.#count,
        ...(writtenAt === undefined ? {} : { writtenAt }),
      });
    }
    this.#wake();
  }

  /** An assignment has been made (CW5). */
  assigned(assignmentId: string): void {
    const key = armIdKey(assignmentId);
    this.#made.set(key, ++this.#count);
  }

  /** An assignment has been deleted. */
  unassigned(assignmentId: string): void {
    this.#made.delete(armIdKey(assignmentId));
  }

  /** Evaluates everything in a scope; joins an equal scan that has not begun. @returns milliseconds spent evaluating. */
  scan(request: ScanRequest): Promise<number> {
    const key = `${armIdKey(request.scope)}\n${armIdKey(request.assignment ?? '')}`;
    const waiting = this.#scans.find((scan) => scan.key === key && scan.request.writtenAfter === undefined);
    if (waiting !== undefined && request.writtenAfter === undefined) return waiting.done.promise;
    const done = Promise.withResolvers<number>();
    this.#scans.push({ request, key, done });
    this.#wake();
    return done.promise;
  }

  /**
   * Resolves when the evaluations of all that an assignment at `scope` reaches are done that wait or are under way: those that
   * its making or a change of it began, and what is made up for after a crash.
   */
  async evaluated(assignmentId: string, scope: string): Promise<void> {
    const wanted = { assignment: armIdKey(assignmentId), scope: armIdKey(scope) };
    const concerns = ({ request }: WaitingScan): boolean =>
      request.assignment === undefined
        ? request.writtenAfter !== undefined
        : armIdKey(request.assignment) === wanted.assignment && armIdKey(request.scope) === wanted.scope;
    const scans = this.#scanning === undefined ? this.#scans : [this.#scanning, ...this.#scans];
    await Promise.all(scans.filter(concerns).map(({ done }) => done.promise));
  }

  /** Evaluates one resource at once, for one assignment or all. */
  async evaluate(resourceId: string, assignment?: string): Promise<void> {
    const subject = findSubject(this.#services, resourceId);
    if (subject === undefined) return;
    const evaluation = {
      occasion: 'scan' as const,
      ...(assignment === undefined ? {} : { assignment: armIdKey(assignment) }),
    };
    await this.#commit([evaluateSubject(this.#services, this.#policies, subject, evaluation)]);
  }

  /** How many resources and scans wait. */
  get waiting(): number {
    return this.#written.size + this.#scans.length;
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Ends the slice under way; what waits is left. @returns whether nothing was left. */
  async stop(): Promise<boolean> {
    this.#stopped = true;
    await this.idle();
    return this.waiting === 0;
  }

  #wake(): void {
    if (this.#stopped || this.#running !== undefined) return;
    this.#running = this.#work().finally(() => {
      this.#running = undefined;
      if (this.waiting > 0) this.#wake();
    });
  }

  async #work(): Promise<void> {
    await turn();
    while (!this.#stopped && this.waiting > 0) {
      if (this.#written.size > 0) await this.#evaluateWritten();
      else await this.#scan();
    }
  }

  async #evaluateWritten(): Promise<void> {
    const slice = [...this.#written].slice(0, subjectsInSlice);
    for (const [key] of slice) this.#written.delete(key);
    try {
      await this.#commit(slice.flatMap(([key, waiting]) => this.#evaluated(key, waiting)));
    } catch (error) {
      for (const [key, waiting] of slice) if (!this.#written.has(key)) this.#written.set(key, waiting);
      await this.#failed(error);
    }
    await turn();
  }

  /** The resource and the children in it; rows of children that are gone end. */
  #evaluated(key: string, waiting: Waiting): readonly EvaluationResult[] {
    const document = this.#services.store.resources.get(key);
    if (document === undefined) {
      const subject = findSubject(this.#services, key);
      return subject === undefined ? [] : [this.#result(subject, waiting)];
    }
    const subjects = subjectsOf(document);
    const results = subjects.map((subject) => this.#result(subject, waiting));
    if (!hasChildren(subjects)) return results;
    const present = new Set(subjects.map((subject) => subject.key));
    const rows = this.#services.store.policyRecords.list({ kind: 'latest', scope: key, bare: true });
    const gone = rows.filter(
      ({ resource }) =>
        !present.has(resource) && isChild(key, resource) && this.#services.store.resources.get(resource) === undefined,
    );
    return [...results, { writes: gone.map(ended), intents: [] }];
  }

  #result(subject: Subject, { occasion, after, writtenAt }: Waiting): EvaluationResult {
    const deploysFor = (assignmentId: string): boolean =>
      writtenAt === undefined
        ? (this.#made.get(armIdKey(assignmentId)) ?? 0) <= after
        : this.#wasMade(assignmentId, writtenAt);
    return evaluateSubject(this.#services, this.#policies, subject, { occasion, deploysFor });
  }

  /** CW5, by time. */
  #wasMade(assignmentId: string, writtenAt: number): boolean {
    return (this.#services.store.resources.get(assignmentId)?.createdTime ?? 0) <= writtenAt;
  }

  async #commit(results: readonly EvaluationResult[]): Promise<void> {
    const writes = results.flatMap((result) => result.writes);
    if (writes.length === 0) return;
    await this.#services.store.commit(writes);
    this.#onIntents(results.flatMap((result) => result.intents));
  }

  // --- Scans ----------------------------------------------------------------------------------------------------

  async #scan(): Promise<void> {
    const waiting = this.#scans.shift();
    if (waiting === undefined) return;
    const { request, done } = waiting;
    this.#scanning = waiting;
    try {
      const scan = this.#begin(request);
      while (!this.#stopped) {
        // What was written meanwhile does not wait for a long scan.
        while (this.#written.size > 0 && !this.#stopped) await this.#evaluateWritten();
        if (!(await this.#slice(scan))) break;
        await turn();
      }
      if (this.#stopped) this.#scans.unshift(waiting);
      else {
        await this.#endUntouched(scan);
        done.resolve(scan.busy);
      }
    } catch (error) {
      this.#scans.push(waiting);
      await this.#failed(error);
    } finally {
      this.#scanning = undefined;
    }
  }

  #begin(request: ScanRequest): Scan {
    const { scope, assignment } = request;
    const policies = assignment === undefined ? this.#policies.all() : this.#policies.of(assignment);
    const subjects = scannedSubjects(this.#services, scope, scannedTypes(policies));
    return { request, began: this.#services.clock.now(), subjects, busy: 0 };
  }

  /** Evaluates a few; false when there were no more. */
  async #slice(scan: Scan): Promise<boolean> {
    const began = this.#services.clock.now();
    const results = this.#sliceResults(scan);
    scan.busy += this.#services.clock.now() - began;
    await this.#commit(results);
    return results.length === subjectsInSlice;
  }

  #sliceResults({ request, subjects }: Scan): readonly EvaluationResult[] {
    const { assignment, writtenAfter } = request;
    const results: EvaluationResult[] = [];
    while (results.length < subjectsInSlice) {
      const next = subjects.next();
      if (next.done === true) break;
      const subject = next.value;
      const changed = this.#services.store.resources.get(subject.key)?.changedTime ?? 0;
      const isWritten = writtenAfter !== undefined && changed > writtenAfter;
      results.push(
        evaluateSubject(this.#services, this.#policies, subject, {
          occasion: isWritten ? 'written' : 'scan',
          deploysFor: (assignmentId) => this.#wasMade(assignmentId, changed),
          ...(assignment === undefined ? {} : { assignment: armIdKey(assignment) }),
        }),
      );
    }
    return results;
  }

  /** CW3. */
  async #endUntouched({ request, began }: Scan): Promise<void> {
    const query = this.#rowsOf(request);
    for (;;) {
      const rows = this.#services.store.policyRecords.list({ ...query, to: began - 1, top: endedInSlice, bare: true });
      if (rows.length === 0) return;
      await this.#services.store.commit(rows.map(ended));
      await turn();
    }
  }

  #rowsOf({ scope, assignment }: ScanRequest): PolicyRecordQuery {
    const subscriptions = subscriptionFilter(this.#services, scope);
    return {
      kind: 'latest',
      ...(subscriptions === undefined ? { scope } : { subscriptions }),
      ...(assignment === undefined ? {} : { assignment: armIdKey(assignment) }),
    };
  }

  async #failed(error: unknown): Promise<void> {
    this.#services.log.error('Policies could not be evaluated; it is tried again.', {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    const { clock } = this.#services;
    await new Promise<void>((resolve) => {
      clock.after(pauseAfterFailure * clock.scale, resolve);
    });
  }
}

const childParents: ReadonlySet<string> = new Set(embeddedChildren.map(({ parent }) => parent.toLowerCase()));

function hasChildren(subjects: readonly Subject[]): boolean {
  return subjects[0] !== undefined && childParents.has(subjects[0].type.toLowerCase());
}

/** A child of its own type, not an extension of another provider. */
function isChild(parent: string, key: string): boolean {
  return key.startsWith(`${parent}/`) && key.slice(parent.length + 1).split('/').length === 2;
}

function ended({
  resource,
  assignment,
  reference,
}: {
  readonly resource: string;
  readonly assignment: string;
  readonly reference: string;
}): Write {
  return { kind: 'endPolicyState', key: { resource, assignment, reference } };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
