/**
 * The decision: may this identity do this action at this scope, given these grants.
 *
 * Owns: `decide` and what counts as "at or above a scope". Does not own: where grants and management groups are kept
 * (handed in), the wording of refusals (`refusal.ts`).
 *
 * Invariants
 * A2. Allowed exactly when some grant at or above the scope has a role that grants the action; other grants never take
 *     away. Source: role-based access control of Azure Resource Manager.
 * A3. The admin token and the server itself are Owner at the tenant root; an anonymous caller may do nothing; an
 *     ingestion key may do `Microsoft.Security/alerts/write` in its subscription and nothing else.
 * A4. Scopes contain whole segments only: `…/rg1` does not contain `…/rg10`.
 */
import { armIdKey, type Identity } from '#foundation';
import { type PlannedRole, roleGrants } from './roles.ts';

export interface Grant {
  /** Object id of the principal or group that holds the role, lower case. */
  readonly principalId: string;
  /** Key (`armIdKey`) of the scope it is given at; `/` is the tenant root. */
  readonly scope: string;
  readonly role: PlannedRole;
}

/** What stands above subscriptions and management groups. */
export interface ScopeHierarchy {
  /** Keys of the management groups that contain the subscription, nearest first. */
  groupsAboveSubscription(subscriptionId: string): readonly string[];
  /** Keys of the management groups above this management group (its name), nearest first. */
  groupsAboveGroup(name: string): readonly string[];
}

/** No management groups at all. */
export const flatHierarchy: ScopeHierarchy = {
  groupsAboveSubscription: () => [],
  groupsAboveGroup: () => [],
};

export const ingestionAction = 'Microsoft.Security/alerts/write';

export interface Question {
  readonly identity: Identity;
  readonly action: string;
  /** An ARM id; `/` or empty is the tenant root. */
  readonly scope: string;
}

/** A2 to A4. `grants` may hold other principals' grants too; only the identity's and its groups' count. */
export function decide(question: Question, grants: Iterable<Grant>, hierarchy: ScopeHierarchy): boolean {
  const fixed = fixedAnswer(question);
  if (fixed !== undefined) return fixed;
  const { identity, action } = question;
  const scope = armIdKey(question.scope);
  let above: readonly string[] | undefined;
  for (const grant of grants) {
    if (!holds(identity, grant.principalId)) continue;
    above ??= groupsAbove(scope, hierarchy);
    if (contains(grant.scope, scope, above) && roleGrants(grant.role, action)) return true;
  }
  return false;
}

/** The grants of an identity that count at a scope: those at or above it. */
export function grantsAt(
  identity: Identity,
  scope: string,
  grants: Iterable<Grant>,
  hierarchy: ScopeHierarchy,
): readonly Grant[] {
  const key = armIdKey(scope);
  const above = groupsAbove(key, hierarchy);
  return [...grants].filter((grant) => holds(identity, grant.principalId) && contains(grant.scope, key, above));
}

/** Whether the identity holds any role at a scope below `scope`, which lets it see the containers on the way. */
export function holdsBelow(
  identity: Identity,
  scope: string,
  grants: Iterable<Grant>,
  hierarchy: ScopeHierarchy,
): boolean {
  const key = armIdKey(scope);
  for (const grant of grants) {
    if (!holds(identity, grant.principalId)) continue;
    if (contains(key, grant.scope, groupsAbove(grant.scope, hierarchy))) return true;
  }
  return false;
}

function fixedAnswer({ identity, action, scope }: Question): boolean | undefined {
  switch (identity.kind) {
    case 'AdminToken':
    case 'System':
      return true;
    case 'Anonymous':
      return false;
    case 'IngestionKey': {
      if (identity.subscriptionId === undefined || action.toLowerCase() !== ingestionAction.toLowerCase()) return false;
      return contains(armIdKey(`/subscriptions/${identity.subscriptionId}`), armIdKey(scope), []);
    }
    case 'User':
    case 'ServicePrincipal':
    case 'ManagedIdentity':
      return undefined;
  }
}

function holds(identity: Identity, principalId: string): boolean {
  if (identity.objectId.toLowerCase() === principalId) return true;
  return identity.groups?.some((group) => group.toLowerCase() === principalId) === true;
}

/** Both are keys; `above` are the management groups above `inner`. */
function contains(outer: string, inner: string, above: readonly string[]): boolean {
  if (outer === '/' || outer === inner) return true;
  if (inner.startsWith(outer) && inner.charAt(outer.length) === '/') return true;
  return above.includes(outer);
}

const managementGroupPrefix = '/providers/microsoft.management/managementgroups/';

/** Keys of the management groups above a scope's key, nearest first; none above the tenant's own resources. */
export function groupsAbove(scope: string, hierarchy: ScopeHierarchy): readonly string[] {
  if (scope.startsWith('/subscriptions/')) {
    return hierarchy.groupsAboveSubscription(scope.split('/', 3)[2] ?? '');
  }
  if (scope.startsWith(managementGroupPrefix)) {
    return hierarchy.groupsAboveGroup(scope.slice(managementGroupPrefix.length).split('/', 1)[0] ?? '');
  }
  return [];
}
