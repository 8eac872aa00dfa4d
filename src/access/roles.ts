/**
 * Role definitions as values, and the test of one action against one role.
 *
 * Owns: `RoleDefinition`, planning a role's patterns, matching. Does not own: the built-in roles
 * (`built-in-roles.data.ts`), who holds a role (`decide.ts`).
 *
 * Invariants
 * A1. `*` in a pattern spans any text, `/` included; matching ignores case. No pattern becomes a regular expression, and
 *     matching takes time proportional to pattern times action at worst.
 */

export interface RolePermission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

export interface RoleDefinition {
  /** GUID in lower case; the same at whatever scope the role is named. */
  readonly roleId: string;
  readonly roleName: string;
  readonly description: string;
  readonly type: 'BuiltInRole' | 'CustomRole';
  readonly permissions: readonly RolePermission[];
  readonly assignableScopes: readonly string[];
}

/** A pattern cut at its stars, lower case: `a*b` is `['a', 'b']`, a text without a star has one part. */
type Pattern = readonly string[];

interface PlannedPermission {
  readonly actions: readonly Pattern[];
  readonly notActions: readonly Pattern[];
}

/** A role made ready for many decisions. */
export interface PlannedRole {
  readonly permissions: readonly PlannedPermission[];
}

export function planRole(role: RoleDefinition): PlannedRole {
  return {
    permissions: role.permissions.map((permission) => ({
      actions: permission.actions.map(planPattern),
      notActions: permission.notActions.map(planPattern),
    })),
  };
}

function planPattern(pattern: string): Pattern {
  return pattern.toLowerCase().split('*');
}

/** Whether a role grants an action: some `actions` pattern matches and no `notActions` pattern of the same permission. */
export function roleGrants(role: PlannedRole, action: string): boolean {
  const text = action.toLowerCase();
  return role.permissions.some(
    (permission) =>
      permission.actions.some((pattern) => matches(pattern, text)) &&
      !permission.notActions.some((pattern) => matches(pattern, text)),
  );
}

/** Whether `action` fits the wildcard `pattern` of a role (A1). */
export function actionMatches(pattern: string, action: string): boolean {
  return matches(planPattern(pattern), action.toLowerCase());
}

function matches(parts: Pattern, text: string): boolean {
  const first = parts[0] ?? '';
  if (parts.length === 1) return text === first;
  const last = parts.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/**
 * The GUID of a role id, whatever scope it is written with: `/subscriptions/{s}/providers/Microsoft.Authorization/
 * roleDefinitions/{guid}`, the same without the subscription, or the bare GUID; undefined when there is none.
 */
export function roleIdOf(text: string): string | undefined {
  const last = text.slice(text.lastIndexOf('/') + 1).toLowerCase();
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(last) ? last : undefined;
}
