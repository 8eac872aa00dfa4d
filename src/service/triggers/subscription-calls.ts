/**
 * What a webhook trigger calls to subscribe, and what undoes it.
 *
 * Owns: which triggers need a subscription, the calls of both webhook types.
 * Does not own: when they are made (`subscriptions.ts`).
 * Source: engine reference 2.9; domain reference 15; connectors reference 1.3.
 *
 * Invariants
 * SC1. The Defender connectors' triggers subscribe nowhere: the automation holds their callback. Nothing is remembered of them.
 */
import { type EffectOutcome, type EffectRequest, headerOf } from '#engine';
import { Fault, isJsonObject, type Json, type JsonObject, memberIgnoringCase, memberOf, textMember } from '#foundation';
import type { Services } from '../services.ts';
import { armedTimeOf, type StoredWorkflow } from '../workflow-resource.ts';
import { notificationCall } from './poll-target.ts';
import { type CallingTrigger, evaluatedInputs } from './trigger-call.ts';

export type SubscribingTrigger = CallingTrigger;

/** A call with the inputs history shows of it. */
export interface PreparedCall {
  readonly request: EffectRequest;
  readonly shown: Json;
  /** The whole inputs, for the call that undoes it. */
  readonly inputs?: Json;
}

const defenderPath = /^\/Microsoft\.Security\/(Alert|Assessment|RegulatoryComplianceAssessment)\/subscribe$/i;

/** A trigger that wants to be subscribed, and the name of the subscription it wants: another one is another name. */
export interface WantedSubscription {
  readonly triggerName: string;
  readonly wanted: string;
}

/** What the workflow wants now, read without planning it; nothing while it is disabled. */
export function wantedSubscriptions(services: Services, workflow: StoredWorkflow): readonly WantedSubscription[] {
  const triggers = memberOf(workflow.body.definition, 'triggers');
  if (workflow.body.state !== 'Enabled' || !isJsonObject(triggers)) return [];
  const names = Object.entries(triggers).flatMap(([name, trigger]) => (needsSubscription(trigger) ? [name] : []));
  if (names.length === 0) return [];
  const { primaryKey, secondaryKey } = workflow.secrets;
  const keys = services.secrets.digest(`${primaryKey}\n${secondaryKey}`).slice(0, 16);
  const arming = `${armedTimeOf(workflow)}/${keys}`;
  return names.map((name) => ({ triggerName: name, wanted: `${workflow.body.opaqueId}/${name}/${arming}` }));
}

/** The subscription one trigger wants. */
export function wantedSubscription(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
): string | undefined {
  const name = triggerName.toLowerCase();
  return wantedSubscriptions(services, workflow).find((one) => one.triggerName.toLowerCase() === name)?.wanted;
}

function needsSubscription(trigger: Json): boolean {
  const type = memberIgnoringCase(trigger, 'type');
  if (typeof type !== 'string') return false;
  if (['httpwebhook', 'apiconnectionnotification'].includes(type.toLowerCase())) return true;
  if (type.toLowerCase() !== 'apiconnectionwebhook') return false;
  const path = memberIgnoringCase(memberIgnoringCase(trigger, 'inputs'), 'path');
  return typeof path !== 'string' || !defenderPath.test(path);
}

export function prepareSubscribe(services: Services, place: SubscribingTrigger): PreparedCall | Fault {
  const inputs = evaluatedInputs(services, place);
  if (inputs instanceof Fault) return inputs;
  if (place.trigger.type === 'ApiConnectionNotification' && isJsonObject(inputs)) {
    const call = notificationCall(inputs, 'subscribe');
    if (call instanceof Fault) return call;
    return { request: { type: 'Subscribe', connection: true, inputs: { value: call } }, shown: call, inputs: call };
  }
  const connection = place.trigger.type === 'ApiConnectionWebhook';
  const called = connection ? inputs : (memberIgnoringCase(inputs, 'subscribe') ?? null);
  return { request: { type: 'Subscribe', connection, inputs: { value: called } }, shown: inputs, inputs };
}

/** The call that undoes a subscription; undefined where there is none. */
export function unsubscribeOf({ request, inputs }: PreparedCall, outcome: EffectOutcome): PreparedCall | undefined {
  if (inputs === undefined || request.type !== 'Subscribe') return undefined;
  const { connection } = request;
  const call = connection ? connectorUnsubscribe(inputs, outcome) : memberIgnoringCase(inputs, 'unsubscribe');
  const target = memberIgnoringCase(call, connection ? 'path' : 'uri');
  // `unsubscribe: {}` is how the designer says that there is nothing to call.
  if (!isJsonObject(call) || typeof target !== 'string' || target === '') return undefined;
  const full = connection || memberIgnoringCase(call, 'method') !== undefined ? call : { method: 'POST', ...call };
  return { request: { type: 'Unsubscribe', connection, inputs: { value: full } }, shown: full };
}

/** A connector says in `Location` what to delete, or gives an id below its `$subscriptions`. */
function connectorUnsubscribe(inputs: Json, outcome: EffectOutcome): JsonObject | undefined {
  if (outcome.kind !== 'response' || !isJsonObject(inputs)) return undefined;
  const base = { host: memberIgnoringCase(inputs, 'host') ?? null, method: 'DELETE' };
  const location = headerOf(outcome.headers, 'location');
  const url = location === undefined ? null : URL.parse(location, 'http://connector.invalid');
  if (url !== null) {
    const path = url.pathname.replace(/^\/apim\/[^/]+\/[^/]+/i, '');
    return { ...base, path, queries: Object.fromEntries(url.searchParams) };
  }
  const path = memberIgnoringCase(inputs, 'path');
  const body = outcome.body !== undefined && 'value' in outcome.body ? outcome.body.value : undefined;
  const id = textMember(body, 'id');
  if (typeof path !== 'string' || !/\/\$subscriptions$/i.test(path) || id === undefined) return undefined;
  return { ...base, path: `${path}/${encodeURIComponent(id)}` };
}
