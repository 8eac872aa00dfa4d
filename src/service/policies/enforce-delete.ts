/**
 * Policies that keep resources from being deleted: the effect `denyAction`.
 *
 * Owns: which resources of a deletion are asked, groups included. Does not own: rules (`#policy`).
 *
 * Invariants
 * ED1. What goes with its parent is not asked; of a deleted group those in it are, by policies of mode Indexed that let a
 *      group's deletion be denied.
 * ED2. Assignments, locks and subscriptions are never kept.
 *
 * Source: policy reference 10.
 */
import { armIdKey, textMember } from '#foundation';
import { applies, evaluateRule } from '#policy';
import { isStop } from '#templates';
import { findSubject, policyGroupType, type Subject, subjectsOf, surroundingsOf } from '../compliance/subject.ts';
import type { Services } from '../services.ts';
import { type Assigned, assignedFor, policiesOf } from './assigned-policies.ts';
import { denialNote, type GuardedAnswer } from './enforce-write.ts';
import { type Violation, violationFault } from './policy-violation.ts';

export interface GuardedDeletion {
  readonly id: string;
  readonly type: string;
}

/** Undefined when nothing keeps the resource. */
export function enforceDelete(services: Services, { id, type }: GuardedDeletion): GuardedAnswer | undefined {
  const subject = findSubject(services, id);
  if (subject === undefined) return undefined;
  const violations = violationsOf(services, subject, () => true);
  if (type === policyGroupType && violations.length === 0 && mayHoldKept(services, subject)) {
    violations.push(...inGroup(services, subject));
  }
  if (violations.length === 0) return undefined;
  const name = textMember(subject.document, 'name') ?? '';
  return { subject, fault: violationFault(name, violations), notes: violations.map(denialNote) };
}

/** Whether any policy of this effect could be about a resource of the group. */
function mayHoldKept(services: Services, { key }: Subject): boolean {
  for (const { effect, scope } of policiesOf(services).all()) {
    if (effect !== 'denyAction') continue;
    const at = armIdKey(scope);
    // At or above the subscription, or in the group: the look at each resource tells.
    if (!at.startsWith('/subscriptions/') || key.startsWith(at) || at.startsWith(key)) return true;
  }
  return false;
}

function inGroup(services: Services, group: Subject): readonly Violation[] {
  for (const document of services.store.resources.list({ scope: group.id })) {
    for (const subject of subjectsOf(document)) {
      if (subject.key === group.key) continue;
      const found = violationsOf(services, subject, ({ policy: { plan } }) => {
        return (
          plan.mode === 'indexed' && plan.details?.kind === 'denyAction' && plan.details.onResourceGroup === 'deny'
        );
      });
      if (found.length > 0) return found;
    }
  }
  return [];
}

function violationsOf(services: Services, subject: Subject, counts: (assigned: Assigned) => boolean): Violation[] {
  const policies = policiesOf(services);
  const now = services.clock.now();
  const violations: Violation[] = [];
  for (const reaching of policies.reaching(subject.id)) {
    const assigned = assignedFor(reaching, subject);
    if (assigned?.effect !== 'denyAction' || assigned.enforcementMode === 'DoNotEnforce' || !counts(assigned)) continue;
    const surroundings = surroundingsOf(services, assigned.policy, subject, now);
    if (!applies(assigned.policy.plan, assigned.effect, surroundings)) continue;
    if (policies.exemptionOf(assigned, subject.id, now, subject) !== undefined) continue;
    const { holds, expressions } = evaluateRule(assigned.policy.plan.condition, surroundings);
    if (isStop(holds)) violations.push({ assigned, expressions, reason: holds.message });
    else if (holds) violations.push({ assigned, expressions });
  }
  return violations;
}
