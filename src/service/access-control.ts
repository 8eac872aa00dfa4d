/**
 * Access decisions over what the store holds: role assignments, custom roles, management groups, permissions of Microsoft Graph.
 *
 * Owns: turning stored resources into grants and a hierarchy, and keeping both in memory between changes.
 * Does not own: the decision itself (`#access`), writing assignments (`put-role-assignment.ts`).
 *
 * Invariants
 * B1. A decision made after a commit resolved sees its role assignments, roles and management groups: with a feed the
 *     grants are read again after such a commit, without one they are read for every decision.
 */
import {
  builtInRoles,
  decide,
  type Grant,
  grantsAt,
  groupsAbove,
  holdsBelow,
  type PlannedRole,
  planRole,
  type RoleDefinition,
  type RolePermission,
  roleGrants,
  roleIdOf,
  type ScopeHierarchy,
} from '#access';
import {
  armIdKey,
  type Identity,
  isJsonObject,
  memberOf,
  type ResourceReader,
  type Store,
  type Write,
} from '#foundation';
import type { CommitFeed } from './commit-feed.ts';
import { appRoleCollection, appRoleGrants } from './directory/app-role-grants.ts';
import { roleDefinitionOf } from './role-definition-resource.ts';

export interface AccessControl {
  allowed(identity: Identity, action: string, scope: string): boolean;
  /** As `allowed`, counting only roles assigned at `within` or below it; the admin token needs them like everybody. */
  allowedWithin(identity: Identity, action: string, scope: string, within: string): boolean;
  /** Whether a permission of Microsoft Graph that is granted to the identity itself allows `action`; roles do not count. */
  permitted(identity: Identity, action: string): boolean;
  /** Whether some role of the identity allows `action` at a scope below `scope`. */
  allowedBelow(identity: Identity, action: string, scope: string): boolean;
  /** Whether the identity may read at `scope` or holds a role somewhere below it. */
  visible(identity: Identity, scope: string): boolean;
  /** The permissions that count for the identity at `scope`, one entry per permission of each role it holds there. */
  permissionsAt(identity: Identity, scope: string): readonly RolePermission[];
  /** Keys of the management groups above a scope, nearest first. */
  groupsAbove(scope: string): readonly string[];
}

type AccessStore = Pick<Store, 'resources' | 'documents'>;

interface Snapshot {
  readonly byPrincipal: ReadonlyMap<string, readonly HeldGrant[]>;
  readonly hierarchy: ScopeHierarchy;
}

interface HeldGrant extends Grant {
  readonly definition: RoleDefinition;
  /** One of Microsoft Graph, not a role. */
  readonly isPermission?: true;
}

const watchedTypes = new Set([
  'microsoft.authorization/roleassignments',
  'microsoft.authorization/roledefinitions',
  'microsoft.management/managementgroups',
  'microsoft.resources/subscriptions',
]);

const plannedBuiltIn: ReadonlyMap<string, readonly [RoleDefinition, PlannedRole]> = new Map(
  builtInRoles.map((role) => [role.roleId, [role, planRole(role)]]),
);

export function createAccessControl(store: AccessStore, feed?: CommitFeed): AccessControl {
  let kept: Snapshot | undefined;
  feed?.onCommit((writes) => {
    if (writes.some(changesAccess)) kept = undefined;
  });
  const snapshot = (): Snapshot => {
    if (feed === undefined) return readSnapshot(store);
    kept ??= readSnapshot(store);
    return kept;
  };
  return {
    allowed: (identity, action, scope) => {
      if (isOwner(identity)) return true;
      const { byPrincipal, hierarchy } = snapshot();
      return decide({ identity, action, scope }, grantsOf(identity, byPrincipal), hierarchy);
    },
    allowedWithin: (identity, action, scope, within) => {
      const { byPrincipal, hierarchy } = snapshot();
      const key = armIdKey(within);
      const grants = grantsOf(identity, byPrincipal).filter(
        (grant) => grant.scope === key || grant.scope.startsWith(`${key}/`),
      );
      const asked: Identity = isOwner(identity) ? { ...identity, kind: 'ServicePrincipal' } : identity;
      return decide({ identity: asked, action, scope }, grants, hierarchy);
    },
    permitted: (identity, action) => {
      const own = snapshot().byPrincipal.get(identity.objectId.toLowerCase()) ?? [];
      return own.some(({ role, isPermission }) => isPermission === true && roleGrants(role, action));
    },
    allowedBelow: (identity, action, scope) => {
      if (isOwner(identity)) return true;
      const { byPrincipal, hierarchy } = snapshot();
      const granting = grantsOf(identity, byPrincipal).filter(({ role }) => roleGrants(role, action));
      return holdsBelow(identity, scope, granting, hierarchy);
    },
    visible: (identity, scope) => {
      if (isOwner(identity)) return true;
      const { byPrincipal, hierarchy } = snapshot();
      const grants = grantsOf(identity, byPrincipal);
      const action = 'Microsoft.Resources/subscriptions/resourceGroups/read';
      return decide({ identity, action, scope }, grants, hierarchy) || holdsBelow(identity, scope, grants, hierarchy);
    },
    permissionsAt: (identity, scope) => {
      if (isOwner(identity)) return builtInRoles[0]?.permissions ?? [];
      const { byPrincipal, hierarchy } = snapshot();
      const held = grantsAt(identity, scope, grantsOf(identity, byPrincipal), hierarchy) as readonly HeldGrant[];
      return held.flatMap((grant) => grant.definition.permissions);
    },
    groupsAbove: (scope) => groupsAbove(armIdKey(scope), snapshot().hierarchy),
  };
}

