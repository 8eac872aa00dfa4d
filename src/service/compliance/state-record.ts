/**
 * A verdict as a row of the store.
 *
 * Owns: what a row holds, and when two rows say the same. Does not own: how rows are answered (`state-columns.ts`).
 *
 * Invariants
 * SR1. A row holds what is the resource's own; what the assignment says of all is joined when the row is read.
 */
import { armIdKey, type PolicyRecord, type PolicyRecordKey } from '#foundation';
import type { Assigned } from '../policies/assigned-policies.ts';
import type { Verdict } from './evaluate.ts';
import type { Subject } from './subject.ts';

/** The key of the rows of an assigned policy on a resource. */
export function recordKey(
  assigned: Pick<Assigned, 'assignmentId' | 'referenceId'>,
  resourceKey: string,
): PolicyRecordKey {
  return {
    resource: resourceKey,
    assignment: armIdKey(assigned.assignmentId),
    reference: (assigned.referenceId ?? '').toLowerCase(),
  };
}

export function stateRecord(subject: Subject, { assigned, state, details }: Verdict, now: number): PolicyRecord {
  const { setDefinitionId, groupNames, nonComplianceMessage } = assigned;
  return {
    ...recordKey(assigned, subject.key),
    subscription: subject.subscriptionId.toLowerCase(),
    definition: armIdKey(assigned.definitionId),
    setDefinition: setDefinitionId === undefined ? '' : armIdKey(setDefinitionId),
    state,
    time: now,
    body: {
      type: subject.type,
      location: subject.location ?? '',
      resourceGroup: subject.resourceGroup ?? '',
      tags: subject.tags,
      effect: assigned.effect,
      scope: assigned.scope,
      reference: assigned.referenceId ?? '',
      ...(groupNames.length === 0 ? {} : { groups: [...groupNames] }),
      ...(nonComplianceMessage === undefined ? {} : { message: nonComplianceMessage }),
      details,
    },
  };
}

/** Whether two rows of the same key say the same, whenever they were written; the reasons may differ. */
export function saysTheSame(left: PolicyRecord, right: PolicyRecord): boolean {
  return (
    left.state === right.state && left.definition === right.definition && left.body['effect'] === right.body['effect']
  );
}
