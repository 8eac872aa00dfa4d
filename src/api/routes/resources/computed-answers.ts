/**
 * Answers that are computed from the inventory and are no documents of it: backup status, changes of resources.
 * Source: connector reference 4 (class R).
 */
import { type ArmResponse, parseTimeText, raise } from '#foundation';
import { backupStatus, resourceChanges } from '#service';
import { parameter, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

function timeOf(call: RouteCall, name: string): number | undefined {
  const text = parameter(call, name);
  if (text === undefined) return undefined;
  return parseTimeText(text) ?? raise('BadRequest', `The value of '${name}' is not a time.`, { target: name });
}

function changes(call: RouteCall, resourceId: string): ArmResponse {
  const [from, to] = [timeOf(call, '$startTime'), timeOf(call, '$endTime')];
  if (from === undefined || to === undefined || from > to) {
    raise('BadRequest', "The parameters '$startTime' and '$endTime' are needed, the first before the second.");
  }
  if (!call.allowed('Microsoft.ChangeAnalysis/resourceChanges/read', resourceId))
    return { status: 200, body: { value: [] } };
  const found = resourceChanges(call.services, {
    resourceId,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  return { status: 200, body: pageOfList(call.request, found, (change) => change) };
}

/** Of a subscription: the resource is a parameter, as a published playbook asks. */
function changesOfParameter(call: RouteCall): ArmResponse {
  const resourceId = parameter(call, '$resourceId') ?? `/subscriptions/${segment(call, 'subscription')}`;
  const inside = resourceId.toLowerCase().startsWith(`/subscriptions/${segment(call, 'subscription').toLowerCase()}/`);
  return inside ? changes(call, resourceId) : { status: 200, body: { value: [] } };
}

export const computedAnswerRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.RecoveryServices/locations/{location}/backupStatus',
    permission: {
      action: 'Microsoft.RecoveryServices/locations/backupStatus/action',
      scope: (path) => `/subscriptions/${path['subscription'] ?? ''}`,
    },
    apiVersions: 'any',
    handle: (call) => ({ status: 200, body: backupStatus(call.services, call.request.body) }),
  },
  {
    method: 'POST',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.ChangeAnalysis/resourceChanges',
    permission: { signedIn: true },
    apiVersions: 'any',
    handle: changesOfParameter,
  },
  {
    method: 'POST',
    pattern: '{scope*}/providers/Microsoft.ChangeAnalysis/resourceChanges',
    permission: { action: 'Microsoft.ChangeAnalysis/resourceChanges/read', scope: (path) => path['scope'] ?? '' },
    apiVersions: 'any',
    handle: (call) => changes(call, segment(call, 'scope')),
  },
];
