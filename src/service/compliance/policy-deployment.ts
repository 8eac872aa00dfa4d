/**
 * One deployment that a policy makes for one resource, as the assignment's identity, until it has ended.
 *
 * Owns: its name, request and outcome. Does not own: when it is made (`policy-deployments.ts`, `remediation-run.ts`), deploying.
 *
 * Invariants
 * PD1. It goes through our own ARM like anybody's: what the identity may not do is refused.
 * PD2. Its name depends on assignment, definition and resource alone, so that doing it again is the same deployment.
 *
 * Source: policy reference 11, 17.
 */
import {
  type ArmResponse,
  armIdKey,
  type Identity,
  type Json,
  type JsonObject,
  memberOf,
  textMember,
} from '#foundation';
import { plannedDeployment, type PlannedDeployment } from '#policy';
import { isStop } from '#templates';
import { isObservedStore } from '../commit-feed.ts';
import { deploymentCollection, findDeployment, isActive } from '../deployments/deployment-record.ts';
import { inTurn } from '../in-turn.ts';
import { uuidOf } from '../resource-write.ts';
import type { Services } from '../services.ts';
import type { Assigned } from '../policies/assigned-policies.ts';
import { type Subject, surroundingsOf } from './subject.ts';

export type PolicyChangeOutcome =
  | { readonly status: 'Succeeded'; readonly deploymentId?: string }
  | { readonly status: 'Failed'; readonly deploymentId?: string; readonly error: JsonObject };

const deploymentVersion = '2022-09-01';

/** The identity of an assignment; what it may do is its role assignments. */
export function identityOf({ identityPrincipalId, assignmentName }: Assigned): Identity | undefined {
  if (identityPrincipalId === undefined) return undefined;
  return { objectId: identityPrincipalId, displayName: assignmentName, kind: 'ManagedIdentity' };
}

/** The error of an assignment that must act and has no identity. */
export const identityMissing: JsonObject = {
  code: 'ResourceIdentityRequired',
  message: 'The policy assignment has no managed identity to act as.',
};

/** Deploys, and waits for the end. One at a time for each deployment id. */
export async function deployForSubject(
  services: Services,
  assigned: Assigned,
  subject: Subject,
): Promise<PolicyChangeOutcome> {
  const { details } = assigned.policy.plan;
  if (details?.kind !== 'existence') return failed('InvalidPolicyRule', 'The definition has no deployment.');
  const identity = identityOf(assigned);
  if (identity === undefined) return { status: 'Failed', error: identityMissing };
  const planned = plannedDeployment(details, surroundingsOf(services, assigned.policy, subject, services.clock.now()));
  if (isStop(planned)) return failed('InvalidPolicyDeployment', planned.message);
  const deploymentId = `${scopeId(planned)}/providers/Microsoft.Resources/deployments/${deploymentName(assigned, subject)}`;
  // Not by the id itself: the deployment takes its turn under that.
  return inTurn(services.store, `${deploymentId}/policy`, async () => {
    const ended = new DeploymentEnd(services, deploymentId);
    try {
      // One that a restart went on with is this one.
      const record = findDeployment(services, deploymentId);
      if (record !== undefined && isActive(record.state)) return await ended.outcome();
      const response = await services.arm(requestOf(services, deploymentId, planned, identity));
      if (response.status >= 400) return { status: 'Failed', deploymentId, error: errorOf(response) };
      return await ended.outcome();
    } finally {
      ended.stop();
    }
  });
}

function failed(code: string, message: string): PolicyChangeOutcome {
  return { status: 'Failed', error: { code, message } };
}

function scopeId({ scope }: PlannedDeployment): string {
  const subscription = `/subscriptions/${scope.subscriptionId}`;
  return scope.kind === 'subscription' ? subscription : `${subscription}/resourceGroups/${scope.resourceGroup}`;
}

/** PD2: `PolicyDeployment_` and a decimal number. */
export function deploymentName(assigned: Assigned, subject: Pick<Subject, 'key'>): string {
  const { assignmentId, definitionId, referenceId = '' } = assigned;
  const parts = [armIdKey(assignmentId), armIdKey(definitionId), referenceId.toLowerCase(), subject.key];
  const hex = uuidOf(parts.join('\n')).replaceAll('-', '').slice(0, 16);
  return `PolicyDeployment_${BigInt(`0x${hex}`)}`;
}

function requestOf(
  services: Services,
  path: string,
  { scope, mode, template, parameters }: PlannedDeployment,
  identity: Identity,
) {
  const body: JsonObject = {
    ...(scope.kind === 'subscription' ? { location: scope.location } : {}),
    properties: { mode, template, parameters },
  };
  return {
    method: 'PUT',
    path,
    query: { 'api-version': deploymentVersion },
    headers: { 'content-type': 'application/json' },
    body,
    identity,
    baseUrl: services.settings.publicBaseUrl,
  };
}

/** The error in an answer. */
export function errorOf({ status, body }: ArmResponse): JsonObject {
  const error = memberOf(body, 'error');
  const code = textMember(error, 'code') ?? 'InternalServerError';
  const message = textMember(error, 'message') ?? `The request was answered with status ${status}.`;
  const details = memberOf(error, 'details');
  return { code, message, ...(details === undefined ? {} : { details }) };
}

/** Waits for the end of a deployment by listening to commits: nothing polls. */
class DeploymentEnd {
  readonly #services: Services;
  readonly #id: string;
  readonly #ended = Promise.withResolvers<void>();
  readonly #unfollow: () => void;

  constructor(services: Services, id: string) {
    this.#services = services;
    this.#id = id;
    const key = armIdKey(id);
    const { store } = services;
    this.#unfollow = isObservedStore(store)
      ? store.onCommit((writes) => {
          for (const write of writes) {
            if (write.kind !== 'putDocument' && write.kind !== 'deleteDocument') continue;
            const { collection, key: written } = write.kind === 'putDocument' ? write.document : write;
            if (collection === deploymentCollection && written === key) this.#look();
          }
        })
      : () => {};
  }

  async outcome(): Promise<PolicyChangeOutcome> {
    this.#look();
    await this.#ended.promise;
    const record = findDeployment(this.#services, this.#id);
    if (record?.state === 'Succeeded') return { status: 'Succeeded', deploymentId: record.id };
    const error: Json | undefined = memberOf(record?.properties, 'error');
    return {
      status: 'Failed',
      deploymentId: record?.id ?? this.#id,
      error: {
        code: textMember(error, 'code') ?? 'DeploymentCanceled',
        message: textMember(error, 'message') ?? 'The deployment was canceled or deleted.',
        ...(memberOf(error, 'details') === undefined ? {} : { details: memberOf(error, 'details') ?? null }),
      },
    };
  }

  stop(): void {
    this.#unfollow();
  }

  #look(): void {
    const record = findDeployment(this.#services, this.#id);
    if (record === undefined || !isActive(record.state)) this.#ended.resolve();
  }
}
