/**
 * Which groups and directory roles an object is in, directly and through other groups.
 *
 * Owns: that walk. Does not own: who is put into a group (`link-objects.ts`), what a membership allows (`#access`).
 *
 * Invariants
 * GM1. Groups that contain each other end the walk; more than 10,000 memberships are not followed.
 */
import type { Services } from '../services.ts';
import { type LinkEnd, linksTo } from './directory-store.ts';

const mostMemberships = 10_000;

/** Everything that has the object as a member, nearest first; with `direct`, only what names it itself. */
export function membershipsOf(services: Pick<Services, 'store'>, objectId: string, direct = false): readonly LinkEnd[] {
  const found = new Map<string, LinkEnd>();
  const waiting = [objectId];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    for (const group of linksTo(services, 'members', at, { count: mostMemberships })) {
      const key = group.id.toLowerCase();
      if (found.has(key) || found.size >= mostMemberships) continue;
      found.set(key, group);
      if (!direct) waiting.push(group.id);
    }
  }
  return [...found.values()];
}

/** Ids of the groups an identity is in, for role assignments that name a group. */
export function groupIdsOf(services: Pick<Services, 'store'>, objectId: string): readonly string[] {
  return membershipsOf(services, objectId).flatMap(({ id, set }) => (set === 'groups' ? [id] : []));
}
