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
import { GuessThrottle } from '../guess-throttle.ts';
import { checkPassword } from '../password-hash.ts';
import type { Services } from '../services.ts';
import { findUserByName, type User } from '../users.ts';

export type PasswordJudgement =
  | { readonly kind: 'good'; readonly user: User }
  | { readonly kind: 'wrong' | 'disabled' }
  | { readonly kind: 'locked'; readonly seconds: number };

const guessesOfName = 10;
const guessesOfAddress = 50;

const throttles = new WeakMap<object, { readonly names: GuessThrottle; readonly addresses: GuessThrottle }>();

/** Judges a sign-in by name and password. @throws TocsinError `TooManyRequests` when too many are under way. */
export async function judgePassword(
  services: Services,
  given: { readonly userName: string; readonly password: string; readonly remoteAddress?: string | undefined },
): Promise<PasswordJudgement> {
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
