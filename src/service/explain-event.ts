/**
 * Why an event fires an automation or does not, and what an automation would have done in the past.
 *
 * Owns: outcomes, the back-test. Does not own: the rules (`#rules`). Nothing here starts or writes anything.
 * Source: own API reference, automations.
 */
import { eventKinds, isSnapshot, readNative, type SecurityEvent } from '#events';
import {
  armIdKey,
  formatTime,
  isJsonArray,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  parseArmId,
  raise,
  textMember,
  TocsinError,
} from '#foundation';
import {
  checkConditions,
  conditionsHold,
  type EventSource,
  eventSourceOf,
  type ExplainedRuleSet,
  explainRuleSets,
  inScope,
  invalidAutomation,
  type MatchableEvent,
  parseConditions,
  type PlannedAutomation,
  planAutomation,
  fires,
  subjectsOf,
} from '#rules';
import { automationIndexOf } from './automation-index.ts';
import { automationOf, automationType, type StoredAutomation } from './automation-resource.ts';
import { callbackFault } from './deliver-event.ts';
import { listDeliveries } from './delivery-records.ts';
import { eventCollections, findEventById, type StoredEvent, storedEventOf } from './event-documents.ts';
import { firstSubscriptionId } from './seed-tenant.ts';
import type { Services } from './services.ts';
import { Suppression } from './suppression-rules.ts';
import { sourceOf } from './take-event.ts';

export type ExplainOutcome =
  | 'Fired'
  | 'WouldFire'
  | 'NotMatched'
  | 'OutOfScope'
  | 'Disabled'
  | 'Suppressed'
  | 'Duplicate'
  | 'CallbackStale';

export interface Explanation {
  readonly automationId: string;
  readonly outcome: ExplainOutcome;
  readonly ruleSets: readonly ExplainedRuleSet[];
  /** What stood in the way, in a sentence. */
  readonly stoppedBy?: string;
}

export interface ExplainRequest {
  /** A stored event… */
  readonly eventId?: string;
  /** …or one that is not stored. */
  readonly event?: Json;
  readonly eventSource?: string;
  /** All that the caller may read unless given. */
  readonly automationIds?: readonly string[];
  readonly visible: (automationId: string) => boolean;
}

interface Asked {
  readonly event: MatchableEvent;
  readonly subscriptionId: string;
  readonly stored?: StoredEvent;
}

/** @throws TocsinError `ResourceNotFound`, `InvalidEvent`, `InvalidParameter`. */
export function explainEvent(services: Services, request: ExplainRequest): readonly Explanation[] {
  const asked = askedEvent(services, request);
  return automationsOf(services, request)
    .filter(({ id }) => request.visible(id))
    .map((automation) => explainOne(services, automation, asked));
}

function askedEvent(services: Services, request: ExplainRequest): Asked {
  if (request.eventId !== undefined) {
    const stored = findEventById(services, request.eventId);
    if (stored === undefined) return raise('ResourceNotFound', `There is no event '${request.eventId}'.`);
    const source = sourceOf({ kind: stored.kind, snapshot: isSnapshot(stored.body) });
    return {
      event: matchable(source, stored.body, stored.document.parent),
      subscriptionId: stored.document.parent,
      stored,
    };
  }
  const defaults = { subscriptionId: firstSubscriptionId, now: services.clock.now() };
  const event: SecurityEvent = orThrow(readNative(request.event ?? null, defaults));
  const given = request.eventSource === undefined ? sourceOf(event) : eventSourceOf(request.eventSource);
  if (given === undefined)
    return raise('InvalidParameter', `'${request.eventSource ?? ''}' is no event source.`, { target: 'eventSource' });
  return { event: matchable(given, event.body, event.subscriptionId), subscriptionId: event.subscriptionId };
}

function matchable(source: EventSource, body: JsonObject, subscriptionId: string): MatchableEvent {
  return { source, body, subjects: subjectsOf(source, body, `/subscriptions/${subscriptionId}`) };
}

function automationsOf(services: Services, request: ExplainRequest): readonly StoredAutomation[] {
  if (request.automationIds === undefined) {
    return services.store.resources.list({ type: automationType }).flatMap((document) => automationOf(document) ?? []);
  }
  return request.automationIds.map(
    (id) => automationIndexOf(services).find(id) ?? raise('ResourceNotFound', `The automation '${id}' was not found.`),
  );
}

