/**
 * Keeps secure scores current: follows the recommendations that change, counts, and tells the scores that move.
 *
 * Owns: the work behind the commits, its order, going on after a restart. Does not own: counting (`resource-states.ts`), what
 * a score is worth (`score-values.ts`), what a score's event sets off (`take-event.ts`).
 *
 * Invariants
 * K1. Every noted change is counted once: the note goes in the commit that counts it, so a crash neither loses nor repeats one.
 * K2. Only this work writes states and sums, one slice after the other.
 * K3. A score is told once no more changes wait, or after `tellAfter` of them: a large scan is a few events, not thousands.
 * K4. A score that a detector sent stays until a resource of its control changes its state later; what is newest counts.
 * Source: domain reference 7 and 12; decision 0033.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { idKey, readNative, type SecurityEvent } from '#events';
import {
  armIdKey,
  type JsonObject,
  memberOf,
  orThrow,
  type Store,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import { allDocuments } from '../all-documents.ts';
import { isObservedStore } from '../commit-feed.ts';
import { eventCollections, storedEventOf } from '../event-documents.ts';
import type { Services } from '../services.ts';
import { EventBatch } from '../take-event.ts';
import { builtinControls } from './builtin-controls.data.ts';
import {
  changeCollection,
  countedStates,
  resourceStateCollection,
  stateDocument,
  statesOf,
  Tally,
  tallyCollection,
} from './resource-states.ts';
import { controlBody, scoreBody, scoreName } from './score-values.ts';

const sliceSize = 200;
const tellAfter = 10_000;

const keepers = new WeakMap<Store, ScoreKeeper>();

/** Starts keeping the scores of a store; takes up what was noted and not counted. */
export function startScores(services: Services): ScoreKeeper {
  const keeper = keepers.get(services.store) ?? new ScoreKeeper(services);
  keepers.set(services.store, keeper);
  keeper.start();
  return keeper;
}

/** Resolves when the scores hold all that was committed before the call. */
export async function scoresCurrent({ store }: Pick<Services, 'store'>): Promise<void> {
  await keepers.get(store)?.current();
}

interface Waiter {
  /** How many changes must have been told of. */
  readonly upTo: number;
  readonly resolve: () => void;
}

class ScoreKeeper {
  readonly #services: Services;
  #changes: StoredDocument[] = [];
  /** Subscriptions whose scores are to be told. */
  readonly #untold = new Set<string>();
  #waiters: Waiter[] = [];
  #followed = 0;
  #told = 0;
  #work: Promise<void> | undefined;
  #stopped = false;
  #unsubscribe: (() => void) | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  start(): void {
    const { store } = this.#services;
    if (this.#unsubscribe !== undefined) return;
    this.#unsubscribe = isObservedStore(store) ? store.onCommit((writes) => this.#follow(writes)) : () => {};
    for (const change of allDocuments(store.documents, { collection: changeCollection })) this.#note(change);
    for (const tally of store.documents.list({ collection: tallyCollection, status: 'Pending' }))
      this.#untold.add(tally.key);
    this.#go();
  }

