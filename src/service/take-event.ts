/**
 * A batch of events on its way into one commit: what is news, what it fires, what is written.
 *
 * Owns: what is news and what a repetition, what follows from an event, the commit.
 * Does not own: what is known meanwhile (`known-events.ts`), stubs (`made-resources.ts`), reading requests
 * (`ingest-events.ts`), deliveries (`deliver-event.ts`, `send-deliveries.ts`).
 *
 * Invariants
 * T1. Taking changes nothing outside the batch but the register of what is under way (`known-events.ts`) until `commit`
 *     or `abandon`.
 * T2. A parent recommendation known as healthy becomes unhealthy with its first unhealthy finding, as one event; further
 *     findings make none.
 * T3. Where a detector sends findings one by one, an unhealthy parent becomes healthy when its last unhealthy finding does, as
 *     one event.
 * Source: domain reference 12, 16 and 20; own API reference, events; design D6.
 */
import type { NewRun } from '#engine';
import { isChange, parentAssessmentId, type SecurityEvent, stateOfStatus, withPortalLinks } from '#events';
import {
  armIdKey,
  formatTime,
  jsonEquals,
  type JsonObject,
  memberOf,
  type ResourceDocument,
  type StoredDocument,
  type Write,
} from '#foundation';
import { type EventSource, subjectsOf } from '#rules';
import { type AutomationIndex, automationIndexOf } from './automation-index.ts';
import { goneSince, healthyEvent, type Scan, scanCollection, scanDocument, scanKey } from './close-scan.ts';
import { Deliveries } from './deliver-event.ts';
import { eventCollections, eventDocument, snapshotCollection, storedEventOf, tallyOf } from './event-documents.ts';
import { withDeliveries } from './event-deliveries.ts';
import { KnownEvents } from './known-events.ts';
import { MadeResources } from './made-resources.ts';
import { parentTurn } from './parent-of-findings.ts';
import { changeOf } from './secure-scores/resource-states.ts';
import { replacesMetadata, seenMetadata } from './seen-metadata.ts';
import { senderOf } from './send-deliveries.ts';
import { SentinelAlerts } from './sentinel/take-alert.ts';
import type { Services } from './services.ts';
import { withStatusDates } from './status-dates.ts';
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

