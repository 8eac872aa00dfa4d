/**
 * Application permissions that service principals and managed identities hold at Microsoft Graph.
 *
 * Owns: the mapping. Does not own: assignments (`assignAppRole` of `#service`).
 * Source: published `appRoleAssignment` operations of Microsoft Graph.
 */
import { type ArmResponse, type JsonObject, memberOf, textMember, TocsinError } from '#foundation';
import {
  assignAppRole,
  directoryObjectNotFound,
  graphPrincipalId,
  listAppRoles,
  readAppRole,
  readApplicationView,
  removeAppRole,
} from '#service';
import { callerOf, segment } from '../../call-values.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';
import { entityResponse, listResponse, versionOf } from './graph-answers.ts';

const reads: Permission = { action: 'Microsoft.Authorization/principals/read' };
const writes: Permission = { action: 'Microsoft.Authorization/principals/appRoleAssignments/write' };
const removes: Permission = { action: 'Microsoft.Authorization/principals/appRoleAssignments/delete' };

const held = '/graph/{version}/servicePrincipals/{id}/appRoleAssignments';
const given = '/graph/{version}/servicePrincipals/{id}/appRoleAssignedTo';

function principalOf(call: RouteCall, id: string): { readonly objectId: string; readonly displayName: string } {
  const found = readApplicationView(call.services, 'servicePrincipals', id);
  return { objectId: textMember(found, 'id') ?? '', displayName: textMember(found, 'displayName') ?? '' };
}

function list(call: RouteCall): ArmResponse {
  versionOf(call);
  const { objectId } = principalOf(call, segment(call, 'id'));
  return listResponse(call, 'appRoleAssignments', { value: listAppRoles(call.services, objectId) });
}

/** Those that a service gives: only Microsoft Graph gives any. */
function listGiven(call: RouteCall): ArmResponse {
  versionOf(call);
  const { objectId } = principalOf(call, segment(call, 'id'));
  const value: readonly JsonObject[] = objectId === graphPrincipalId(call.services) ? listAppRoles(call.services) : [];
  return listResponse(call, 'appRoleAssignments', { value });
}

async function assign(call: RouteCall, id: string): Promise<ArmResponse> {
  versionOf(call);
  const made = await assignAppRole(call.services, callerOf(call), principalOf(call, id), call.request.body);
  return entityResponse(call, 'appRoleAssignments', made, 201);
}

/** The one that the path names, of the principal or service it names. */
function oneOf(call: RouteCall, member: 'principalId' | 'resourceId'): JsonObject {
  versionOf(call);
  const found = readAppRole(call.services, segment(call, 'assignment'));
  const { objectId } = principalOf(call, segment(call, 'id'));
  if (memberOf(found, member) !== objectId) throw new TocsinError(directoryObjectNotFound(segment(call, 'assignment')));
  return found;
}

async function remove(call: RouteCall, member: 'principalId' | 'resourceId'): Promise<ArmResponse> {
  oneOf(call, member);
  await removeAppRole(call.services, callerOf(call), segment(call, 'assignment'));
  return { status: 204 };
}

export const appRoleRoutes: readonly Route[] = [
  { method: 'GET', pattern: held, permission: reads, handle: list },
  { method: 'POST', pattern: held, permission: writes, handle: (call) => assign(call, segment(call, 'id')) },
  {
    method: 'GET',
    pattern: `${held}/{assignment}`,
    permission: reads,
    handle: (call) => entityResponse(call, 'appRoleAssignments', oneOf(call, 'principalId')),
  },
  {
    method: 'DELETE',
    pattern: `${held}/{assignment}`,
    permission: removes,
    handle: (call) => remove(call, 'principalId'),
  },
  { method: 'GET', pattern: given, permission: reads, handle: listGiven },
  {
    method: 'POST',
    pattern: given,
    permission: writes,
    handle: (call) => assign(call, textMember(call.request.body, 'principalId') ?? ''),
  },
  {
    method: 'DELETE',
    pattern: `${given}/{assignment}`,
    permission: removes,
    handle: (call) => remove(call, 'resourceId'),
  },
];
