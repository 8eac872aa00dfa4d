/**
 * A batch of events on its way into one commit: what is news, what it fires, what is written.
 *
 * Owns: duplicates within and beyond the batch, suppression, parents of findings, stubs of unknown resources.
 * Does not own: reading requests (`ingest-events.ts`), the commit itself (`ingest-events.ts`), deliveries (`deliver-event.ts`).
 *
 * Invariants
 * T1. Taking changes nothing outside the batch but the register of what is under way, which `settle` clears.
 * T2. An event that is on its way in another batch counts as known; this batch then waits for the other's commit.
 * T3. A parent recommendation known as healthy becomes unhealthy with its first unhealthy finding, as one event; further
 *     findings make none.
 * T4. Where a detector sends findings one by one, an unhealthy parent becomes healthy when its last unhealthy finding does, as
 *     one event.
 * Source: domain reference 12, 16 and 20; own API reference, events; design D6.
 */
import type { NewRun } from '#engine';
import {
  formatMoment,
  isChange,
  looseMember,
  looseText,
  parentAssessmentId,
  parseMoment,
  type SecurityEvent,
  stateOfStatus,
  withPortalLinks,
} from '#events';
import {
  armIdKey,
  formatTime,
  isJsonObject,
  type Json,
  jsonEquals,
  type JsonObject,
  memberOf,
  type ResourceDocument,
  type Store,
  type StoredDocument,
  type Write,
} from '#foundation';
import { type EventSource, subjectsOf } from '#rules';
import { type AutomationIndex, automationIndexOf } from './automation-index.ts';
import { goneSince, healthyEvent, type Scan, scanCollection, scanDocument, scanKey } from './close-scan.ts';
import { Deliveries } from './deliver-event.ts';
import {
  eventCollections,
  eventDocument,
  metadataCollection,
  snapshotCollection,
  storedEventOf,
} from './event-documents.ts';
import { parentTurn } from './parent-of-findings.ts';
import type { Services } from './services.ts';
import { stubWrites } from './stub-resource.ts';
import { Suppression } from './suppression-rules.ts';

export interface TakenEvent {
  readonly event: SecurityEvent;
  /** ARM id of the event as it is stored. */
  readonly id: string;
  readonly duplicate: boolean;
  readonly suppressedBy?: string;
  /** Full ARM ids. */
  readonly runs: readonly string[];
}

/** What is known of an event that is stored or on its way. */
interface Known {
  readonly document: StoredDocument;
  /** Set while it is on its way: resolves when it is durable. */
  readonly durable?: Promise<void>;
}

const underWay = new WeakMap<Store, Map<string, Known>>();

/** A snapshot sent again within this time is a repetition, not next week's. */
const snapshotInterval = 24 * 60 * 60_000;

/** Open findings looked at in one go. */
const openPage = 100;

/** The source whose automations an event may fire. */
export function sourceOf(event: Pick<SecurityEvent, 'kind' | 'snapshot'>): EventSource {
  return (event.snapshot ? `${event.kind}Snapshot` : event.kind) as EventSource;
}

/** Whether findings of the recommendation are known. */
export function hasFindings({ store }: Pick<Services, 'store'>, assessmentKey: string): boolean {
  const query = { collection: eventCollections.SubAssessments, below: assessmentKey, top: 1 };
  return store.documents.list(query).length > 0;
}

export class EventBatch {
  readonly #services: Services;
  readonly #index: AutomationIndex;
  readonly #deliveries: Deliveries;
  readonly #suppression: Suppression;
  readonly #others: Map<string, Known>;
  readonly #own = new Map<string, Known>();
  readonly #waits = new Set<Promise<void>>();
  /** Resource ids already looked at, and resources that this batch makes, by id key. */
  readonly #asked = new Set<string>();
  readonly #made = new Map<string, ResourceDocument>();
  /** The services over a store that already has what this batch makes. */
  readonly #withMade: Services;
  readonly #durable: Promise<void>;
  #settle: (failure?: unknown) => void = () => {};

  readonly runs: NewRun[] = [];
  readonly writes: Write[] = [];
  /** Deliveries to send once the commit is durable. */
  readonly pending: StoredDocument[] = [];

