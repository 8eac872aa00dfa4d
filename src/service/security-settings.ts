/**
 * The small things that clients of `Microsoft.Security` ask for: plans, export settings, tasks.
 *
 * Owns: their defaults and the little state they have. Nothing else depends on it: every detection works whatever the plan.
 * Source: management API reference 5.6.
 */
import { assessedResource, looseMember, looseText, uuid5 } from '#events';
import {
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  textMember,
  type Write,
} from '#foundation';
import { listEvents } from './read-events.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export const planNames = [
  'VirtualMachines',
  'SqlServers',
  'AppServices',
  'StorageAccounts',
  'SqlServerVirtualMachines',
  'OpenSourceRelationalDatabases',
  'CosmosDbs',
  'Containers',
  'KeyVaults',
  'Dns',
  'Arm',
  'Api',
  'CloudPosture',
] as const;

export const settingKinds: Readonly<Record<string, string>> = {
  MCAS: 'DataExportSettings',
  WDATP: 'DataExportSettings',
  Sentinel: 'AlertSyncSettings',
};

const stateCollection = 'securitySettings';

function stateKey(subscriptionId: string, kind: string, name: string): string {
  return `${subscriptionId}/${kind}/${name}`.toLowerCase();
}

function stored(
  services: Pick<Services, 'store'>,
  subscriptionId: string,
  kind: string,
  name: string,
): JsonObject | undefined {
  return services.store.documents.get(stateCollection, stateKey(subscriptionId, kind, name))?.body;
}

export interface SettingRequest {
  readonly caller: Caller;
  readonly subscriptionId: string;
  readonly name: string;
  readonly body?: Json | undefined;
}

function stateWrites(services: Services, request: SettingRequest, kind: string, body: JsonObject): readonly Write[] {
  const { subscriptionId, name, caller } = request;
  const resourceId = `/subscriptions/${subscriptionId}/providers/Microsoft.Security/${kind}/${name}`;
  return [
    {
      kind: 'putDocument',
      document: {
        collection: stateCollection,
        key: stateKey(subscriptionId, kind, name),
        parent: subscriptionId.toLowerCase(),
        time: services.clock.now(),
        status: '',
        body,
      },
    },
    activityWrite(services, caller, { operation: `Microsoft.Security/${kind}/write`, resourceId }),
  ];
}

// --- Plans ------------------------------------------------------------------------------------------------------

/** The plan's name in its own spelling. @throws TocsinError `ResourceNotFound`. */
function planName(name: string): string {
  const found = planNames.find((each) => each.toLowerCase() === name.toLowerCase());
  return found ?? raise('ResourceNotFound', `There is no plan '${name}'.`);
}

export function pricingAnswer(services: Pick<Services, 'store'>, subscriptionId: string, name: string): JsonObject {
  const plan = planName(name);
  const tier = textMember(stored(services, subscriptionId, 'pricings', plan), 'pricingTier') ?? 'Free';
  return {
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.Security/pricings/${plan}`,
    name: plan,
    type: 'Microsoft.Security/pricings',
    properties: { pricingTier: tier, freeTrialRemainingTime: 'PT0S' },
  };
}

/** @throws TocsinError `ResourceNotFound`, `InvalidParameter`. */
export async function putPricing(services: Services, request: SettingRequest): Promise<JsonObject> {
  const name = planName(request.name);
  const given = textMember(memberOf(request.body, 'properties'), 'pricingTier');
  const tier = ['Free', 'Standard'].find((each) => each.toLowerCase() === given?.toLowerCase());
  if (tier === undefined)
    return raise('InvalidParameter', 'pricingTier must be Free or Standard.', { target: 'properties.pricingTier' });
  await services.store.commit(stateWrites(services, { ...request, name }, 'pricings', { pricingTier: tier }));
  return pricingAnswer(services, request.subscriptionId, name);
}

// --- Settings ---------------------------------------------------------------------------------------------------

function settingName(name: string): string {
  const found = Object.keys(settingKinds).find((each) => each.toLowerCase() === name.toLowerCase());
  return found ?? raise('ResourceNotFound', `There is no setting '${name}'.`);
}

export function settingAnswer(services: Pick<Services, 'store'>, subscriptionId: string, name: string): JsonObject {
  const setting = settingName(name);
  const enabled = memberOf(stored(services, subscriptionId, 'settings', setting), 'enabled') === true;
  return {
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.Security/settings/${setting}`,
    name: setting,
    type: 'Microsoft.Security/settings',
    kind: settingKinds[setting] ?? '',
    properties: { enabled },
  };
}

