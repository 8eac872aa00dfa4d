/**
 * The steps an event passes on its way through one automation, each with what stands in its way.
 *
 * Owns: which steps there are, their order, whether each lets the event through. Does not own: the outcome in one word
 * (`explain-event.ts`), the rules (`#rules`).
 *
 * Invariants
 * S1. The steps are those of ingestion, in its order; all are told, also those behind one that stops the event.
 * S2. A step says how things are now; an action that has run says what came of it.
 * Source: own API reference, automations.
 */
import { type Json, memberOf, type StoredDocument, textMember } from '#foundation';
import { conditionsHold, inScope, type MatchableEvent } from '#rules';
import type { AutomationAction, StoredAutomation } from './automation-resource.ts';
import { brakeLedgerOf } from './brake-ledger.ts';
import { callbackFault } from './callback-targets.ts';
import { attemptsOf, deliveryCollection, deliveryKey } from './delivery-records.ts';
import type { StoredEvent } from './event-documents.ts';
import type { Services } from './services.ts';
import { Suppression } from './suppression-rules.ts';

/** What is asked about. */
export interface AskedEvent {
  readonly event: MatchableEvent;
  readonly subscriptionId: string;
  /** The stored event that was asked for. */
  readonly stored?: StoredEvent;
  /** An event sent with the question would tell nothing new beside the stored one. */
  readonly isRepetition: boolean;
}

export type StepName = 'Enabled' | 'InScope' | 'Matched' | 'NotSuppressed' | 'New' | 'NotBraked' | 'Action';

export interface ExplainedStep {
  readonly step: StepName;
  readonly passed: boolean;
  /** Of an action: its place, its kind, what it leads to. */
  readonly actionIndex?: number;
  readonly actionType?: AutomationAction['kind'];
  readonly target?: string;
  /** Of an action that was tried: its delivery's status. */
  readonly status?: string;
  /** What stands in the way, in a sentence. */
  readonly message?: string;
}

/** S1. */
export function stepsOf(services: Services, automation: StoredAutomation, asked: AskedEvent): readonly ExplainedStep[] {
  const { event, stored } = asked;
  const scope = inScope(automation.plan, event);
  const suppressedBy = stored?.suppressedBy ?? suppressing(services, asked);
  const tried = deliveryOf(services, automation, asked, 0) !== undefined;
  const isNews = tried || !(asked.isRepetition || stored !== undefined);
  const brake = tried ? undefined : brakeLedgerOf(services).refusal(automation, event);
  return [
    stepOf('Enabled', automation.enabled ? undefined : 'The automation is disabled.'),
    stepOf('InScope', scope ? undefined : 'The event lies outside the scopes of the automation.'),
    stepOf('Matched', mismatch(automation, event)),
    stepOf('NotSuppressed', suppressedBy),
    stepOf('New', isNews ? undefined : 'The event is already stored as it is: sent again it starts nothing.'),
    stepOf('NotBraked', brake === undefined ? undefined : `${brake.code}: ${brake.message}`),
    ...automation.actions.map((action, at) => actionStep(services, automation, asked, { action, at })),
  ];
}

function stepOf(step: StepName, message: string | undefined): ExplainedStep {
  return { step, passed: message === undefined, ...(message === undefined ? {} : { message }) };
}

function mismatch(automation: StoredAutomation, event: MatchableEvent): string | undefined {
  const { sources } = automation.plan;
  if (!sources.some(({ eventSource }) => eventSource === event.source)) {
    return `The automation takes no events of the source '${event.source}'.`;
  }
  return conditionsHold(automation.plan, event) ? undefined : 'No rule set matches.';
}

function suppressing(services: Services, { event, subscriptionId }: AskedEvent): string | undefined {
  return event.source === 'Alerts' ? new Suppression(services).ruleFor(subscriptionId, event.body) : undefined;
}

/** The record of an action for this state of a stored event. */
export function deliveryOf(
  services: Services,
  automation: StoredAutomation,
  { event, stored }: AskedEvent,
  actionIndex: number,
): StoredDocument | undefined {
  if (stored === undefined) return undefined;
  const { key, time } = stored.document;
  const id = deliveryKey(services, automation.idKey, { source: event.source, key, time }, actionIndex);
  return services.store.documents.get(deliveryCollection, id);
}

/** S2. */
function actionStep(
  services: Services,
  automation: StoredAutomation,
  asked: AskedEvent,
  { action, at }: { readonly action: AutomationAction; readonly at: number },
): ExplainedStep {
  const about = { step: 'Action' as const, actionIndex: at, actionType: action.kind, target: targetOf(action) };
  const record = deliveryOf(services, automation, asked, at);
  if (record !== undefined) {
    const message = deliveryError(record);
    const passed = !['Failed', 'Braked', 'DryRun'].includes(record.status);
    return { ...about, passed, status: statusWord(record), ...(message === undefined ? {} : { message }) };
  }
  const fault = action.kind === 'LogicApp' ? callbackFault(services, action.uri) : undefined;
  return {
    ...about,
    passed: fault === undefined,
    ...(fault === undefined ? {} : { message: `${fault.code}: ${fault.message}` }),
  };
}

/** The code and message of the last attempt that failed; undefined when it did not. */
export function deliveryError(record: StoredDocument): string | undefined {
  const error: Json | undefined = memberOf(attemptsOf(record).at(-1), 'error');
  const message = textMember(error, 'message');
  return message === undefined ? undefined : `${textMember(error, 'code') ?? ''}: ${message}`;
}

/** A queued delivery's status names its queue; that is nothing to show. */
function statusWord({ status }: StoredDocument): string {
  return status.startsWith('Queued') ? 'Queued' : status;
}

function targetOf(action: AutomationAction): string {
  switch (action.kind) {
    case 'LogicApp':
      return action.logicAppResourceId;
    case 'EventHub':
      return action.eventHubResourceId;
    case 'Workspace':
      return action.workspaceResourceId;
  }
}
