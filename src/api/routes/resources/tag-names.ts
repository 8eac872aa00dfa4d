/** `tagNames` of a subscription. Source: ARM reference 8.2. */
import type { ArmResponse } from '#foundation';
import { deleteTagName, listTagNames, putTagName, type TagNameRequest } from '#service';
import { callerOf, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';
import { resourceVersions } from '../../versions.data.ts';

function requestOf(call: RouteCall): TagNameRequest {
  const { value } = call.path;
  return {
    caller: callerOf(call),
    subscriptionId: segment(call, 'subscription'),
    name: segment(call, 'name'),
    ...(value === undefined ? {} : { value }),
  };
}

async function list(call: RouteCall): Promise<ArmResponse> {
  const names = await listTagNames(call.services, segment(call, 'subscription'));
  return { status: 200, body: pageOfList(call.request, names, (name) => name, { usual: 500 }) };
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const { body, created } = await putTagName(call.services, requestOf(call));
  return { status: created ? 201 : 200, body };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  return { status: (await deleteTagName(call.services, requestOf(call))) ? 200 : 204 };
}

const names = '/subscriptions/{subscription}/tagNames';
const scope = (path: PathValues): string => `/subscriptions/${path['subscription'] ?? ''}`;

function route(method: Route['method'], pattern: string, action: string, handle: Route['handle']): Route {
  return { method, pattern, permission: { action, scope }, apiVersions: resourceVersions, handle };
}

const action = 'Microsoft.Resources/subscriptions/tagNames';

export const tagNameRoutes: readonly Route[] = [
  route('GET', names, `${action}/read`, list),
  route('PUT', `${names}/{name}`, `${action}/write`, put),
  route('DELETE', `${names}/{name}`, `${action}/delete`, remove),
  route('PUT', `${names}/{name}/tagValues/{value}`, `${action}/tagValues/write`, put),
  route('DELETE', `${names}/{name}/tagValues/{value}`, `${action}/tagValues/delete`, remove),
];
