/**
 * Role definitions: the built-in ones and custom roles.
 *
 * Owns: checks of a custom role, look-up, answers. Source: ARM reference 10.2.
 */
import { builtInRoles, type RoleDefinition, roleIdOf } from '#access';
import { planFilter } from '#query';
import {
  armIdKey,
  formatTime,
  isJsonArray,
  isJsonObject,
  isWithin,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { inTurn } from './in-turn.ts';
import { roleAssignmentType } from './put-role-assignment.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { permissionBody, permissionOf, roleDefinitionOf } from './role-definition-resource.ts';
import type { Services } from './services.ts';

export const roleDefinitionType = 'Microsoft.Authorization/roleDefinitions';

export interface RoleDefinitionRequest {
  readonly caller: Caller;
  /** Where the request addresses the role; answers repeat it. */
  readonly scope: string;
  readonly roleId: string;
  readonly body: Json | undefined;
}

/** Custom roles live at the tenant, named by GUID, whatever scope they are addressed at. */
function documentId(roleId: string): string {
  return `/providers/${roleDefinitionType}/${roleId}`;
}

/** PUT. @throws TocsinError `InvalidRoleDefinitionId`, `RoleDefinitionWithSameNameExists`, `InvalidRequestContent`. */
export async function putRoleDefinition(services: Services, request: RoleDefinitionRequest): Promise<JsonObject> {
  const roleId = roleIdOf(request.roleId);
  if (roleId === undefined) {
    return raise(
      'InvalidRoleDefinitionId',
      `The role definition ID '${request.roleId}' is not valid. It must be a GUID.`,
    );
  }
  if (builtInRoles.some((role) => role.roleId === roleId)) {
    raise('InvalidRoleDefinitionId', 'A built-in role cannot be changed.');
  }
  const properties = customRole(request);
  return inTurn(services.store, `/providers/${roleDefinitionType}`, async () => {
    const roleName = textMember(properties, 'roleName') ?? '';
    const twin = allRoles(services).find((role) => role.roleId !== roleId && sameText(role.roleName, roleName));
    if (twin !== undefined) {
      raise(
        'RoleDefinitionWithSameNameExists',
        `A custom role with the same name already exists in this directory. Use a different name: '${roleName}'.`,
      );
    }
    const existing = services.store.resources.get(documentId(roleId));
    const now = services.clock.now();
    const document: ResourceDocument = {
      id: documentId(roleId),
      type: roleDefinitionType,
      name: roleId,
      body: { properties },
      etag: services.random.uuid(),
      createdTime: existing?.createdTime ?? now,
      changedTime: now,
    };
    await services.store.commit([
      { kind: 'putResource', resource: document },
      activityWrite(services, request.caller, {
        operation: `${roleDefinitionType}/write`,
        resourceId: `${request.scope}${documentId(roleId)}`,
      }),
    ]);
    return roleAnswer(request.scope, roleDefinitionOf(document), document);
  });
}

function customRole({ body, scope }: RoleDefinitionRequest): JsonObject {
  const properties = memberOf(body, 'properties');
  const roleName = textMember(properties, 'roleName')?.trim() ?? '';
  if (roleName === '' || roleName.length > 512) {
    raise('InvalidRequestContent', "The member 'properties.roleName' must be 1 to 512 characters long.");
  }
  const permissions = memberOf(properties, 'permissions');
  if (!isJsonArray(permissions) || permissions.length === 0 || !permissions.every(isJsonObject)) {
    raise('InvalidRequestContent', "The member 'properties.permissions' must be a list of at least one permission.");
  }
  const scopes = memberOf(properties, 'assignableScopes') ?? [scope === '' ? '/' : scope];
  if (!isJsonArray(scopes) || scopes.length === 0 || !scopes.every((item) => typeof item === 'string')) {
    raise('InvalidRequestContent', "The member 'properties.assignableScopes' must be a list of at least one scope.");
  }
  return {
    roleName,
    description: textMember(properties, 'description') ?? '',
    type: 'CustomRole',
    permissions: (permissions as readonly Json[]).map((entry) => permissionBody(permissionOf(entry))),
    assignableScopes: scopes,
  };
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function allRoles(services: Pick<Services, 'store'>): readonly RoleDefinition[] {
  return [...builtInRoles, ...services.store.resources.list({ type: roleDefinitionType }).map(roleDefinitionOf)];
}

/** The role of a GUID as it is answered at a scope. @throws TocsinError `RoleDefinitionDoesNotExist`. */
export function readRoleDefinition(services: Pick<Services, 'store'>, scope: string, text: string): JsonObject {
  const roleId = roleIdOf(text);
  const builtIn = builtInRoles.find((role) => role.roleId === roleId);
  if (builtIn !== undefined) return roleAnswer(scope, builtIn);
  const stored = roleId === undefined ? undefined : services.store.resources.get(documentId(roleId));
  if (stored !== undefined) return roleAnswer(scope, roleDefinitionOf(stored), stored);
  return raise('RoleDefinitionDoesNotExist', `The specified role definition with ID '${text}' does not exist.`, {
    status: 404,
  });
}

/** Roles that can be assigned at the scope. @throws TocsinError `InvalidParameter` for the filter. */
export function listRoleDefinitions(
  services: Pick<Services, 'store'>,
  scope: string,
  filter: string,
): readonly JsonObject[] {
  const fits = orThrow(
    planFilter<RoleDefinition>(filter, {
      field: (path) => {
        if (path.toLowerCase() === 'rolename') return (role) => role.roleName;
        return path.toLowerCase() === 'type' ? (role) => role.type : undefined;
      },
      call: (name) => (/^at(?:exact)?scope(?:andbelow)?$/.test(name) ? () => true : undefined),
    }),
  );
  const stored = new Map(
    services.store.resources.list({ type: roleDefinitionType }).map((document) => [document.name, document]),
  );
  return allRoles(services)
    .filter((role) => fits(role) && (role.type === 'BuiltInRole' || assignableAt(role, scope)))
    .map((role) => roleAnswer(scope, role, stored.get(role.roleId)));
}

function assignableAt(role: RoleDefinition, scope: string): boolean {
  return role.assignableScopes.some((own) => isWithin(scope, own) || isWithin(own, scope) || isGroup(own));
}

function isGroup(scope: string): boolean {
  return armIdKey(scope).startsWith('/providers/microsoft.management/managementgroups/');
}

/** DELETE. @returns the answer of what was deleted. @throws TocsinError `RoleDefinitionHasAssignments`. */
export async function deleteRoleDefinition(
  services: Services,
  request: Omit<RoleDefinitionRequest, 'body'>,
): Promise<JsonObject | undefined> {
  const roleId = roleIdOf(request.roleId);
  if (roleId === undefined) return undefined;
  if (builtInRoles.some((role) => role.roleId === roleId)) {
    raise('InvalidRoleDefinitionId', 'A built-in role cannot be deleted.');
  }
  const found = services.store.resources.get(documentId(roleId));
  if (found === undefined) return undefined;
  const held = services.store.resources.list({ type: roleAssignmentType }).some(({ body }) => {
    const role = textMember(memberOf(body, 'properties'), 'roleDefinitionId');
    return role !== undefined && roleIdOf(role) === roleId;
  });
  if (held)
    raise(
      'RoleDefinitionHasAssignments',
      'There are existing role assignments referencing role (code: RoleDefinitionHasAssignments).',
    );
  await services.store.commit([
    { kind: 'deleteResource', id: found.id },
    activityWrite(services, request.caller, {
      operation: `${roleDefinitionType}/delete`,
      resourceId: `${request.scope}${found.id}`,
    }),
  ]);
  return roleAnswer(request.scope, roleDefinitionOf(found), found);
}

function roleAnswer(scope: string, role: RoleDefinition, document?: ResourceDocument): JsonObject {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? '';
  return {
    id: `${subscription}${documentId(role.roleId)}`,
    type: roleDefinitionType,
    name: role.roleId,
    properties: {
      roleName: role.roleName,
      type: role.type,
      description: role.description,
      assignableScopes: role.assignableScopes,
      permissions: role.permissions.map(permissionBody),
      ...(document === undefined
        ? {}
        : { createdOn: formatTime(document.createdTime), updatedOn: formatTime(document.changedTime) }),
    },
  };
}
