/**
 * Why an event fires an automation or does not.
 *
 * Owns: the outcome and what stood in the way. Does not own: the rules (`#rules`), brakes, the past (`backtest.ts`).
 * Nothing here starts or writes anything.
 *
 * Invariants
 * X1. For a stored event what happened comes first: a delivery or a brake of that state of the event decides.
 * X2. Otherwise the outcome is the first thing that would stop the event now, in the order in which ingestion asks.
 * Source: own API reference, automations.
 */
import { isChange, isSnapshot, readNative } from '#events';
import { type Json, type JsonObject, memberOf, orThrow, raise, type StoredDocument, textMember } from '#foundation';
import {
  conditionsHold,
  type EventSource,
  eventSourceOf,
  type ExplainedRuleSet,
  explainRuleSets,
  inScope,
  type MatchableEvent,
  sourceOfBody,
  subjectsOf,
} from '#rules';
import { automationIndexOf } from './automation-index.ts';
import type { StoredAutomation } from './automation-resource.ts';
import { brakeLedgerOf } from './brake-ledger.ts';
import { callbackFault } from './callback-targets.ts';
import { attemptsOf, deliveryCollection, deliveryKey } from './delivery-records.ts';
import { eventCollections, findEventById, type StoredEvent, storedEventOf } from './event-documents.ts';
import { firstSubscriptionId } from './seed-tenant.ts';
import type { Services } from './services.ts';
import { Suppression } from './suppression-rules.ts';
import { hasFindings, sourceOf } from './take-event.ts';

export type ExplainOutcome =
  | 'Fired'
  | 'WouldFire'
  | 'NotMatched'
  | 'OutOfScope'
  | 'Disabled'
  | 'Suppressed'
  | 'Duplicate'
  | 'Braked'
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
  /** …or one that is sent with the question; it is not stored. */
  readonly event?: Json;
  readonly eventSource?: string;
  /** All that the caller may read unless given. */
  readonly automationIds?: readonly string[];
  readonly visible: (automationId: string) => boolean;
}

interface Asked {
  readonly event: MatchableEvent;
  readonly subscriptionId: string;
  /** The stored event that was asked for. */
  readonly stored?: StoredEvent;
  /** An event sent with the question would tell nothing new beside the stored one. */
  readonly isRepetition: boolean;
}

/** @throws TocsinError `ResourceNotFound`, `InvalidEvent`, `InvalidParameter`. */
export function explainEvent(services: Services, request: ExplainRequest): readonly Explanation[] {
  const asked = request.eventId === undefined ? sentEvent(services, request) : storedEvent(services, request.eventId);
  return automationsOf(services, request)
    .filter(({ id }) => request.visible(id))
    .map((automation) => explainOne(services, automation, asked));
}

function storedEvent(services: Services, eventId: string): Asked {
  const stored = findEventById(services, eventId);
  if (stored === undefined) return raise('ResourceNotFound', `There is no event '${eventId.slice(0, 500)}'.`);
  const source = sourceOf({ kind: stored.kind, snapshot: isSnapshot(stored.body) });
  const event = matchable(source, stored.body, stored.document.parent);
  return { event, subscriptionId: stored.document.parent, stored, isRepetition: false };
}

function sentEvent(services: Services, request: ExplainRequest): Asked {
  const given = request.eventSource === undefined ? undefined : eventSourceOf(request.eventSource);
  if (request.eventSource !== undefined && given === undefined)
    return raise('InvalidParameter', `'${request.eventSource.slice(0, 60)}' is no event source.`, {
      target: 'eventSource',
    });
  const defaults = { subscriptionId: firstSubscriptionId, now: services.clock.now() };
  const event = orThrow(readNative(request.event ?? null, defaults));
  const known = services.store.documents.get(eventCollections[event.kind], event.key);
  const isRepetition =
    known !== undefined &&
    !event.snapshot &&
    !isChange(event.kind, storedEventOf(known).body, event.body, () => hasFindings(services, event.key));
  const asMatched = matchable(
    given === undefined ? sourceOf(event) : sourceOfBody(given, event.body),
    event.body,
    event.subscriptionId,
  );
  return { event: asMatched, subscriptionId: event.subscriptionId, isRepetition };
}

