/**
 * Chance from the system.
 *
 * Owns: the implementation of `Random` on `node:crypto`.
 */
import { randomInt, randomUUID } from 'node:crypto';
import type { Random } from '#foundation';

const steps = 2 ** 47;

export const systemRandom: Random = {
  fraction: () => randomInt(steps) / steps,
  uuid: () => randomUUID(),
};
