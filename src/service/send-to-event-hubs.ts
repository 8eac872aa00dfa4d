/**
 * Sends queued deliveries to event hubs, the oldest first, and keeps them until the broker has them.
 *
 * Owns: the queues' turns, batches, back-off, giving up, taking queues up again after a restart.
 * Does not own: the protocol (`#connectors`), making deliveries (`deliver-event.ts`).
 *
 * Invariants
 * H1. A delivery leaves its queue by the commit that records its outcome: after a crash it is sent again with the same id.
 * H2. A hub that is away holds its own queue only. It is tried again with exponential back-off up to a minute, by one
 *     delivery until one succeeds; the rest waits untouched on disk and costs no memory.
 * H3. Nothing waits for ever: after seven days, or ten refusals of a message as such, a delivery is `Failed`.
 * H4. The connection string is looked up when sending, so mending the automation mends what waits.
 */
import {
  armIdKey,
  formatTime,
  type HubOutcome,
  memberOf,
  type Store,
  type StoredDocument,
  stringifyJson,
  textMember,
} from '#foundation';
import { automationIndexOf } from './automation-index.ts';
import {
  type Attempt,
  deliveryCollection,
  type DeliveryStatus,
  nextAttempt,
  queuedFor,
  withAttempt,
} from './delivery-records.ts';
import { parseConnectionString } from './event-hub-address.ts';
import { hubQueueCollection, hubQueueKey, hubQueueShrank } from './event-hub-queues.ts';
import type { Services } from './services.ts';

const batchSize = 256;
const messageAttempts = 10;
const longestWait = 7 * 24 * 60 * 60_000;
const firstDelay = 1_000;
const longestDelay = 60_000;

type Position = { readonly time: number; readonly key: string };

/** What a batch came to. */
type Turn = 'sent' | 'partly' | 'hubAway';

