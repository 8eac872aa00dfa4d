/** `Microsoft.Resources/tags/default` at any scope. Source: ARM reference 4 and 8.2. */
import type { ArmResponse } from '#foundation';
import { putTags, readTags, tagOperationOf } from '#service';
import { callerOf, segment } from '../../call-values.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';
import { resourceVersions } from '../../versions.data.ts';

const pattern = '{scope*}/providers/Microsoft.Resources/tags/default';

async function put(call: RouteCall): Promise<ArmResponse> {
  const body = await putTags(call.services, {
    caller: callerOf(call),
    scope: segment(call, 'scope'),
    operation: 'Replace',
    body: call.request.body,
  });
  return { status: 200, body };
}

async function patch(call: RouteCall): Promise<ArmResponse> {
  const body = await putTags(call.services, {
    caller: callerOf(call),
    scope: segment(call, 'scope'),
    operation: tagOperationOf(call.request.body),
    body: call.request.body,
  });
  return { status: 200, body };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  await putTags(call.services, {
    caller: callerOf(call),
    scope: segment(call, 'scope'),
    operation: 'Replace',
    body: {},
  });
  return { status: 200 };
}

function route(method: Route['method'], verb: string, handle: Route['handle']): Route {
  const permission = {
    action: `Microsoft.Resources/tags/${verb}`,
    scope: (path: PathValues) => path['scope'] ?? '',
  };
  return { method, pattern, permission, apiVersions: resourceVersions, handle };
}

export const tagRoutes: readonly Route[] = [
  route('GET', 'read', (call) => ({ status: 200, body: readTags(call.services, segment(call, 'scope')) })),
  route('PUT', 'write', put),
  route('PATCH', 'write', patch),
  route('DELETE', 'delete', remove),
];
