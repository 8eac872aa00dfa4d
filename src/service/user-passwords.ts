/**
 * The passwords of users, beside the directory that the users are in.
 *
 * Owns: their documents, which passwords are too weak. Does not own: hashing (`password-hash.ts`), users (`directory/`),
 * guesses (`sign-in/check-password.ts`).
 *
 * Invariants
 * UP1. Of a password only its Argon2id hash is kept, sealed.
 */
import { formatTime, raise, type StoredDocument, textMember, type Write } from '#foundation';
import { hashPassword } from './password-hash.ts';
import type { Services } from './services.ts';

const collection = 'passwords';

export interface UserPassword {
  readonly hash: string;
  /** When it was set; milliseconds since the epoch. */
  readonly time: number;
}

export function findPassword({ store }: Pick<Services, 'store'>, objectId: string): UserPassword | undefined {
  const document = store.documents.get(collection, objectId.toLowerCase());
  const hash = textMember(document?.secrets, 'hash');
  return document === undefined || hash === undefined ? undefined : { hash, time: document.time };
}

/** Whether anybody can sign in by a password. */
export function hasPasswords({ store }: Pick<Services, 'store'>): boolean {
  return store.documents.list({ collection, top: 1 }).length > 0;
}

/** The hash of a new password. @throws TocsinError `InvalidParameter` when it is too weak. */
export function preparePassword(password: string, userName: string): Promise<string> {
  const reason = weakness(password, userName);
  return reason === undefined ? hashPassword(password) : raise('InvalidParameter', reason, { target: 'password' });
}

/** The writes that set it, for the commit of whatever else changes. */
export function passwordWrites(objectId: string, hash: string, now: number): readonly Write[] {
  const document: StoredDocument = {
    collection,
    key: objectId.toLowerCase(),
    parent: '',
    time: now,
    status: '',
    body: { changedOn: formatTime(now) },
    secrets: { hash },
  };
  return [{ kind: 'putDocument', document }];
}

export function passwordRemoval(objectId: string): Write {
  return { kind: 'deleteDocument', collection, key: objectId.toLowerCase() };
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
function weakness(password: string, userName: string): string | undefined {
  if (password.length < 8 || password.length > 256) return 'A password must be 8 to 256 characters long.';
  const lower = password.toLowerCase();
  if (lower === userName.toLowerCase() || commonPasswords.has(lower) || new Set(lower).size < 3) {
    return 'The password is too easy to guess.';
  }
  return undefined;
}
