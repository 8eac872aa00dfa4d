/**
 * Suppression rules: alerts that are created as dismissed and start nothing.
 *
 * Owns: saving rules, and which rule, if any, suppresses an alert.
 * Does not own: storing the alert (`take-event.ts`).
 *
 * Invariants
 * U1. A rule counts while it is `Enabled` and its expiry is not past; every element of `allOf` must hold for one alert.
 * Source: management API reference 5.3; domain reference 20.
 */
import { looseMember, looseText } from '#events';
import {
  type Fault,
  fault,
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { foldCase } from '#rules';
import { inTurn } from './in-turn.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export const suppressionRuleType = 'Microsoft.Security/alertsSuppressionRules';

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{1,49}$/;
const elementLimit = 5;
const states = ['Enabled', 'Disabled', 'Expired'];

function invalid(target: string, message: string): Fault {
  return fault('InvalidParameter', message, { target });
}

export function suppressionRuleId(subscriptionId: string, name: string): string {
  return `/subscriptions/${subscriptionId}/providers/${suppressionRuleType}/${name}`;
}

// --- Saving -----------------------------------------------------------------------------------------------------

export interface SuppressionRuleRequest {
  readonly caller: Caller;
  readonly subscriptionId: string;
  readonly name: string;
  readonly body: Json | undefined;
}

/** PUT. @throws TocsinError `InvalidResourceName`, `InvalidParameter`. */
export function putSuppressionRule(services: Services, request: SuppressionRuleRequest): Promise<JsonObject> {
  const id = suppressionRuleId(request.subscriptionId, request.name);
  const properties = orThrow(checkRule(request));
  return inTurn(services.store, id, async () => {
    const existing = services.store.resources.get(id);
    const now = services.clock.now();
    const resource: ResourceDocument = {
      id: existing?.id ?? id,
      type: suppressionRuleType,
      name: existing?.name ?? request.name,
      subscriptionId: request.subscriptionId,
      body: { properties: { ...properties, lastModifiedUtc: formatTime(now) } },
      etag: services.random.uuid(),
      createdTime: existing?.createdTime ?? now,
      changedTime: now,
    };
    await services.store.commit([
      { kind: 'putResource', resource },
      activityWrite(services, request.caller, { operation: `${suppressionRuleType}/write`, resourceId: id }),
    ]);
    return suppressionRuleAnswer(services, resource);
  });
}

function checkRule(request: SuppressionRuleRequest): JsonObject | Fault {
  if (!namePattern.test(request.name)) {
    return fault(
      'InvalidResourceName',
      `The name '${request.name}' is not valid: 2 to 50 letters, digits, - or _, a letter or digit first.`,
    );
  }
  const properties = memberOf(request.body, 'properties');
  if (!isJsonObject(properties)) return invalid('properties', 'A suppression rule needs properties, an object.');
  for (const name of ['alertType', 'reason']) {
    if (textMember(properties, name) === undefined) return invalid(`properties.${name}`, `${name} is required.`);
  }
  const state = textMember(properties, 'state') ?? 'Enabled';
  const known = states.find((each) => each.toLowerCase() === state.toLowerCase());
  if (known === undefined) return invalid('properties.state', `state must be one of ${states.join(', ')}.`);
  const expiry = memberOf(properties, 'expirationDateUtc');
  if (expiry !== undefined && expiry !== null && (typeof expiry !== 'string' || Number.isNaN(Date.parse(expiry)))) {
    return invalid('properties.expirationDateUtc', 'expirationDateUtc must be a date and time.');
  }
  return checkScope(memberOf(properties, 'suppressionAlertsScope')) ?? { ...properties, state: known };
}

function checkScope(scope: Json | undefined): Fault | undefined {
  if (scope === undefined || scope === null) return undefined;
  const elements = memberOf(scope, 'allOf');
  const target = 'properties.suppressionAlertsScope.allOf';
  if (!isJsonArray(elements)) return invalid(target, 'suppressionAlertsScope needs allOf, an array.');
  if (elements.length > elementLimit) return invalid(target, `allOf may have at most ${elementLimit} elements.`);
  for (const [index, element] of elements.entries()) {
    if (!/^entities\.[^.]+\..+$/i.test(textMember(element, 'field') ?? '')) {
      return invalid(`${target}[${index}].field`, "field must have the form 'entities.<type>.<property>'.");
    }
    if (conditionOf(element) === undefined) {
      return invalid(`${target}[${index}]`, 'An element needs one of in (an array of strings), contains, equals.');
    }
  }
  return undefined;
}

type Condition = (value: string) => boolean;

function conditionOf(element: Json): Condition | undefined {
  const list = memberOf(element, 'in');
  if (isJsonArray(list)) {
    const wanted = new Set(list.flatMap((each) => (typeof each === 'string' ? [foldCase(each)] : [])));
    return (value) => wanted.has(value);
  }
  const contains = textMember(element, 'contains');
  if (contains !== undefined) return (value) => value.includes(foldCase(contains));
  const equals = textMember(element, 'equals');
  return equals === undefined ? undefined : (value) => value === foldCase(equals);
}

/** DELETE; what is not there is no error. */
export async function deleteSuppressionRule(
  services: Services,
  request: Omit<SuppressionRuleRequest, 'body'>,
): Promise<void> {
  const id = suppressionRuleId(request.subscriptionId, request.name);
  if (services.store.resources.get(id) === undefined) return;
  await services.store.commit([
    { kind: 'deleteResource', id },
    activityWrite(services, request.caller, { operation: `${suppressionRuleType}/delete`, resourceId: id }),
  ]);
}

/** The rule as the management API answers it; past its expiry its state is `Expired`. */
export function suppressionRuleAnswer(services: Pick<Services, 'clock'>, document: ResourceDocument): JsonObject {
  const properties = memberOf(document.body, 'properties');
  const shown = isJsonObject(properties) ? properties : {};
  return {
    id: document.id,
    name: document.name,
    type: suppressionRuleType,
    properties: isExpired(shown, services.clock.now()) ? { ...shown, state: 'Expired' } : shown,
  };
}

function isExpired(properties: JsonObject, now: number): boolean {
  const expiry = textMember(properties, 'expirationDateUtc');
  return expiry !== undefined && Date.parse(expiry) <= now;
}

// --- Suppressing ------------------------------------------------------------------------------------------------

/** The rules of some subscriptions, read once per batch of events. */
export class Suppression {
  readonly #services: Pick<Services, 'store' | 'clock'>;
  readonly #bySubscription = new Map<string, readonly ResourceDocument[]>();

  constructor(services: Pick<Services, 'store' | 'clock'>) {
    this.#services = services;
  }

  /** The id of the rule that suppresses the alert, if any (U1). */
  ruleFor(subscriptionId: string, alert: JsonObject): string | undefined {
    let rules = this.#bySubscription.get(subscriptionId);
    if (rules === undefined) {
      rules = this.#services.store.resources.list({ type: suppressionRuleType, subscriptionId });
      this.#bySubscription.set(subscriptionId, rules);
    }
    if (rules.length === 0) return undefined;
    const now = this.#services.clock.now();
    return rules.find((rule) => suppresses(memberOf(rule.body, 'properties'), alert, now))?.id;
  }
}

function suppresses(properties: Json | undefined, alert: JsonObject, now: number): boolean {
  if (!isJsonObject(properties) || textMember(properties, 'state') !== 'Enabled' || isExpired(properties, now))
    return false;
  const type = textMember(properties, 'alertType') ?? '';
  if (type !== '*' && foldCase(type) !== foldCase(looseText(alert, 'AlertType') ?? '')) return false;
  const elements = memberOf(memberOf(properties, 'suppressionAlertsScope'), 'allOf');
  return !isJsonArray(elements) || elements.every((element) => elementHolds(element, alert));
}

function elementHolds(element: Json, alert: JsonObject): boolean {
  const [, type = '', ...path] = (textMember(element, 'field') ?? '').split('.');
  const condition = conditionOf(element);
  const entities = looseMember(alert, 'Entities');
  if (condition === undefined || !isJsonArray(entities)) return false;
  return entities.some((entity) => {
    if (foldCase(looseText(entity, 'Type') ?? '') !== foldCase(type)) return false;
    const value = looseMember(entity, ...path);
    if (typeof value === 'string') return condition(foldCase(value));
    return typeof value === 'number' || typeof value === 'boolean' ? condition(foldCase(String(value))) : false;
  });
}
