/**
 * Ingestion: records of any format become events, and events, deliveries and runs become durable batch by batch.
 *
 * Owns: reading records, rejections by index, batches in their order, what the answer lists.
 * Does not own: formats (`#events`), bodies (`read-ingestion.ts`), rights and subscriptions (`ingestion-places.ts`), load
 * (`ingestion-load.ts`), what an event does and its commit (`take-event.ts`).
 *
 * Invariants
 * I1. The answer is given after the commits that hold the events, their delivery records and the runs they start (D6).
 * I2. A rejected record changes nothing and does not stand in the way of the others.
 * I3. A request that would be rejected as a whole for lack of rights is refused as a whole.
 * I4. What a request keeps does not grow with its length: records of two batches, and the first `listed` lines of the answer.
 * I5. When a later batch fails, the fault says how many records are durable; to send them again is harmless.
 * Source: own API reference, ingestion and events; design section 4.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { detectFormat, type FormatName, readRecord, scansOf, type SecurityEvent } from '#events';
import { type Fault, fault, type Identity, isFault, isJsonObject, type Json, raise, TocsinError } from '#foundation';
import type { Scan } from './close-scan.ts';
import { cloudEventFormat } from './cloud-event-types.ts';
import { ControlSums, type IndexedEvent } from './ingestion-controls.ts';
import { findIngestionKey } from './ingestion-keys.ts';
import { loadOf } from './ingestion-load.ts';
import { Places, type PlacesRequest } from './ingestion-places.ts';
import type { RecordBatch } from './read-ingestion.ts';
import type { Services } from './services.ts';
import { EventBatch, type TakenEvent } from './take-event.ts';

export { type FormatName, formatNames } from '#events';

export interface IngestOptions extends PlacesRequest {
  readonly format: FormatName;
}

export interface IngestRequest extends IngestOptions {
  readonly records: readonly (Json | Fault)[];
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
  /** Events and rejections beyond what an answer lists. */
  readonly omitted: number;
}

/** Events, and rejections, that an answer lists. */
const listed = 100_000;
/** Records taken before other work gets a turn. */
const sliceSize = 100;
/** Controls kept until the end of a request. */
const controlLimit = 20_000;

/** Takes the records in, in one commit. @throws TocsinError `TooManyRequests`, `AuthorizationFailed`; `RunHost` and store errors. */
export async function ingestEvents(services: Services, { records, ...options }: IngestRequest): Promise<IngestResult> {
  loadOf(services.store).admit(services.host, records.length);
  const ingestion = new Ingestion(services, options);
  await ingestion.take({ records, last: true });
  return ingestion.result();
}

/**
 * Takes batches in as they come, one commit each; reading goes on while the batch before is written.
 * @throws TocsinError as `ingestEvents`, and whatever the batches throw; I5.
 */
export async function ingestStream(
  services: Services,
  options: IngestOptions,
  batches: AsyncIterable<RecordBatch>,
): Promise<IngestResult> {
  const load = loadOf(services.store);
  load.admit(services.host, 0);
  const ingestion = new Ingestion(services, options);
  let earlier = Promise.resolve();
  let before = Promise.resolve();
  try {
    for await (const batch of batches) {
      await load.room(services.host);
      // Two batches at once: one is written, one is read.
      await earlier;
      earlier = before;
      before = ingestion.take(batch, before);
      before.catch(() => {});
      await ingestion.prepared();
    }
    await before;
  } catch (error) {
    await before.catch(() => {});
    throw withProgress(error, ingestion.durable);
  }
  return ingestion.result();
}

/** I5. */
function withProgress(error: unknown, durable: number): unknown {
  if (durable === 0 || !(error instanceof TocsinError)) return error;
  const reason = error.fault;
  const detail = { code: 'RecordsTaken', message: `The first ${durable} records were taken in before.` };
  const details = [...(reason.options.details ?? []), detail];
  return new TocsinError(fault(reason.code, reason.message, { ...reason.options, details }), error);
}

interface IndexedScan {
  readonly index: number;
  readonly scan: Scan;
}

class Ingestion {
  readonly #services: Services;
  readonly #options: IngestOptions;
  readonly #controls = new ControlSums();
  readonly #events: IngestedEvent[] = [];
  readonly #rejected: Rejection[] = [];
  #prepared: Promise<void> = Promise.resolve();
  #records = 0;
  #counts = { accepted: 0, duplicates: 0, discarded: 0, omitted: 0 };
  /** Records, from the first on, whose commit is over. */
  durable = 0;

  constructor(services: Services, options: IngestOptions) {
    this.#services = services;
    this.#options = options;
  }