function isOwner(identity: Identity): boolean {
  return identity.kind === 'AdminToken' || identity.kind === 'System';
}

function changesAccess(write: Write): boolean {
  if (write.kind === 'putDocument') return write.document.collection === appRoleCollection;
  if (write.kind === 'deleteDocument') return write.collection === appRoleCollection;
  if (write.kind === 'putResource') return watchedTypes.has(write.resource.type.toLowerCase());
  if (write.kind !== 'deleteResource') return false;
  const id = write.id.toLowerCase();
  return (
    id.includes('/providers/microsoft.authorization/role') ||
    id.includes('/providers/microsoft.management/managementgroups/') ||
    /^\/subscriptions\/[^/]*$/.test(id)
  );
}

function grantsOf(identity: Identity, byPrincipal: Snapshot['byPrincipal']): readonly HeldGrant[] {
  const own = byPrincipal.get(identity.objectId.toLowerCase()) ?? [];
  if (identity.groups === undefined || identity.groups.length === 0) return own;
  return [...own, ...identity.groups.flatMap((group) => byPrincipal.get(group.toLowerCase()) ?? [])];
}

function readSnapshot(store: AccessStore): Snapshot {
  const { resources } = store;
  const roles = new Map(plannedBuiltIn);
  for (const document of resources.list({ type: 'Microsoft.Authorization/roleDefinitions' })) {
    const role = roleDefinitionOf(document);
    roles.set(role.roleId, [role, planRole(role)]);
  }
  const byPrincipal = new Map<string, HeldGrant[]>();
  for (const document of resources.list({ type: 'Microsoft.Authorization/roleAssignments' })) {
    const properties = memberOf(document.body, 'properties');
    const principal = textOf(memberOf(properties, 'principalId'))?.toLowerCase();
    const roleId = roleIdOf(textOf(memberOf(properties, 'roleDefinitionId')) ?? '');
    const role = roleId === undefined ? undefined : roles.get(roleId);
    if (principal === undefined || role === undefined) continue;
    const scope = armIdKey(document.id.slice(0, document.id.toLowerCase().lastIndexOf('/providers/')));
    const grants = byPrincipal.get(principal) ?? [];
    grants.push({ principalId: principal, scope, role: role[1], definition: role[0] });
    byPrincipal.set(principal, grants);
  }
  for (const { principalId, definition } of appRoleGrants(store)) {
    const grants = byPrincipal.get(principalId) ?? [];
    grants.push({ principalId, scope: armIdKey(''), role: planRole(definition), definition, isPermission: true });
    byPrincipal.set(principalId, grants);
  }
  return { byPrincipal, hierarchy: readHierarchy(resources) };
}

const groupType = 'Microsoft.Management/managementGroups';

function groupKey(name: string): string {
  return armIdKey(`/providers/${groupType}/${name}`);
}

/** What stands above subscriptions and management groups, as the store has it. */
export function readHierarchy(resources: ResourceReader): ScopeHierarchy {
  const parents = new Map<string, string>();
  for (const group of resources.list({ type: groupType })) {
    const details = memberOf(memberOf(group.body, 'properties'), 'details');
    const parent = memberOf(memberOf(details, 'parent'), 'id');
    if (typeof parent === 'string' && parent !== '') parents.set(groupKey(group.name), armIdKey(parent));
  }
  const chain = (first: string | undefined): readonly string[] => {
    const above: string[] = [];
    for (let at = first; at !== undefined && !above.includes(at); at = parents.get(at)) above.push(at);
    return above;
  };
  return {
    groupsAboveSubscription: (subscriptionId) => {
      const body = resources.get(`/subscriptions/${subscriptionId}`)?.body;
      const group = isJsonObject(body) ? textOf(memberOf(body, 'managementGroupId')) : undefined;
      return group === undefined ? [] : chain(armIdKey(group));
    },
    groupsAboveGroup: (name) => chain(parents.get(groupKey(name))),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
