/** Whether permissions that a scope's `permissions` lists allow an action. Source: management API reference 10.2. */

export interface PermissionSet {
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
}

function fits(pattern: string, action: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(action);
}

export function allows(permissions: readonly PermissionSet[], action: string): boolean {
  return permissions.some(
    ({ actions = [], notActions = [] }) =>
      actions.some((each) => fits(each, action)) && !notActions.some((each) => fits(each, action)),
  );
}
