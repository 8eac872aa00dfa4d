/**
 * Sends pending deliveries over HTTP and tries again until they succeed, fail for good, or run out of attempts: posts to
 * callbacks that are not ours, and rows to linked workspaces.
 *
 * Owns: what a status means for a delivery, back-off, resuming after a restart.
 * Does not own: making deliveries (`deliver-event.ts`), event hubs (`send-to-event-hubs.ts`), the HTTP client (`Outbound`).
 *
 * Invariants
 * S1. A delivery is sent only after the commit that holds it; every attempt is recorded before the next one is planned.
 * S2. Deliveries pending at start are taken up again; an attempt in flight at a crash is made again with the same key.
 * S3. 2xx is success; 408, 429, 5xx and no answer are tried again with exponential back-off, jitter and `Retry-After`;
 *     every other status fails at once.
 * S4. What waits is on disk: memory holds keys only, however long a callback is away.
 * S5. A delivery is under way once: one that is made while the server takes up what is pending is not taken up as well.
 * Source: domain reference 16.
 */
import { type EventKind, logRowOf } from '#events';
import {
  type ArmResponse,
  type CancelTimer,
  formatTime,
  isJsonObject,
  memberOf,
  type OutboundFailure,
  type OutboundRequest,
  type OutboundResponse,
  type RunOrigin,
  type Store,
  type StoredDocument,
  textMember,
} from '#foundation';
import { callOwnUrl } from './call-own-url.ts';
import { automationOrigin } from './deliver-event.ts';
import { type Attempt, deliveryCollection, type DeliveryStatus, nextAttempt, withAttempt } from './delivery-records.ts';
import { findEventById } from './event-documents.ts';
import { forgetDaily } from './forget-old-events.ts';
import { ingestionRequest } from './log-ingestion.ts';
import { hubSenderOf } from './send-to-event-hubs.ts';
import type { Services } from './services.ts';
import { workspaceLink } from './workspace-links.ts';

const attemptLimit = 10;
const firstDelay = 5_000;
const longestDelay = 15 * 60_000;
const longestRetryAfter = 60 * 60_000;
const concurrency = 16;
const pageSize = 500;
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
  /** Keys of deliveries; those in front of `#next` have been taken. Millions wait when a callback is away for long. */
  #queue: string[] = [];
  #next = 0;
  /** Keys in the queue or under way (S5). */
  readonly #held = new Set<string>();
  readonly #timers = new Map<string, CancelTimer>();
  readonly #underWay = new Set<Promise<void>>();
  #stopped = false;
  #alsoStop = (): void => {};

  constructor(services: Services) {
    this.#services = services;
  }

  add(documents: readonly StoredDocument[]): void {
    hubSenderOf(this.#services).add(documents);
    const pending = documents.filter(({ status }) => status === 'Pending');
    this.#addKeys(pending.filter((document) => nextAttempt(document) === 1).map(({ key }) => key));
    for (const document of pending) {
      const done = nextAttempt(document) - 1;
      if (done > 0 && !this.#isHeld(document.key)) this.#later(document.key, done, undefined);
    }
  }

  /** S2: what was pending when the server went down. */
  resume(): void {
    let after: { readonly time: number; readonly key: string } | undefined;
    for (;;) {
      const found = this.#services.store.documents.list({
        collection: deliveryCollection,
        status: 'Pending',
        oldestFirst: true,
        top: pageSize,
        ...(after === undefined ? {} : { after }),
      });
      this.#addKeys(found.map(({ key }) => key));
      const last = found.at(-1);
      if (last === undefined || found.length < pageSize) return;
      after = { time: last.time, key: last.key };
    }
  }

  #addKeys(keys: readonly string[]): void {
    if (this.#stopped) return;
    for (const key of keys) {
      if (this.#isHeld(key)) continue;
      this.#held.add(key);
      this.#queue.push(key);
    }
    this.#pump();
  }

  #isHeld(key: string): boolean {
    return this.#held.has(key) || this.#timers.has(key);
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
    await hubSenderOf(this.#services).stop();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #pump(): void {
    while (!this.#stopped && this.#underWay.size < concurrency) {
      const key = this.#taken();
      if (key === undefined) return;
      const work: Promise<void> = this.#attempt(key).finally(() => {
        this.#underWay.delete(work);
        this.#held.delete(key);
        this.#pump();
      });
      this.#underWay.add(work);
    }
  }

  #taken(): string | undefined {
    const key = this.#queue[this.#next];
    if (key === undefined) return undefined;
    this.#next += 1;
    if (this.#next > 1_000 && this.#next * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
    return key;
  }

  async #attempt(key: string): Promise<void> {
    const { store, log, clock } = this.#services;
    let number = 1;
    try {
      const document = store.documents.get(deliveryCollection, key);
      if (document?.status !== 'Pending') return;
      number = nextAttempt(document);
      const outcome = await this.#send(document);
      const judged = judge(outcome, number);
      const attempt: Attempt = { attempt: number, ...judged.attempt, time: formatTime(clock.now()) };
      const next = withAttempt(document, attempt, judged.status);
      await store.commit([{ kind: 'putDocument', document: next }]);
      if (judged.status === 'Pending') this.#later(key, number, judged.retryAfter);
    } catch (error) {
      log.error('A delivery could not be recorded.', { delivery: key, error: String(error) });
      this.#later(key, number, undefined);
    }
  }

  async #send(document: StoredDocument): Promise<OutboundResponse | OutboundFailure> {
    const { outbound } = this.#services;
    const request = await this.#requestOf(document);
    if ('kind' in request) return request;
    const headers = { ...request.headers, 'user-agent': 'Tocsin', 'idempotency-key': document.key };
    const whole = { ...request, headers, timeoutMilliseconds };
    const own = await callOwnUrl(this.#services, whole, 'service', this.#originOf(document));
    return own === undefined ? outbound.send(whole) : outcomeOf(own);
  }

  #originOf({ body }: StoredDocument): RunOrigin {
    const eventId = textMember(body, 'eventId') ?? '';
    const kind = findEventById(this.#services, eventId)?.kind ?? 'Alerts';
    return automationOrigin(kind, textMember(body, 'automationId') ?? '', eventId);
  }

  #requestOf(document: StoredDocument): Promise<OutboundRequest | OutboundFailure> {
    const { body, secrets } = document;
    const event = memberOf(body, 'event') ?? {};
    const uri = textMember(secrets, 'uri');
    if (uri !== undefined) {
      return Promise.resolve({
        method: 'POST',
        url: uri,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: new TextEncoder().encode(JSON.stringify(event)),
      });
    }
    const link = workspaceLink(this.#services, textMember(body, 'target') ?? '');
    if (link === undefined || !isJsonObject(event)) {
      const message = 'The link to the real workspace was deleted before the event was sent.';
      return Promise.resolve({ kind: 'failure', code: 'WorkspaceNotLinked', message, retryable: false });
    }
    const row = memberOf(body, 'row');
    const about = { kind: textMember(row, 'kind') as EventKind, id: textMember(row, 'id') ?? '', body: event };
    return ingestionRequest(this.#services, link, logRowOf(about, formatTime(this.#services.clock.now())));
  }

  #later(key: string, done: number, retryAfter: number | undefined): void {
    if (this.#stopped) return;
    const { clock, random } = this.#services;
    const cancel = clock.after(retryDelay(done, random.fraction(), retryAfter), () => {
      this.#timers.delete(key);
      this.#addKeys([key]);
    });
    this.#timers.set(key, cancel);
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
  sender.resume();
  hubSenderOf(services).start();
  sender.alsoStop(forgetDaily(services));
  return sender;
}
