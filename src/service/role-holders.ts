/** The role assignments of one principal, and its permissions at Microsoft Graph: they go with it. */
import { memberOf, type Store, textMember, type Write } from '#foundation';
import { appRoleRemovals } from './directory/app-role-grants.ts';

/** Writes that take away every role and permission the principal holds. */
export function assignmentRemovals(store: Pick<Store, 'resources' | 'documents'>, objectId: string): readonly Write[] {
  const key = objectId.toLowerCase();
  const roles = store.resources
    .list({ type: 'Microsoft.Authorization/roleAssignments' })
    .filter(({ body }) => textMember(memberOf(body, 'properties'), 'principalId')?.toLowerCase() === key)
    .map(({ id }): Write => ({ kind: 'deleteResource', id }));
  return [...roles, ...appRoleRemovals(store, objectId)];
}
