/**
 * Existing resources that two policies want different things of.
 *
 * Owns: which verdicts of one resource become `Conflict`. Does not own: what policies want (`policies/modification.ts`).
 *
 * Invariants
 * CF1. Only enforced policies whose rule holds conflict, and only those whose conflict effect is `deny`: what a write of the
 *      resource would be denied for.
 *
 * Source: policy reference 10, 16.
 */
import { byField, wantedModification, winnersOf } from '../policies/modification.ts';
import type { Services } from '../services.ts';
import type { Verdict } from './evaluate.ts';
import { type Subject, surroundingsOf } from './subject.ts';

/** All verdicts of one resource, those in conflict with each other as such. */
export function withConflicts(
  services: Pick<Services, 'store' | 'settings' | 'clock'>,
  subject: Subject,
  verdicts: readonly Verdict[],
): readonly Verdict[] {
  const candidates = verdicts.filter(({ assigned, state }) => {
    return assigned.effect === 'modify' && assigned.enforcementMode === 'Default' && state === 'NonCompliant';
  });
  if (candidates.length < 2) return verdicts;
  const wanted = candidates.flatMap(({ assigned }) => {
    const told = surroundingsOf(services, assigned.policy, subject, services.clock.now());
    const modification = wantedModification(assigned, told, []);
    return modification === undefined || 'stop' in modification ? [] : [modification];
  });
  const conflicting = new Set(
    [...byField(wanted)].flatMap(([field, all]) => winnersOf(field, all).conflicting.map(({ assigned }) => assigned)),
  );
  if (conflicting.size === 0) return verdicts;
  return verdicts.map((verdict) => (conflicting.has(verdict.assigned) ? { ...verdict, state: 'Conflict' } : verdict));
}
