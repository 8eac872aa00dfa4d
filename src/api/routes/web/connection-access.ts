/**
 * Routes of a connection's access policies.
 *
 * Owns: the mapping. Source: ARM reference 7.
 */
import { type ArmResponse, isJsonObject, type JsonObject, raise, type ResourceDocument } from '#foundation';
import { commitWithGone, connectionAccess, connectionAccessType, putConnectionAccess } from '#service';
import { segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { connectionOfCall, connectionsPath, webVersions } from './connections.ts';

function answer({ id, name, type, location = '', body }: ResourceDocument): JsonObject {
  const { properties } = body;
  return { id, name, type, location, properties: isJsonObject(properties) ? properties : {} };
}

function find(call: RouteCall): ResourceDocument | undefined {
  const { id } = connectionOfCall(call).document;
  return call.services.store.resources.get(`${id}/accessPolicies/${segment(call, 'policy')}`);
}

function get(call: RouteCall): ArmResponse {
  const found = find(call);
  const name = `${segment(call, 'connection')}/${segment(call, 'policy')}`;
  if (found === undefined)
    return raise('ResourceNotFound', `The Resource '${connectionAccessType}/${name}' was not found.`);
  return { status: 200, body: answer(found) };
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const connection = connectionOfCall(call);
  const body = call.request.body ?? null;
  const { policy, created } = await putConnectionAccess(call.services, connection, segment(call, 'policy'), body);
  return { status: created ? 201 : 200, body: answer(policy) };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const found = find(call);
  if (found === undefined) return { status: 204 };
  await commitWithGone(call.services, { ids: [found.id] }, [{ kind: 'deleteResource', id: found.id }]);
  return { status: 200 };
}

const pattern = `${connectionsPath}/{connection}/accessPolicies`;
const may = (verb: 'read' | 'write' | 'delete') => ({ action: `${connectionAccessType}/${verb}` });

export const connectionAccessRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern,
    permission: may('read'),
    apiVersions: webVersions,
    handle: (call) => {
      const policies = connectionAccess(call.services, connectionOfCall(call));
      return { status: 200, body: pageOfList(call.request, policies, answer) };
    },
  },
  { method: 'GET', pattern: `${pattern}/{policy}`, permission: may('read'), apiVersions: webVersions, handle: get },
  { method: 'PUT', pattern: `${pattern}/{policy}`, permission: may('write'), apiVersions: webVersions, handle: put },
  {
    method: 'DELETE',
    pattern: `${pattern}/{policy}`,
    permission: may('delete'),
    apiVersions: webVersions,
    handle: remove,
  },
];
