/**
 * Users of this server: people of the directory who may sign in with a name and a password.
 *
 * Owns: users as signing in and the own API see them; making, changing and removing them there.
 * Does not own: the directory (`directory/`), passwords (`user-passwords.ts`), guesses (`sign-in/check-password.ts`), roles
 * (role assignments name the object id), users of external issuers.
 * Source: own API reference, "Identity".
 *
 * Invariants
 * US1. A made-up password is answered once.
 * US2. What was given before the password last changed or sessions were revoked, or to a user who is disabled or gone, is
 *      refused at the next request: tokens, refresh tokens, sessions.
 */
import { type Json, raise } from '#foundation';
import { changeEntity, createEntity, deleteEntity } from './directory/change-entities.ts';
import { entitiesBehind, findDirectoryUser, findEntity, type StoredEntity } from './directory/directory-store.ts';
import { directoryUserOf } from './directory/directory-users.ts';
import { checkDisplayName } from './display-name.ts';
import type { Caller } from './record-activity.ts';
import type { Services } from './services.ts';
import { findPassword } from './user-passwords.ts';

export interface User {
  readonly objectId: string;
  /** What one signs in with: the user principal name. */
  readonly userName: string;
  readonly displayName: string;
  readonly enabled: boolean;
  /** Milliseconds since the epoch. */
  readonly createdTime: number;
  /** Absent for people of the directory who have no password here. */
  readonly passwordTime?: number;
  readonly passwordHash?: string;
  /** What was given before counts no more (US2). */
  readonly validFrom: number;
}

export interface NewUser {
  readonly userName: string;
  /** The user name unless given. */
  readonly displayName?: string;
  /** Made up unless given. */
  readonly password?: string;
}

/** A new user; `password` is there only when it was made up. @throws TocsinError `InvalidParameter`, `Conflict`. */
export async function createUser(
  services: Services,
  caller: Caller,
  wanted: NewUser,
): Promise<{ readonly user: User; readonly password?: string }> {
  const { userName, displayName = userName } = wanted;
  checkUserName(userName);
  checkDisplayName(displayName);
  if (findUserByName(services, userName) !== undefined) {
    raise('Conflict', `There is a user named '${userName}' already.`, { target: 'userName' });
  }
  const password = wanted.password ?? services.secrets.randomKey(18);
  const entity = await createEntity(services, caller, 'users', {
    accountEnabled: true,
    displayName,
    mailNickname: userName.split('@', 1)[0] ?? userName,
    userPrincipalName: userName,
    passwordProfile: { password, forceChangePasswordNextSignIn: false },
  });
  const user = userOf(services, entity);
  return wanted.password === undefined ? { user, password } : { user };
}

export function findUser(services: Pick<Services, 'store'>, objectId: string): User | undefined {
  const entity = findEntity(services, 'users', objectId);
  return entity === undefined ? undefined : userOf(services, entity);
}

export function findUserByName(services: Pick<Services, 'store'>, userName: string): User | undefined {
  const entity = findDirectoryUser(services, userName);
  return entity === undefined ? undefined : userOf(services, entity);
}

const page = 500;

export function listUsers(services: Pick<Services, 'store'>): readonly User[] {
  const users: User[] = [];
  for (;;) {
    const after = users.at(-1)?.objectId;
    const found = entitiesBehind(services, 'users', { count: page, after });
    users.push(...found.map((entity) => userOf(services, entity)));
    if (found.length < page) return users;
  }
}

export interface UserChange {
  readonly displayName?: string;
  readonly enabled?: boolean;
  readonly password?: string;
}

/** Changes what is given. @throws TocsinError `NotFound`, `InvalidParameter`. */
export async function changeUser(
  services: Services,
  caller: Caller,
  objectId: string,
  { displayName, enabled, password }: UserChange,
): Promise<User> {
  if (displayName !== undefined) checkDisplayName(displayName);
  const body: Json = {
    ...(displayName === undefined ? {} : { displayName }),
    ...(enabled === undefined ? {} : { accountEnabled: enabled }),
    ...(password === undefined ? {} : { passwordProfile: { password } }),
  };
  return userOf(services, await changeEntity(services, caller, { set: 'users', id: objectId }, body));
}

/** Removes the user with its role assignments. @returns whether it was there. */
export async function deleteUser(services: Services, caller: Caller, objectId: string): Promise<boolean> {
  if (findEntity(services, 'users', objectId) === undefined) return false;
  await deleteEntity(services, caller, 'users', objectId);
  return true;
}

function userOf(services: Pick<Services, 'store'>, entity: StoredEntity): User {
  const { objectId, userPrincipalName, displayName, enabled, sessionsValidFrom } = directoryUserOf(entity);
  const password = findPassword(services, objectId);
  return {
    objectId,
    userName: userPrincipalName,
    displayName,
    enabled,
    createdTime: entity.createdTime,
    ...(password === undefined ? {} : { passwordTime: password.time, passwordHash: password.hash }),
    validFrom: Math.max(sessionsValidFrom, password?.time ?? 0),
  };
}

function checkUserName(userName: string): void {
  if (/^[a-z0-9](?:[\w.@+'-]{0,111}[a-z0-9])?$/i.test(userName)) return;
  raise(
    'InvalidParameter',
    "The member 'userName' must be 1 to 113 letters, digits or . _ @ + ' - and begin and end with a letter or digit.",
    { target: 'userName' },
  );
}
