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
import { looseMember, looseText, scalarText } from '#events';
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
  parseTimeText,
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
  const given = memberOf(request.body, 'properties');
  if (!isJsonObject(given)) return invalid('properties', 'A suppression rule needs properties, an object.');
  const properties = inCanonicalCase(given);
  for (const name of ['alertType', 'reason']) {
    if (textMember(properties, name) === undefined) return invalid(`properties.${name}`, `${name} is required.`);
  }
  const state = textMember(properties, 'state') ?? 'Enabled';
  const known = states.find((each) => each.toLowerCase() === state.toLowerCase());
  if (known === undefined) return invalid('properties.state', `state must be one of ${states.join(', ')}.`);
  const expiry = memberOf(properties, 'expirationDateUtc');
  if (expiry !== undefined && expiry !== null && (typeof expiry !== 'string' || parseTimeText(expiry) === undefined)) {
    return invalid('properties.expirationDateUtc', 'expirationDateUtc must be a date and time.');
  }
  return checkScope(memberOf(properties, 'suppressionAlertsScope')) ?? { ...properties, state: known };
}

const propertyNames = [
  'alertType',
  'expirationDateUtc',
  'lastModifiedUtc',
  'reason',
  'state',
  'comment',
  'suppressionAlertsScope',
] as const;

/** Published examples write `expirationDateUTC`: names are taken in any case, so that none is passed over. */
function inCanonicalCase(properties: JsonObject): JsonObject {
  const named: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(properties)) {
    const known = propertyNames.find((each) => each.toLowerCase() === name.toLowerCase());
    if (known !== undefined) named[known] = value;
  }
  return named;
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
      return invalid(`${target}[${index}]`, 'An element needs one of in (an array of texts), contains, equals.');
    }
  }
  return undefined;
}

/** What an element's value is held against, in folded case. */
interface Condition {
  readonly operator: 'in' | 'contains' | 'equals';
  readonly wanted: readonly string[];
}

/** The one condition of an element; undefined unless there is exactly one, with texts that are not empty. */
function conditionOf(element: Json): Condition | undefined {
  const found = (['in', 'contains', 'equals'] as const).flatMap((operator): Condition[] => {
    const value = memberOf(element, operator);
    if (value === undefined || value === null) return [];
    const texts = operator === 'in' && isJsonArray(value) ? value : [value];
    const wanted = texts.flatMap((text) => (typeof text === 'string' && text !== '' ? [foldCase(text)] : []));
    return [{ operator, wanted: wanted.length === texts.length ? wanted : [] }];
  });
  const [only, ...others] = found;
  return only === undefined || others.length > 0 || only.wanted.length === 0 ? undefined : only;
}

function holds({ operator, wanted }: Condition, value: string): boolean {
  return wanted.some((text) => (operator === 'contains' ? value.includes(text) : value === text));
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
  return expiry !== undefined && (parseTimeText(expiry) ?? Number.POSITIVE_INFINITY) <= now;
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
  if (!isJsonArray(elements) || elements.length === 0) return true;
  const entities = entitiesOf(alert);
  return elements.every((element) => elementHolds(element, entities));
}

function elementHolds(element: Json, entities: Entities): boolean {
  const [, type = '', ...path] = (textMember(element, 'field') ?? '').split('.');
  const condition = conditionOf(element);
  if (condition === undefined) return false;
  return entities.all.some((entity) => {
    if (foldCase(looseText(entity, 'Type') ?? '') !== foldCase(type)) return false;
    const value = scalarText(reach(entity, path, entities.byId));
    return value !== undefined && holds(condition, foldCase(value));
  });
}

interface Entities {
  /** Those of the list and those defined inside others. */
  readonly all: readonly JsonObject[];
  readonly byId: ReadonlyMap<string, JsonObject>;
}

function entitiesOf(alert: JsonObject): Entities {
  const all: JsonObject[] = [];
  const byId = new Map<string, JsonObject>();
  const collect = (value: Json | undefined): void => {
    if (isJsonArray(value)) return value.forEach(collect);
    if (!isJsonObject(value)) return;
    if (looseText(value, 'Type') !== undefined) all.push(value);
    const id = memberOf(value, '$id');
    // Numbers are not unique in sample alerts: the first definition counts.
    if (typeof id === 'string' && !byId.has(id)) byId.set(id, value);
    for (const member of Object.values(value)) if (typeof member === 'object') collect(member);
  };
  collect(looseMember(alert, 'Entities'));
  return { all, byId };
}

/** The value at a path from an entity, through references to others. */
function reach(entity: JsonObject, path: readonly string[], byId: ReadonlyMap<string, JsonObject>): Json | undefined {
  let found: Json | undefined = entity;
  for (const name of path) {
    found = looseMember(found, name);
    const reference: Json | undefined = memberOf(found, '$ref');
    if (typeof reference === 'string') found = byId.get(reference) ?? found;
  }
  return found;
}
