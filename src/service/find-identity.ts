/**
 * Who has an object id of this server's own: service principals, users, managed identities.
 *
 * Owns: the look-up over them. Does not own: any of them; the simulated directory of a tenant (`directory/`), whose users
 * hold roles but do not sign in here.
 */
import type { Identity } from '#foundation';
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
    return { identity: { kind: 'ServicePrincipal', objectId, appId, displayName }, enabled, validFrom: 0 };
  }
  const user = findUser(services, id);
  if (user !== undefined) {
    const { objectId, userName, displayName, enabled, passwordTime } = user;
    return { identity: { kind: 'User', objectId, userName, displayName }, enabled, validFrom: passwordTime };
  }
  const identity = managedIdentity(services.store, id);
  return identity === undefined ? undefined : { identity, enabled: true, validFrom: 0 };
}
