/**
 * `Microsoft.Security/automations`.
 *
 * Owns: the mapping. Source: management API reference 4 and 5.1.
 */
import type { ArmResponse } from '#foundation';
import {
  automationAnswer,
  automationType,
  changeAutomation,
  deleteAutomation,
  putAutomation,
  requireAutomation,
  validateAutomation,
} from '#service';
import { callerOf, segment } from '../../call-values.ts';
import { page } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { automationVersions } from './versions.data.ts';

const inSubscription = `/subscriptions/{subscription}/providers/${automationType}`;
const inGroup = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${automationType}`;
const one = `${inGroup}/{name}`;

function idOf(call: RouteCall): string {
  const scope = `/subscriptions/${segment(call, 'subscription')}/resourceGroups/${segment(call, 'group')}`;
  return `${scope}/providers/${automationType}/${segment(call, 'name')}`;
}

function list(call: RouteCall): ArmResponse {
  const { resources } = call.services.store;
  const resourceGroup = call.path['group'];
  const query = {
    type: automationType,
    subscriptionId: segment(call, 'subscription'),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
  };
  const body = page(
    call.request,
    {
      read: (top, after) => resources.list({ ...query, top, ...(after === undefined ? {} : { after }) }),
      position: ({ id }) => id.toLowerCase(),
      shape: automationAnswer,
    },
    { usual: 500 },
  );
  return { status: 200, body };
}

function requestOf(call: RouteCall) {
  const { request } = call;
  return {
    id: idOf(call),
    body: request.body,
    caller: callerOf(call),
    headers: request.headers,
    allowed: (action: string, scope: string) => call.allowed(action, scope),
  };
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const { created, answer } = await putAutomation(call.services, requestOf(call));
  return { status: created ? 201 : 200, body: answer };
}

async function patch(call: RouteCall): Promise<ArmResponse> {
  return { status: 200, body: (await changeAutomation(call.services, requestOf(call))).answer };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  await deleteAutomation(call.services, requestOf(call));
  return { status: 204 };
}

function validate(call: RouteCall): ArmResponse {
  const { request } = call;
  const proposal = {
    id: idOf(call),
    body: request.body,
    identity: request.identity,
    allowed: (action: string, scope: string) => call.allowed(action, scope),
  };
  return { status: 200, body: validateAutomation(call.services, proposal) };
}

const apiVersions = automationVersions;
const read = { action: `${automationType}/read` };
const write = { action: `${automationType}/write` };

export const automationRoutes: readonly Route[] = [
  { method: 'GET', pattern: inSubscription, permission: read, apiVersions, handle: list },
  { method: 'GET', pattern: inGroup, permission: read, apiVersions, handle: list },
  {
    method: 'GET',
    pattern: one,
    permission: read,
    apiVersions,
    handle: (call) => ({ status: 200, body: automationAnswer(requireAutomation(call.services, idOf(call))) }),
  },
  { method: 'PUT', pattern: one, permission: write, apiVersions, handle: put },
  { method: 'PATCH', pattern: one, permission: write, apiVersions, handle: patch },
  {
    method: 'DELETE',
    pattern: one,
    permission: { action: `${automationType}/delete` },
    apiVersions,
    anyGroup: true,
    handle: remove,
  },
  {
    method: 'POST',
    pattern: `${one}/validate`,
    permission: { action: `${automationType}/validate/action` },
    apiVersions,
    anyGroup: true,
    handle: validate,
  },
];
