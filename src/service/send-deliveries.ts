/**
 * Sends pending deliveries over HTTP and tries again until they succeed, fail for good, or run out of attempts.
 *
 * Owns: what a status means for a delivery, back-off, resuming after a restart.
 * Does not own: making deliveries (`deliver-event.ts`), the HTTP client (`Outbound`).
 *
 * Invariants
 * S1. A delivery is sent only after the commit that holds it; every attempt is recorded before the next one is planned.
 * S2. Deliveries pending at start are taken up again; an attempt in flight at a crash is made again with the same key.
 * S3. 2xx is success; 408, 429, 5xx and no answer are tried again with exponential back-off, jitter and `Retry-After`;
 *     every other status fails at once.
 * Source: domain reference 16.
 */
import {
  type ArmResponse,
  type CancelTimer,
  formatTime,
  memberOf,
  type OutboundFailure,
  type OutboundRequest,
  type OutboundResponse,
  type Store,
  type StoredDocument,
  textMember,
} from '#foundation';
import { callOwnUrl } from './call-own-url.ts';
import { type Attempt, attemptsOf, deliveryCollection, type DeliveryStatus, withAttempt } from './delivery-records.ts';
import { forgetDaily } from './forget-old-events.ts';
import type { Services } from './services.ts';

const attemptLimit = 10;
const firstDelay = 5_000;
const longestDelay = 15 * 60_000;
const longestRetryAfter = 60 * 60_000;
const concurrency = 16;
const timeoutMilliseconds = 60_000;

export interface DeliverySender {
  /** Takes over documents that were just committed; one that has been tried already waits first. */
  add(documents: readonly StoredDocument[]): void;
  /** Sends nothing more; resolves when attempts under way are recorded. */
  stop(): Promise<void>;
}

/** Milliseconds until the next attempt, `done` attempts having been made. */
export function retryDelay(done: number, fraction: number, retryAfter: number | undefined): number {
  const back = Math.min(firstDelay * 2 ** (done - 1), longestDelay);
  const jittered = back * (0.5 + fraction);
  return Math.max(Math.min(retryAfter ?? 0, longestRetryAfter), jittered);
}

class Sender implements DeliverySender {
  readonly #services: Services;
  readonly #queue: StoredDocument[] = [];
  readonly #timers = new Map<string, CancelTimer>();
  readonly #underWay = new Set<Promise<void>>();
  #stopped = false;
  #alsoStop = (): void => {};

  constructor(services: Services) {
    this.#services = services;
  }

  add(documents: readonly StoredDocument[]): void {
    this.take(documents.filter((document) => attemptsOf(document).length === 0));
    for (const document of documents) {
      const done = attemptsOf(document).length;
      if (done > 0) this.#later(document, done, undefined);
    }
  }

  /** Sends at once, whatever was tried before. */
  take(documents: readonly StoredDocument[]): void {
    if (this.#stopped) return;
    this.#queue.push(...documents);
    this.#pump();
  }

  /** What ends with the sender. */
  alsoStop(stop: () => void): void {
    this.#alsoStop = stop;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alsoStop();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #pump(): void {
    while (!this.#stopped && this.#underWay.size < concurrency) {
      const document = this.#queue.shift();
      if (document === undefined) return;
      const work: Promise<void> = this.#attempt(document).finally(() => {
        this.#underWay.delete(work);
        this.#pump();
      });
      this.#underWay.add(work);
    }
  }

  async #attempt(document: StoredDocument): Promise<void> {
    const { outbound, store, log, clock } = this.#services;
    try {
      const request: OutboundRequest = {
        method: 'POST',
        url: textMember(document.secrets, 'uri') ?? '',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Tocsin',
          'idempotency-key': document.key,
        },
        body: new TextEncoder().encode(JSON.stringify(memberOf(document.body, 'event') ?? {})),
        timeoutMilliseconds,
      };
      const own = await callOwnUrl(this.#services, request, 'service');
      const outcome = own === undefined ? await outbound.send(request) : outcomeOf(own);
      const number = attemptsOf(document).length + 1;
      const judged = judge(outcome, number);
      const attempt: Attempt = { attempt: number, ...judged.attempt, time: formatTime(clock.now()) };
      const next = withAttempt(document, attempt, judged.status);
      await store.commit([{ kind: 'putDocument', document: next }]);
      if (judged.status === 'Pending') this.#later(next, number, judged.retryAfter);
    } catch (error) {
      log.error('A delivery could not be recorded.', { delivery: document.key, error: String(error) });
      this.#later(document, attemptsOf(document).length + 1, undefined);
    }
  }

  #later(document: StoredDocument, done: number, retryAfter: number | undefined): void {
    if (this.#stopped) return;
    const { clock, random } = this.#services;
    const cancel = clock.after(retryDelay(done, random.fraction(), retryAfter), () => {
      this.#timers.delete(document.key);
      this.take([document]);
    });
    this.#timers.set(document.key, cancel);
  }
}

/** What an answer of our own says to a delivery. */
function outcomeOf({ status, headers = {} }: ArmResponse): OutboundResponse {
  return { kind: 'response', status, headers: { ...headers }, body: new Uint8Array() };
}

interface Judged {
  readonly status: DeliveryStatus;
  readonly attempt: Omit<Attempt, 'attempt' | 'time'>;
  /** Milliseconds. */
  readonly retryAfter?: number;
}

function judge(outcome: OutboundResponse | OutboundFailure, number: number): Judged {
  const last = number >= attemptLimit;
  if (outcome.kind === 'failure') {
    const again = outcome.retryable && !last;
    const error = { code: outcome.code, message: outcome.message };
    return { status: again ? 'Pending' : 'Failed', attempt: { status: again ? 'Retrying' : 'Failed', error } };
  }
  const statusCode = outcome.status;
  if (statusCode >= 200 && statusCode < 300) {
    const runId = outcome.headers['x-ms-workflow-run-id'];
    return {
      status: 'Succeeded',
      attempt: { status: 'Succeeded', statusCode, ...(runId === undefined ? {} : { runId }) },
    };
  }
  const again = (statusCode === 408 || statusCode === 429 || statusCode >= 500) && !last;
  const error = { code: `Http${statusCode}`, message: `The callback answered with status ${statusCode}.` };
  return {
    status: again ? 'Pending' : 'Failed',
    attempt: { status: again ? 'Retrying' : 'Failed', statusCode, error },
    ...retryAfterOf(outcome.headers['retry-after']),
  };
}

/** `Retry-After` in seconds; dates are left to the back-off. */
function retryAfterOf(header: string | undefined): { readonly retryAfter?: number } {
  return header !== undefined && /^\d{1,6}$/.test(header.trim()) ? { retryAfter: Number(header) * 1000 } : {};
}

const senders = new WeakMap<Store, Sender>();

/** The sender of the services' store. Until `startDeliveries` has run it takes what is added but resumes nothing. */
export function senderOf(services: Services): DeliverySender {
  return ownSenderOf(services);
}

function ownSenderOf(services: Services): Sender {
  let sender = senders.get(services.store);
  if (sender === undefined) {
    sender = new Sender(services);
    senders.set(services.store, sender);
  }
  return sender;
}

/** Starts sending: takes up what was pending when the server went down (S2), and forgets what is too old once a day. */
export function startDeliveries(services: Services): DeliverySender {
  const sender = ownSenderOf(services);
  const pending = services.store.documents.list({ collection: deliveryCollection, status: 'Pending' });
  sender.take(pending.toReversed());
  sender.alsoStop(forgetDaily(services));
  return sender;
}
