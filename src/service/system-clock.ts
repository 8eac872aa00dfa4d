/**
 * Time of the system, with engine time running at a scale.
 *
 * Owns: the implementation of `Clock` on `Date.now` and timers, delays beyond what one timer holds.
 *
 * Invariants
 * K3. Waiting does not keep the process alive.
 */
import type { Clock } from '#foundation';

/** The longest delay of one timer in milliseconds; longer ones are waited for in pieces. */
const longestTimer = 2_147_483_647;

/** @param scale how many times faster than true time `after` runs; 1 outside demos and tests. */
export function systemClock(scale = 1): Clock {
  return {
    scale,
    now: () => Date.now(),
    elapsed: () => performance.now(),
    after: (milliseconds, callback) => {
      let timer: NodeJS.Timeout | undefined;
      let left = Math.max(0, milliseconds) / scale;
      const wait = (): void => {
        const piece = Math.min(left, longestTimer);
        left -= piece;
        timer = setTimeout(left > 0 ? wait : callback, piece);
        timer.unref();
      };
      wait();
      return () => clearTimeout(timer);
    },
  };
}
