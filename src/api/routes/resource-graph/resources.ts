/**
 * `Microsoft.ResourceGraph/resources`: queries over what the caller may read.
 *
 * Owns: the mapping, quota headers, the error envelope with its details. Source: connectors reference 6.2; published
 * contract of Microsoft.ResourceGraph.
 */
import { authorizationFailed } from '#access';
import { type ArmResponse, formatTime, type Json, type JsonObject, stringifyJson, TocsinError } from '#foundation';
import {
  askResourceGraph,
  type GraphFault,
  graphQuota,
  type GraphRequest,
  graphRequestOf,
  isGraphFault,
  linkedScope,
  type LinkTarget,
  passThrough,
} from '#service';
import { callerOf } from '../../call-values.ts';
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
  const target = isGraphFault(asked) ? undefined : linkedScope(services, asked);
  if (isGraphFault(asked) || isGraphFault(target)) {
    return refused(isGraphFault(asked) ? asked : (target as GraphFault), headers, call.correlationId, now);
  }
  if (target !== undefined) return elsewhere(call, target, asked);
  const answer = await askResourceGraph(services, { identity: request.identity, request: asked });
  if (!isGraphFault(answer)) return { status: 200, headers, body: answer };
  return refused(answer, headers, call.correlationId, now);
}

function refused(
  fault: GraphFault,
  headers: Readonly<Record<string, string>>,
  correlationId: string,
  now: number,
): ArmResponse {
  return { status: fault.status ?? 400, headers, body: { error: errorOf(fault, correlationId, now) } };
}

/** Asks the cloud of linked subscriptions, for whoever may read each of them as a whole. */
function elsewhere(call: RouteCall, target: LinkTarget, asked: GraphRequest): Promise<ArmResponse> {
  const action = 'Microsoft.ResourceGraph/resources/read';
  const { request, services } = call;
  for (const id of asked.subscriptions ?? []) {
    const scope = `/subscriptions/${id}`;
    if (!call.allowed(action, scope)) throw new TocsinError(authorizationFailed(request.identity, action, scope));
  }
  // What was judged is what is sent: the body as it was read, not its bytes.
  const { rawBytes: _bytes, ...rest } = request;
  return passThrough(services, {
    caller: callerOf(call),
    target,
    here: request.baseUrl,
    path: request.path,
    request: { ...rest, rawBody: stringifyJson(request.body ?? {}) },
    isRead: true,
    operation: action,
    resourceId: '/',
  });
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