  constructor(services: Services) {
    this.#services = services;
    this.#index = automationIndexOf(services);
    this.#deliveries = new Deliveries(services);
    this.#suppression = new Suppression(services);
    this.#others = underWay.get(services.store) ?? new Map<string, Known>();
    underWay.set(services.store, this.#others);
    this.#withMade = { ...services, store: withResources(services.store, this.#made) };
    this.#durable = new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
    this.#durable.catch(() => {});
  }

  /** How many events the batch holds. */
  get size(): number {
    return this.#own.size;
  }

  /** Adds a resource to the commit. */
  make(resource: ResourceDocument): void {
    this.#made.set(armIdKey(resource.id), resource);
    this.writes.push({ kind: 'putResource', resource });
  }

  /** Takes one event; what else follows from it comes behind it. */
  take(event: SecurityEvent): readonly TakenEvent[] {
    const taken = event.snapshot ? this.#takeSnapshot(event) : this.#takeStreamed(event);
    if (taken.duplicate || event.snapshot || event.kind !== 'SubAssessments') return [taken];
    const parent = this.#parentOf(event);
    return parent === undefined ? [taken] : [taken, this.#takeStreamed(parent)];
  }

  /** A scan is over: what it found before and not now is healthy. */
  closeScan(scan: Scan): readonly TakenEvent[] {
    const now = this.#services.clock.now();
    const before = this.#known(scanCollection, scanKey(scan));
    const taken = goneSince(before, scan).flatMap(({ kind, key }) => {
      const document = this.#known(eventCollections[kind], key);
      const event = document === undefined ? undefined : healthyEvent(document, now);
      return event === undefined ? [] : this.take(event);
    });
    const next = scanDocument(scan, now);
    if (before === undefined || !jsonEquals(before.body, next.body)) this.#put(next);
    return taken;
  }

  /** Resolves when every event that this batch met under way elsewhere is durable. */
  async othersDurable(): Promise<void> {
    await Promise.all(this.#waits);
  }

  /** The commit is over: what was on its way is stored, or never was. */
  settle(failure?: unknown): void {
    for (const [key, known] of this.#own) if (this.#others.get(key) === known) this.#others.delete(key);
    this.#deliveries.settle(failure !== undefined);
    this.#settle(failure);
  }

  // --- One event ------------------------------------------------------------------------------------------------

  #takeStreamed(event: SecurityEvent): TakenEvent {
    const known = this.#known(eventCollections[event.kind], event.key);
    if (known !== undefined) {
      const stored = storedEventOf(known);
      const findingsKnown = (): boolean => hasFindings(this.#services, event.key);
      if (!isChange(event.kind, stored.body, event.body, findingsKnown)) {
        this.#refresh(event, known);
        return { event, id: stored.id, duplicate: true, runs: [] };
      }
    }
    const suppressedBy =
      event.kind === 'Alerts' ? this.#suppression.ruleFor(event.subscriptionId, event.body) : undefined;
    const fresh = this.#complete(event, known);
    const time = this.#timeAfter(known);
    this.#keep(fresh, suppressedBy, time);
    if (suppressedBy !== undefined) return { event: fresh, id: fresh.id, duplicate: false, suppressedBy, runs: [] };
    return { event: fresh, id: fresh.id, duplicate: false, runs: this.#fire(fresh, time) };
  }

  /** The event with what it lacks: the dates of a recommendation, a link to the portal. */
  #complete(event: SecurityEvent, known: StoredDocument | undefined): SecurityEvent {
    const { clock, settings } = this.#services;
    const before = known === undefined ? undefined : storedEventOf(known).body;
    const dated = event.kind === 'Assessments' ? withStatusDates(event, before, formatTime(clock.now())) : event;
    return withPortalLinks(dated, settings.publicBaseUrl);
  }

  #takeSnapshot(event: SecurityEvent): TakenEvent {
    const last = this.#known(snapshotCollection, event.key);
    const now = this.#services.clock.now();
    const repeated =
      last !== undefined &&
      now - last.time < snapshotInterval &&
      jsonEquals(memberOf(last.body, 'event') ?? null, event.body);
    if (repeated) return { event, id: event.id, duplicate: true, runs: [] };
    const time = this.#timeAfter(last);
    this.#put({ ...eventDocument(event, { time }), collection: snapshotCollection });
    if (this.#known(eventCollections[event.kind], event.key) === undefined) this.#keep(event, undefined, time);
    return { event, id: event.id, duplicate: false, runs: this.#fire(event, time) };
  }

  /** Now, but later than the last state of the same thing: the time tells its states apart. */
  #timeAfter(known: StoredDocument | undefined): number {
    return Math.max(this.#services.clock.now(), known === undefined ? 0 : known.time + 1);
  }

  /** Writes the event, its resources and its metadata. */
  #keep(event: SecurityEvent, suppressedBy: string | undefined, time: number): void {
    const state = event.kind === 'Alerts' ? stateOfStatus(memberOf(event.body, 'Status')) : undefined;
    const status = suppressedBy === undefined ? state : 'Dismissed';
    this.#put(
      eventDocument(event, {
        time,
        ...(status === undefined ? {} : { status }),
        ...(suppressedBy === undefined ? {} : { suppressedBy }),
      }),
    );
    for (const resource of event.resources) this.#stub(resource);
    if (event.kind === 'Assessments') this.#keepMetadata(event);
  }

  /** What a repetition may still have changed: shown, but no news. The alert's own state and the first time stay. */
  #refresh(event: SecurityEvent, known: StoredDocument): void {
    const stored = storedEventOf(known);
    const updates = event.kind !== 'Alerts' || event.original !== undefined;
    if (!updates || jsonEquals(stored.body, event.body)) return;
    const named =
      event.kind === 'Alerts' ? { ...event, id: stored.id, body: withStoredId(event.body, stored.body) } : event;
    const { body } = this.#complete(named, known);
    if (jsonEquals(stored.body, body)) return;
    this.#put({
      ...known,
      body: { ...known.body, event: body, ...(event.original === undefined ? {} : { original: event.original }) },
    });
  }

