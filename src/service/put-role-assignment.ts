/**
 * Role assignments: giving and taking roles.
 *
 * Owns: Azure's rules on names, duplicates and changes. Does not own: what a role allows (`#access`).
 * Source: ARM reference 10.2.
 *
 * Invariants
 * R1. An assignment's role and principal never change; the same role for the same principal at the same scope exists once.
 */
import { builtInRoles, roleIdOf } from '#access';
import {
  armIdKey,
  formatTime,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { findDirectoryObject } from './directory/directory-store.ts';
import { findIdentity } from './find-identity.ts';
import { inTurn } from './in-turn.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export const roleAssignmentType = 'Microsoft.Authorization/roleAssignments';

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export interface RoleAssignmentRequest {
  readonly caller: Caller;
  /** Empty at the tenant. */
  readonly scope: string;
  readonly name: string;
  readonly body: Json | undefined;
}

export function roleAssignmentId(scope: string, name: string): string {
  return `${scope}/providers/${roleAssignmentType}/${name}`;
}

/**
 * PUT. @throws TocsinError `InvalidRoleAssignmentId`, `RoleDefinitionDoesNotExist`, `PrincipalNotFound`,
 * `RoleAssignmentExists`, `RoleAssignmentUpdateNotPermitted`, `RoleAssignmentConditionNotSupported`.
 */
export async function putRoleAssignment(services: Services, request: RoleAssignmentRequest): Promise<JsonObject> {
  if (!guid.test(request.name)) {
    raise(
      'InvalidRoleAssignmentId',
      `The role assignment ID '${request.name}' is not valid. The role assignment ID must be a GUID.`,
    );
  }
  const given = givenAssignment(services, request);
  // One queue for all: the uniqueness of R1 spans names.
  return inTurn(services.store, `/providers/${roleAssignmentType}`, async () => {
    const id = roleAssignmentId(request.scope, request.name);
    const existing = services.store.resources.get(id);
    if (existing === undefined) refuseTwin(services, request, given);
    else refuseChange(existing, given);
    const document = assignmentDocument(services, request, given, existing);
    await services.store.commit([
      { kind: 'putResource', resource: document },
      activityWrite(services, request.caller, { operation: `${roleAssignmentType}/write`, resourceId: id }),
    ]);
    return roleAssignmentAnswer(document);
  });
}

interface GivenAssignment {
  readonly roleId: string;
  readonly roleDefinitionId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly more: JsonObject;
}

function givenAssignment(services: Services, request: RoleAssignmentRequest): GivenAssignment {
  const properties = memberOf(request.body, 'properties');
  const roleText = textMember(properties, 'roleDefinitionId') ?? '';
  const principalId = textMember(properties, 'principalId')?.toLowerCase() ?? '';
  if (roleText === '' || principalId === '') {
    raise(
      'InvalidRequestContent',
      "The members 'properties.roleDefinitionId' and 'properties.principalId' are needed.",
    );
  }
  const roleId = roleIdOf(roleText);
  if (roleId === undefined || !roleExists(services, roleId)) {
    raise(
      'RoleDefinitionDoesNotExist',
      `The specified role definition with ID '${roleId ?? roleText}' does not exist.`,
    );
  }
  if (!guid.test(principalId))
    raise('InvalidPrincipalId', `The principal ID '${principalId}' is not valid. Principal ID must be a GUID.`);
  const principalType = textMember(properties, 'principalType');
  // A template names the type of an identity that was made a moment ago; then nobody looks.
  if (principalType === undefined && !principalExists(services, principalId)) {
    raise(
      'PrincipalNotFound',
      `Principal ${principalId} does not exist in the directory ${services.settings.tenantId}.`,
    );
  }
  if ((textMember(properties, 'condition') ?? '').trim() !== '') {
    // A condition that is not followed would grant more than it says.
    raise(
      'RoleAssignmentConditionNotSupported',
      "Role assignments with a 'condition' are not supported: it would not be followed. Leave it out, or assign a role that grants less.",
      { target: 'properties.condition' },
    );
  }
  const more: { [name: string]: Json } = {};
  for (const name of ['description', 'delegatedManagedIdentityResourceId']) {
    const value = textMember(properties, name);
    if (value !== undefined) more[name] = value;
  }
  const subscription = /^\/subscriptions\/[^/]+/i.exec(request.scope)?.[0] ?? '';
  return {
    roleId,
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
    principalId,
    principalType: principalType ?? 'ServicePrincipal',
    more,
  };
}

function roleExists(services: Services, roleId: string): boolean {
  if (builtInRoles.some((role) => role.roleId === roleId)) return true;
  const documents = services.store.resources.list({ type: 'Microsoft.Authorization/roleDefinitions' });
  return documents.some(({ name }) => name.toLowerCase() === roleId);
}

/** The admin, or whoever the directory has. */
function principalExists(services: Services, objectId: string): boolean {
  if (objectId === services.identity.admin.objectId || findIdentity(services, objectId) !== undefined) return true;
  return findDirectoryObject(services, objectId) !== undefined;
}

function refuseTwin(services: Services, { scope }: RoleAssignmentRequest, given: GivenAssignment): void {
  const twin = services.store.resources.list({ type: roleAssignmentType }).find((document) => {
    const { roleId, principalId } = storedAssignment(document);
    const same = armIdKey(scopeOf(document)) === armIdKey(scope);
    return same && roleId === given.roleId && principalId === given.principalId;
  });
  if (twin !== undefined) {
    raise(
      'RoleAssignmentExists',
      `The role assignment already exists. The ID of the existing role assignment is ${twin.name.replaceAll('-', '')}.`,
    );
  }
}

function refuseChange(existing: ResourceDocument, given: GivenAssignment): void {
  const stored = storedAssignment(existing);
  if (stored.roleId === given.roleId && stored.principalId === given.principalId) return;
  raise(
    'RoleAssignmentUpdateNotPermitted',
    'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
  );
}

function storedAssignment({ body }: ResourceDocument): { readonly roleId?: string; readonly principalId?: string } {
  const properties = memberOf(body, 'properties');
  const roleId = roleIdOf(textMember(properties, 'roleDefinitionId') ?? '');
  const principalId = textMember(properties, 'principalId')?.toLowerCase();
  return { ...(roleId === undefined ? {} : { roleId }), ...(principalId === undefined ? {} : { principalId }) };
}

/** The scope an assignment is given at. */
export function scopeOf(assignment: ResourceDocument): string {
  return assignment.id.slice(0, assignment.id.toLowerCase().lastIndexOf('/providers/'));
}

function assignmentDocument(
  services: Services,
  request: RoleAssignmentRequest,
  given: GivenAssignment,
  existing: ResourceDocument | undefined,
): ResourceDocument {
  const now = services.clock.now();
  const parts = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?/i.exec(request.scope);
  const { objectId } = request.caller.identity;
  const createdBy = textMember(memberOf(existing?.body, 'properties'), 'createdBy') ?? objectId;
  return {
    id: existing?.id ?? roleAssignmentId(request.scope, request.name),
    type: roleAssignmentType,
    name: existing?.name ?? request.name,
    ...(parts?.[1] === undefined ? {} : { subscriptionId: parts[1] }),
    ...(parts?.[2] === undefined ? {} : { resourceGroup: parts[2] }),
    body: {
      properties: {
        roleDefinitionId: given.roleDefinitionId,
        principalId: given.principalId,
        principalType: given.principalType,
        ...given.more,
        createdBy,
        updatedBy: objectId,
      },
    },
    etag: services.random.uuid(),
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
}

export function roleAssignmentAnswer(document: ResourceDocument): JsonObject {
  const properties = memberOf(document.body, 'properties');
  const scope = scopeOf(document);
  return {
    id: document.id,
    type: roleAssignmentType,
    name: document.name,
    properties: {
      ...(properties as JsonObject),
      scope: scope === '' ? '/' : scope,
      createdOn: formatTime(document.createdTime),
      updatedOn: formatTime(document.changedTime),
    },
  };
}

/** DELETE. @returns the answer of what was deleted, undefined when it was not there. */
export async function deleteRoleAssignment(
  services: Services,
  caller: Caller,
  id: string,
): Promise<JsonObject | undefined> {
  const found = services.store.resources.get(id);
  if (found === undefined) return undefined;
  await services.store.commit([
    { kind: 'deleteResource', id: found.id },
    activityWrite(services, caller, { operation: `${roleAssignmentType}/delete`, resourceId: found.id }),
  ]);
  return roleAssignmentAnswer(found);
}
