/** Role assignments, role definitions and the caller's permissions. Source: ARM reference 4 and 10.2. */
import { type ArmResponse, fault, TocsinError } from '#foundation';
import {
  deleteRoleAssignment,
  deleteRoleDefinition,
  listRoleAssignments,
  listRoleDefinitions,
  permissionBody,
  putRoleAssignment,
  putRoleDefinition,
  readRoleDefinition,
  roleAssignmentAnswer,
  roleAssignmentId,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';
import { authorizationVersions } from '../../versions.data.ts';

const provider = '{scope*}/providers/Microsoft.Authorization';
const sizes = { usual: 1000 };

function scopeOf(call: RouteCall): string {
  return segment(call, 'scope');
}

function assignmentAt(call: RouteCall): string {
  return roleAssignmentId(scopeOf(call), segment(call, 'name'));
}

function listAssignments(call: RouteCall): ArmResponse {
  const found = listRoleAssignments(call.services, call, scopeOf(call), parameter(call, '$filter') ?? '');
  return { status: 200, body: pageOfList(call.request, found, roleAssignmentAnswer, sizes) };
}

function getAssignment(call: RouteCall): ArmResponse {
  const found = call.services.store.resources.get(assignmentAt(call));
  if (found !== undefined) return { status: 200, body: roleAssignmentAnswer(found) };
  throw new TocsinError(
    fault('RoleAssignmentNotFound', `The role assignment '${segment(call, 'name')}' is not found.`),
  );
}

async function putAssignment(call: RouteCall): Promise<ArmResponse> {
  const body = await putRoleAssignment(call.services, {
    caller: callerOf(call),
    scope: scopeOf(call),
    name: segment(call, 'name'),
    body: call.request.body,
  });
  // 201 also when nothing changed: older versions list no other success.
  return { status: 201, body };
}

async function removeAssignment(call: RouteCall): Promise<ArmResponse> {
  const body = await deleteRoleAssignment(call.services, callerOf(call), assignmentAt(call));
  return body === undefined ? { status: 204 } : { status: 200, body };
}

function definitionOf(call: RouteCall) {
  return { caller: callerOf(call), scope: scopeOf(call), roleId: segment(call, 'name') };
}

async function removeDefinition(call: RouteCall): Promise<ArmResponse> {
  const body = await deleteRoleDefinition(call.services, definitionOf(call));
  return body === undefined ? { status: 204 } : { status: 200, body };
}

function permissions(call: RouteCall): ArmResponse {
  return { status: 200, body: { value: call.permissionsAt(scopeOf(call)).map(permissionBody) } };
}

/** Roles are decided at the scope they are about, not at the assignment's own id. */
function guarded(type: string, verb: string): Route['permission'] {
  return { action: `Microsoft.Authorization/${type}/${verb}`, scope: (path: PathValues) => path['scope'] ?? '' };
}

function assignments(method: Route['method'], verb: string, named: boolean, handle: Route['handle']): Route {
  const pattern = `${provider}/roleAssignments${named ? '/{name}' : ''}`;
  return { method, pattern, permission: guarded('roleAssignments', verb), apiVersions: authorizationVersions, handle };
}

function definitions(method: Route['method'], verb: string, named: boolean, handle: Route['handle']): Route {
  const pattern = `${provider}/roleDefinitions${named ? '/{name}' : ''}`;
  return { method, pattern, permission: guarded('roleDefinitions', verb), apiVersions: authorizationVersions, handle };
}

export const roleRoutes: readonly Route[] = [
  assignments('GET', 'read', false, listAssignments),
  assignments('GET', 'read', true, getAssignment),
  assignments('PUT', 'write', true, putAssignment),
  assignments('DELETE', 'delete', true, removeAssignment),
  definitions('GET', 'read', false, (call) => ({
    status: 200,
    body: pageOfList(
      call.request,
      listRoleDefinitions(call.services, scopeOf(call), parameter(call, '$filter') ?? ''),
      (role) => role,
      sizes,
    ),
  })),
  definitions('GET', 'read', true, (call) => ({
    status: 200,
    body: readRoleDefinition(call.services, scopeOf(call), segment(call, 'name')),
  })),
  definitions('PUT', 'write', true, async (call) => ({
    status: 201,
    body: await putRoleDefinition(call.services, { ...definitionOf(call), body: call.request.body }),
  })),
  definitions('DELETE', 'delete', true, removeDefinition),
  {
    method: 'GET',
    pattern: `${provider}/permissions`,
    permission: { signedIn: true },
    apiVersions: authorizationVersions,
    handle: permissions,
  },
  ...['denyAssignments', 'classicAdministrators'].map(
    (type): Route => ({
      method: 'GET',
      pattern: `${provider}/${type}`,
      permission: guarded(type, 'read'),
      apiVersions: 'any',
      handle: () => ({ status: 200, body: { value: [] } }),
    }),
  ),
];
