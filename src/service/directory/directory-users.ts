/**
 * Users as the rest of the server needs them: who may sign in, and since when sessions count.
 *
 * Owns: that view of the directory's users. Does not own: passwords, sessions, tokens (`principals.ts` and beside it).
 *
 * Invariants
 * DU1. A user whose `accountEnabled` is false is disabled, whoever switched it off.
 * DU2. What was handed out before `signInSessionsValidFromDateTime` counts no more.
 */
import { memberOf, textMember } from '#foundation';
import type { Services } from '../services.ts';
import { findDirectoryUser, type StoredEntity } from './directory-store.ts';

export interface DirectoryUser {
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly enabled: boolean;
  /** Milliseconds since the epoch: sessions and refresh tokens from before are void. */
  readonly sessionsValidFrom: number;
}

/** By object id or user principal name; undefined when there is none. */
export function directoryUser(services: Pick<Services, 'store'>, idOrName: string): DirectoryUser | undefined {
  const entity = findDirectoryUser(services, idOrName);
  return entity === undefined ? undefined : directoryUserOf(entity);
}

export function directoryUserOf({ id, body }: StoredEntity): DirectoryUser {
  const from = Date.parse(textMember(body, 'signInSessionsValidFromDateTime') ?? '');
  return {
    objectId: id,
    userPrincipalName: textMember(body, 'userPrincipalName') ?? '',
    displayName: textMember(body, 'displayName') ?? '',
    enabled: memberOf(body, 'accountEnabled') !== false,
    sessionsValidFrom: Number.isNaN(from) ? 0 : from,
  };
}
