/**
 * Which subscriptions are below a scope.
 *
 * Owns: walking the management groups once. Does not own: the tree (`management-groups.ts`).
 */
import { armIdKey, memberOf, type ResourceDocument, textMember } from '#foundation';
import { managementGroupType, subscriptionType } from '../seed-tenant.ts';
import type { Services } from '../services.ts';

type Read = Pick<Services, 'store'>;

/** The name of the management group that a scope is; undefined for other scopes. */
export function managementGroupOf(scope: string): string | undefined {
  return /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)\/*$/i.exec(scope)?.[1];
}

/** The subscriptions below a management group, or all for the tenant (an empty scope). */
export function subscriptionsBelow({ store }: Read, scope: string): readonly ResourceDocument[] {
  const all = store.resources.list({ type: subscriptionType });
  const top = armIdKey(scope);
  if (top === '/') return all;
  const parents = new Map<string, string>();
  for (const group of store.resources.list({ type: managementGroupType })) {
    const details = memberOf(memberOf(group.body, 'properties'), 'details');
    const parent = textMember(memberOf(details, 'parent'), 'id');
    if (parent !== undefined && parent !== '') parents.set(armIdKey(group.id), armIdKey(parent));
  }
  const known = new Map<string, boolean>([[top, true]]);
  const isBelow = (group: string, depth: number): boolean => {
    const found = known.get(group);
    if (found !== undefined) return found;
    const parent = parents.get(group);
    const below = parent !== undefined && depth < 16 && isBelow(parent, depth + 1);
    known.set(group, below);
    return below;
  };
  return all.filter(({ body }) => {
    const group = textMember(body, 'managementGroupId');
    return group !== undefined && isBelow(armIdKey(group), 0);
  });
}

/** Lower-case guids of the subscriptions below a management group; undefined for scopes within one subscription. */
export function subscriptionFilter(services: Read, scope: string): readonly string[] | undefined {
  if (managementGroupOf(scope) === undefined) return undefined;
  return subscriptionsBelow(services, scope).map(({ name }) => name.toLowerCase());
}
