/** Compliance and remediation tasks as the server tells them, and the commands on them. Source: management API reference 11. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import { armPath, type Page, type Resource, withQuery } from '../api/arm.ts';
import { call, read } from '../api/http.ts';
import { operationOf, watchOperation } from '../api/long-running.ts';
import { type EvaluationDetails, noStates, overallQuery, type StateCounts } from '../model/policy-compliance.ts';
import { quoted } from '../model/filter-text.ts';
import { inBulk } from './bulk.ts';
import { followOperation, notifyFailure } from './notifications.ts';
import { useGraphRows } from './graph-lists.ts';
import type { GraphScopes } from './resource-graph.ts';
import type { ScopeEntity } from './scopes.ts';

const insights = 'providers/Microsoft.PolicyInsights';
const stateType = 'microsoft.policyinsights/policystates';

/** The figures of all resources at the scopes, or of one assignment's. */
export function useStateCounts(scopes: GraphScopes, assignmentId?: string): StateCounts | undefined {
  const { data } = useGraphRows<StateCounts>({ query: overallQuery(assignmentId), scopes }, 30_000);
  return data === undefined ? undefined : (data[0] ?? noStates);
}

export interface StateReasons {
  /** JSON: `{name: {value}}`. */
  readonly effectiveParameters?: string;
  readonly policyDefinitionId: string;
  readonly policyDefinitionReferenceId?: string;
  readonly policyDefinitionAction?: string;
  readonly complianceState: string;
  readonly timestamp: string;
  readonly policyEvaluationDetails?: EvaluationDetails;
}

/** Why an assignment judges a resource as it does, one entry for each policy. */
export function useReasons(
  resourceId: string,
  assignmentId: string,
): UseQueryResult<readonly StateReasons[], ArmError> {
  return useQuery<readonly StateReasons[], ArmError>({
    queryKey: ['policyReasons', resourceId.toLowerCase(), assignmentId.toLowerCase()],
    queryFn: async ({ signal }) => {
      const path = armPath(`${resourceId}/${insights}/policyStates/latest/queryResults`, stateType, {
        $filter: `policyAssignmentId eq ${quoted(assignmentId)} and resourceId eq ${quoted(resourceId)}`,
        $expand: 'PolicyEvaluationDetails',
      });
      const { body } = await call<Page<StateReasons>>('POST', path, { signal });
      return body.value;
    },
  });
}

/** Evaluates the subscriptions anew, a few at a time, with one notice. */
export async function evaluateNow(subscriptions: readonly ScopeEntity[]): Promise<void> {
  const [first] = subscriptions;
  if (first === undefined) return;
  const trigger = (id: string) =>
    call('POST', armPath(`${id}/${insights}/policyStates/latest/triggerEvaluation`, stateType));
  if (subscriptions.length === 1) {
    try {
      const name = first.displayName;
      await followOperation(
        await trigger(first.id),
        `Evaluating the policies of '${name}'`,
        `The policies of '${name}' were evaluated`,
      );
    } catch (error) {
      notifyFailure('The policies were not evaluated', error);
    }
    return;
  }
  const count = `${subscriptions.length} subscriptions`;
  await inBulk(
    subscriptions,
    { doing: `Evaluating the policies of ${count}`, done: `The policies of ${count} were evaluated` },
    async ({ id }) => {
      const address = operationOf(await trigger(id));
      if (address !== undefined) await watchOperation(address);
    },
  );
}

// --- Remediation tasks --------------------------------------------------------------------------------------------

export interface RemediationProperties {
  readonly policyAssignmentId: string;
  readonly policyDefinitionReferenceId?: string;
  readonly resourceDiscoveryMode?: string;
  readonly provisioningState: string;
  readonly createdOn: string;
  readonly lastUpdatedOn: string;
  readonly filters?: { readonly locations?: readonly string[]; readonly resourceIds?: readonly string[] };
  readonly deploymentStatus: {
    readonly totalDeployments: number;
    readonly successfulDeployments: number;
    readonly failedDeployments: number;
  };
  readonly statusMessage?: string;
  readonly resourceCount: number;
  readonly parallelDeployments: number;
  readonly failureThreshold: { readonly percentage: number };
}

export type RemediationTask = Resource<RemediationProperties>;

export const isTaskActive = ({ properties }: RemediationTask): boolean =>
  !/^(?:Succeeded|Failed|Canceled|Complete)$/.test(properties.provisioningState);

/** `2 of 3 deployments, 1 failed` */
export function deploymentText({ properties }: RemediationTask): string {
  const {
    totalDeployments: total,
    successfulDeployments: done,
    failedDeployments: failed,
  } = properties.deploymentStatus;
  return `${done} of ${total} deployments${failed === 0 ? '' : `, ${failed} failed`}`;
}

export interface RemediationDeployment {
  readonly remediatedResourceId: string;
  readonly deploymentId?: string;
  readonly status: string;
  readonly resourceLocation?: string;
  readonly error?: { readonly code?: string; readonly message?: string; readonly details?: readonly object[] };
  readonly lastUpdatedOn: string;
}

export const remediationListPath = (scopes: string | undefined, filter: string): string =>
  withQuery('/tocsin/v1/remediations', { scopes, filter, $top: '100' });

export function useRemediation(id: string): UseQueryResult<RemediationTask, ArmError> {
  return useQuery<RemediationTask, ArmError>({
    queryKey: ['arm', 'remediation', id.toLowerCase()],
    queryFn: ({ signal }) => read<RemediationTask>(taskPath(id), signal),
    refetchInterval: ({ state }) => (state.data !== undefined && !isTaskActive(state.data) ? false : 1000),
  });
}

export const taskPath = (id: string): string => armPath(id, 'microsoft.policyinsights/remediations');

/** A page of deployments; the list is asked for by POST. */
export async function readDeployments(path: string, signal: AbortSignal): Promise<Page<RemediationDeployment>> {
  const { body } = await call<Page<RemediationDeployment>>('POST', path, { signal });
  return body;
}

export async function cancelTask(id: string): Promise<void> {
  await call('POST', taskPath(`${id}/cancel`));
}

export async function deleteTask(id: string): Promise<void> {
  await call('DELETE', taskPath(id));
}
