/**
 * Remediations and their deployments as stored documents.
 *
 * Owns: collections, keys, states, counts. Does not own: rules of a request (`remediate.ts`), the work (`remediation-run.ts`).
 *
 * Invariants
 * RR1. A remediation's deployments are documents below it, put before the first of them begins: a restart goes on with
 *      those that have not ended.
 *
 * Source: policy reference 17; ARM reference 11.
 */
import {
  armIdKey,
  isJsonObject,
  type JsonObject,
  memberOf,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import type { Services } from '../services.ts';

export const remediationType = 'Microsoft.PolicyInsights/remediations';
export const remediationCollection = 'remediations';
export const remediationDeploymentCollection = 'remediationDeployments';

export type RemediationState =
  | 'Accepted'
  | 'Evaluating'
  | 'InProgress'
  | 'Succeeded'
  | 'Failed'
  | 'Cancelling'
  | 'Canceled';

export const activeStates: readonly RemediationState[] = ['Accepted', 'Evaluating', 'InProgress', 'Cancelling'];

export interface Remediation {
  /** Full id, case as first given. */
  readonly id: string;
  readonly name: string;
  /** What it is at; empty never. */
  readonly scope: string;
  readonly policyAssignmentId: string;
  readonly policyDefinitionReferenceId?: string;
  readonly resourceDiscoveryMode: 'ExistingNonCompliant' | 'ReEvaluateCompliance';
  readonly filters?: { readonly locations?: readonly string[]; readonly resourceIds?: readonly string[] };
  readonly resourceCount: number;
  readonly parallelDeployments: number;
  /** Share of failed deployments above which no more are begun, 0 to 1. */
  readonly failureThreshold: number;
  readonly state: RemediationState;
  readonly statusMessage?: string;
  readonly correlationId: string;
  readonly createdBy: string;
  readonly createdTime: number;
  readonly changedTime: number;
}

export function isActiveRemediation({ state }: Remediation): boolean {
  return activeStates.includes(state);
}

export function remediationId(scope: string, name: string): string {
  return `${scope}/providers/${remediationType}/${name}`;
}

export function remediationWrite(remediation: Remediation): Write {
  const { state, changedTime, ...rest } = remediation;
  const body = { ...rest, changedTime } as unknown as JsonObject;
  return {
    kind: 'putDocument',
    document: {
      collection: remediationCollection,
      key: armIdKey(remediation.id),
      parent: armIdKey(remediation.scope),
      time: remediation.createdTime,
      status: state,
      body,
    },
  };
}

export function remediationOf({ body, status }: StoredDocument): Remediation {
  return { ...(body as unknown as Omit<Remediation, 'state'>), state: status as RemediationState };
}

export function findRemediation({ store }: Pick<Services, 'store'>, id: string): Remediation | undefined {
  const found = store.documents.get(remediationCollection, armIdKey(id));
  return found === undefined ? undefined : remediationOf(found);
}

/** Remediations in a state that is not an end. */
export function activeRemediations({ store }: Pick<Services, 'store'>): readonly Remediation[] {
  return activeStates.flatMap((status) =>
    store.documents.list({ collection: remediationCollection, status }).map(remediationOf),
  );
}

// --- Deployments --------------------------------------------------------------------------------------------------

export type RemediationDeploymentState = 'Waiting' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled';

export interface RemediationDeployment {
  /** Id of the resource, case as it is stored there. */
  readonly resourceId: string;
  readonly location: string;
  readonly state: RemediationDeploymentState;
  readonly deploymentId?: string;
  readonly error?: JsonObject;
  readonly createdTime: number;
  readonly changedTime: number;
}

function deploymentKey(remediationKey: string, resourceId: string): string {
  return `${remediationKey}/deployments${armIdKey(resourceId)}`;
}

export function remediationDeploymentWrite(id: string, deployment: RemediationDeployment): Write {
  const parent = armIdKey(id);
  const { state, ...rest } = deployment;
  return {
    kind: 'putDocument',
    document: {
      collection: remediationDeploymentCollection,
      key: deploymentKey(parent, deployment.resourceId),
      parent,
      time: deployment.createdTime,
      status: state,
      body: rest,
    },
  };
}

export function remediationDeploymentOf({ body, status }: StoredDocument): RemediationDeployment {
  const deploymentId = textMember(body, 'deploymentId');
  const error = memberOf(body, 'error');
  return {
    resourceId: textMember(body, 'resourceId') ?? '',
    location: textMember(body, 'location') ?? '',
    state: status as RemediationDeploymentState,
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(isJsonObject(error) ? { error } : {}),
    createdTime: Number(memberOf(body, 'createdTime')),
    changedTime: Number(memberOf(body, 'changedTime')),
  };
}

/** How many deployments of a remediation there are, by what became of them. */
export interface DeploymentCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

export function deploymentCounts({ store }: Pick<Services, 'store'>, id: string): DeploymentCounts {
  const parent = armIdKey(id);
  const collection = remediationDeploymentCollection;
  const count = (status: RemediationDeploymentState): number => store.documents.count({ collection, parent, status });
  return {
    total: store.documents.count({ collection, parent }),
    succeeded: count('Succeeded'),
    failed: count('Failed'),
  };
}

/** Writes that forget the deployments of a remediation, at most so many; empty when there are none left. */
export function forgetDeployments({ store }: Pick<Services, 'store'>, id: string, top: number): readonly Write[] {
  const collection = remediationDeploymentCollection;
  const found = store.documents.list({ collection, parent: armIdKey(id), top });
  return found.map(({ key }): Write => ({ kind: 'deleteDocument', collection, key }));
}
