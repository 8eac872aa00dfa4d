/**
 * Resources beside a changed one whose existence effects may look at it: evaluated again, some seconds of work at most at a time.
 *
 * Owns: which policies look for a type beside their resources, and the pace. Does not own: resources above the changed one
 * (`related-resources.ts`), evaluating (`compliance-work.ts`).
 *
 * Invariants
 * RS1. A change costs one look-up by its type where no policy looks for it.
 * RS2. Changes of one assignment and place share a scan; after one, four times as long as it evaluated is left to everything
 *      else. However many resources are written, the work grows with their number and not with its square; what the scan
 *      itself costs is the business of `candidate-answers.ts`.
 *
 * Source: policy reference 11, 15, 20.
 */
import { armIdKey, type CancelTimer, parseArmId } from '#foundation';
import { requiredTypes } from '#policy';
import { policyGroupType } from './subject.ts';
import { subscriptionType } from '../seed-tenant.ts';
import type { Services } from '../services.ts';
import type { Assigned, AssignedPolicies } from '../policies/assigned-policies.ts';
import type { ScanRequest } from './compliance-work.ts';

/** Times the evaluating of a scan that passes before the next of the same place. */
const restFactor = 4;
const anyType = '*';

interface Run {
  again: boolean;
}

export class RelatedSiblings {
  readonly #clock: Services['clock'];
  readonly #policies: AssignedPolicies;
  readonly #scan: (request: ScanRequest) => Promise<number>;
  readonly #runs = new Map<string, Run>();
  readonly #pauses = new Set<CancelTimer>();
  #byType: ReadonlyMap<string, readonly Assigned[]> | undefined;
  #stopped = false;

  constructor(
    { clock }: Pick<Services, 'clock'>,
    policies: AssignedPolicies,
    scan: (request: ScanRequest) => Promise<number>,
  ) {
    this.#clock = clock;
    this.#policies = policies;
    this.#scan = scan;
  }

  /** Assignments or their definitions have changed. */
  policiesChanged(): void {
    this.#byType = undefined;
  }

  /** A resource was written or deleted. */
  changed(id: string, type: string): void {
    const byType = (this.#byType ??= policiesByRelatedType(this.#policies));
    for (const name of [type.toLowerCase(), anyType]) {
      for (const assigned of byType.get(name) ?? []) {
        const scope = siblingScope(this.#policies, assigned, id);
        if (scope !== undefined) this.#request({ scope, assignment: assigned.assignmentId });
      }
    }
  }

  /** @returns whether nothing was left to do. */
  stop(): boolean {
    this.#stopped = true;
    for (const cancel of this.#pauses) cancel();
    return this.#runs.size === 0;
  }

  #request(request: ScanRequest): void {
    if (this.#stopped) return;
    const key = `${armIdKey(request.scope)}\n${armIdKey(request.assignment ?? '')}`;
    const running = this.#runs.get(key);
    if (running === undefined) void this.#run(key, request);
    else running.again = true;
  }

  /** RS2. */
  async #run(key: string, request: ScanRequest): Promise<void> {
    const run: Run = { again: true };
    this.#runs.set(key, run);
    while (run.again && !this.#stopped) {
      run.again = false;
      const busy = await this.#scan(request);
      await this.#pause(busy * restFactor);
    }
    this.#runs.delete(key);
  }

  async #pause(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(milliseconds * this.#clock.scale, () => {
        this.#pauses.delete(cancel);
        resolve();
      });
      this.#pauses.add(cancel);
    });
  }
}

/** Policies that look for a type elsewhere than below their resource, by that type in lower case. */
function policiesByRelatedType(policies: AssignedPolicies): ReadonlyMap<string, readonly Assigned[]> {
  const byType = new Map<string, Assigned[]>();
  for (const assigned of policies.all()) {
    const { details } = assigned.policy.plan;
    if (details?.kind !== 'existence') continue;
    const { type } = details;
    // A type that is an expression may be any.
    const name = type.kind === 'constant' && typeof type.value === 'string' ? type.value.toLowerCase() : anyType;
    if (!looksBeside(assigned, name)) continue;
    byType.set(name, [...(byType.get(name) ?? []), assigned]);
  }
  return byType;
}

/** Whether the policy holds for other resources than those above the related one. */
function looksBeside({ policy }: Assigned, related: string): boolean {
  const types = requiredTypes(policy.plan);
  if (types === undefined) return true;
  return [...types].some((type) => !containers.has(type) && !related.startsWith(`${type}/`));
}

const containers: ReadonlySet<string> = new Set([
  subscriptionType.toLowerCase(),
  policyGroupType.toLowerCase(),
  'microsoft.resources/resourcegroups',
]);

/** Where the resources are that may look at the changed one; undefined when the policy reaches none of them. */
function siblingScope(policies: AssignedPolicies, assigned: Assigned, id: string): string | undefined {
  const { details } = assigned.policy.plan;
  const { subscriptionId, resourceGroup } = parseArmId(id) ?? {};
  if (details?.kind !== 'existence' || subscriptionId === undefined) return undefined;
  const subscription = `/subscriptions/${subscriptionId}`;
  const wide = details.existenceScope === 'subscription' || details.resourceGroupName !== undefined;
  if (!wide && resourceGroup === undefined) return undefined;
  const place = wide ? subscription : `${subscription}/resourceGroups/${resourceGroup}`;
  if (armIdKey(assigned.scope).startsWith(`${armIdKey(place)}/`)) return assigned.scope;
  const key = armIdKey(assigned.assignmentId);
  return policies.reaching(place).some(({ assignmentId }) => armIdKey(assignmentId) === key) ? place : undefined;
}
