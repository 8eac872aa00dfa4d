/**
 * Users of this server: people who sign in with a name and a password.
 *
 * Owns: their documents, making, changing and removing them, their passwords.
 * Does not own: hashing (`password-hash.ts`), guesses (`sign-in/check-password.ts`), roles (role assignments name the
 * object id), users of external issuers.
 * Source: own API reference, "Identity".
 *
 * Invariants
 * US1. Of a password only its Argon2id hash is kept, sealed; a made-up password is answered once.
 * US2. A name is held by one user, whatever its case.
 * US3. What was given before the password last changed, or to a user who is disabled or gone, is refused at the next
 *      request: tokens, refresh tokens, sessions.
 */
import { type JsonObject, memberOf, raise, type StoredDocument, textMember, type Write } from '#foundation';
import { inTurn } from './in-turn.ts';
import { hashPassword } from './password-hash.ts';
import { assignmentRemovals } from './role-holders.ts';
import type { Services } from './services.ts';

const collection = 'users';
const byName = 'userNames';

export interface User {
  readonly objectId: string;
  /** What one signs in with; also the user principal name in tokens. */
  readonly userName: string;
  readonly displayName: string;
  readonly enabled: boolean;
  /** Milliseconds since the epoch. */
  readonly createdTime: number;
  readonly passwordTime: number;
  readonly passwordHash: string;
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
  wanted: NewUser,
): Promise<{ readonly user: User; readonly password?: string }> {
  const { userName, displayName = userName } = wanted;
  checkUserName(userName);
  checkDisplayName(displayName);
  const password = wanted.password ?? services.secrets.randomKey(18);
  checkNewPassword(password, userName);
  const passwordHash = await hashPassword(password);
  const user = await inTurn(services.store, turnOf(userName), async () => {
    if (findUserByName(services, userName) !== undefined) {
      raise('Conflict', `There is a user named '${userName}' already.`, { target: 'userName' });
    }
    const now = services.clock.now();
    const objectId = services.random.uuid();
    const made: User = {
      objectId,
      userName,
      displayName,
      enabled: true,
      createdTime: now,
      passwordTime: now,
      passwordHash,
    };
    await services.store.commit(userWrites(made));
    return made;
  });
  return wanted.password === undefined ? { user, password } : { user };
}

export function findUser(services: Pick<Services, 'store'>, objectId: string): User | undefined {
  const document = services.store.documents.get(collection, objectId.toLowerCase());
  return document === undefined ? undefined : userOf(document);
}

export function findUserByName(services: Pick<Services, 'store'>, userName: string): User | undefined {
  const found = services.store.documents.get(byName, userName.toLowerCase());
  const objectId = textMember(found?.body, 'objectId');
  return objectId === undefined ? undefined : findUser(services, objectId);
}

export function listUsers(services: Pick<Services, 'store'>): readonly User[] {
  return services.store.documents.list({ collection }).map(userOf);
}

export interface UserChange {
  readonly displayName?: string;
  readonly enabled?: boolean;
  readonly password?: string;
}

/** Changes what is given. @throws TocsinError `NotFound`, `InvalidParameter`. */
export async function changeUser(services: Services, objectId: string, change: UserChange): Promise<User> {
  const { userName } = requireUser(services, objectId);
  if (change.displayName !== undefined) checkDisplayName(change.displayName);
  if (change.password !== undefined) checkNewPassword(change.password, userName);
  const passwordHash = change.password === undefined ? undefined : await hashPassword(change.password);
  return inTurn(services.store, turnOf(userName), async () => {
    const before = requireUser(services, objectId);
    const user: User = {
      ...before,
      displayName: change.displayName ?? before.displayName,
      enabled: change.enabled ?? before.enabled,
      ...(passwordHash === undefined ? {} : { passwordHash, passwordTime: services.clock.now() }),
    };
    await services.store.commit(userWrites(user));
    return user;
  });
}

/** Removes the user with its role assignments. @returns whether it was there. */
export function deleteUser(services: Services, objectId: string): Promise<boolean> {
  const found = findUser(services, objectId);
  if (found === undefined) return Promise.resolve(false);
  return inTurn(services.store, turnOf(found.userName), async () => {
    const user = findUser(services, objectId);
    if (user === undefined) return false;
    await services.store.commit([
      { kind: 'deleteDocument', collection, key: user.objectId },
      { kind: 'deleteDocument', collection: byName, key: user.userName.toLowerCase() },
      ...assignmentRemovals(services.store, user.objectId),
    ]);
    return true;
  });
}

function requireUser(services: Pick<Services, 'store'>, objectId: string): User {
  return findUser(services, objectId) ?? raise('NotFound', `The principal '${objectId}' does not exist.`);
}

function turnOf(userName: string): string {
  return `/users/${userName}`;
}

// --- Checks -----------------------------------------------------------------------------------------------------

function checkUserName(userName: string): void {
  if (/^[a-z0-9](?:[\w.@+'-]{0,111}[a-z0-9])?$/i.test(userName)) return;
  raise(
    'InvalidParameter',
    "The member 'userName' must be 1 to 113 letters, digits or . _ @ + ' - and begin and end with a letter or digit.",
    { target: 'userName' },
  );
}

export function checkDisplayName(name: string): void {
  if (name.trim() !== '' && name.length <= 256) return;
  raise('InvalidParameter', "The member 'displayName' must be 1 to 256 characters long.", { target: 'displayName' });
}

const commonPasswords: ReadonlySet<string> = new Set([
  'password',
  'passw0rd',
  'password1',
  'password123',
  '12345678',
  '123456789',
  '1234567890',
  'qwertyuiop',
  'qwerty123',
  'iloveyou',
  'administrator',
  'changeme',
  'letmein1',
  'welcome1',
]);

/** Length is what counts; the few that everybody tries first are refused. */
function checkNewPassword(password: string, userName: string): void {
  const reason = weakness(password, userName);
  if (reason !== undefined) raise('InvalidParameter', reason, { target: 'password' });
}

function weakness(password: string, userName: string): string | undefined {
  if (password.length < 8 || password.length > 256) return 'A password must be 8 to 256 characters long.';
  const lower = password.toLowerCase();
  if (lower === userName.toLowerCase() || commonPasswords.has(lower) || new Set(lower).size < 3) {
    return 'The password is too easy to guess.';
  }
  return undefined;
}

// --- Documents --------------------------------------------------------------------------------------------------

function userWrites(user: User): readonly Write[] {
  const { objectId, userName, displayName, enabled, createdTime, passwordTime, passwordHash } = user;
  const base = { parent: '', time: createdTime, status: '' };
  const body: JsonObject = { userName, displayName, enabled, passwordTime };
  return [
    { kind: 'putDocument', document: { ...base, collection, key: objectId, body, secrets: { passwordHash } } },
    { kind: 'putDocument', document: { ...base, collection: byName, key: userName.toLowerCase(), body: { objectId } } },
  ];
}

function userOf(document: StoredDocument): User {
  const { body } = document;
  return {
    objectId: document.key,
    userName: textMember(body, 'userName') ?? '',
    displayName: textMember(body, 'displayName') ?? '',
    enabled: memberOf(body, 'enabled') !== false,
    createdTime: document.time,
    passwordTime: Number(memberOf(body, 'passwordTime') ?? 0),
    passwordHash: textMember(document.secrets, 'passwordHash') ?? '',
  };
}
