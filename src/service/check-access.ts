/**
 * Why a principal may do something at a scope, or may not: each role it holds there, and what of it grants or takes away.
 *
 * Owns: the explanation. Does not own: the decision that calls meet (`access-control.ts`), which this follows pattern by pattern.
 *
 * Invariants
 * CA1. `allowed` is what `AccessControl` decides for the same principal; a test holds both together.
 * Source: portal reference 3.7; management API reference 10.2.
 */
import { actionMatches, builtInRoles, type RoleDefinition, roleIdOf, type RolePermission } from '#access';
import { type JsonObject, memberOf, type ResourceDocument, textMember } from '#foundation';
import type { AccessControl } from './access-control.ts';
import { findIdentity } from './find-identity.ts';
import { listRoleAssignments } from './list-role-assignments.ts';
import { scopeOf } from './put-role-assignment.ts';
import { roleDefinitionType } from './put-role-definition.ts';
import { roleDefinitionOf } from './role-definition-resource.ts';
import type { Services } from './services.ts';

export interface AccessQuestion {
  readonly principalId: string;
  readonly scope: string;
  /** An operation; absent for the roles alone. */
  readonly action?: string;
}

/**
 * `{allowed?, enabled?, groups, assignments: [{id, scope, roleDefinitionId, roleName, principalId, throughGroup, permissions,
 * grants?, matchedBy?, removedBy?}]}`; those that grant first. `allowed` and what follows from an action are there with one.
 */
export function checkAccess(
  services: Pick<Services, 'store'>,
  access: Pick<AccessControl, 'groupsAbove'>,
  { principalId, scope, action }: AccessQuestion,
): JsonObject {
  const known = findIdentity(services, principalId);
  const groups = known?.identity.groups ?? [];
  const holders = new Set([principalId, ...groups].map((id) => id.toLowerCase()));
  const assignments = listRoleAssignments(services, access, scope, 'atScope()')
    .filter((document) => holders.has(holderOf(document).toLowerCase()))
    .map((document) => assignmentAnswer(services, document, principalId, action))
    .toSorted((left, right) => Number(right['grants'] === true) - Number(left['grants'] === true));
  const isGranted = assignments.some(({ grants }) => grants === true);
  return {
    ...(action === undefined ? {} : { allowed: isGranted && known?.enabled !== false }),
    ...(known === undefined ? {} : { enabled: known.enabled }),
    groups: [...groups],
    assignments,
  };
}

const holderOf = (document: ResourceDocument): string =>
  textMember(memberOf(document.body, 'properties'), 'principalId') ?? '';

function assignmentAnswer(
  services: Pick<Services, 'store'>,
  document: ResourceDocument,
  principalId: string,
  action: string | undefined,
): JsonObject {
  const holder = holderOf(document);
  const roleDefinitionId = textMember(memberOf(document.body, 'properties'), 'roleDefinitionId') ?? '';
  const role = roleOf(services, roleDefinitionId);
  const scope = scopeOf(document);
  return {
    id: document.id,
    scope: scope === '' ? '/' : scope,
    roleDefinitionId,
    roleName: role?.roleName ?? '',
    principalId: holder,
    throughGroup: holder.toLowerCase() !== principalId.toLowerCase(),
    ...(action === undefined || role === undefined ? {} : verdict(role.permissions, action)),
  };
}

function roleOf(services: Pick<Services, 'store'>, roleDefinitionId: string): RoleDefinition | undefined {
  const roleId = roleIdOf(roleDefinitionId);
  const builtIn = builtInRoles.find((role) => role.roleId === roleId);
  if (builtIn !== undefined) return builtIn;
  const documents = services.store.resources.list({ type: roleDefinitionType });
  const document = documents.find(({ name }) => name.toLowerCase() === roleId);
  return document === undefined ? undefined : roleDefinitionOf(document);
}

/** The pattern that grants; else the one that would, with the one that takes it away. */
function verdict(permissions: readonly RolePermission[], action: string): JsonObject {
  let removed: JsonObject | undefined;
  for (const { actions, notActions } of permissions) {
    const matchedBy = actions.find((pattern) => actionMatches(pattern, action));
    if (matchedBy === undefined) continue;
    const removedBy = notActions.find((pattern) => actionMatches(pattern, action));
    if (removedBy === undefined) return { grants: true, matchedBy };
    removed ??= { grants: false, matchedBy, removedBy };
  }
  return removed ?? { grants: false };
}
