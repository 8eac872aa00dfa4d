/**
 * The small resources of `Microsoft.Security`: locations, tasks, plans, settings.
 *
 * Owns: the mapping. Source: management API reference 5.6.
 */
import { type ArmResponse, raise } from '#foundation';
import {
  changeTask,
  homeRegion,
  listTasks,
  planNames,
  pricingAnswer,
  putPricing,
  putSetting,
  settingAnswer,
  settingKinds,
} from '#service';
import { callerOf, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { locationVersions, pricingVersions, settingVersions } from './versions.data.ts';

const subscription = '/subscriptions/{subscription}';
const provider = `${subscription}/providers/Microsoft.Security`;

function requestOf(call: RouteCall) {
  return {
    caller: callerOf(call),
    subscriptionId: segment(call, 'subscription'),
    name: segment(call, 'name'),
    body: call.request.body,
  };
}

// --- Locations --------------------------------------------------------------------------------------------------

function location(call: RouteCall) {
  return {
    id: `/subscriptions/${segment(call, 'subscription')}/providers/Microsoft.Security/locations/${homeRegion}`,
    name: homeRegion,
    type: 'Microsoft.Security/locations',
    properties: { homeRegionName: homeRegion },
  };
}

const locationRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: `${provider}/locations`,
    permission: { action: 'Microsoft.Security/locations/read' },
    apiVersions: locationVersions,
    handle: (call) => ({ status: 200, body: { value: [location(call)] } }),
  },
  {
    method: 'GET',
    pattern: `${provider}/locations/{location}`,
    permission: { action: 'Microsoft.Security/locations/read' },
    apiVersions: locationVersions,
    handle: (call) => ({ status: 200, body: location(call) }),
  },
];

// --- Tasks ------------------------------------------------------------------------------------------------------

async function tasks(call: RouteCall): Promise<ArmResponse> {
  const resourceGroup = call.path['group'];
  const found = await listTasks(call.services, {
    subscriptionId: segment(call, 'subscription'),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
  });
  const name = call.path['name']?.toLowerCase();
  if (name === undefined) return { status: 200, body: pageOfList(call.request, found, (task) => task) };
  const task = found.find((each) => each['name'] === name);
  return { status: 200, body: task ?? raise('ResourceNotFound', `There is no task '${name}'.`) };
}

async function changeTaskState(call: RouteCall): Promise<ArmResponse> {
  await changeTask(call.services, { ...requestOf(call), action: segment(call, 'action') });
  return { status: 204 };
}

const readTasks = { action: 'Microsoft.Security/tasks/read' };

const taskRoutes: readonly Route[] = [
  ...[subscription, `${subscription}/resourceGroups/{group}`].flatMap((scope): readonly Route[] =>
    ['tasks', 'locations/{location}/tasks', 'locations/{location}/tasks/{name}'].map((path) => ({
      method: 'GET',
      pattern: `${scope}/providers/Microsoft.Security/${path}`,
      permission: readTasks,
      apiVersions: locationVersions,
      anyGroup: true,
      handle: tasks,
    })),
  ),
  ...[subscription, `${subscription}/resourceGroups/{group}`].map(
    (scope): Route => ({
      method: 'POST',
      pattern: `${scope}/providers/Microsoft.Security/locations/{location}/tasks/{name}/{action}`,
      permission: { action: 'Microsoft.Security/locations/tasks/write' },
      apiVersions: locationVersions,
      anyGroup: true,
      handle: changeTaskState,
    }),
  ),
];

// --- Plans and settings -----------------------------------------------------------------------------------------

const planRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: `${provider}/pricings`,
    permission: { action: 'Microsoft.Security/pricings/read' },
    apiVersions: pricingVersions,
    handle: (call) => {
      const subscriptionId = segment(call, 'subscription');
      return {
        status: 200,
        body: { value: planNames.map((name) => pricingAnswer(call.services, subscriptionId, name)) },
      };
    },
  },
  {
    method: 'GET',
    pattern: `${provider}/pricings/{name}`,
    permission: { action: 'Microsoft.Security/pricings/read' },
    apiVersions: pricingVersions,
    handle: (call) => ({
      status: 200,
      body: pricingAnswer(call.services, segment(call, 'subscription'), segment(call, 'name')),
    }),
  },
  {
    method: 'PUT',
    pattern: `${provider}/pricings/{name}`,
    permission: { action: 'Microsoft.Security/pricings/write' },
    apiVersions: pricingVersions,
    handle: async (call) => ({ status: 200, body: await putPricing(call.services, requestOf(call)) }),
  },
  {
    method: 'GET',
    pattern: `${provider}/settings`,
    permission: { action: 'Microsoft.Security/settings/read' },
    apiVersions: settingVersions,
    handle: (call) => {
      const subscriptionId = segment(call, 'subscription');
      const value = Object.keys(settingKinds).map((name) => settingAnswer(call.services, subscriptionId, name));
      return { status: 200, body: { value } };
    },
  },
  {
    method: 'GET',
    pattern: `${provider}/settings/{name}`,
    permission: { action: 'Microsoft.Security/settings/read' },
    apiVersions: settingVersions,
    handle: (call) => ({
      status: 200,
      body: settingAnswer(call.services, segment(call, 'subscription'), segment(call, 'name')),
    }),
  },
  {
    method: 'PUT',
    pattern: `${provider}/settings/{name}`,
    permission: { action: 'Microsoft.Security/settings/write' },
    apiVersions: settingVersions,
    handle: async (call) => ({ status: 200, body: await putSetting(call.services, requestOf(call)) }),
  },
];

export const securitySettingRoutes: readonly Route[] = [...locationRoutes, ...taskRoutes, ...planRoutes];