/** @throws TocsinError `ResourceNotFound`, `InvalidParameter`. */
export async function putSetting(services: Services, request: SettingRequest): Promise<JsonObject> {
  const name = settingName(request.name);
  const properties = memberOf(request.body, 'properties');
  const enabled = memberOf(properties, 'enabled');
  if (!isJsonObject(properties) || typeof enabled !== 'boolean') {
    return raise('InvalidParameter', 'enabled must be true or false.', { target: 'properties.enabled' });
  }
  await services.store.commit(stateWrites(services, { ...request, name }, 'settings', { enabled }));
  return settingAnswer(services, request.subscriptionId, name);
}

// --- Tasks: the old form of recommendations ---------------------------------------------------------------------

const taskStates: Readonly<Record<string, string>> = {
  activate: 'Active',
  dismiss: 'Dismissed',
  start: 'Active',
  resolve: 'Resolved',
  close: 'Closed',
};

/** One task per unhealthy recommendation, newest first. */
export async function listTasks(
  services: Services,
  query: { readonly subscriptionId: string; readonly resourceGroup?: string },
): Promise<readonly JsonObject[]> {
  const { subscriptionId, resourceGroup } = query;
  const { events } = await listEvents(services, {
    kind: 'Assessments',
    subscriptionId,
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    statuses: ['Unhealthy'],
    fits: () => true,
    count: 10_000,
  });
  return events.map(({ id, body, document, resourceGroup: group }) => {
    const name = uuid5('task', id.toLowerCase());
    const place = group === undefined ? '' : `/resourceGroups/${group}`;
    const properties = looseMember(body, 'properties');
    const changed = looseText(looseMember(properties, 'status'), 'statusChangeDate') ?? formatTime(document.time);
    return {
      id: `/subscriptions/${subscriptionId}${place}/providers/Microsoft.Security/locations/centralus/tasks/${name}`,
      name,
      type: 'Microsoft.Security/locations/tasks',
      properties: {
        state: textMember(stored(services, subscriptionId, 'tasks', name), 'state') ?? 'Active',
        subState: 'NA',
        creationTimeUtc: formatTime(document.time),
        lastStateChangeTimeUtc: changed,
        securityTaskParameters: {
          name: looseText(properties, 'displayName') ?? name,
          policyName: looseText(properties, 'displayName') ?? name,
          assessmentKey: id.slice(id.lastIndexOf('/') + 1),
          resourceId: assessedResource(id) ?? '',
          ...machineOf(assessedResource(id)),
        },
      },
    };
  });
}

/** What the task of a machine tells beside: playbooks of that time read it. */
function machineOf(resourceId: string | undefined): JsonObject {
  const name = /\/virtualMachines\/([^/]+)$/i.exec(resourceId ?? '')?.[1];
  return name === undefined ? {} : { vmId: resourceId ?? '', vmName: name };
}

/** @throws TocsinError `ResourceNotFound`, `InvalidParameter`. */
export async function changeTask(
  services: Services,
  request: SettingRequest & { readonly action: string },
): Promise<void> {
  const state = taskStates[request.action.toLowerCase()];
  if (state === undefined)
    raise('InvalidParameter', `'${request.action}' is not one of Activate, Dismiss, Start, Resolve, Close.`);
  const task = (await listTasks(services, request)).find(({ name }) => name === request.name.toLowerCase());
  if (task === undefined) raise('ResourceNotFound', `There is no task '${request.name}'.`);
  await services.store.commit(
    stateWrites(services, { ...request, name: request.name.toLowerCase() }, 'tasks', { state: state ?? 'Active' }),
  );
}
