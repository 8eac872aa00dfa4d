/**
 * `Microsoft.ResourceGraph/resources`: queries over what the caller may read.
 *
 * Owns: the mapping, quota headers, the error envelope with its details. Source: connectors reference 6.2; published
 * contract of Microsoft.ResourceGraph.
 */
import { type ArmResponse, formatTime, type Json, type JsonObject } from '#foundation';
import { askResourceGraph, type GraphFault, graphQuota, graphRequestOf, isGraphFault } from '#service';
import type { Route, RouteCall } from '../../route.ts';

const apiVersions = [
  '2018-09-01-preview',
  '2019-04-01',
  '2020-04-01-preview',
  '2021-03-01',
  '2021-06-01-preview',
  '2022-10-01',
  '2024-04-01',
];

async function query(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const now = services.clock.now();
  const quota = graphQuota(services, request.identity.objectId);
  const headers = {
    'x-ms-user-quota-remaining': String(quota.remaining),
    'x-ms-user-quota-resets-after': `00:00:${String(quota.resetsAfterSeconds).padStart(2, '0')}`,
  };
  if (quota.spent) {
    const message =
      'Client application has been throttled and should not continue to make requests until an amount of time has elapsed. Please see help for throttling guidance.';
    const throttled = { ...headers, 'retry-after': String(quota.resetsAfterSeconds) };
    return { status: 429, headers: throttled, body: { error: { code: 'RateLimiting', message } } };
  }
  const asked = graphRequestOf(request.body, call.apiVersion);
  const answer = isGraphFault(asked)
    ? asked
    : await askResourceGraph(services, { identity: request.identity, request: asked });
  if (!isGraphFault(answer)) return { status: 200, headers, body: answer };
  return { status: answer.status ?? 400, headers, body: { error: errorOf(answer, call.correlationId, now) } };
}

/** Azure's envelope: the reason is in the details. */
function errorOf(fault: GraphFault, correlationId: string, now: number): JsonObject {
  const { code, message, place } = fault;
  const ofQuery = place !== undefined;
  const summary = {
    code: 'InvalidQuery',
    message:
      'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.',
  };
  const detail: { [name: string]: Json } = { code, message, ...place };
  return {
    code: fault.status === 403 ? 'Forbidden' : 'BadRequest',
    message: `Please provide below info when asking for support: timestamp = ${formatTime(now)}, correlationId = ${correlationId}.`,
    details: ofQuery ? [summary, detail] : [detail],
  };
}

export const resourceGraphRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/providers/Microsoft.ResourceGraph/resources',
    permission: { signedIn: true },
    apiVersions,
    handle: query,
  },
];
