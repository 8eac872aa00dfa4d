/**
 * Custom roles between their stored document and the value that decisions use.
 *
 * Owns: the mapping both ways. Source: role definitions of Microsoft.Authorization (ARM reference 10.2).
 */
import type { RoleDefinition, RolePermission } from '#access';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, type ResourceDocument } from '#foundation';

/** A stored custom role as a value. */
export function roleDefinitionOf(document: ResourceDocument): RoleDefinition {
  const properties = memberOf(document.body, 'properties');
  return {
    roleId: document.name.toLowerCase(),
    roleName: text(memberOf(properties, 'roleName')),
    description: text(memberOf(properties, 'description')),
    type: 'CustomRole',
    permissions: list(memberOf(properties, 'permissions')).map(permissionOf),
    assignableScopes: texts(memberOf(properties, 'assignableScopes')),
  };
}

/** One `permissions` entry as a value; absent lists are empty. */
export function permissionOf(entry: Json): RolePermission {
  return {
    actions: texts(memberOf(entry, 'actions')),
    notActions: texts(memberOf(entry, 'notActions')),
    dataActions: texts(memberOf(entry, 'dataActions')),
    notDataActions: texts(memberOf(entry, 'notDataActions')),
  };
}

/** A permission as answers show it. */
export function permissionBody(permission: RolePermission): JsonObject {
  return {
    actions: permission.actions,
    notActions: permission.notActions,
    dataActions: permission.dataActions,
    notDataActions: permission.notDataActions,
  };
}

function list(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

function texts(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
