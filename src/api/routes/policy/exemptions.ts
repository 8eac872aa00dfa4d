/** Policy exemptions, at every scope. Source: management API reference 4, 10.1. */
import type { ArmResponse } from '#foundation';
import {
  changePolicyExemption,
  deletePolicyExemption,
  listPolicyExemptions,
  putPolicyExemption,
  readPolicyExemption,
} from '#service';
import { segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { policyExemptionVersions } from '../../versions.data.ts';
import { atPolicyScope, deletedAnswer, policyListOf, policyPage, policyRequestOf } from './policy-call.ts';

const pattern = '{scope*}/providers/Microsoft.Authorization/policyExemptions';

async function put(call: RouteCall): Promise<ArmResponse> {
  const { answer, created } = await putPolicyExemption(call.services, policyRequestOf(call));
  return { status: created ? 201 : 200, body: answer };
}

async function patch(call: RouteCall): Promise<ArmResponse> {
  const { answer } = await changePolicyExemption(call.services, policyRequestOf(call));
  return { status: 200, body: answer };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  return deletedAnswer(await deletePolicyExemption(call.services, policyRequestOf(call)));
}

function get(call: RouteCall): ArmResponse {
  return { status: 200, body: readPolicyExemption(call.services, segment(call, 'scope'), segment(call, 'name')) };
}

function route(method: Route['method'], verb: string, named: boolean, handle: Route['handle']): Route {
  return {
    method,
    pattern: named ? `${pattern}/{name}` : pattern,
    permission: atPolicyScope('policyExemptions', verb),
    apiVersions: policyExemptionVersions,
    handle,
  };
}

export const policyExemptionRoutes: readonly Route[] = [
  route('GET', 'read', false, (call) => policyPage(call, listPolicyExemptions(call.services, policyListOf(call)))),
  route('GET', 'read', true, get),
  route('PUT', 'write', true, put),
  route('PATCH', 'write', true, patch),
  route('DELETE', 'delete', true, remove),
];
