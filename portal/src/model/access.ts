/**
 * Roles and their assignments as pages show them.
 *
 * Owns: names, order, groups of scopes, verdicts in words. Does not own: where they come from (`data/access.ts`).
 * Source: portal reference 3.7; management API reference 10.2.
 */

export type PrincipalType = 'User' | 'Group' | 'ServicePrincipal';

export interface Principal {
  readonly id: string;
  readonly name: string;
  readonly type: PrincipalType;
  /** What tells it from others of the name: a sign-in name, a client id. */
  readonly detail: string;
}

export interface Role {
  readonly id: string;
  /** GUID in lower case. */
  readonly roleId: string;
  readonly name: string;
  readonly description: string;
  readonly isBuiltIn: boolean;
  readonly permissions: readonly RolePermission[];
}

export interface RolePermission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
}

export interface Assignment {
  readonly id: string;
  readonly roleId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly scope: string;
  readonly description: string;
}

const typeWords: Readonly<Record<string, string>> = { ServicePrincipal: 'Service principal' };
export const principalWord = (type: string): string => typeWords[type] ?? type;

/** GUID of a role's id, whatever scope it is written with. */
export const roleIdOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1).toLowerCase();

/** Where an assignment stands, seen from a scope. */
export function reachOf(assignment: Pick<Assignment, 'scope'>, scope: string): 'This scope' | 'Inherited' | 'Below' {
  const [own, here] = [trimmed(assignment.scope), trimmed(scope)];
  if (own === here) return 'This scope';
  return own.startsWith(`${here}/`) ? 'Below' : 'Inherited';
}

const trimmed = (scope: string): string => scope.replace(/\/+$/, '').toLowerCase();

/** Assignments of this scope first, then inherited ones, then those below; each by role and principal. */
export function inOrder(
  assignments: readonly Assignment[],
  scope: string,
  nameOf: (assignment: Assignment) => string,
): readonly Assignment[] {
  const rank = { 'This scope': 0, Inherited: 1, Below: 2 };
  return assignments.toSorted(
    (left, right) =>
      rank[reachOf(left, scope)] - rank[reachOf(right, scope)] || nameOf(left).localeCompare(nameOf(right)),
  );
}

export interface CheckedAssignment {
  readonly id: string;
  readonly scope: string;
  readonly roleName: string;
  readonly throughGroup: boolean;
  readonly grants?: boolean;
  readonly matchedBy?: string;
  readonly removedBy?: string;
}

/** What an assignment means for the operation that was asked about. */
export function verdictOf({ grants, matchedBy, removedBy }: CheckedAssignment): string {
  if (grants === true) return `Grants it by the action ${matchedBy ?? ''}`;
  if (removedBy !== undefined) return `Has ${matchedBy ?? ''}, and takes it away by the notAction ${removedBy}`;
  return grants === false ? 'Does not name it' : '';
}

/** Roles that say `words` in name, description or an action, the much used first. */
export function rolesFor(roles: readonly Role[], words: string): readonly Role[] {
  const wanted = words.trim().toLowerCase();
  const texts = ({ name, description, permissions }: Role): string =>
    [name, description, ...permissions.flatMap(({ actions }) => actions)].join('\n').toLowerCase();
  const rank = ({ name }: Role): number => {
    const at = ['Owner', 'Contributor', 'Reader'].indexOf(name);
    return at === -1 ? 3 : at;
  };
  return roles
    .filter((role) => texts(role).includes(wanted))
    .toSorted((left, right) => rank(left) - rank(right) || left.name.localeCompare(right.name));
}

/** Operations that questions are often about. */
export const usualActions: readonly { readonly value: string; readonly text: string }[] = [
  { value: 'Microsoft.Security/alerts/read', text: 'Read security alerts' },
  { value: 'Microsoft.Security/automations/write', text: 'Create or change automations' },
  { value: 'Microsoft.Logic/workflows/write', text: 'Create or change logic apps' },
  { value: 'Microsoft.Logic/workflows/triggers/run/action', text: 'Run a logic app' },
  { value: 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action', text: 'Read callback addresses' },
  { value: 'Microsoft.Web/connections/write', text: 'Create or change connections' },
  { value: 'Microsoft.Resources/deployments/write', text: 'Deploy templates' },
  { value: 'Microsoft.Authorization/policyAssignments/write', text: 'Assign policies' },
  { value: 'Microsoft.Authorization/roleAssignments/write', text: 'Assign roles' },
  { value: 'Microsoft.OperationalInsights/workspaces/query/read', text: 'Query logs' },
];
