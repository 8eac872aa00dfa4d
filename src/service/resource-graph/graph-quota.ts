/**
 * How many queries a caller may ask of Resource Graph in a window.
 *
 * Owns: the counts, by caller. Azure allows 15 in five seconds; there is one machine here, which stands more.
 *
 * Invariants
 * GU1. Counts are forgotten with their window: memory grows with the callers of five seconds.
 * Source: published guidance on throttled requests of Azure Resource Graph (headers and status).
 */
import type { Services } from '../services.ts';

const windowMilliseconds = 5_000;
const mostQueries = 300;

interface Window {
  started: number;
  counts: Map<string, number>;
}

const windows = new WeakMap<object, Window>();

export interface GraphQuota {
  readonly remaining: number;
  readonly resetsAfterSeconds: number;
  /** The query is one too many. */
  readonly spent: boolean;
}

/** Counts a query of the caller. */
export function graphQuota({ clock, store }: Pick<Services, 'clock' | 'store'>, objectId: string): GraphQuota {
  const now = clock.now();
  let window = windows.get(store);
  if (window === undefined || now - window.started >= windowMilliseconds || now < window.started) {
    window = { started: now, counts: new Map() };
    windows.set(store, window);
  }
  const count = (window.counts.get(objectId) ?? 0) + 1;
  window.counts.set(objectId, count);
  return {
    remaining: Math.max(0, mostQueries - count),
    resetsAfterSeconds: Math.max(1, Math.ceil((window.started + windowMilliseconds - now) / 1000)),
    spent: count > mostQueries,
  };
}