class HubQueue {
  readonly #services: Services;
  readonly #automationKey: string;
  readonly #hubId: string;
  #running: Promise<void> | undefined;
  #again = false;
  #failures = 0;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(services: Services, automationKey: string, hubId: string) {
    this.#services = services;
    this.#automationKey = automationKey;
    this.#hubId = hubId;
  }

  /** Something was added, or is there since the last run. */
  wake(): void {
    if (this.#stopped || this.#cancel !== undefined) return;
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    this.#running = this.#run()
      .catch((error: unknown) => {
        this.#services.log.error('Deliveries to an event hub could not be recorded.', { error: String(error) });
        this.#rest();
      })
      .finally(() => {
        this.#running = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.wake();
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    let after: Position | undefined;
    let rests = false;
    while (!this.#stopped) {
      const batch = this.#next(after);
      const last = batch.at(-1);
      if (last === undefined) break;
      const turn = await this.#send(batch);
      if (turn === 'hubAway') return this.#rest();
      if (turn === 'partly') rests = true;
      else this.#failures = 0;
      after = { time: last.time, key: last.key };
    }
    if (rests) this.#rest();
    else if (!this.#stopped) hubQueueShrank(this.#services, hubQueueKey(this.#automationKey, this.#hubId), 0, true);
  }

  #next(after: Position | undefined): readonly StoredDocument[] {
    return this.#services.store.documents.list({
      collection: deliveryCollection,
      parent: this.#automationKey,
      status: queuedFor(this.#hubId),
      oldestFirst: true,
      top: this.#failures === 0 ? batchSize : 1,
      ...(after === undefined ? {} : { after }),
    });
  }

  /** H2: the queue rests and then starts from its head. */
  #rest(): void {
    if (this.#stopped) return;
    const { clock, random } = this.#services;
    const delay = Math.min(firstDelay * 2 ** this.#failures, longestDelay) * (0.5 + random.fraction() / 2);
    this.#failures += 1;
    this.#again = false;
    this.#cancel = clock.after(delay, () => {
      this.#cancel = undefined;
      this.wake();
    });
  }

  async #send(batch: readonly StoredDocument[]): Promise<Turn> {
    const { store, clock } = this.#services;
    const outcomes = await this.#outcomes(batch);
    const now = clock.now();
    const next = batch.map((document, index) => this.#judged(document, outcomes[index] ?? { kind: 'accepted' }, now));
    await store.commit(next.map((document) => ({ kind: 'putDocument', document })));
    const left = next.filter(({ status }) => status.startsWith('Queued ')).length;
    hubQueueShrank(this.#services, hubQueueKey(this.#automationKey, this.#hubId), batch.length - left, false);
    if (left === 0) return 'sent';
    return outcomes.some((outcome) => outcome.kind === 'refused' && outcome.about === 'hub') ? 'hubAway' : 'partly';
  }

  async #outcomes(batch: readonly StoredDocument[]): Promise<readonly HubOutcome[]> {
    const automation = automationIndexOf(this.#services).find(this.#automationKey);
    const action = automation?.actions.find(
      (each) => each.kind === 'EventHub' && armIdKey(each.eventHubResourceId) === armIdKey(this.#hubId),
    );
    if (action?.kind !== 'EventHub') {
      const message = 'The automation, or its action for this event hub, was deleted before the event was sent.';
      return batch.map(() => final('AutomationActionDeleted', message));
    }
    const address = parseConnectionString(action.connectionString, action.eventHubResourceId);
    if (typeof address === 'string') return batch.map(() => final('InvalidConnectionString', address));
    const encoder = new TextEncoder();
    const messages = batch.map(({ key, body }) => ({
      id: key,
      body: encoder.encode(stringifyJson(memberOf(body, 'event') ?? {})),
    }));
    return this.#services.eventHubs.send(address, messages);
  }

  #judged(document: StoredDocument, outcome: HubOutcome, now: number): StoredDocument {
    const number = nextAttempt(document);
    const time = formatTime(now);
    if (outcome.kind === 'accepted') {
      return withAttempt(document, { attempt: number, status: 'Succeeded', time }, 'Succeeded');
    }
    const expired = now - document.time >= longestWait / this.#services.clock.scale;
    const refusedOften = outcome.about === 'message' && number >= messageAttempts;
    const again = outcome.retryable && !expired && !refusedOften;
    const status: DeliveryStatus = again ? queuedFor(this.#hubId) : 'Failed';
    const error = { code: outcome.code, message: outcome.message };
    const attempt: Attempt = { attempt: number, status: again ? 'Retrying' : 'Failed', time, error };
    return withAttempt(document, attempt, status);
  }
}

function final(code: string, message: string): HubOutcome {
  return { kind: 'refused', code, message, about: 'message', retryable: false };
}

export class HubSender {
  readonly #services: Services;
  readonly #queues = new Map<string, HubQueue>();
  #stopped = false;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Takes up the queues that were not empty when the server went down. */
  start(): void {
    for (const { body, parent } of this.#services.store.documents.list({ collection: hubQueueCollection })) {
      this.#wake(parent, textMember(body, 'eventHubResourceId') ?? '');
    }
  }

  /** Deliveries were committed: those for event hubs are sent. */
  add(documents: readonly StoredDocument[]): void {
    const woken = new Set<string>();
    for (const { parent, status, body } of documents) {
      const hubId = textMember(body, 'target') ?? '';
      const key = hubQueueKey(parent, hubId);
      if (!status.startsWith('Queued ') || woken.has(key)) continue;
      woken.add(key);
      this.#wake(parent, hubId);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    // Closing first gives what is under way up; its deliveries stay queued (H1).
    await Promise.all([this.#services.eventHubs.close(), ...[...this.#queues.values()].map((queue) => queue.stop())]);
  }

  #wake(automationKey: string, hubId: string): void {
    if (this.#stopped) return;
    const key = hubQueueKey(automationKey, hubId);
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = new HubQueue(this.#services, automationKey, hubId);
      this.#queues.set(key, queue);
    }
    queue.wake();
  }
}

const senders = new WeakMap<Store, HubSender>();

export function hubSenderOf(services: Services): HubSender {
  let sender = senders.get(services.store);
  if (sender === undefined) {
    sender = new HubSender(services);
    senders.set(services.store, sender);
  }
  return sender;
}
