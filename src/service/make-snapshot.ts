/**
 * The full state of one subscription, sent to the automations that listen to snapshots: a slice at a time.
 *
 * Owns: the walk over stored events, its position, the runs and deliveries of a slice. Does not own: when a snapshot is due
 * (`send-snapshots.ts`).
 *
 * Invariants
 * N1. A slice's runs, deliveries and the position behind it are one commit: after a crash the walk goes on where it was,
 *     and nothing of a committed slice is sent again.
 * N2. What is there when the walk begins and when it ends is sent at least once: things that change meanwhile move to the
 *     front, so what changed since the beginning is walked over once more.
 * N3. A slice is bounded in documents; nothing else is held in memory.
 * Source: domain reference 7 and 12.
 */
import type { NewRun } from '#engine';
import { asSnapshot, type EventKind, eventKinds, type SecurityEvent } from '#events';
import { isJsonObject, type Json, type JsonObject, memberOf, type StoredDocument, type Write } from '#foundation';
import { type EventSource, subjectsOf } from '#rules';
import { automationIndexOf } from './automation-index.ts';
import { Deliveries } from './deliver-event.ts';
import { eventCollections, goneStatus, storedEventOf } from './event-documents.ts';
import { senderOf } from './send-deliveries.ts';
import type { Services } from './services.ts';

export type SnapshotKind = Exclude<EventKind, 'Alerts'>;

export const snapshotKinds: readonly SnapshotKind[] = eventKinds.filter((kind) => kind !== 'Alerts');

/** Where a walk is. */
export interface SnapshotPosition {
  /** When the walk began, milliseconds. */
  readonly begun: number;
  readonly kind: SnapshotKind;
  /** Set in the second pass over a kind: what changed from `begun` up to this time. */
  readonly changedUpTo?: number;
  readonly after?: { readonly time: number; readonly key: string };
}

export function positionBody({ begun, kind, changedUpTo, after }: SnapshotPosition): JsonObject {
  return {
    begun,
    kind,
    ...(changedUpTo === undefined ? {} : { changedUpTo }),
    ...(after === undefined ? {} : { after: { ...after } }),
  };
}

/** A position out of its stored form; undefined when there is none. */
export function positionOfBody(body: Json | undefined): SnapshotPosition | undefined {
  const begun = memberOf(body, 'begun');
  const kind = snapshotKinds.find((each) => each === memberOf(body, 'kind'));
  if (typeof begun !== 'number' || kind === undefined) return undefined;
  const changedUpTo = memberOf(body, 'changedUpTo');
  const after = memberOf(body, 'after');
  const time = memberOf(after, 'time');
  const key = memberOf(after, 'key');
  return {
    begun,
    kind,
    ...(typeof changedUpTo === 'number' ? { changedUpTo } : {}),
    ...(isJsonObject(after) && typeof time === 'number' && typeof key === 'string' ? { after: { time, key } } : {}),
  };
}

export interface SnapshotSlice {
  readonly subscriptionId: string;
  readonly position: SnapshotPosition;
  /** Kinds somebody listens to. */
  readonly kinds: ReadonlySet<SnapshotKind>;
  /** The write that keeps the position behind the slice; undefined is the end. */
  readonly keep: (next: SnapshotPosition | undefined) => Write;
}

export interface SlicedSnapshot {
  /** Undefined when the walk is over. */
  readonly next: SnapshotPosition | undefined;
  /** Keys of the runs started. */
  readonly runs: readonly NewRun[];
}

const sliceSize = 200;

/** Sends one slice; answers where to go on. @throws what commits throw. */
export async function sendSnapshotSlice(services: Services, slice: SnapshotSlice): Promise<SlicedSnapshot> {
  const { subscriptionId, position } = slice;
  const documents = slice.kinds.has(position.kind) ? read(services, subscriptionId, position) : [];
  const runs: NewRun[] = [];
  const writes: Write[] = [];
  const pending: StoredDocument[] = [];
  const deliveries = new Deliveries(services);
  const time = position.changedUpTo ?? position.begun;
  const index = automationIndexOf(services);
  for (const document of documents) {
    if (document.status === goneStatus) continue;
    const event = snapshotEvent(document, position.kind, subscriptionId);
    const source: EventSource = `${position.kind}Snapshot`;
    const subjects = subjectsOf(source, event.body, `/subscriptions/${subscriptionId}`);
    const matchable = { source, body: event.body, subjects };
    for (const automation of index.match(matchable)) {
      for (const delivery of deliveries.prepare(automation, { event, matchable, time })) {
        runs.push(...delivery.runs);
        writes.push(...delivery.writes);
        if (delivery.pending !== undefined) pending.push(delivery.pending);
      }
    }
  }
  const next = behind(services, position, documents);
  writes.push(slice.keep(next));
  await deliveries.whileSettling(() =>
    runs.length > 0 ? services.host.startMany(runs, writes) : services.store.commit(writes),
  );
  senderOf(services).add(pending);
  return { next, runs };
}

function read(services: Services, subscriptionId: string, position: SnapshotPosition): readonly StoredDocument[] {
  const { begun, kind, changedUpTo, after } = position;
  return services.store.documents.list({
    collection: eventCollections[kind],
    parent: subscriptionId.toLowerCase(),
    ...(changedUpTo === undefined ? { to: begun } : { from: begun + 1, to: changedUpTo }),
    ...(after === undefined ? {} : { after }),
    top: sliceSize,
  });
}

/** N2: on within the pass, then the pass over what changed, then the next kind. */
function behind(
  services: Services,
  position: SnapshotPosition,
  documents: readonly StoredDocument[],
): SnapshotPosition | undefined {
  const { begun, kind, changedUpTo } = position;
  const last = documents.at(-1);
  if (last !== undefined && documents.length === sliceSize) {
    return { ...position, after: { time: last.time, key: last.key } };
  }
  const now = services.clock.now();
  if (changedUpTo === undefined && now > begun) return { begun, kind, changedUpTo: now };
  const following = snapshotKinds[snapshotKinds.indexOf(kind) + 1];
  return following === undefined ? undefined : { begun, kind: following };
}

function snapshotEvent(document: StoredDocument, kind: SnapshotKind, subscriptionId: string): SecurityEvent {
  const { id, body, resourceGroup } = storedEventOf(document);
  return {
    kind,
    snapshot: true,
    body: asSnapshot(kind, body),
    id,
    key: document.key,
    subscriptionId,
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    resources: [],
  };
}