  #fire(event: SecurityEvent, time: number): readonly string[] {
    const source = sourceOf(event);
    const subjects = subjectsOf(source, event.body, `/subscriptions/${event.subscriptionId}`);
    const runIds: string[] = [];
    const matchable = { source, body: event.body, subjects };
    for (const automation of this.#index.match(matchable)) {
      for (const delivery of this.#deliveries.prepare(automation, { event, matchable, time })) {
        this.runs.push(...delivery.runs);
        this.writes.push(...delivery.writes);
        runIds.push(...delivery.runIds);
        if (delivery.pending !== undefined) this.pending.push(delivery.pending);
      }
    }
    return runIds;
  }

  // --- What is known --------------------------------------------------------------------------------------------

  #known(collection: string, key: string): StoredDocument | undefined {
    const name = `${collection} ${key}`;
    const own = this.#own.get(name);
    if (own !== undefined) return own.document;
    const other = this.#others.get(name);
    if (other !== undefined) {
      if (other.durable !== undefined) this.#waits.add(other.durable);
      return other.document;
    }
    return this.#services.store.documents.get(collection, key);
  }

  #put(document: StoredDocument): void {
    const name = `${document.collection} ${document.key}`;
    const known = { document, durable: this.#durable };
    this.#own.set(name, known);
    this.#others.set(name, known);
    this.writes.push({ kind: 'putDocument', document });
  }

  // --- What follows from an event -------------------------------------------------------------------------------

  /** The event of a parent whose state this finding turns (T3, T4). */
  #parentOf(finding: SecurityEvent): SecurityEvent | undefined {
    const key = armIdKey(parentAssessmentId(finding.id));
    const turn = parentTurn(this.#known(eventCollections.Assessments, key), finding, this.#services.clock.now());
    const waits = turn !== undefined && turn.code === 'Healthy' && this.#hasOpenFindings(key);
    return waits ? undefined : turn?.event;
  }

  /** Whether a finding below the recommendation is unhealthy, stored or on its way. */
  #hasOpenFindings(parentKey: string): boolean {
    const collection = eventCollections.SubAssessments;
    const isOpen = (key: string): boolean => this.#known(collection, key)?.status === 'Unhealthy';
    const start = `${collection} ${parentKey}/`;
    for (const name of this.#others.keys()) {
      if (name.startsWith(start) && isOpen(name.slice(collection.length + 1))) return true;
    }
    const query = { collection, below: parentKey, status: 'Unhealthy', top: openPage };
    let page = this.#services.store.documents.list(query);
    for (;;) {
      if (page.some(({ key }) => isOpen(key))) return true;
      const last = page.at(-1);
      if (last === undefined || page.length < openPage) return false;
      page = this.#services.store.documents.list({ ...query, after: { time: last.time, key: last.key } });
    }
  }

  /** Stubs of a resource that nobody knows, each once per batch. */
  #stub(resource: string): void {
    const key = armIdKey(resource);
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    for (const write of stubWrites(this.#withMade, resource))
      if (write.kind === 'putResource') this.make(write.resource);
  }

  /** Metadata that came with a recommendation, so that lists of recommendations can name it. */
  #keepMetadata(event: SecurityEvent): void {
    const metadata = looseMember(event.body, 'properties', 'metadata');
    const name = event.id.slice(event.id.lastIndexOf('/') + 1);
    if (!isJsonObject(metadata)) return;
    const key = `${event.subscriptionId}/${name}`.toLowerCase();
    const known = this.#known(metadataCollection, key);
    if (
      known !== undefined &&
      (known.status === 'Saved' || jsonEquals(memberOf(known.body, 'properties') ?? null, metadata))
    )
      return;
    this.#put({
      collection: metadataCollection,
      key,
      parent: event.subscriptionId.toLowerCase(),
      time: this.#services.clock.now(),
      status: 'Seen',
      body: { name, properties: metadata },
    });
  }
}

