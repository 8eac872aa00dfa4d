/**
 * Routes of remediations. Source: ARM reference 4, 11; policy reference 17.
 *
 * Owns: the mapping and shapes.
 */
import { type ArmResponse, formatTime, type JsonObject, raise, TocsinError } from '#foundation';
import {
  cancelRemediation,
  deleteRemediation,
  deploymentCounts,
  filterRemediations,
  findRemediation,
  listRemediationDeployments,
  putRemediation,
  type Remediation,
  type RemediationDeployment,
  remediationId,
  remediationType,
  requireInsightsScope,
  resourceNotFound,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { page, pageOfList } from '../../paging.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';
import { remediationVersions } from './versions.data.ts';

const collection = '{scope*}/providers/Microsoft.PolicyInsights/remediations';
const item = `${collection}/{name}`;

const scopeOf = (path: PathValues): string => path['scope'] ?? '';

function idOf(call: RouteCall): string {
  return remediationId(segment(call, 'scope'), segment(call, 'name'));
}

/** A remediation as ARM shows it. */
export function remediationAnswer({ services }: RouteCall, remediation: Remediation): JsonObject {
  const { id, name, state, statusMessage, filters, policyDefinitionReferenceId } = remediation;
  const { total, succeeded, failed } = deploymentCounts(services, id);
  const [createdAt, lastModifiedAt] = [formatTime(remediation.createdTime), formatTime(remediation.changedTime)];
  const by = { createdBy: remediation.createdBy, createdByType: 'User' };
  return {
    id,
    name,
    type: remediationType,
    properties: {
      policyAssignmentId: remediation.policyAssignmentId,
      ...(policyDefinitionReferenceId === undefined ? {} : { policyDefinitionReferenceId }),
      resourceDiscoveryMode: remediation.resourceDiscoveryMode,
      provisioningState: state,
      createdOn: createdAt,
      lastUpdatedOn: lastModifiedAt,
      ...(filters === undefined ? {} : { filters: filtersAnswer(filters) }),
      deploymentStatus: { totalDeployments: total, successfulDeployments: succeeded, failedDeployments: failed },
      ...(statusMessage === undefined ? {} : { statusMessage }),
      correlationId: remediation.correlationId,
      resourceCount: remediation.resourceCount,
      parallelDeployments: remediation.parallelDeployments,
      failureThreshold: { percentage: remediation.failureThreshold },
    },
    systemData: { ...by, createdAt, lastModifiedBy: by.createdBy, lastModifiedByType: 'User', lastModifiedAt },
  };
}

function filtersAnswer({ locations, resourceIds }: NonNullable<Remediation['filters']>): JsonObject {
  return {
    ...(locations === undefined ? {} : { locations: [...locations] }),
    ...(resourceIds === undefined ? {} : { resourceIds: [...resourceIds] }),
  };
}

/** What waits is `Accepted`, as Azure calls it. */
function deploymentAnswer(deployment: RemediationDeployment): JsonObject {
  const { resourceId, location, state, deploymentId, error, createdTime, changedTime } = deployment;
  return {
    remediatedResourceId: resourceId,
    ...(deploymentId === undefined ? {} : { deploymentId }),
    status: state === 'Waiting' ? 'Accepted' : state,
    ...(location === '' ? {} : { resourceLocation: location }),
    ...(error === undefined ? {} : { error }),
    createdOn: formatTime(createdTime),
    lastUpdatedOn: formatTime(changedTime),
  };
}

function required(call: RouteCall): Remediation {
  const id = idOf(call);
  const found = findRemediation(call.services, id);
  if (found === undefined) throw new TocsinError(resourceNotFound(id));
  return found;
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const scope = segment(call, 'scope');
  requireInsightsScope(call.services, scope);
  const { created, remediation } = await putRemediation(call.services, {
    caller: callerOf(call),
    scope,
    name: segment(call, 'name'),
    body: call.request.body,
  });
  return { status: created ? 201 : 200, body: remediationAnswer(call, remediation) };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const id = idOf(call);
  const known = findRemediation(call.services, id);
  if (known === undefined) return { status: 204 };
  const body = remediationAnswer(call, known);
  const deleted = await deleteRemediation(call.services, callerOf(call), id);
  return deleted === undefined ? { status: 204 } : { status: 200, body };
}

async function cancel(call: RouteCall): Promise<ArmResponse> {
  const { id } = required(call);
  return { status: 200, body: remediationAnswer(call, await cancelRemediation(call.services, callerOf(call), id)) };
}

function list(call: RouteCall): ArmResponse {
  const scope = segment(call, 'scope');
  requireInsightsScope(call.services, scope);
  const found = filterRemediations(call.services, scope, parameter(call, '$filter') ?? '');
  return { status: 200, body: pageOfList(call.request, found, (each) => remediationAnswer(call, each)) };
}

function listDeployments(call: RouteCall): ArmResponse {
  const { id } = required(call);
  const source = {
    read: (count: number, after: string | undefined) =>
      listRemediationDeployments(call.services, id, count, after === undefined ? undefined : positionOf(after)),
    position: ({ key, createdTime }: { readonly key: string; readonly createdTime: number }) =>
      JSON.stringify([createdTime, key]),
    shape: deploymentAnswer,
  };
  return { status: 200, body: page(call.request, source) };
}

function positionOf(text: string): { readonly time: number; readonly key: string } {
  try {
    const [time, key] = JSON.parse(text) as [unknown, unknown];
    if (typeof time === 'number' && typeof key === 'string') return { time, key };
  } catch {
    // Said below.
  }
  return raise('InvalidParameter', "The '$skiptoken' is not valid.", { target: '$skiptoken' });
}

function route(method: Route['method'], pattern: string, action: string, handle: Route['handle']): Route {
  const permission = { action: `Microsoft.PolicyInsights/remediations/${action}`, scope: scopeOf };
  return { method, pattern, permission, apiVersions: remediationVersions, handle };
}

export const remediationRoutes: readonly Route[] = [
  route('GET', collection, 'read', list),
  route('GET', item, 'read', (call) => ({ status: 200, body: remediationAnswer(call, required(call)) })),
  route('PUT', item, 'write', put),
  route('DELETE', item, 'delete', remove),
  route('POST', `${item}/cancel`, 'cancel/action', cancel),
  route('POST', `${item}/listDeployments`, 'listDeployments/read', listDeployments),
];
