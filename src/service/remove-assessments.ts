/**
 * What happens to recommendations and findings when their resource, or the recommendation itself, goes away.
 *
 * Owns: their `Delete` events, with the last known state; slices of many; going on after a restart.
 * Does not own: what such an event sets off (`take-event.ts`).
 *
 * Invariants
 * G1. A thing goes away in one commit with the events of what was assessed of it, or with a note of them when they are many:
 *     then they follow in slices, and the answer comes when all are durable. A crash between leaves the note, and the next
 *     start goes on.
 * G2. What is assessed anew after a thing went away stays.
 * G3. A slice is bounded in documents, and other work gets its turn after each.
 * Source: domain reference 12.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asDelete, type SecurityEvent } from '#events';
import {
  armIdKey,
  isJsonArray,
  type Json,
  memberOf,
  parseArmId,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import { eventCollections, goneStatus, storedEventOf } from './event-documents.ts';
import type { Services } from './services.ts';
import { EventBatch } from './take-event.ts';

/** What goes away. */
export type Gone =
  /** Recommendations and findings about these resources and what lies below them, or these recommendations themselves. */
  | { readonly ids: readonly string[] }
  /** The recommendations of one key in a subscription. */
  | { readonly assessmentKey: string; readonly subscriptionId: string };

/** What went away and whose events are not all committed. */
const removalCollection = 'removals';
const sliceSize = 200;

/** Commits writes together with the `Delete` events of what goes away by them (G1). @throws what commits throw. */
export async function commitWithGone(services: Services, gone: Gone, writes: readonly Write[]): Promise<void> {
  const time = services.clock.now();
  const walk = assessed(services, gone);
  const first = await nextSlice(walk, time);
  if (!first.more) return commitSlice(services, first.documents, writes);
  const note: StoredDocument = {
    collection: removalCollection,
    key: services.random.uuid(),
    parent: '',
    time,
    status: '',
    body: 'ids' in gone ? { ids: [...gone.ids] } : { ...gone },
  };
  await commitSlice(services, first.documents, [...writes, { kind: 'putDocument', document: note }]);
  await commitRest(services, note, walk);
}

/** Goes on with what a stop interrupted; called once at start. */
export function resumeRemovals(services: Services): void {
  for (const note of services.store.documents.list({ collection: removalCollection })) {
    commitRest(services, note, assessed(services, goneOf(note.body))).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      services.log.error('What was assessed of a removed resource is not all gone; it goes on at the next start.', {
        reason,
      });
    });
  }
}

function goneOf(body: Json): Gone {
  const ids = memberOf(body, 'ids');
  if (isJsonArray(ids)) return { ids: ids.filter((id) => typeof id === 'string') };
  return {
    assessmentKey: textMember(body, 'assessmentKey') ?? '',
    subscriptionId: textMember(body, 'subscriptionId') ?? '',
  };
}

async function commitRest(services: Services, note: StoredDocument, walk: Walk): Promise<void> {
  for (;;) {
    const { documents, more } = await nextSlice(walk, note.time);
    const done: Write = { kind: 'deleteDocument', collection: removalCollection, key: note.key };
    await commitSlice(services, documents, more ? [] : [done]);
    if (!more) return;
  }
}

async function commitSlice(
  services: Services,
  documents: readonly StoredDocument[],
  writes: readonly Write[],
): Promise<void> {
  if (documents.length === 0) return services.store.commit(writes);
  const batch = new EventBatch(services);
  try {
    for (const document of documents) batch.take(deleteEvent(document));
  } catch (error) {
    batch.abandon(error);
    throw error;
  }
  await batch.commit(writes);
}

function deleteEvent(document: StoredDocument): SecurityEvent {
  const { kind, id, body, resourceGroup } = storedEventOf(document);
  return {
    kind,
    snapshot: false,
    body: asDelete(body),
    id,
    key: document.key,
    subscriptionId: parseArmId(id)?.subscriptionId ?? document.parent,
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    resources: [],
  };
}

// --- The walk ---------------------------------------------------------------------------------------------------

/** Pages of documents, gone ones among them. */
type Walk = Generator<readonly StoredDocument[], void, undefined>;

/** The next documents that are not gone yet and were there at `time` (G2, G3). */
async function nextSlice(
  walk: Walk,
  time: number,
): Promise<{ readonly documents: readonly StoredDocument[]; readonly more: boolean }> {
  const documents: StoredDocument[] = [];
  for (;;) {
    const page = walk.next();
    if (page.done === true) return { documents, more: false };
    documents.push(...page.value.filter((document) => document.status !== goneStatus && document.time <= time));
    if (documents.length >= sliceSize) return { documents, more: true };
    if (page.value.length >= sliceSize) await nextTurn();
  }
}

function* assessed(services: Services, gone: Gone): Walk {
  if (!('ids' in gone)) return yield* ofKey(services, gone.subscriptionId, gone.assessmentKey);
  for (const id of gone.ids) {
    const itself = services.store.documents.get(eventCollections.Assessments, armIdKey(id));
    if (itself !== undefined) yield [itself];
    yield* below(services, 'Assessments', id);
    yield* below(services, 'SubAssessments', id);
  }
}

function* below({ store }: Services, kind: 'Assessments' | 'SubAssessments', id: string): Walk {
  for (let behindKey = ''; ; ) {
    const query = { collection: eventCollections[kind], below: armIdKey(id), behindKey, top: sliceSize };
    const page = store.documents.list(query);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < sliceSize) return;
    behindKey = last.key;
  }
}

/** Recommendations of a key with their findings: those that change meanwhile are newer, and not met again. */
function* ofKey(services: Services, subscriptionId: string, key: string): Walk {
  const end = `/${key.toLowerCase()}`;
  let after: { readonly time: number; readonly key: string } | undefined;
  for (;;) {
    const page: readonly StoredDocument[] = services.store.documents.list({
      collection: eventCollections.Assessments,
      parent: subscriptionId.toLowerCase(),
      top: sliceSize,
      ...(after === undefined ? {} : { after }),
    });
    const found = page.filter((document) => document.key.endsWith(end));
    if (page.length > 0) yield found;
    for (const document of found) yield* below(services, 'SubAssessments', document.key);
    const last = page.at(-1);
    if (last === undefined || page.length < sliceSize) return;
    after = { time: last.time, key: last.key };
  }
}
