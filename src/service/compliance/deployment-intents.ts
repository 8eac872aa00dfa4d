/**
 * What a write asked a policy to deploy: kept from the evaluation that asked until the deployment has ended.
 *
 * Owns: the documents, and the time at which a deployment is due. Does not own: carrying them out (`policy-deployments.ts`).
 *
 * Invariants
 * DI1. There is one intent per assigned policy and resource; asking again while one waits changes nothing but its time.
 *
 * Source: policy reference 11 (`evaluationDelay`), 15.
 */
import { type JsonObject, memberOf, type StoredDocument, textMember, type Write } from '#foundation';
import { evaluationDelay, type EvaluationDelay } from '#policy';
import type { Services } from '../services.ts';
import type { Assigned } from '../policies/assigned-policies.ts';
import { recordKey } from './state-record.ts';
import { type Subject, surroundingsOf } from './subject.ts';

export const intentCollection = 'policyDeployments';

export interface DeploymentIntent {
  readonly key: string;
  /** Lower-case id of the resource. */
  readonly resource: string;
  readonly assignmentId: string;
  readonly referenceId?: string;
  /** Milliseconds since the epoch, true time. */
  readonly due: number;
}

type Read = Pick<Services, 'store' | 'settings' | 'clock'>;

const minute = 60_000;
const usualDelay = 10 * minute;

/** The intent of a policy that must deploy for a subject; undefined when its delay never ends for it. */
export function intentOf(
  services: Read,
  assigned: Assigned,
  subject: Subject,
  occasion: 'written' | 'moved' | 'scan',
): DeploymentIntent | undefined {
  const delay = delayOf(services, assigned, subject, occasion);
  if (delay === undefined) return undefined;
  const { resource, assignment, reference } = recordKey(assigned, subject.key);
  return {
    key: `${resource}\n${assignment}\n${reference}`,
    resource,
    assignmentId: assigned.assignmentId,
    ...(assigned.referenceId === undefined ? {} : { referenceId: assigned.referenceId }),
    due: services.clock.now() + delay / services.clock.scale,
  };
}

/** Engine milliseconds. A subscription that appears has nothing beside it to wait for, unless the definition says so. */
function delayOf(services: Read, assigned: Assigned, subject: Subject, occasion: string): number | undefined {
  const { details } = assigned.policy.plan;
  if (details?.kind !== 'existence') return undefined;
  const surroundings = surroundingsOf(services, assigned.policy, subject, services.clock.now());
  const delay: EvaluationDelay = evaluationDelay(details, surroundings);
  switch (delay.kind) {
    case 'usual':
      return occasion === 'moved' ? 0 : usualDelay;
    case 'time':
      return delay.milliseconds;
    case 'afterProvisioning':
      return 0;
    case 'afterSuccess':
      return isFailed(subject) ? undefined : 0;
    case 'afterFailure':
      return isFailed(subject) ? 0 : undefined;
  }
}

function isFailed({ document }: Subject): boolean {
  return textMember(memberOf(document, 'properties'), 'provisioningState')?.toLowerCase() === 'failed';
}

export function intentWrite({ key, due, ...rest }: DeploymentIntent): Write {
  const body: JsonObject = { ...rest };
  return {
    kind: 'putDocument',
    document: { collection: intentCollection, key, parent: '', time: Math.round(due), status: '', body },
  };
}

export function intentEnd({ key }: DeploymentIntent): Write {
  return { kind: 'deleteDocument', collection: intentCollection, key };
}

export function intentFrom({ key, time, body }: StoredDocument): DeploymentIntent {
  const referenceId = textMember(body, 'referenceId');
  return {
    key,
    resource: textMember(body, 'resource') ?? '',
    assignmentId: textMember(body, 'assignmentId') ?? '',
    ...(referenceId === undefined ? {} : { referenceId }),
    due: time,
  };
}
