/**
 * `Microsoft.Security/alertsSuppressionRules`.
 *
 * Owns: the mapping. Source: management API reference 4 and 5.3.
 */
import { type ArmResponse, memberOf, TocsinError } from '#foundation';
import {
  deleteSuppressionRule,
  putSuppressionRule,
  resourceNotFound,
  suppressionRuleAnswer,
  suppressionRuleId,
  suppressionRuleType,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { suppressionRuleVersions } from './versions.data.ts';

const all = `/subscriptions/{subscription}/providers/${suppressionRuleType}`;
const one = `${all}/{name}`;

function named(call: RouteCall) {
  return { caller: callerOf(call), subscriptionId: segment(call, 'subscription'), name: segment(call, 'name') };
}

function list(call: RouteCall): ArmResponse {
  const { services, request } = call;
  const wanted = parameter(call, 'AlertType')?.toLowerCase();
  const rules = services.store.resources
    .list({ type: suppressionRuleType, subscriptionId: segment(call, 'subscription') })
    .filter((rule) => {
      const type = memberOf(memberOf(rule.body, 'properties'), 'alertType');
      return wanted === undefined || (typeof type === 'string' && type.toLowerCase() === wanted);
    });
  return { status: 200, body: pageOfList(request, rules, (rule) => suppressionRuleAnswer(services, rule)) };
}

function get(call: RouteCall): ArmResponse {
  const { services } = call;
  const id = suppressionRuleId(segment(call, 'subscription'), segment(call, 'name'));
  const rule = services.store.resources.get(id);
  if (rule === undefined) throw new TocsinError(resourceNotFound(id));
  return { status: 200, body: suppressionRuleAnswer(services, rule) };
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const answer = await putSuppressionRule(call.services, { ...named(call), body: call.request.body });
  return { status: 200, body: answer };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  await deleteSuppressionRule(call.services, named(call));
  return { status: 204 };
}

const apiVersions = suppressionRuleVersions;

export const suppressionRuleRoutes: readonly Route[] = [
  { method: 'GET', pattern: all, permission: { action: `${suppressionRuleType}/read` }, apiVersions, handle: list },
  { method: 'GET', pattern: one, permission: { action: `${suppressionRuleType}/read` }, apiVersions, handle: get },
  { method: 'PUT', pattern: one, permission: { action: `${suppressionRuleType}/write` }, apiVersions, handle: put },
  {
    method: 'DELETE',
    pattern: one,
    permission: { action: `${suppressionRuleType}/delete` },
    apiVersions,
    handle: remove,
  },
];
