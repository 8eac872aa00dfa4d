/**
 * How many requests one caller may send: a bucket per principal, subscription and kind of request, filled evenly.
 *
 * Owns: counting, what is told of it. Does not own: the limits (`#service`), ingestion, which sheds load by itself.
 * Source: ARM reference 1.2; Azure Resource Manager's throttling (reads, writes, per principal and subscription).
 *
 * Invariants
 * RL1. The administrator, the server itself and calls in process are never held back; neither is anything open, such as
 *      callbacks, which have limits of their own.
 * RL2. The memory of it is bounded: who has not asked for longest is forgotten first, and begins with a full bucket.
 */
import { type Clock, type Fault, fault, type Identity } from '#foundation';
import { defaultRequestLimits, type RequestLimits, type Services } from '#service';

interface Bucket {
  /** Requests left, fractions included. */
  left: number;
  /** Milliseconds of `Clock.elapsed`. */
  readonly time: number;
}

export interface Admission {
  readonly headers: Readonly<Record<string, string>>;
  /** Set when the request is over the limit. */
  readonly refused?: Fault;
}

const mostBuckets = 10_000;

export class RateLimits {
  readonly #buckets = new Map<string, Bucket>();
  readonly #clock: Pick<Clock, 'elapsed' | 'scale'>;
  readonly #limits: () => RequestLimits;

  /** @param limits asked for at each request, because they may change meanwhile. */
  constructor(clock: Pick<Clock, 'elapsed' | 'scale'>, limits: () => RequestLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Counts a request of a signed-in caller. `subscription` is that of the path. */
  admit(identity: Identity, method: string, subscription: string | undefined): Admission {
    const reads = method === 'GET' || method === 'HEAD';
    const { requestReadsPerMinute, requestWritesPerMinute } = this.#limits();
    const limit = reads ? requestReadsPerMinute : requestWritesPerMinute;
    const name = `x-ms-ratelimit-remaining-${subscription === undefined ? 'tenant' : 'subscription'}-${reads ? 'reads' : 'writes'}`;
    if (identity.kind === 'AdminToken' || identity.kind === 'System') return { headers: { [name]: String(limit) } };
    const perMillisecond = (limit * this.#clock.scale) / 60_000;
    const bucket = this.#filled(
      `${identity.objectId} ${reads ? 'r' : 'w'} ${subscription ?? ''}`,
      limit,
      perMillisecond,
    );
    if (bucket.left < 1) {
      const seconds = Math.max(1, Math.ceil((1 - bucket.left) / perMillisecond / 1000));
      return { headers: { [name]: '0' }, refused: tooMany(reads, limit, seconds) };
    }
    bucket.left -= 1;
    return { headers: { [name]: String(Math.floor(bucket.left)) } };
  }

  #filled(key: string, limit: number, perMillisecond: number): Bucket {
    const now = this.#clock.elapsed();
    const bucket = this.#buckets.get(key);
    // The order of the map is that of the last use.
    this.#buckets.delete(key);
    const left = bucket === undefined ? limit : Math.min(limit, bucket.left + (now - bucket.time) * perMillisecond);
    const filled = { left, time: now };
    this.#buckets.set(key, filled);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > mostBuckets && oldest !== undefined) this.#buckets.delete(oldest);
    return filled;
  }
}

function tooMany(reads: boolean, limit: number, seconds: number): Fault {
  const kind = reads ? 'reads' : 'writes';
  return fault(
    'TooManyRequests',
    `The request is being throttled as the limit of ${limit} ${kind} per minute has been reached. Please try again after ${seconds} seconds.`,
    { retryAfterSeconds: seconds },
  );
}

const known = new WeakMap<Services, RateLimits>();

/** The limits of a server, the same for both its ports. */
export function rateLimitsOf(services: Services): RateLimits {
  let limits = known.get(services);
  if (limits === undefined) {
    limits = new RateLimits(services.clock, () => services.settings.requestLimits ?? defaultRequestLimits);
    known.set(services, limits);
  }
  return limits;
}
