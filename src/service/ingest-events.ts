/**
 * Ingestion: records of any format become events, and events, deliveries and runs become durable in one commit.
 *
 * Owns: where each event belongs and whether the caller may send it there, rejections by index, back-pressure.
 * Does not own: formats (`#events`), what an event does (`take-event.ts`).
 *
 * Invariants
 * I1. The answer is given after the commit that holds the events, their delivery records and the runs they start (D6).
 * I2. A rejected record changes nothing and does not stand in the way of the others.
 * I3. A request that would be rejected as a whole for lack of rights is refused as a whole.
 * Source: own API reference, ingestion and events; design section 4.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { authorizationFailed } from '#access';
import { detectFormat, type FormatName, looseMember, readRecord, type SecurityEvent } from '#events';
import {
  type Fault,
  fault,
  type Identity,
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  parseArmId,
  raise,
  type Store,
  TocsinError,
} from '#foundation';
import { findIngestionKey } from './ingestion-keys.ts';
import { firstSubscriptionId, newSubscription } from './seed-tenant.ts';
import { senderOf } from './send-deliveries.ts';
import type { Services } from './services.ts';
import { EventBatch, type TakenEvent } from './take-event.ts';

export { type FormatName, formatNames } from '#events';

export interface IngestRequest {
  readonly records: readonly (Json | Fault)[];
  readonly format: FormatName;
  /** For events that name no subscription. */
  readonly subscriptionId?: string;
  /** Make a local subscription for an id that is not known, instead of rejecting its events. */
  readonly createUnknown: boolean;
  /** False keeps resources that events name out of the inventory. */
  readonly inventory?: boolean;
  readonly identity: Identity;
  readonly allowed: (action: string, scope: string) => boolean;
}

export interface IngestedEvent extends Omit<TakenEvent, 'event'> {
  readonly index: number;
  /** The event source. */
  readonly kind: string;
}

export interface Rejection {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface IngestResult {
  readonly accepted: number;
  readonly duplicates: number;
  /** Records that are no events: heartbeats, flow logs. */
  readonly discarded: number;
  readonly rejected: readonly Rejection[];
  readonly events: readonly IngestedEvent[];
}

export const ingestAction = 'Microsoft.Security/alerts/write';

/** Records under way over all requests, above which new requests are put off. */
const backlogLimit = 100_000;
/** Records taken before other work gets a turn. */
const sliceSize = 100;

const backlogs = new WeakMap<Store, { count: number }>();

/** Takes the records in. @throws TocsinError `TooManyRequests`, `AuthorizationFailed`; `RunHost` and store errors. */
export async function ingestEvents(services: Services, request: IngestRequest): Promise<IngestResult> {
  const backlog = backlogs.get(services.store) ?? { count: 0 };
  backlogs.set(services.store, backlog);
  if (backlog.count > 0 && backlog.count + request.records.length > backlogLimit) {
    raise('TooManyRequests', 'Too many events are under way; send this batch again later.', { retryAfterSeconds: 1 });
  }
  backlog.count += request.records.length;
  try {
    return await ingest(services, request);
  } finally {
    backlog.count -= request.records.length;
  }
}

async function ingest(services: Services, request: IngestRequest): Promise<IngestResult> {
  const batch = new EventBatch(services);
  const places = new Places(services, request, batch);
  const reading = new Reading(services, request, places);
  const events: IngestedEvent[] = [];
  try {
    for (const [index, record] of request.records.entries()) {
      if (index > 0 && index % sliceSize === 0) await nextTurn();
      reading.read(record, index);
    }
    for (const [at, { index, event }] of reading.events.entries()) {
      if (at > 0 && at % sliceSize === 0) await nextTurn();
      for (const taken of batch.take(event)) events.push(answered(index, taken));
    }
    refuseWhole(request, reading.rejected, places);
    await commit(services, batch);
    batch.settle();
  } catch (error) {
    batch.settle(error);
    throw error;
  }
  await batch.othersDurable();
  senderOf(services).add(batch.pending);
  const duplicates = events.filter(({ duplicate }) => duplicate).length;
  return {
    accepted: events.length - duplicates,
    duplicates,
    discarded: reading.discarded,
    rejected: reading.rejected,
    events,
  };
}

function answered(index: number, { event, ...taken }: TakenEvent): IngestedEvent {
  return { index, kind: event.kind, ...taken };
}

async function commit(services: Services, batch: EventBatch): Promise<void> {
  if (batch.runs.length > 0) await services.host.startMany(batch.runs, batch.writes);
  else if (batch.writes.length > 0) await services.store.commit(batch.writes);
}

/** I3: a caller without any right hears so, instead of an acceptance of nothing. */
function refuseWhole(request: IngestRequest, rejected: readonly Rejection[], places: Places): void {
  const { refused } = places;
  if (refused === undefined || rejected.length < request.records.length) return;
  if (rejected.every(({ code }) => code === 'AuthorizationFailed')) throw new TocsinError(refused);
}

// --- Records ----------------------------------------------------------------------------------------------------

class Reading {
  readonly #services: Services;
  readonly #request: IngestRequest;
  readonly #places: Places;
  readonly #formats: ReadonlySet<string> | undefined;
  /** Where in `events` the control assessments of this request are, by key. */
  readonly #controls = new Map<string, number>();
  readonly events: { readonly index: number; readonly event: SecurityEvent }[] = [];
  readonly rejected: Rejection[] = [];
  discarded = 0;

