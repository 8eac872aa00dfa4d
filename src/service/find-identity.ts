/**
 * Who has an object id of this server's own: service principals, users, managed identities.
 *
 * Owns: the look-up over them, with the groups each is in. Does not own: any of them.
 */
import type { Identity } from '#foundation';
import { groupIdsOf } from './directory/group-membership.ts';
import { managedIdentity } from './identity-holders.ts';
import { findPrincipal } from './principals.ts';
import type { Services } from './services.ts';
import { findUser } from './users.ts';

export interface KnownIdentity {
  readonly identity: Identity;
  readonly enabled: boolean;
  /** What was given to it before counts no more; milliseconds since the epoch. */
  readonly validFrom: number;
}

/** Who has the object id; undefined for nobody of this server. */
export function findIdentity(services: Pick<Services, 'store'>, id: string): KnownIdentity | undefined {
  const principal = findPrincipal(services, id);
  if (principal !== undefined) {
    const { objectId, appId, displayName, enabled } = principal;
    return known(services, { kind: 'ServicePrincipal', objectId, appId, displayName }, enabled);
  }
  const user = findUser(services, id);
  if (user !== undefined) {
    const { objectId, userName, displayName, enabled, validFrom } = user;
    return known(services, { kind: 'User', objectId, userName, displayName }, enabled, validFrom);
  }
  const identity = managedIdentity(services.store, id);
  return identity === undefined ? undefined : known(services, identity, true);
}

function known(services: Pick<Services, 'store'>, identity: Identity, enabled: boolean, validFrom = 0): KnownIdentity {
  const groups = groupIdsOf(services, identity.objectId);
  return { identity: groups.length === 0 ? identity : { ...identity, groups }, enabled, validFrom };
}
