/**
 * What application permissions of Microsoft Graph allow identities here.
 *
 * Owns: reading assignments as grants. Does not own: making them (`app-role-assignments.ts`), which actions a permission has
 * (`#directory`), decisions (`access-control.ts`).
 *
 * Invariants
 * AG1. A permission allows calls of the directory and of nothing else, for the application it is assigned to and no group.
 */
import type { RoleDefinition } from '#access';
import { graphPermission } from '#directory';
import { type Store, textMember, type Write } from '#foundation';

export const appRoleCollection = 'appRoleAssignments';

export interface AppRoleGrant {
  readonly principalId: string;
  readonly definition: RoleDefinition;
}

/** One for each assignment. */
export function appRoleGrants({ documents }: Pick<Store, 'documents'>): readonly AppRoleGrant[] {
  return documents.list({ collection: appRoleCollection }).flatMap(({ body }) => {
    const permission = graphPermission(textMember(body, 'appRoleId') ?? '');
    const principalId = textMember(body, 'principalId')?.toLowerCase();
    if (permission === undefined || principalId === undefined || permission.actions.length === 0) return [];
    const allowed = { actions: permission.actions, notActions: [], dataActions: [], notDataActions: [] };
    const definition: RoleDefinition = {
      roleId: permission.id,
      roleName: permission.value,
      description: permission.displayName,
      type: 'BuiltInRole',
      permissions: [allowed],
      assignableScopes: ['/'],
    };
    return [{ principalId, definition }];
  });
}

/** Writes that take every permission from a principal. */
export function appRoleRemovals({ documents }: Pick<Store, 'documents'>, principalId: string): readonly Write[] {
  return documents
    .list({ collection: appRoleCollection, parent: principalId.toLowerCase() })
    .map(({ key }): Write => ({ kind: 'deleteDocument', collection: appRoleCollection, key }));
}
