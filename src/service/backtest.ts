/**
 * What an automation would have done in the past: its conditions over the events that are stored.
 *
 * Owns: reading the events in slices, counting. Does not own: the rules (`#rules`). Nothing here starts or writes anything.
 *
 * Invariants
 * B1. Memory does not grow with the number of events: they are read in slices and forgotten.
 * B2. Other work gets its turn after every slice; few back-tests run at once, more are told to come again.
 * B3. Brakes are not applied: the answer is what the conditions hold for, which is what brakes are chosen by.
 * Source: own API reference, automations.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventKinds, isSnapshot } from '#events';
import {
  formatTime,
  isJsonArray,
  type JsonObject,
  memberOf,
  parseArmId,
  raise,
  type Store,
  type StoredDocument,
  textMember,
  TocsinError,
} from '#foundation';
import {
  checkConditions,
  IndexedMatcher,
  invalidAutomation,
  parseConditions,
  type PlannedAutomation,
  planAutomation,
} from '#rules';
import { eventCollections, type StoredEvent, storedEventOf } from './event-documents.ts';
import { matchable } from './explain-event.ts';
import { firstSubscriptionId } from './seed-tenant.ts';
import type { Services } from './services.ts';
import { sourceOf } from './take-event.ts';

export interface BacktestRequest {
  /** Properties of an automation, stored or not: `sources`, `scopes`, `actions`. */
  readonly properties: JsonObject;
  /** 1 to 90. */
  readonly days: number;
  readonly visible: (eventId: string) => boolean;
  /** True once nobody waits for the answer any more. */
  readonly abandoned?: () => boolean;
}

const sliceSize = 250;
const sampleLimit = 10;
const dayMilliseconds = 24 * 60 * 60_000;
const mostAtOnce = 2;

const underWay = new WeakMap<Store, number>();

/** @throws TocsinError `InvalidAutomation`, `TooManyRequests`. */
export async function backtestAutomation(services: Services, request: BacktestRequest): Promise<JsonObject> {
  const plan = plannedForTest(request.properties);
  const { store } = services;
  const running = underWay.get(store) ?? 0;
  if (running >= mostAtOnce) {
    return raise('TooManyRequests', `${running} back-tests are under way; try again later.`, { retryAfterSeconds: 5 });
  }
  underWay.set(store, running + 1);
  try {
    return await count(services, request, plan);
  } finally {
    underWay.set(store, (underWay.get(store) ?? 1) - 1);
  }
}

interface Tally {
  matched: number;
  total: number;
  readonly perDay: Map<string, number>;
  readonly sample: JsonObject[];
}

async function count(services: Services, request: BacktestRequest, plan: PlannedAutomation): Promise<JsonObject> {
  const matcher = new IndexedMatcher();
  matcher.put(plan);
  const to = services.clock.now();
  const from = to - request.days * dayMilliseconds;
  const tally: Tally = { matched: 0, total: 0, perDay: new Map(), sample: [] };
  const kinds = new Set(plan.sources.map(({ eventSource }) => eventSource.replace(/Snapshot$/, '')));
  for (const kind of eventKinds) {
    if (!kinds.has(kind)) continue;
    for (const slice of slices(services, eventCollections[kind], from, to)) {
      for (const document of slice) add(tally, matcher, document, request);
      if (request.abandoned?.() === true) return {};
      await nextTurn();
    }
  }
  const { matched, total, perDay, sample } = tally;
  return {
    matched,
    total,
    from: formatTime(from),
    to: formatTime(to),
    perDay: [...perDay]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([day, each]) => ({ day, count: each })),
    sample,
    wouldStart: logicAppsIn(request.properties).map((logicAppResourceId) => ({ logicAppResourceId, count: matched })),
  };
}

function add(tally: Tally, matcher: IndexedMatcher, document: StoredDocument, request: BacktestRequest): void {
  const stored = storedEventOf(document);
  if (!request.visible(stored.id)) return;
  tally.total += 1;
  const source = sourceOf({ kind: stored.kind, snapshot: isSnapshot(stored.body) });
  if (stored.suppressedBy !== undefined) return;
  if (matcher.match(matchable(source, stored.body, document.parent)).length === 0) return;
  tally.matched += 1;
  const day = new Date(document.time).toISOString().slice(0, 10);
  tally.perDay.set(day, (tally.perDay.get(day) ?? 0) + 1);
  if (tally.sample.length < sampleLimit) tally.sample.push(sampleOf(stored));
}

/** The collection's documents of the period in pieces, the newest first (B1). */
function* slices(services: Services, collection: string, from: number, to: number) {
  let after: { readonly time: number; readonly key: string } | undefined;
  for (;;) {
    const slice = services.store.documents.list({
      collection,
      from,
      to,
      top: sliceSize,
      ...(after === undefined ? {} : { after }),
    });
    yield slice;
    const last = slice.at(-1);
    if (last === undefined || slice.length < sliceSize) return;
    after = { time: last.time, key: last.key };
  }
}

function plannedForTest(properties: JsonObject): PlannedAutomation {
  const conditions = parseConditions({ ...properties, isEnabled: true });
  if (!('sources' in conditions)) throw new TocsinError(invalidAutomation(conditions));
  const own = parseArmId(conditions.scopes[0]?.scopePath ?? '')?.subscriptionId ?? firstSubscriptionId;
  // Without scopes every event counts: nobody has said yet where the automation will live.
  const faults = checkConditions(conditions, { subscriptionId: own }).filter(({ target }) => target !== 'scopes');
  if (faults.length > 0) throw new TocsinError(invalidAutomation(faults));
  const plan = planAutomation(conditions, { id: 'backtest' });
  if (!('sources' in plan)) throw new TocsinError(invalidAutomation(plan));
  return plan;
}

function sampleOf({ id, kind, body, document }: StoredEvent): JsonObject {
  const properties = memberOf(body, 'properties') ?? memberOf(body, 'Properties');
  const title =
    textMember(body, 'AlertDisplayName') ??
    textMember(properties, 'displayName') ??
    textMember(properties, 'DisplayName') ??
    textMember(properties, 'description') ??
    '';
  return { id, kind, title, time: formatTime(document.time) };
}

/** Each logic app once, in the order of the actions. */
function logicAppsIn(properties: JsonObject): readonly string[] {
  const actions = memberOf(properties, 'actions');
  const found = (isJsonArray(actions) ? actions : []).flatMap(
    (action) => textMember(action, 'logicAppResourceId') ?? [],
  );
  return [...new Map(found.map((id) => [id.toLowerCase(), id])).values()];
}
