/** The role assignments of one principal: they go with it. */
import { memberOf, type Store, textMember, type Write } from '#foundation';

/** Writes that take away every role the principal holds. */
export function assignmentRemovals(store: Pick<Store, 'resources'>, objectId: string): readonly Write[] {
  const key = objectId.toLowerCase();
  return store.resources
    .list({ type: 'Microsoft.Authorization/roleAssignments' })
    .filter(({ body }) => textMember(memberOf(body, 'properties'), 'principalId')?.toLowerCase() === key)
    .map(({ id }): Write => ({ kind: 'deleteResource', id }));
}
