/**
 * Lists role assignments as they count at a scope.
 *
 * Owns: which assignments a scope's list shows, and its filters. Source: ARM reference 10.2.
 */
import { planFilter } from '#query';
import { armIdKey, isWithin, memberOf, orThrow, type ResourceDocument, textMember } from '#foundation';
import type { AccessControl } from './access-control.ts';
import { roleAssignmentType, scopeOf } from './put-role-assignment.ts';
import type { Services } from './services.ts';

/**
 * Assignments at, above and below the scope, as Azure lists them; `atScope()` leaves out those below,
 * `atExactScope()` all but its own. @throws TocsinError `InvalidParameter` for the filter.
 */
export function listRoleAssignments(
  services: Pick<Services, 'store'>,
  access: Pick<AccessControl, 'groupsAbove'>,
  scope: string,
  filter: string,
): readonly ResourceDocument[] {
  const above = access.groupsAbove(scope);
  const key = armIdKey(scope);
  const reachesDown = (document: ResourceDocument): boolean => {
    const own = armIdKey(scopeOf(document));
    return isWithin(scope, own) || above.includes(own);
  };
  const principalOf = (document: ResourceDocument): string | undefined =>
    textMember(memberOf(document.body, 'properties'), 'principalId');
  const fits = orThrow(
    planFilter<ResourceDocument>(filter, {
      field: (path) => (path.toLowerCase() === 'principalid' ? principalOf : undefined),
      call: (name, [first]) => {
        if (name === 'atscope') return reachesDown;
        if (name === 'atexactscope') return (document) => armIdKey(scopeOf(document)) === key;
        if (name !== 'assignedto' || typeof first !== 'string') return undefined;
        return (document) => principalOf(document)?.toLowerCase() === first.toLowerCase();
      },
    }),
  );
  return services.store.resources
    .list({ type: roleAssignmentType })
    .filter((document) => (reachesDown(document) || isWithin(scopeOf(document), scope)) && fits(document));
}