  /** Resolves when the slice under way is committed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe?.();
    await this.#work;
  }

  async current(): Promise<void> {
    if (this.#work === undefined) return;
    const upTo = this.#followed;
    await new Promise<void>((resolve) => this.#waiters.push({ upTo, resolve }));
  }

  #follow(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putDocument' && write.document.collection === changeCollection) this.#note(write.document);
    }
    this.#go();
  }

  #note(change: StoredDocument): void {
    this.#changes.push(change);
    this.#followed += 1;
  }

  #go(): void {
    if (this.#work !== undefined || this.#stopped) return;
    if (this.#changes.length === 0 && this.#untold.size === 0) return;
    this.#work = this.#run()
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#services.log.error('Secure scores could not be written; they are with the next change.', { reason });
      })
      .then(() => {
        this.#work = undefined;
        this.#release(Number.POSITIVE_INFINITY);
      });
  }

  async #run(): Promise<void> {
    let untold = 0;
    while (!this.#stopped && (this.#changes.length > 0 || this.#untold.size > 0)) {
      // Requests go first.
      await nextTurn();
      const slice = this.#changes.slice(0, sliceSize);
      await this.#count(slice);
      // K1: what could not be counted stays.
      this.#changes = this.#changes.slice(slice.length);
      untold += slice.length;
      if (this.#changes.length > 0 && untold < tellAfter) continue;
      for (const subscriptionId of this.#untold) {
        await this.#tell(subscriptionId);
        this.#untold.delete(subscriptionId);
      }
      untold = 0;
      this.#told = this.#followed - this.#changes.length;
      this.#release(this.#told);
    }
  }

  #release(upTo: number): void {
    const waiting = this.#waiters;
    this.#waiters = waiting.filter((waiter) => waiter.upTo > upTo);
    for (const waiter of waiting) if (waiter.upTo <= upTo) waiter.resolve();
  }

  // --- Counting -------------------------------------------------------------------------------------------------

  async #count(slice: readonly StoredDocument[]): Promise<void> {
    if (slice.length === 0) return;
    const { store, clock } = this.#services;
    const now = clock.now();
    const tallies = new Map<string, Tally>();
    const writes: Write[] = [];
    const seen = new Set<string>();
    for (const change of slice) {
      writes.push({ kind: 'deleteDocument', collection: changeCollection, key: change.key });
      const resource = textMember(change.body, 'resource') ?? '';
      if (seen.has(resource)) continue;
      seen.add(resource);
      const before = store.documents.get(resourceStateCollection, resource);
      const states = statesOf(this.#services, resource);
      const tally = tallies.get(change.parent) ?? tallyOf(store, change.parent);
      tallies.set(change.parent, tally);
      if (!tally.move(countedStates(before), states, change.time)) continue;
      if (states.size > 0)
        writes.push({ kind: 'putDocument', document: stateDocument(change.parent, resource, states, now) });
      else writes.push({ kind: 'deleteDocument', collection: resourceStateCollection, key: resource });
    }
    for (const tally of tallies.values()) {
      if (tally.changed.size === 0) continue;
      writes.push({ kind: 'putDocument', document: tally.document(now, false) });
    }
    await store.commit(writes);
    for (const tally of tallies.values()) if (tally.changed.size > 0) this.#untold.add(tally.subscriptionId);
  }

  // --- Telling --------------------------------------------------------------------------------------------------

  async #tell(subscriptionId: string): Promise<void> {
    const { store, clock } = this.#services;
    const tally = tallyOf(store, subscriptionId);
    const scope = `/subscriptions/${subscriptionId}`;
    const bodies = storedControls(store, subscriptionId);
    const batch = new EventBatch(this.#services);
    try {
      for (const control of builtinControls) {
        const time = tally.changed.get(control.key);
        const body = controlBody(scope, control, tally.counts(control.key));
        const key = idKey(textMember(body, 'id') ?? '');
        if (time === undefined || isSentSince(store, 'SecureScoreControls', key, time)) continue;
        bodies.set(key, body);
        batch.take(this.#eventOf(body, subscriptionId));
      }
      const body = scoreBody(scope, [...bodies.values()]);
      const last = Math.max(0, ...tally.changed.values());
      if (!isSentSince(store, 'SecureScores', idKey(textMember(body, 'id') ?? ''), last)) {
        batch.take(this.#eventOf(body, subscriptionId));
      }
    } catch (error) {
      batch.abandon(error);
      throw error;
    }
    await batch.commit([{ kind: 'putDocument', document: tally.document(clock.now(), true) }]);
  }

  #eventOf(body: JsonObject, subscriptionId: string): SecurityEvent {
    const event = orThrow(readNative(body, { subscriptionId, now: this.#services.clock.now() }));
    return { ...event, original: computed };
  }
}

/** What is kept beside a score that was computed here; beside one that was sent there is nothing. */
const computed: JsonObject = { computed: true };

/** Whether a detector has sent the score at a time, or later (K4). */
function isSentSince(store: Store, kind: 'SecureScores' | 'SecureScoreControls', key: string, time: number): boolean {
  const stored = store.documents.get(eventCollections[kind], key);
  if (stored === undefined || stored.time < time) return false;
  return memberOf(storedEventOf(stored).original, 'computed') !== true;
}

function tallyOf(store: Store, subscriptionId: string): Tally {
  return new Tally(subscriptionId, store.documents.get(tallyCollection, subscriptionId));
}

/** The controls that count for the score of a subscription, computed and sent, by id key. */
function storedControls(store: Store, subscriptionId: string): Map<string, JsonObject> {
  const below = armIdKey(`/subscriptions/${subscriptionId}/providers/Microsoft.Security/secureScores/${scoreName}`);
  const found = store.documents.list({ collection: eventCollections.SecureScoreControls, below });
  return new Map(found.map((document) => [document.key, storedEventOf(document).body]));
}
