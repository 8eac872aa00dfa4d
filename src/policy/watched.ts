/**
 * Surroundings that tell whether an evaluation looked at anything that is the evaluated resource's own.
 *
 * Owns: that question. Does not own: what is done with the answer (`#service`).
 *
 * Invariants
 * WA1. As long as nothing was read, the outcome holds for every resource the same policy asks the same of.
 */
import type { Surroundings } from './functions.ts';

export interface Watched {
  readonly surroundings: Surroundings;
  /** Whether the resource, its group or subscription, the request or the time was read so far. */
  readonly wasRead: () => boolean;
}

export function watchedSurroundings(surroundings: Surroundings): Watched {
  let read = false;
  const own = ['resource', 'now', 'requestContext', 'resourceGroup', 'subscription'] as const;
  const getters = own.map((name) => {
    const get = (): unknown => {
      read = true;
      return surroundings[name];
    };
    return [name, { get }] as const;
  });
  const told = Object.create(surroundings, Object.fromEntries(getters)) as Surroundings;
  return { surroundings: told, wasRead: () => read };
}
