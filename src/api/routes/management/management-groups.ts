/** Management groups. Source: ARM reference 4 and 9. */
import { authorizationFailed } from '#access';
import { type ArmResponse, raise, textMember, TocsinError } from '#foundation';
import {
  allEntities,
  changeHierarchySettings,
  childSubscriptions,
  deleteHierarchySettings,
  deleteManagementGroup,
  descendantsOf,
  entityAnswer,
  findGroup,
  groupAnswer,
  groupChangeOf,
  type GroupExpansion,
  groupListItem,
  groupPatchOf,
  groupSubscriptionAnswer,
  hierarchySettingsAnswer,
  managementGroupType,
  moveSubscription,
  noExpansion,
  putManagementGroup,
  requireManagementGroup,
  requireRoot,
  selectedEntities,
  selectedEntityMembers,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { asyncOperationAndLocation } from '../../long-running.ts';
import { pageOfList } from '../../paging.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';
import { managementVersions } from '../../versions.data.ts';

const all = '/providers/Microsoft.Management/managementGroups';
const one = `${all}/{group}`;
const writeAction = 'Microsoft.Management/managementGroups/write';

function expansionOf(call: RouteCall): GroupExpansion {
  const words = (parameter(call, '$expand') ?? '').toLowerCase().split(',');
  const filter = parameter(call, '$filter') ?? '';
  return {
    children: words.includes('children'),
    recurse: parameter(call, '$recurse')?.toLowerCase() === 'true',
    path: words.includes('path'),
    ancestors: words.includes('ancestors'),
    withoutSubscriptions: /^\s*children\.childType\s+ne\s+'?Subscription'?\s*$/i.test(filter),
  };
}

function list(call: RouteCall): ArmResponse {
  const groups = call.services.store.resources.list({ type: managementGroupType }).filter(({ id }) => call.visible(id));
  return { status: 200, body: pageOfList(call.request, groups, (group) => groupListItem(call.services, group)) };
}

function get(call: RouteCall): ArmResponse {
  const group = requireManagementGroup(call.services, segment(call, 'group'));
  return { status: 200, body: groupAnswer(call.services, group, expansionOf(call)) };
}

function requireRight(call: RouteCall, action: string, scope: string): void {
  if (call.allowed(action, scope)) return;
  throw new TocsinError(authorizationFailed(call.request.identity, action, scope));
}

async function write(call: RouteCall, mode: 'put' | 'patch'): Promise<ArmResponse> {
  const given = mode === 'put' ? groupChangeOf(call.request.body) : groupPatchOf(call.request.body);
  const change = {
    caller: callerOf(call),
    name: segment(call, 'group'),
    ...given,
    mayWrite: (groupId: string) => requireRight(call, writeAction, groupId),
  };
  const group = await putManagementGroup(call.services, change, mode);
  // 200 also for a new group: clients take a 201 for a failure.
  return { status: 200, body: groupAnswer(call.services, group, noExpansion) };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const operation = await deleteManagementGroup(call.services, callerOf(call), segment(call, 'group'));
  if (operation === undefined) return { status: 204 };
  return { status: 202, headers: asyncOperationAndLocation(call, operation) };
}

function descendants(call: RouteCall): ArmResponse {
  const group = requireManagementGroup(call.services, segment(call, 'group'));
  return { status: 200, body: pageOfList(call.request, descendantsOf(call.services, group), (item) => item) };
}

function listSubscriptions(call: RouteCall): ArmResponse {
  const group = requireManagementGroup(call.services, segment(call, 'group'));
  const found = childSubscriptions(call.services, group.id);
  const body = pageOfList(call.request, found, (child) => groupSubscriptionAnswer(call.services, group.id, child));
  return { status: 200, body };
}

function getSubscription(call: RouteCall): ArmResponse {
  const group = requireManagementGroup(call.services, segment(call, 'group'));
  const wanted = segment(call, 'subscription').toLowerCase();
  const found = childSubscriptions(call.services, group.id).find(({ name }) => name.toLowerCase() === wanted);
  if (found === undefined) {
    return raise('NotFound', `The subscription '${wanted}' is not in the management group '${group.name}'.`);
  }
  return { status: 200, body: groupSubscriptionAnswer(call.services, group.id, found) };
}

function moveTo(call: RouteCall, subscriptionId: string, group: string): ReturnType<typeof moveSubscription> {
  return moveSubscription(call.services, {
    caller: callerOf(call),
    subscriptionId,
    group,
    require: (action, scope) => requireRight(call, action, scope),
  });
}

async function putSubscription(call: RouteCall): Promise<ArmResponse> {
  const { services } = call;
  const [subscription, name] = [segment(call, 'subscription'), segment(call, 'group')];
  const moved = await moveTo(call, subscription, name);
  const groupId = requireManagementGroup(services, name).id;
  return { status: 200, body: groupSubscriptionAnswer(services, groupId, moved) };
}

async function removeSubscription(call: RouteCall): Promise<ArmResponse> {
  const { services } = call;
  const group = requireManagementGroup(services, segment(call, 'group'));
  const wanted = segment(call, 'subscription').toLowerCase();
  const inside = childSubscriptions(services, group.id).some(({ name }) => name.toLowerCase() === wanted);
  if (!inside) return { status: 204 };
  await moveTo(call, wanted, services.settings.tenantId);
  return { status: 200 };
}

function entities(call: RouteCall): ArmResponse {
  const visible = allEntities(call.services).filter(({ id }) => call.visible(id));
  const option = <N extends string>(name: N, value: string | undefined) =>
    value === undefined ? {} : { [name]: value };
  const select = parameter(call, '$select');
  const shown = selectedEntities(call.services, visible, {
    ...option('search', parameter(call, '$search')),
    ...option('view', parameter(call, '$view')),
    ...option('filter', parameter(call, '$filter')),
    ...option('groupName', parameter(call, 'groupName')),
    mayWrite: (id) => call.allowed(writeAction, id),
  });
  const permissionOf = (id: string): string => {
    if (call.allowed('Microsoft.Management/managementGroups/delete', id)) return 'delete';
    if (call.allowed(writeAction, id)) return 'edit';
    return call.allowed('Microsoft.Management/managementGroups/read', id) ? 'view' : 'noaccess';
  };
  const body = pageOfList(call.request, shown, (item) =>
    selectedEntityMembers(entityAnswer(call.services, item, permissionOf(item.id)), select),
  );
  return { status: 200, body: { ...body, count: shown.length } };
}

function checkName(call: RouteCall): ArmResponse {
  const name = textMember(call.request.body, 'name') ?? '';
  const valid = /^[-\w.()]{1,90}$/.test(name);
  if (valid && findGroup(call.services, name) === undefined) return { status: 200, body: { nameAvailable: true } };
  const reason = valid ? 'AlreadyExists' : 'Invalid';
  return {
    status: 200,
    body: { nameAvailable: false, reason, message: `The group id '${name.slice(0, 120)}' cannot be used.` },
  };
}

function settings(call: RouteCall): ArmResponse {
  requireRoot(call.services, segment(call, 'group'));
  return { status: 200, body: hierarchySettingsAnswer(call.services) };
}

function listSettings(call: RouteCall): ArmResponse {
  requireRoot(call.services, segment(call, 'group'));
  return { status: 200, body: { value: [hierarchySettingsAnswer(call.services)] } };
}

async function writeSettings(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  return {
    status: 200,
    body: await changeHierarchySettings(services, callerOf(call), segment(call, 'group'), request.body),
  };
}

async function removeSettings(call: RouteCall): Promise<ArmResponse> {
  await deleteHierarchySettings(call.services, callerOf(call), segment(call, 'group'));
  return { status: 200 };
}

function backfill(call: RouteCall): ArmResponse {
  return { status: 200, body: { tenantId: call.services.settings.tenantId, status: 'Completed' } };
}

const signedIn: Permission = { signedIn: true };

function guarded(verb: string): Permission {
  return { action: `Microsoft.Management/managementGroups/${verb}`, scope: (path) => `${all}/${path['group'] ?? ''}` };
}

function route(method: Route['method'], pattern: string, permission: Permission, handle: Route['handle']): Route {
  return { method, pattern, permission, apiVersions: managementVersions, handle };
}

const provider = '/providers/Microsoft.Management';

export const managementGroupRoutes: readonly Route[] = [
  route('GET', all, signedIn, list),
  route('GET', one, guarded('read'), get),
  route('GET', `${one}/settings`, guarded('settings/read'), listSettings),
  route('GET', `${one}/settings/default`, guarded('settings/read'), settings),
  route('PUT', `${one}/settings/default`, guarded('settings/write'), writeSettings),
  route('PATCH', `${one}/settings/default`, guarded('settings/write'), writeSettings),
  route('DELETE', `${one}/settings/default`, guarded('settings/delete'), removeSettings),
  // A new group has no roles of its own yet, so the use case asks at its parent.
  route('PUT', one, signedIn, (call) => write(call, 'put')),
  route('PATCH', one, signedIn, (call) => write(call, 'patch')),
  route('DELETE', one, guarded('delete'), remove),
  route('GET', `${one}/descendants`, guarded('descendants/read'), descendants),
  route('GET', `${one}/subscriptions`, guarded('subscriptions/read'), listSubscriptions),
  route('GET', `${one}/subscriptions/{subscription}`, guarded('subscriptions/read'), getSubscription),
  // Rights are asked of the subscription and of both groups.
  route('PUT', `${one}/subscriptions/{subscription}`, signedIn, putSubscription),
  route('DELETE', `${one}/subscriptions/{subscription}`, signedIn, removeSubscription),
  route('POST', `${provider}/getEntities`, signedIn, entities),
  route('POST', `${provider}/checkNameAvailability`, signedIn, checkName),
  route('POST', `${provider}/startTenantBackfill`, signedIn, backfill),
  route('POST', `${provider}/tenantBackfillStatus`, signedIn, backfill),
];