  /** Takes a batch in; its commit waits for the one before. Resolves when it is durable. */
  async take(batch: RecordBatch, before: Promise<void> = Promise.resolve()): Promise<void> {
    const { store } = this.#services;
    const release = loadOf(store).take(batch.records.length);
    const taken = new EventBatch(this.#services);
    const prepared = Promise.withResolvers<void>();
    this.#prepared = prepared.promise;
    try {
      const from = this.#records;
      this.#records += batch.records.length;
      const rejected = await this.#prepare(batch, from, taken);
      prepared.resolve();
      await before;
      await taken.commit();
      for (const one of rejected) this.#list(this.#rejected, one);
      this.durable = from + batch.records.length;
    } catch (error) {
      taken.abandon(error);
      prepared.resolve();
      throw error;
    } finally {
      release();
    }
  }

  /** Resolves when the batch last taken waits for nothing but commits. */
  async prepared(): Promise<void> {
    await this.#prepared;
  }

  result(): IngestResult {
    const byIndex = (left: { index: number }, right: { index: number }): number => left.index - right.index;
    return { ...this.#counts, rejected: this.#rejected, events: this.#events.sort(byIndex) };
  }

  /** Reads the records and takes their events into the batch. @returns the rejections. */
  async #prepare({ records, last }: RecordBatch, from: number, taken: EventBatch): Promise<readonly Rejection[]> {
    const places = new Places(this.#services, this.#options, (resource) => taken.make(resource));
    const reader = new RecordReader(this.#services, this.#options, places);
    const rejected: Rejection[] = [];
    const steps: (IndexedEvent | IndexedScan)[] = [];
    for (const [at, record] of records.entries()) {
      if (at > 0 && at % sliceSize === 0) await nextTurn();
      const index = from + at;
      const found = isFault(record) ? record : reader.read(record);
      if (isFault(found)) rejected.push({ index, code: found.code, message: found.message });
      else if (found.length === 0) this.#counts.discarded += 1;
      else for (const event of found) if (!this.#controls.add(index, event)) steps.push({ index, event });
      if (!isFault(record) && !isFault(found)) {
        for (const scan of reader.scans(record, found)) steps.push({ index, scan });
      }
    }
    if (from === 0) refuseWhole(records.length, rejected, places);
    if (last || this.#controls.size > controlLimit) steps.push(...this.#controls.take());
    for (const [at, step] of steps.entries()) {
      if (at > 0 && at % sliceSize === 0) await nextTurn();
      const events = 'scan' in step ? taken.closeScan(step.scan) : taken.take(step.event);
      for (const one of events) this.#note(step.index, one);
    }
    return rejected;
  }

  #note(index: number, { event, ...taken }: TakenEvent): void {
    if (taken.duplicate) this.#counts.duplicates += 1;
    else this.#counts.accepted += 1;
    this.#list(this.#events, { index, kind: event.kind, ...taken });
  }

  #list<T>(list: T[], item: T): void {
    if (list.length < listed) list.push(item);
    else this.#counts.omitted += 1;
  }
}

/** I3: a caller without any right hears so, instead of an acceptance of nothing. */
function refuseWhole(records: number, rejected: readonly Rejection[], { refused }: Places): void {
  if (refused === undefined || rejected.length < records) return;
  if (rejected.every(({ code }) => code === 'AuthorizationFailed')) throw new TocsinError(refused);
}

// --- Records ----------------------------------------------------------------------------------------------------

class RecordReader {
  readonly #services: Services;
  readonly #options: IngestOptions;
  readonly #places: Places;
  readonly #formats: ReadonlySet<string> | undefined;
  readonly #formatOfType: ReturnType<typeof cloudEventFormat>;

  /** @throws TocsinError `AuthenticationFailed` when the ingestion key of the request is gone. */
  constructor(services: Services, options: IngestOptions, places: Places) {
    this.#services = services;
    this.#options = options;
    this.#places = places;
    this.#formats = formatsOf(services, options.identity);
    this.#formatOfType = cloudEventFormat(services);
  }

  /** The events of a record at their places, or its rejection. */
  read(record: Json): readonly SecurityEvent[] | Fault {
    const unwanted = this.#checkFormat(record);
    if (unwanted !== undefined) return unwanted;
    const formatOfType = this.#formatOfType;
    const defaults = { subscriptionId: this.#places.fallback, now: this.#services.clock.now(), formatOfType };
    const events = readRecord(this.#options.format, record, defaults);
    if (isFault(events)) return events;
    const placed: SecurityEvent[] = [];
    for (const event of events) {
      const there = this.#places.place(event);
      if (isFault(there)) return there;
      placed.push(there);
    }
    return placed;
  }

  /** The scans that a record tells all results of, its events being `found`. */
  scans(record: Json, found: readonly SecurityEvent[]): readonly Scan[] {
    return scansOf(this.#options.format, record, { formatOfType: this.#formatOfType }).map((name) => ({
      name,
      subscriptionId: this.#places.fallback,
      results: found.filter(({ scan }) => scan === name),
    }));
  }

  /** An ingestion key may be good for some formats only. */
  #checkFormat(record: Json): Fault | undefined {
    if (this.#formats === undefined) return undefined;
    const { format } = this.#options;
    const name = format === 'auto' && isJsonObject(record) ? (detectFormat(record) ?? 'auto') : format;
    if (this.#formats.has(name) || this.#formats.has('auto')) return undefined;
    return fault('AuthorizationFailed', `The ingestion key does not take records of format '${name}'.`);
  }
}

function formatsOf(services: Services, identity: Identity): ReadonlySet<string> | undefined {
  if (identity.kind !== 'IngestionKey') return undefined;
  const key = findIngestionKey(services, identity.objectId);
  if (key === undefined) raise('AuthenticationFailed', 'The ingestion key was removed.');
  return key.formats === undefined ? undefined : new Set(key.formats);
}
