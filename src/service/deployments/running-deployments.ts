/**
 * The deployments under way in this process: a parent waits for its nested ones without polling.
 *
 * Owns: that register, per store.
 */
import type { Store } from '#foundation';

export interface RunningDeployment {
  /** Settles when it has ended; never rejects. */
  readonly ended: Promise<void>;
  /** Ids of the deployments its template makes. */
  readonly nested: readonly string[];
  /** Nothing new is begun from then on, and its record is no longer written. */
  readonly cancel: () => void;
}

const underway = new WeakMap<Store, Map<string, RunningDeployment>>();

/** By id key. */
export function runningOf(store: Store): Map<string, RunningDeployment> {
  const known = underway.get(store) ?? new Map<string, RunningDeployment>();
  underway.set(store, known);
  return known;
}
