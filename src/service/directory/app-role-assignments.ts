/**
 * Application permissions of Microsoft Graph that identities hold: the service principal of Microsoft Graph itself, assignments
 * of its roles to others.
 *
 * Owns: what a request may assign, the answers. Does not own: what a permission allows (`app-role-grants.ts`), HTTP.
 * Source: published `appRoleAssignment` operations of Microsoft Graph.
 *
 * Invariants
 * AR1. An assignment names an application or a managed identity that is there and a permission that Microsoft Graph has; the
 *      same one twice is refused, as Microsoft Graph does.
 */
import {
  badDirectoryRequest,
  directoryObjectNotFound,
  graphAppId,
  graphPermission,
  graphPermissions,
} from '#directory';
import { uuid5 } from '#events';
import {
  formatTime,
  type Json,
  type JsonObject,
  memberOf,
  type StoredDocument,
  textMember,
  TocsinError,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { appRoleCollection } from './app-role-grants.ts';

type Read = Pick<Services, 'store' | 'settings'>;

/** The object id of Microsoft Graph in this tenant. */
export function graphPrincipalId({ settings }: Pick<Services, 'settings'>): string {
  return uuid5('servicePrincipal', `${settings.tenantId}/${graphAppId}`);
}

/** Microsoft Graph as a service principal, with the permissions it can give. */
export function graphServicePrincipal(services: Pick<Services, 'settings'>): JsonObject {
  return {
    id: graphPrincipalId(services),
    appId: graphAppId,
    displayName: 'Microsoft Graph',
    appDisplayName: 'Microsoft Graph',
    accountEnabled: true,
    servicePrincipalType: 'Application',
    servicePrincipalNames: [graphAppId, 'https://graph.microsoft.com'],
    alternativeNames: [],
    appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    appRoleAssignmentRequired: false,
    appRoles: graphPermissions.map(({ id, value, displayName }) => ({
      id,
      value,
      displayName,
      description: displayName,
      allowedMemberTypes: ['Application'],
      isEnabled: true,
      origin: 'Application',
    })),
    oauth2PermissionScopes: [],
    keyCredentials: [],
    passwordCredentials: [],
    tags: [],
  };
}

/** What an identity holds; all there are without one. Oldest first. */
export function listAppRoles(services: Read, principalId?: string): readonly JsonObject[] {
  const parent = principalId === undefined ? {} : { parent: principalId.toLowerCase() };
  return services.store.documents
    .list({ collection: appRoleCollection, oldestFirst: true, ...parent })
    .map((document) => answerOf(services, document));
}

/** @throws TocsinError `Request_ResourceNotFound`. */
export function readAppRole(services: Read, assignmentId: string): JsonObject {
  const document = services.store.documents.get(appRoleCollection, assignmentId);
  if (document === undefined) throw new TocsinError(directoryObjectNotFound(assignmentId));
  return answerOf(services, document);
}

function answerOf(services: Read, { key, body, time }: StoredDocument): JsonObject {
  return {
    id: key,
    deletedDateTime: null,
    appRoleId: textMember(body, 'appRoleId') ?? '',
    createdDateTime: formatTime(time),
    principalDisplayName: textMember(body, 'principalDisplayName') ?? '',
    principalId: textMember(body, 'principalId') ?? '',
    principalType: 'ServicePrincipal',
    resourceDisplayName: 'Microsoft Graph',
    resourceId: graphPrincipalId(services),
  };
}

/**
 * Assigns a permission to an application or managed identity.
 * @throws TocsinError `Request_BadRequest`, `Request_ResourceNotFound` (AR1).
 */
export async function assignAppRole(
  services: Services,
  caller: Caller,
  principal: { readonly objectId: string; readonly displayName: string },
  request: Json | undefined,
): Promise<JsonObject> {
  const principalId = textMember(request, 'principalId') ?? '';
  if (principalId.toLowerCase() !== principal.objectId.toLowerCase())
    throw new TocsinError(
      badDirectoryRequest("'principalId' is not the object that the address names.", 'principalId'),
    );
  const resourceId = textMember(request, 'resourceId') ?? '';
  if (resourceId.toLowerCase() !== graphPrincipalId(services))
    throw new TocsinError(directoryObjectNotFound(resourceId.slice(0, 100)));
  const permission = graphPermission(textMember(request, 'appRoleId') ?? '');
  if (permission?.id !== textMember(request, 'appRoleId')?.toLowerCase() || permission === undefined)
    throw new TocsinError(badDirectoryRequest('Permission being assigned was not found on application', 'appRoleId'));
  return inTurn(services.store, `/appRoles/${principal.objectId.toLowerCase()}`, async () => {
    const held = listAppRoles(services, principal.objectId);
    if (held.some((one) => memberOf(one, 'appRoleId') === permission.id))
      throw new TocsinError(badDirectoryRequest('Permission being assigned already exists on the object', 'appRoleId'));
    const document: StoredDocument = {
      collection: appRoleCollection,
      key: services.random.uuid(),
      parent: principal.objectId.toLowerCase(),
      time: services.clock.now(),
      status: '',
      body: {
        appRoleId: permission.id,
        principalId: principal.objectId,
        principalDisplayName: principal.displayName,
      },
    };
    await services.store.commit([
      { kind: 'putDocument', document },
      noteOf(services, caller, 'write', principal.objectId, permission.value),
    ]);
    return answerOf(services, document);
  });
}

/** Takes one away. @throws TocsinError `Request_ResourceNotFound`. */
export async function removeAppRole(services: Services, caller: Caller, assignmentId: string): Promise<void> {
  const held = readAppRole(services, assignmentId);
  const permission = graphPermission(textMember(held, 'appRoleId') ?? '');
  await services.store.commit([
    { kind: 'deleteDocument', collection: appRoleCollection, key: assignmentId },
    noteOf(services, caller, 'delete', textMember(held, 'principalId') ?? '', permission?.value ?? ''),
  ]);
}

function noteOf(services: Services, caller: Caller, verb: string, principalId: string, permission: string) {
  return activityWrite(services, caller, {
    operation: `Microsoft.Authorization/principals/appRoleAssignments/${verb}`,
    resourceId: `/providers/Microsoft.Authorization/principals/${principalId}`,
    properties: { permission },
  });
}