/** A snapshot sent again within this time is a repetition, not next week's. */
const snapshotInterval = 24 * 60 * 60_000;

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
  readonly #known: KnownEvents;
  readonly #resources: MadeResources;
  readonly #sentinel: SentinelAlerts;

  readonly runs: NewRun[] = [];
  readonly writes: Write[] = [];
  /** Deliveries to send once the commit is durable. */
  readonly pending: StoredDocument[] = [];

  constructor(services: Services) {
    this.#services = services;
    this.#index = automationIndexOf(services);
    this.#deliveries = new Deliveries(services);
    this.#suppression = new Suppression(services);
    this.#known = new KnownEvents(services.store);
    this.#resources = new MadeResources(services, this.writes);
    this.#sentinel = new SentinelAlerts(services, this.#known);
  }

  /** How many events the batch holds. */
  get size(): number {
    return this.#known.size;
  }

  /** Adds a resource to the commit. */
  make(resource: ResourceDocument): void {
    this.#resources.make(resource);
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
    const before = this.#known.get(scanCollection, scanKey(scan));
    const taken = goneSince(before, scan).flatMap(({ kind, key }) => {
      const document = this.#known.get(eventCollections[kind], key);
      const event = document === undefined ? undefined : healthyEvent(document, now);
      return event === undefined ? [] : this.take(event);
    });
    const next = scanDocument(scan, now);
    if (before === undefined || !jsonEquals(before.body, next.body)) this.#put(next);
    return taken;
  }

  /**
   * Commits what was taken together with `alongside`; resolves when that and all it met under way elsewhere is durable, and
   * its deliveries are being sent. @throws what commits throw; then nothing of it ever was.
   */
  async commit(alongside: readonly Write[] = []): Promise<void> {
    const { host, store } = this.#services;
    try {
      const own = [...this.writes, ...this.#sentinel.writes()];
      const writes = [...alongside, ...own.filter((write) => !this.#known.isSuperseded(write))];
      const runs = [...this.runs, ...this.#sentinel.runs];
      if (runs.length > 0) await host.startMany(runs, writes);
      else if (writes.length > 0) await store.commit(writes);
    } catch (error) {
      this.abandon(error);
      throw error;
    }
    this.#deliveries.settle(false);
    this.#known.settle();
    await this.#known.othersDurable();
    senderOf(this.#services).add([...this.pending, ...this.#sentinel.pending]);
  }

  /** Nothing of the batch will be. */
  abandon(reason: unknown): void {
    this.#deliveries.settle(true);
    this.#known.settle(reason);
  }

  // --- One event ------------------------------------------------------------------------------------------------

  #takeStreamed(event: SecurityEvent): TakenEvent {
    const known = this.#known.get(eventCollections[event.kind], event.key);
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
    if (suppressedBy !== undefined) {
      this.#keep(fresh, time, withDeliveries([], known), suppressedBy);
      return { event: fresh, id: fresh.id, duplicate: false, suppressedBy, runs: [] };
    }
    const { runs, deliveries } = this.#fire(fresh, time);
    this.#keep(fresh, time, withDeliveries(deliveries, known));
    const playbooks = event.kind === 'Alerts' ? this.#sentinel.take(fresh) : [];
    return { event: fresh, id: fresh.id, duplicate: false, runs: [...runs, ...playbooks] };
  }

  /** The event with what it lacks: the dates of a recommendation, a link to the portal. */
  #complete(event: SecurityEvent, known: StoredDocument | undefined): SecurityEvent {
    const { clock, settings } = this.#services;
    const before = known === undefined ? undefined : storedEventOf(known).body;
    const dated = event.kind === 'Assessments' ? withStatusDates(event, before, formatTime(clock.now())) : event;
    return withPortalLinks(dated, settings.publicBaseUrl);
  }

  #takeSnapshot(event: SecurityEvent): TakenEvent {
    const last = this.#known.get(snapshotCollection, event.key);
    const now = this.#services.clock.now();
    const repeated =
      last !== undefined &&
      now - last.time < snapshotInterval &&
      jsonEquals(memberOf(last.body, 'event') ?? null, event.body);
    if (repeated) return { event, id: event.id, duplicate: true, runs: [] };
    const time = this.#timeAfter(last);
    this.#put({ ...eventDocument(event, { time }), collection: snapshotCollection });
    const { runs, deliveries } = this.#fire(event, time);
    if (this.#known.get(eventCollections[event.kind], event.key) === undefined) {
      this.#keep(event, time, withDeliveries(deliveries, undefined));
    }
    return { event, id: event.id, duplicate: false, runs };
  }

  /** Now, but later than the last state of the same thing: the time tells its states apart. */
  #timeAfter(known: StoredDocument | undefined): number {
    return Math.max(this.#services.clock.now(), known === undefined ? 0 : known.time + 1);
  }

  /** Writes the event, its resources, its metadata and what it may change of the secure score. */
  #keep(event: SecurityEvent, time: number, more: JsonObject, suppressedBy?: string): void {
    const state = event.kind === 'Alerts' ? stateOfStatus(memberOf(event.body, 'Status')) : undefined;
    const status = suppressedBy === undefined ? state : 'Dismissed';
    const document = eventDocument(event, {
      time,
      ...(status === undefined ? {} : { status }),
      ...(suppressedBy === undefined ? {} : { suppressedBy }),
    });
    this.#put({ ...document, body: { ...document.body, ...more } });
    for (const resource of event.resources) this.#resources.stub(resource);
    if (event.kind !== 'Assessments') return;
    this.#keepMetadata(event);
    const change = changeOf(event, time);
    if (change !== undefined) this.writes.push({ kind: 'putDocument', document: change });
  }

  /** Metadata that came with a recommendation, so that lists of recommendations can name it. */
  #keepMetadata(event: SecurityEvent): void {
    const seen = seenMetadata(event, this.#services.clock.now());
    if (seen === undefined) return;
    const known = this.#known.get(seen.collection, seen.key);
    if (known === undefined || replacesMetadata(seen, known)) this.#put(seen);
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
      ...tallyOf({ ...event, body }),
      body: { ...known.body, event: body, ...(event.original === undefined ? {} : { original: event.original }) },
    });
  }

  #fire(
    event: SecurityEvent,
    time: number,
  ): { readonly runs: readonly string[]; readonly deliveries: readonly string[] } {
    const source = sourceOf(event);
    const subjects = subjectsOf(source, event.body, `/subscriptions/${event.subscriptionId}`);
    const runIds: string[] = [];
    const deliveries: string[] = [];
    const matchable = { source, body: event.body, subjects };
    for (const automation of this.#index.match(matchable)) {
      for (const delivery of this.#deliveries.prepare(automation, { event, matchable, time })) {
        this.runs.push(...delivery.runs);
        this.writes.push(...delivery.writes);
        runIds.push(...delivery.runIds);
        if (delivery.key !== undefined) deliveries.push(delivery.key);
        if (delivery.pending !== undefined) this.pending.push(delivery.pending);
      }
    }
    return { runs: runIds, deliveries };
  }

  #put(document: StoredDocument): void {
    this.#known.put(document);
    this.writes.push({ kind: 'putDocument', document });
  }

  // --- What follows from an event -------------------------------------------------------------------------------

  /** The event of a parent whose state this finding turns (T2, T3). */
  #parentOf(finding: SecurityEvent): SecurityEvent | undefined {
    const key = armIdKey(parentAssessmentId(finding.id));
    const turn = parentTurn(this.#known.get(eventCollections.Assessments, key), finding, this.#services.clock.now());
    const waits =
      turn !== undefined &&
      turn.code === 'Healthy' &&
      this.#known.hasBelow(eventCollections.SubAssessments, key, 'Unhealthy');
    return waits ? undefined : turn?.event;
  }
}

/** An alert sent again keeps the id under which it is stored. */
function withStoredId(body: JsonObject, stored: JsonObject): JsonObject {
  return { ...body, SystemAlertId: stored['SystemAlertId'] ?? body['SystemAlertId'] ?? null };
}
