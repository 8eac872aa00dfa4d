/**
 * Why an event fires an automation or does not.
 *
 * Owns: the outcome and what stood in the way. Does not own: the steps (`explain-steps.ts`), the rules (`#rules`), the past
 * (`backtest.ts`).
 * Nothing here starts or writes anything.
 *
 * Invariants
 * X1. For a stored event what happened comes first: a delivery or a brake of that state of the event decides.
 * X2. Otherwise the outcome is the first thing that would stop the event now, in the order in which ingestion asks.
 * Source: own API reference, automations.
 */
import { isChange, isSnapshot, readNative } from '#events';
import { type Json, type JsonObject, orThrow, raise } from '#foundation';
import {
  type EventSource,
  eventSourceOf,
  type ExplainedRuleSet,
  explainRuleSets,
  type MatchableEvent,
  sourceOfBody,
  subjectsOf,
} from '#rules';
import { automationIndexOf } from './automation-index.ts';
import type { StoredAutomation } from './automation-resource.ts';
import { eventCollections, findEventById, storedEventOf } from './event-documents.ts';
import {
  type AskedEvent,
  deliveryError,
  deliveryOf,
  type ExplainedStep,
  type StepName,
  stepsOf,
} from './explain-steps.ts';
import { firstSubscriptionId } from './seed-tenant.ts';
import type { Services } from './services.ts';
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
  /** Every step with what stands in its way now, or what came of it. */
  readonly steps: readonly ExplainedStep[];
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

/** @throws TocsinError `ResourceNotFound`, `InvalidEvent`, `InvalidParameter`. */
export function explainEvent(services: Services, request: ExplainRequest): readonly Explanation[] {
  const asked = request.eventId === undefined ? sentEvent(services, request) : storedEvent(services, request.eventId);
  return automationsOf(services, request)
    .filter(({ id }) => request.visible(id))
    .map((automation) => explainOne(services, automation, asked));
}

function storedEvent(services: Services, eventId: string): AskedEvent {
  const stored = findEventById(services, eventId);
  if (stored === undefined) return raise('ResourceNotFound', `There is no event '${eventId.slice(0, 500)}'.`);
  const source = sourceOf({ kind: stored.kind, snapshot: isSnapshot(stored.body) });
  const event = matchable(source, stored.body, stored.document.parent);
  return { event, subscriptionId: stored.document.parent, stored, isRepetition: false };
}

function sentEvent(services: Services, request: ExplainRequest): AskedEvent {
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

function explainOne(services: Services, automation: StoredAutomation, asked: AskedEvent): Explanation {
  const steps = stepsOf(services, automation, asked);
  const about = { automationId: automation.id, ruleSets: explainRuleSets(automation.plan, asked.event), steps };
  return { ...about, ...(happened(services, automation, asked) ?? expected(steps)) };
}

type Verdict = Pick<Explanation, 'outcome' | 'stoppedBy'>;

/** Codes of a failed delivery that say that its callback led nowhere. */
const staleCodes = new Set([
  'WorkflowNotFound',
  'WorkflowTriggerNotFound',
  'DirectApiInvalidAuthorizationSignature',
  'DirectApiAuthorizationRequired',
]);

/** X1: what became of this state of a stored event, by its first action. */
function happened(services: Services, automation: StoredAutomation, asked: AskedEvent): Verdict | undefined {
  const record = deliveryOf(services, automation, asked, 0);
  if (record === undefined) return undefined;
  const stoppedBy = deliveryError(record);
  const why = stoppedBy === undefined ? {} : { stoppedBy };
  if (record.status === 'Braked' || record.status === 'DryRun') return { outcome: 'Braked', ...why };
  if (record.status !== 'Failed') return { outcome: 'Fired' };
  const code = stoppedBy?.slice(0, stoppedBy.indexOf(':')) ?? '';
  return { outcome: staleCodes.has(code) ? 'CallbackStale' : 'Fired', ...why };
}

const outcomes: Readonly<Record<StepName, ExplainOutcome>> = {
  Enabled: 'Disabled',
  InScope: 'OutOfScope',
  Matched: 'NotMatched',
  NotSuppressed: 'Suppressed',
  New: 'Duplicate',
  NotBraked: 'Braked',
  Action: 'CallbackStale',
};

/** X2. */
function expected(steps: readonly ExplainedStep[]): Verdict {
  const stop = steps.find(({ passed }) => !passed);
  if (stop === undefined) return { outcome: 'WouldFire' };
  return { outcome: outcomes[stop.step], ...(stop.message === undefined ? {} : { stoppedBy: stop.message }) };
}