/** The event as matchers see it. */
export function matchable(source: EventSource, body: JsonObject, subscriptionId: string): MatchableEvent {
  return { source, body, subjects: subjectsOf(source, body, `/subscriptions/${subscriptionId}`) };
}

function automationsOf(services: Services, request: ExplainRequest): readonly StoredAutomation[] {
  const index = automationIndexOf(services);
  if (request.automationIds === undefined) return index.all();
  return request.automationIds.map(
    (id) => index.find(id) ?? raise('ResourceNotFound', `The automation '${id.slice(0, 500)}' was not found.`),
  );
}

function explainOne(services: Services, automation: StoredAutomation, asked: Asked): Explanation {
  const about = { automationId: automation.id, ruleSets: explainRuleSets(automation.plan, asked.event) };
  return { ...about, ...(happened(services, automation, asked) ?? expected(services, automation, asked)) };
}

type Verdict = Pick<Explanation, 'outcome' | 'stoppedBy'>;

/** Codes of a failed delivery that say that its callback led nowhere. */
const staleCodes = new Set([
  'WorkflowNotFound',
  'WorkflowTriggerNotFound',
  'DirectApiInvalidAuthorizationSignature',
  'DirectApiAuthorizationRequired',
]);

/** X1: what became of this state of a stored event. */
function happened(services: Services, automation: StoredAutomation, asked: Asked): Verdict | undefined {
  const record = recordOf(services, automation, asked);
  if (record === undefined) return undefined;
  const error = memberOf(attemptsOf(record).at(-1), 'error');
  const code = textMember(error, 'code') ?? '';
  const message = textMember(error, 'message');
  const why = message === undefined ? {} : { stoppedBy: `${code}: ${message}` };
  if (record.status === 'Braked' || record.status === 'DryRun') return { outcome: 'Braked', ...why };
  if (record.status !== 'Failed') return { outcome: 'Fired' };
  return { outcome: staleCodes.has(code) ? 'CallbackStale' : 'Fired', ...why };
}

/** The record of the automation's first action for this state of the event. */
function recordOf(services: Services, automation: StoredAutomation, asked: Asked): StoredDocument | undefined {
  const { event, stored } = asked;
  if (stored === undefined) return undefined;
  const { key, time } = stored.document;
  const id = deliveryKey(services, automation.idKey, { source: event.source, key, time }, 0);
  return services.store.documents.get(deliveryCollection, id);
}

/** X2. */
function expected(services: Services, automation: StoredAutomation, asked: Asked): Verdict {
  const { event, stored } = asked;
  if (!automation.enabled) return { outcome: 'Disabled', stoppedBy: 'The automation is disabled.' };
  if (!inScope(automation.plan, event)) {
    return { outcome: 'OutOfScope', stoppedBy: 'The event lies outside the scopes of the automation.' };
  }
  if (!conditionsHold(automation.plan, event)) {
    const takes = automation.plan.sources.some(({ eventSource }) => eventSource === event.source);
    const why = takes ? 'No rule set matches.' : `The automation takes no events of the source '${event.source}'.`;
    return { outcome: 'NotMatched', stoppedBy: why };
  }
  const suppressedBy = stored?.suppressedBy ?? suppressing(services, asked);
  if (suppressedBy !== undefined) return { outcome: 'Suppressed', stoppedBy: suppressedBy };
  if (asked.isRepetition || stored !== undefined) {
    const why = 'The event is already stored as it is: sent again it starts nothing.';
    return { outcome: 'Duplicate', stoppedBy: why };
  }
  const brake = brakeLedgerOf(services).refusal(automation, event);
  if (brake !== undefined) return { outcome: 'Braked', stoppedBy: `${brake.code}: ${brake.message}` };
  const stale = automation.actions
    .flatMap((action) => (action.kind === 'LogicApp' ? [callbackFault(services, action.uri)] : []))
    .find((fault) => fault !== undefined);
  return stale === undefined ? { outcome: 'WouldFire' } : { outcome: 'CallbackStale', stoppedBy: stale.message };
}

function suppressing(services: Services, { event, subscriptionId }: Asked): string | undefined {
  return event.source === 'Alerts' ? new Suppression(services).ruleFor(subscriptionId, event.body) : undefined;
}