function explainOne(services: Services, automation: StoredAutomation, asked: Asked): Explanation {
  const { event, stored } = asked;
  const ruleSets = explainRuleSets(automation.plan, event);
  const about = { automationId: automation.id, ruleSets };
  if (stored !== undefined && hasFired(services, automation.id, stored.id)) return { ...about, outcome: 'Fired' };
  if (!automation.enabled) return { ...about, outcome: 'Disabled', stoppedBy: 'The automation is disabled.' };
  if (!inScope(automation.plan, event)) {
    return { ...about, outcome: 'OutOfScope', stoppedBy: 'The event lies outside the scopes of the automation.' };
  }
  if (!conditionsHold(automation.plan, event)) {
    const takes = automation.plan.sources.some(({ eventSource }) => eventSource === event.source);
    const why = takes ? 'No rule set matches.' : `The automation takes no events of the source '${event.source}'.`;
    return { ...about, outcome: 'NotMatched', stoppedBy: why };
  }
  const suppressedBy = stored?.suppressedBy ?? suppressing(services, asked);
  if (suppressedBy !== undefined) return { ...about, outcome: 'Suppressed', stoppedBy: suppressedBy };
  const stale = automation.actions
    .flatMap((action) => (action.kind === 'LogicApp' ? [callbackFault(services, action.uri)] : []))
    .find((fault) => fault !== undefined);
  if (stale !== undefined) return { ...about, outcome: 'CallbackStale', stoppedBy: stale.message };
  if (stored?.kind === 'Alerts') {
    return { ...about, outcome: 'Duplicate', stoppedBy: 'The alert is already stored: sent again it starts nothing.' };
  }
  return { ...about, outcome: 'WouldFire' };
}

function suppressing(services: Services, { event, subscriptionId }: Asked): string | undefined {
  return event.source === 'Alerts' ? new Suppression(services).ruleFor(subscriptionId, event.body) : undefined;
}

/** How many of an automation's newest deliveries are searched for the event. */
const deliverySearchLimit = 1000;

function hasFired(services: Services, automationId: string, eventId: string): boolean {
  const wanted = armIdKey(eventId);
  return listDeliveries(services, { automationId, top: deliverySearchLimit }).some(
    ({ body }) => armIdKey(textMember(body, 'eventId') ?? '') === wanted,
  );
}

// --- Back-test --------------------------------------------------------------------------------------------------

export interface BacktestRequest {
  /** Properties of an automation, stored or not: `sources`, `scopes`, `actions`. */
  readonly properties: JsonObject;
  /** 1 to 90. */
  readonly days: number;
  readonly visible: (eventId: string) => boolean;
}

/** Most events looked at. */
const eventLimit = 100_000;
const sampleLimit = 10;
const dayMilliseconds = 24 * 60 * 60_000;

/** @throws TocsinError `InvalidAutomation`. */
export function backtestAutomation(services: Services, request: BacktestRequest): JsonObject {
  const plan = plannedForTest(request.properties);
  const to = services.clock.now();
  const from = to - request.days * dayMilliseconds;
  const perDay = new Map<string, number>();
  const sample: JsonObject[] = [];
  let matched = 0;
  let total = 0;
  for (const document of eventsSince(services, plan, from)) {
    const stored = storedEventOf(document);
    if (!request.visible(stored.id)) continue;
    total += 1;
    const source = sourceOf({ kind: stored.kind, snapshot: isSnapshot(stored.body) });
    if (stored.suppressedBy !== undefined || !fires(plan, matchable(source, stored.body, document.parent))) continue;
    matched += 1;
    const day = new Date(document.time).toISOString().slice(0, 10);
    perDay.set(day, (perDay.get(day) ?? 0) + 1);
    if (sample.length < sampleLimit) sample.push(sampleOf(stored));
  }
  return {
    matched,
    total,
    from: formatTime(from),
    to: formatTime(to),
    perDay: [...perDay].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([day, count]) => ({ day, count })),
    sample,
    wouldStart: logicAppsIn(request.properties).map((logicAppResourceId) => ({ logicAppResourceId, count: matched })),
  };
}

function plannedForTest(properties: JsonObject): PlannedAutomation {
  const conditions = parseConditions({ ...properties, isEnabled: true });
  if (!('sources' in conditions)) throw new TocsinError(invalidAutomation(conditions));
  const own = parseArmId(conditions.scopes[0]?.scopePath ?? '')?.subscriptionId ?? firstSubscriptionId;
  const faults = checkConditions(conditions, { subscriptionId: own }).filter(
    ({ target }) => !target.startsWith('scopes'),
  );
  if (faults.length > 0) throw new TocsinError(invalidAutomation(faults));
  const plan = planAutomation(conditions, { id: 'backtest' });
  if (!('sources' in plan)) throw new TocsinError(invalidAutomation(plan));
  return plan;
}

function* eventsSince(services: Services, plan: PlannedAutomation, from: number) {
  const kinds = new Set(plan.sources.map(({ eventSource }) => eventSource.replace(/Snapshot$/, '')));
  for (const kind of eventKinds) {
    if (!kinds.has(kind)) continue;
    yield* services.store.documents.list({ collection: eventCollections[kind], from, top: eventLimit });
  }
}

function sampleOf({ id, kind, body, document }: StoredEvent): JsonObject {
  const properties = memberOf(body, 'properties') ?? memberOf(body, 'Properties');
  const title =
    textMember(body, 'AlertDisplayName') ??
    textMember(properties, 'displayName') ??
    textMember(properties, 'description') ??
    '';
  return { id, kind, title, time: formatTime(document.time) };
}

function logicAppsIn(properties: JsonObject): readonly string[] {
  const actions = memberOf(properties, 'actions');
  return (isJsonArray(actions) ? actions : []).flatMap((action) => textMember(action, 'logicAppResourceId') ?? []);
}