  constructor(services: Services, request: IngestRequest, places: Places) {
    this.#services = services;
    this.#request = request;
    this.#places = places;
    const key =
      request.identity.kind === 'IngestionKey' ? findIngestionKey(services, request.identity.objectId) : undefined;
    this.#formats = key?.formats === undefined ? undefined : new Set(key.formats);
  }

  /** Reads a record: its events at their places, or its rejection. */
  read(record: Json | Fault, index: number): void {
    const events = isFault(record) ? record : this.#events(record);
    if (isFault(events)) {
      this.rejected.push({ index, code: events.code, message: events.message });
      return;
    }
    if (events.length === 0) this.discarded += 1;
    for (const event of events) this.#add(index, event);
  }

  /** Results of one scan that count for the same control become one event, their numbers added up. */
  #add(index: number, event: SecurityEvent): void {
    if (event.kind === 'RegulatoryComplianceAssessment' && event.original !== undefined) {
      const at = this.#controls.get(event.key);
      const before = at === undefined ? undefined : this.events[at];
      if (at !== undefined && before !== undefined) {
        this.events[at] = { ...before, event: { ...event, body: addControls(before.event.body, event.body) } };
        return;
      }
      this.#controls.set(event.key, this.events.length);
    }
    this.events.push({ index, event });
  }

  #events(record: Json): readonly SecurityEvent[] | Fault {
    const { format } = this.#request;
    const unwanted = this.#checkFormat(record);
    if (unwanted !== undefined) return unwanted;
    const defaults = { subscriptionId: this.#places.fallback, now: this.#services.clock.now() };
    const events = readRecord(format, record, defaults);
    if (isFault(events)) return events;
    const placed: SecurityEvent[] = [];
    for (const event of events) {
      const there = this.#places.place(event);
      if (isFault(there)) return there;
      placed.push(there);
    }
    return placed;
  }

  /** An ingestion key may be good for some formats only. */
  #checkFormat(record: Json): Fault | undefined {
    if (this.#formats === undefined) return undefined;
    const { format } = this.#request;
    const name = format === 'auto' && isJsonObject(record) ? (detectFormat(record) ?? 'auto') : format;
    if (this.#formats.has(name) || this.#formats.has('auto')) return undefined;
    return fault('AuthorizationFailed', `The ingestion key does not take records of format '${name}'.`);
  }
}

/** What a control assessment counts. */
const counts = ['passedResources', 'failedResources', 'skippedResources'] as const;

function addControls(before: JsonObject, next: JsonObject): JsonObject {
  const properties = next['properties'] as JsonObject;
  const sums = Object.fromEntries(
    counts.map((name) => [name, Number(looseMember(before, 'properties', name) ?? 0) + Number(properties[name] ?? 0)]),
  ) as Record<(typeof counts)[number], number>;
  const state = sums.failedResources > 0 ? 'Failed' : sums.passedResources > 0 ? 'Passed' : 'Skipped';
  return { ...next, properties: { ...properties, ...sums, state } };
}

// --- Subscriptions ----------------------------------------------------------------------------------------------

/** Which subscription each event belongs to, and whether the caller may send to it; looked up once per request. */
class Places {
  readonly #services: Services;
  readonly #request: IngestRequest;
  readonly #batch: EventBatch;
  readonly #known = new Map<string, string | Fault>();
  /** For events that name no subscription. */
  readonly fallback: string;
  /** A refusal for lack of rights, when there was one. */
  refused: Fault | undefined;

  constructor(services: Services, request: IngestRequest, batch: EventBatch) {
    this.#services = services;
    this.#request = request;
    this.#batch = batch;
    const own = request.identity.kind === 'IngestionKey' ? request.identity.subscriptionId : undefined;
    this.fallback = request.subscriptionId ?? own ?? firstSubscriptionId;
  }

  /** The event with its subscription in stored case, or why it is rejected. */
  place(event: SecurityEvent): SecurityEvent | Fault {
    const asked = event.subscriptionId.toLowerCase();
    let found = this.#known.get(asked);
    if (found === undefined) {
      found = this.#find(event.subscriptionId);
      this.#known.set(asked, found);
    }
    if (isFault(found)) return found;
    const resources = this.#request.inventory === false ? [] : event.resources;
    if (found === event.subscriptionId && resources === event.resources) return event;
    return { ...event, subscriptionId: found, resources };
  }

  #find(subscriptionId: string): string | Fault {
    const { allowed, identity } = this.#request;
    const scope = `/subscriptions/${subscriptionId}`;
    if (!allowed(ingestAction, scope)) {
      const reason = authorizationFailed(identity, ingestAction, scope);
      this.refused = reason;
      return reason;
    }
    const stored = this.#services.store.resources.get(scope);
    return stored === undefined ? this.#create(subscriptionId) : stored.name;
  }

  #create(subscriptionId: string): string | Fault {
    const { createUnknown, allowed, identity } = this.#request;
    const unknown = fault('SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
    const valid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(subscriptionId);
    if (!createUnknown || !valid || parseArmId(`/subscriptions/${subscriptionId}`) === undefined) return unknown;
    const action = 'Microsoft.Subscription/aliases/write';
    if (!allowed(action, '')) return authorizationFailed(identity, action, '');
    const resource = newSubscription(this.#services, { subscriptionId, displayName: subscriptionId });
    this.#batch.make(resource);
    return subscriptionId;
  }
}
