/**
 * What the routes of policy resources share.
 *
 * Owns: the request of a call, the permission at a scope. Source: management API reference 10.1.
 */
import type { ArmResponse, JsonObject } from '#foundation';
import type { PolicyRequest } from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';

export function policyRequestOf(call: RouteCall): PolicyRequest {
  return {
    caller: callerOf(call),
    scope: segment(call, 'scope'),
    name: segment(call, 'name'),
    body: call.request.body,
    groupsAbove: (scope: string) => call.groupsAbove(scope),
    allowed: (action, scope) => call.allowed(action, scope),
  };
}

export function policyListOf(call: RouteCall) {
  return {
    scope: call.path['scope'] ?? '',
    filter: parameter(call, '$filter') ?? '',
    groupsAbove: (scope: string) => call.groupsAbove(scope),
  };
}

const sizes = { usual: 500, most: 1000 };

export function policyPage(call: RouteCall, items: readonly JsonObject[]): ArmResponse {
  return { status: 200, body: pageOfList(call.request, items, (item) => item, sizes) };
}

/** Policies are decided at the scope they stand at, not at their own id. */
export function atPolicyScope(type: string, verb: string): Route['permission'] {
  return { action: `Microsoft.Authorization/${type}/${verb}`, scope: (path: PathValues) => path['scope'] ?? '' };
}

/** 200 with what was deleted, 204 when it was not there. */
export function deletedAnswer(body: JsonObject | undefined): ArmResponse {
  return body === undefined ? { status: 204 } : { status: 200, body };
}
