/** Policy assignments, at every scope. Source: management API reference 4, 10.1. */
import type { ArmResponse } from '#foundation';
import {
  changePolicyAssignment,
  deletePolicyAssignment,
  listPolicyAssignments,
  putPolicyAssignment,
  readPolicyAssignment,
} from '#service';
import { segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { policyVersions } from '../../versions.data.ts';
import { atPolicyScope, deletedAnswer, policyListOf, policyPage, policyRequestOf } from './policy-call.ts';

const pattern = '{scope*}/providers/Microsoft.Authorization/policyAssignments';

/** Clients take 201 only, for updates too. */
async function put(call: RouteCall): Promise<ArmResponse> {
  const { answer } = await putPolicyAssignment(call.services, policyRequestOf(call));
  return { status: 201, body: answer };
}

async function patch(call: RouteCall): Promise<ArmResponse> {
  const { answer } = await changePolicyAssignment(call.services, policyRequestOf(call));
  return { status: 200, body: answer };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  return deletedAnswer(await deletePolicyAssignment(call.services, policyRequestOf(call)));
}

function get(call: RouteCall): ArmResponse {
  return { status: 200, body: readPolicyAssignment(call.services, segment(call, 'scope'), segment(call, 'name')) };
}

function route(method: Route['method'], verb: string, named: boolean, handle: Route['handle']): Route {
  return {
    method,
    pattern: named ? `${pattern}/{name}` : pattern,
    permission: atPolicyScope('policyAssignments', verb),
    apiVersions: policyVersions,
    handle,
  };
}

export const policyAssignmentRoutes: readonly Route[] = [
  route('GET', 'read', false, (call) => policyPage(call, listPolicyAssignments(call.services, policyListOf(call)))),
  route('GET', 'read', true, get),
  route('PUT', 'write', true, put),
  route('PATCH', 'write', true, patch),
  route('DELETE', 'delete', true, remove),
];
