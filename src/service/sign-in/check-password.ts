/**
 * A person's name and password: who it is, or why not.
 *
 * Owns: the order of the checks, and that guessing is slow. Does not own: hashes (`password-hash.ts`).
 *
 * Invariants
 * CP1. A name that nobody has and a wrong password look and take the same.
 * CP2. Whoever guesses is slowed down by name and by address; that somebody is disabled is told only to who knows the
 *      password.
 */
import { noteSignIn } from '../activity-log/note-request.ts';
import { GuessThrottle } from '../guess-throttle.ts';
import { checkPassword } from '../password-hash.ts';
import type { Services } from '../services.ts';
import { findUserByName, type User } from '../users.ts';

export type PasswordJudgement =
  | { readonly kind: 'good'; readonly user: User }
  | { readonly kind: 'wrong' | 'disabled' }
  | { readonly kind: 'locked'; readonly seconds: number };

export interface GivenPassword {
  readonly userName: string;
  readonly password: string;
  readonly remoteAddress?: string | undefined;
  /** How it was given, for the activity log. */
  readonly way: 'password' | 'browser' | 'device' | 'session';
  /** The application one signs in to. */
  readonly application?: string;
}

const guessesOfName = 10;
const guessesOfAddress = 50;

const throttles = new WeakMap<object, { readonly names: GuessThrottle; readonly addresses: GuessThrottle }>();

/** Judges a sign-in by name and password. @throws TocsinError `TooManyRequests` when too many are under way. */
export async function judgePassword(services: Services, given: GivenPassword): Promise<PasswordJudgement> {
  const judged = await judge(services, given);
  const { userName, way, application, remoteAddress } = given;
  const user = judged.kind === 'good' ? judged.user : findUserByName(services, userName);
  await noteSignIn(services, {
    identity: {
      kind: 'User',
      objectId: user?.objectId ?? '',
      displayName: user?.displayName ?? '',
      userName: user?.userName ?? userName.slice(0, 113),
    },
    remoteAddress,
    way,
    ...(application === undefined ? {} : { application }),
    ...(judged.kind === 'good' ? {} : { refusal: refusals[judged.kind] }),
  });
  return judged;
}

const refusals = {
  wrong: 'The user name or the password was wrong.',
  disabled: 'The user account is disabled.',
  locked: 'The account is locked after too many wrong passwords.',
} as const;

async function judge(services: Services, given: GivenPassword): Promise<PasswordJudgement> {
  const { names, addresses } = throttlesOf(services);
  const [name, address] = [given.userName.toLowerCase().slice(0, 256), given.remoteAddress ?? ''];
  const wait = Math.max(names.wait(name), addresses.wait(address));
  if (wait > 0) return { kind: 'locked', seconds: Math.ceil(wait / 1000) };
  const user = findUserByName(services, given.userName);
  const tooLong = given.password.length > 1024;
  const right = await checkPassword(tooLong ? '' : given.password, tooLong ? undefined : user?.passwordHash);
  if (!right || user === undefined) {
    names.failed(name);
    if (address !== '') addresses.failed(address);
    return { kind: 'wrong' };
  }
  names.succeeded(name);
  return user.enabled ? { kind: 'good', user } : { kind: 'disabled' };
}

function throttlesOf(services: Services): { readonly names: GuessThrottle; readonly addresses: GuessThrottle } {
  let found = throttles.get(services.identity);
  if (found === undefined) {
    found = {
      names: new GuessThrottle(services.clock, guessesOfName),
      addresses: new GuessThrottle(services.clock, guessesOfAddress),
    };
    throttles.set(services.identity, found);
  }
  return found;
}