function withResources(store: Store, made: ReadonlyMap<string, ResourceDocument>): Store {
  return {
    resources: {
      get: (id) => made.get(armIdKey(id)) ?? store.resources.get(id),
      list: (query) => store.resources.list(query),
    },
    documents: store.documents,
    history: store.history,
    blobs: store.blobs,
    policyRecords: store.policyRecords,
    commit: (writes) => store.commit(writes),
    close: () => store.close(),
  };
}

/**
 * A recommendation has the date of its first evaluation and that of its last change of state or cause. Dates that a native
 * event brings are its own; those of foreign ones are kept here.
 */
function withStatusDates(event: SecurityEvent, known: JsonObject | undefined, now: string): SecurityEvent {
  const properties = memberOf(event.body, 'properties');
  const status = memberOf(properties, 'status');
  if (!isJsonObject(properties) || !isJsonObject(status)) return event;
  const given = event.original === undefined ? status : {};
  const before = looseMember(known, 'properties', 'status');
  const parsed = parseMoment(looseMember(before, 'firstEvaluationDate'));
  const first = parsed === undefined ? undefined : formatMoment(parsed);
  const sent = event.original === undefined ? undefined : status;
  const same = before !== undefined && sameState(before, status);
  const kept = same ? looseMember(before, 'statusChangeDate') : undefined;
  const dates = {
    firstEvaluationDate: looseMember(given, 'firstEvaluationDate') ?? first ?? sent?.['firstEvaluationDate'] ?? now,
    statusChangeDate: looseMember(given, 'statusChangeDate') ?? kept ?? sent?.['statusChangeDate'] ?? now,
  };
  return { ...event, body: { ...event.body, properties: { ...properties, status: { ...status, ...dates } } } };
}

/** Whether state and cause are the same. */
function sameState(before: Json, status: Json): boolean {
  return ['code', 'cause'].every(
    (name) => looseText(before, name)?.toLowerCase() === looseText(status, name)?.toLowerCase(),
  );
}

/** An alert sent again keeps the id under which it is stored. */
function withStoredId(body: JsonObject, stored: JsonObject): JsonObject {
  return { ...body, SystemAlertId: stored['SystemAlertId'] ?? body['SystemAlertId'] ?? null };
}
