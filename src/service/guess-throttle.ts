/**
 * Slowing down those who guess: who has failed too often has to wait, longer each time.
 *
 * Owns: counting failures by what was guessed at and by where from. Does not own: what a guess is (`check-password.ts`).
 *
 * Invariants
 * GT1. Ten failures at one name, or fifty from one address, within ten minutes lock it for a minute; each further failure
 *      doubles the time, up to an hour. A lock is never lifted by a right guess before its time.
 * GT2. The memory of it is bounded; what is forgotten first is what failed longest ago.
 */
import type { Clock } from '#foundation';

interface Failures {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly last: number;
  readonly lockedUntil: number;
}

const forgetMilliseconds = 10 * 60_000;
const firstLock = 60_000;
const longestLock = 60 * 60_000;
const mostRemembered = 10_000;

export class GuessThrottle {
  readonly #failures = new Map<string, Failures>();
  readonly #clock: Pick<Clock, 'now'>;
  readonly #allowed: number;

  /** `allowed` failures lock. */
  constructor(clock: Pick<Clock, 'now'>, allowed: number) {
    this.#clock = clock;
    this.#allowed = allowed;
  }

  /** Milliseconds until the next guess counts; 0 when it does now. */
  wait(key: string): number {
    return Math.max(0, (this.#failures.get(key)?.lockedUntil ?? 0) - this.#clock.now());
  }

  failed(key: string): void {
    const now = this.#clock.now();
    const before = this.#failures.get(key);
    const since = before === undefined ? Number.POSITIVE_INFINITY : now - Math.max(before.last, before.lockedUntil);
    const count = (since > forgetMilliseconds ? 0 : (before?.count ?? 0)) + 1;
    const over = count - this.#allowed;
    const lock = over < 0 ? 0 : Math.min(firstLock * 2 ** over, longestLock);
    this.#failures.delete(key);
    this.#failures.set(key, { count, last: now, lockedUntil: lock === 0 ? 0 : now + lock });
    if (this.#failures.size <= mostRemembered) return;
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined) this.#failures.delete(oldest);
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }
}
