/** Resource groups. Source: ARM reference 4 and 8.2. */
import { type ArmResponse, orThrow } from '#foundation';
import {
  changeResourceGroup,
  deleteResourceGroup,
  exportGroup,
  matchingResources,
  planResourceFilter,
  putResourceGroup,
  requireGroup,
  resourceGroupAnswer,
  resourceGroupId,
  resourceGroupType,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { acceptedAtLocation } from '../../long-running.ts';
import { page } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { resourceVersions } from '../../versions.data.ts';

const groups = '/subscriptions/{subscription}/resourceGroups';
const one = `${groups}/{group}`;
const type = 'Microsoft.Resources/subscriptions/resourceGroups';

function named(call: RouteCall): { readonly subscriptionId: string; readonly name: string } {
  return { subscriptionId: segment(call, 'subscription'), name: segment(call, 'group') };
}

function list(call: RouteCall): ArmResponse {
  const { resources } = call.services.store;
  const subscriptionId = segment(call, 'subscription');
  const fits = orThrow(planResourceFilter(parameter(call, '$filter') ?? ''));
  const query = { type: resourceGroupType, subscriptionId };
  const body = page(
    call.request,
    {
      read: (count, after) =>
        matchingResources(resources, query, (group) => fits(group) && call.visible(group.id), count, after),
      position: ({ id }) => id.toLowerCase(),
      shape: resourceGroupAnswer,
    },
    { usual: 1000 },
  );
  return { status: 200, body };
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const request = { caller: callerOf(call), ...named(call), body: call.request.body };
  const { created, answer } = await putResourceGroup(call.services, request);
  return { status: created ? 201 : 200, body: answer };
}

async function patch(call: RouteCall): Promise<ArmResponse> {
  const request = { caller: callerOf(call), ...named(call), body: call.request.body };
  return { status: 200, body: (await changeResourceGroup(call.services, request)).answer };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const operation = await deleteResourceGroup(call.services, { caller: callerOf(call), ...named(call) });
  return acceptedAtLocation(call, operation);
}

async function exported(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const groupId = requireGroup(services, named(call)).id;
  const reader = { caller: callerOf(call), baseUrl: request.baseUrl };
  return { status: 200, body: await exportGroup(services, reader, { groupId, body: request.body }) };
}

/** HEAD says with 204 or 404 whether the group exists. */
function exists(call: RouteCall): ArmResponse {
  const { subscriptionId, name } = named(call);
  return { status: call.services.store.resources.get(resourceGroupId(subscriptionId, name)) === undefined ? 404 : 204 };
}

export const resourceGroupRoutes: readonly Route[] = [
  { method: 'GET', pattern: groups, permission: { signedIn: true }, apiVersions: resourceVersions, handle: list },
  {
    method: 'HEAD',
    pattern: one,
    permission: { action: `${type}/read` },
    apiVersions: resourceVersions,
    handle: exists,
  },
  {
    method: 'GET',
    pattern: one,
    permission: { action: `${type}/read` },
    apiVersions: resourceVersions,
    handle: (call) => ({ status: 200, body: resourceGroupAnswer(requireGroup(call.services, named(call))) }),
  },
  {
    method: 'PUT',
    pattern: one,
    permission: { action: `${type}/write` },
    apiVersions: resourceVersions,
    handle: put,
  },
  {
    method: 'PATCH',
    pattern: one,
    permission: { action: `${type}/write` },
    apiVersions: resourceVersions,
    handle: patch,
  },
  {
    method: 'DELETE',
    pattern: one,
    permission: { action: `${type}/delete` },
    apiVersions: resourceVersions,
    handle: remove,
  },
  {
    method: 'POST',
    pattern: `${one}/exportTemplate`,
    permission: {
      action: `${type}/exportTemplate/action`,
      scope: (path) => `/subscriptions/${path['subscription'] ?? ''}/resourceGroups/${path['group'] ?? ''}`,
    },
    apiVersions: resourceVersions,
    handle: exported,
  },
];
