/**
 * Conditions of automation rules: which are accepted, and whether they hold for an incident or alert.
 *
 * Owns: both. Pure. Does not own: the rules (`automation-rules.ts`).
 * Source: the published REST description of `Microsoft.SecurityInsights/automationRules`.
 *
 * Invariants
 * AC1. What is not understood is refused when the rule is saved; a stored condition that is not understood never holds.
 * AC2. Texts compare ignoring case. A condition on a property with several values holds when one of them fits; a `Not…`
 *      holds when none does.
 */
import {
  type Fault,
  fault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberOf,
  parseJson,
  stringifyJson,
  textMember,
} from '#foundation';
import { entityMembers, incidentMembers, otherProperties } from './condition-properties.data.ts';

/** What an update changed. */
export interface IncidentUpdate {
  readonly source: UpdateSource;
  /** Who it was, for people. */
  readonly by: string;
  readonly before: JsonObject;
  readonly added: {
    readonly alerts: readonly Json[];
    readonly labels: readonly Json[];
    readonly comments: readonly Json[];
    readonly tactics: readonly Json[];
  };
}

export type UpdateSource = 'User' | 'Playbook' | 'Application' | 'Automation rule' | 'Alert grouping';

/** What a rule looks at. */
export interface RuleSubject {
  /** Of the incident; for alerts, those it would have. */
  readonly properties: JsonObject;
  /** As entities of the kind `SecurityAlert`. */
  readonly alerts: readonly Json[];
  readonly entities: readonly Json[];
  readonly update?: IncidentUpdate;
  /** The custom detail that an `AnyItem` condition is asked about. */
  readonly detail?: Detail;
}

type Detail = readonly [key: string, values: readonly string[]];

const operators = [
  'Equals',
  'NotEquals',
  'Contains',
  'NotContains',
  'StartsWith',
  'NotStartsWith',
  'EndsWith',
  'NotEndsWith',
] as const;
const changedMembers: Readonly<Record<string, string>> = {
  IncidentSeverity: 'severity',
  IncidentStatus: 'status',
  IncidentOwner: 'owner',
};
const addedMembers: Readonly<Record<string, keyof IncidentUpdate['added']>> = {
  Alerts: 'alerts',
  Labels: 'labels',
  Comments: 'comments',
  Tactics: 'tactics',
};
const deepest = 10;

function listOf(owner: Json | undefined, name: string): readonly Json[] {
  const value = memberOf(owner ?? null, name);
  return isJsonArray(value) ? value : [];
}

// --- Checking ---------------------------------------------------------------------------------------------------

/** What is wrong with the conditions of a rule; undefined when they are all understood (AC1). */
export function conditionsFault(conditions: Json | undefined, depth = 0): Fault | undefined {
  if (conditions === undefined || conditions === null) return undefined;
  if (!isJsonArray(conditions) || depth > deepest) return wrong('The conditions of an automation rule are a list.');
  for (const condition of conditions) {
    const found = conditionFault(condition, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wrong(message: string): Fault {
  return fault('InvalidRequestContent', message, { target: 'properties.triggeringLogic.conditions' });
}

function conditionFault(condition: Json, depth: number): Fault | undefined {
  const properties = memberOf(condition, 'conditionProperties') ?? null;
  const name = textMember(properties, 'propertyName') ?? '';
  const type = textMember(condition, 'conditionType') ?? '';
  switch (type) {
    case 'Property':
      return isKnown(name) ? operatorFault(properties, true) : unknown('propertyName', name);
    case 'PropertyChanged':
      return changedMembers[name] === undefined ? unknown('propertyName', name) : changeFault(properties);
    case 'PropertyArrayChanged': {
      const array = textMember(properties, 'arrayType') ?? '';
      if (addedMembers[array] === undefined) return unknown('arrayType', array);
      const change = textMember(properties, 'changeType') ?? '';
      return change === 'Added' ? undefined : unknown('changeType', change);
    }
    case 'PropertyArray': {
      const array = textMember(properties, 'arrayType') ?? '';
      if (!/^(CustomDetails|CustomDetailValues)$/.test(array)) return unknown('arrayType', array);
      const which = textMember(properties, 'arrayConditionType') ?? '';
      if (which !== 'AnyItem') return unknown('arrayConditionType', which);
      return conditionsFault(memberOf(properties, 'itemConditions'), depth + 1);
    }
    case 'Boolean': {
      const operator = textMember(properties, 'operator') ?? '';
      if (!/^(And|Or)$/.test(operator)) return unknown('operator', operator);
      return conditionsFault(memberOf(properties, 'innerConditions'), depth + 1);
    }
    default:
      return unknown('conditionType', type);
  }
}

function unknown(member: string, value: string): Fault {
  return wrong(`'${value.slice(0, 80)}' is no '${member}' of a condition that is known here.`);
}

function operatorFault(properties: Json, needed: boolean): Fault | undefined {
  const operator = textMember(properties, 'operator');
  if (operator === undefined && !needed) return undefined;
  if (!operators.some((one) => one === operator)) return unknown('operator', operator ?? '');
  return isJsonArray(memberOf(properties, 'propertyValues'))
    ? undefined
    : wrong("A condition has no 'propertyValues'.");
}

function changeFault(properties: Json): Fault | undefined {
  const change = textMember(properties, 'changeType');
  if (change !== undefined && !/^Changed(From|To)$/.test(change)) return unknown('changeType', change);
  return operatorFault(properties, false);
}

function isKnown(name: string): boolean {
  return (
    incidentMembers[name] !== undefined ||
    entityMembers[name] !== undefined ||
    otherProperties.some((one) => one === name)
  );
}

// --- Evaluating -------------------------------------------------------------------------------------------------

/** Whether all conditions hold. */
export function conditionsHold(conditions: Json | undefined, subject: RuleSubject): boolean {
  return (isJsonArray(conditions) ? conditions : []).every((one) => holds(one, subject));
}

function holds(condition: Json, subject: RuleSubject): boolean {
  const properties = memberOf(condition, 'conditionProperties') ?? null;
  switch (textMember(condition, 'conditionType')) {
    case 'Property': {
      const values = valuesOf(textMember(properties, 'propertyName') ?? '', subject);
      return values !== undefined && fits(properties, values);
    }
    case 'PropertyChanged':
      return hasChanged(properties, subject);
    case 'PropertyArrayChanged': {
      const added = addedMembers[textMember(properties, 'arrayType') ?? ''];
      return added !== undefined && (subject.update?.added[added] ?? []).length > 0;
    }
    case 'PropertyArray':
      return customDetails(subject).some((detail) =>
        conditionsHold(memberOf(properties, 'itemConditions'), { ...subject, detail }),
      );
    case 'Boolean': {
      const inner = listOf(properties, 'innerConditions');
      const test = (one: Json): boolean => holds(one, subject);
      return textMember(properties, 'operator') === 'Or' ? inner.some(test) : inner.every(test);
    }
    default:
      return false;
  }
}

/** AC2. */
function fits(properties: Json, values: readonly string[]): boolean {
  const operator = textMember(properties, 'operator') ?? '';
  const positive = operator.replace(/^Not/, '');
  const isNegated = positive !== operator;
  const wanted = textsOf(memberOf(properties, 'propertyValues')).map((one) => one.toLowerCase());
  const found = values.some((value) => wanted.some((one) => compare(positive, value.toLowerCase(), one)));
  return isNegated ? !found : found;
}

function compare(operator: string, value: string, wanted: string): boolean {
  switch (operator) {
    case 'Equals':
      return value === wanted;
    case 'Contains':
      return value.includes(wanted);
    case 'StartsWith':
      return value.startsWith(wanted);
    case 'EndsWith':
      return value.endsWith(wanted);
    default:
      return false;
  }
}

function textsOf(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  if (isJsonArray(value)) return value.flatMap(textsOf);
  return [typeof value === 'string' ? value : stringifyJson(value)];
}

function valuesOf(name: string, subject: RuleSubject): readonly string[] | undefined {
  const member = incidentMembers[name];
  if (member !== undefined) return textsOf(memberOf(subject.properties, member));
  const [kind, entityMember = ''] = entityMembers[name] ?? [];
  if (kind !== undefined) {
    return subject.entities
      .filter((entity) => textMember(entity, 'kind')?.toLowerCase() === kind.toLowerCase())
      .flatMap((entity) => textsOf(memberOf(memberOf(entity, 'properties') ?? null, entityMember)));
  }
  const ofAlerts = (alertMember: string): readonly string[] =>
    subject.alerts.flatMap((alert) => textsOf(memberOf(memberOf(alert, 'properties') ?? null, alertMember)));
  const data = memberOf(subject.properties, 'additionalData');
  switch (name) {
    case 'IncidentTactics':
      return [...new Set([...textsOf(memberOf(data ?? null, 'tactics')), ...ofAlerts('tactics')])];
    case 'IncidentLabel':
      return listOf(subject.properties, 'labels').flatMap((label) => textsOf(memberOf(label, 'labelName')));
    case 'IncidentUpdatedBySource':
      return subject.update === undefined ? [] : [subject.update.source, subject.update.source.replaceAll(' ', '')];
    case 'IncidentCustomDetailsKey':
      return customDetails(subject).map(([key]) => key);
    case 'IncidentCustomDetailsValue':
      return customDetails(subject).flatMap(([, values]) => values);
    case 'AlertProductNames':
      return ofAlerts('productName');
    case 'AlertAnalyticRuleIds':
      return ofAlerts('analyticRuleIds');
    default:
      return undefined;
  }
}

/** `Custom Details` of the alerts: `{"Source":["203.0.113.7"]}`, often as a text. */
function customDetails({ detail, alerts }: RuleSubject): readonly Detail[] {
  if (detail !== undefined) return [detail];
  return alerts.flatMap((alert) => {
    const data = memberOf(memberOf(alert, 'properties') ?? null, 'additionalData');
    const given = memberOf(data ?? null, 'Custom Details') ?? null;
    const details = typeof given === 'string' ? parsed(given) : given;
    if (!isJsonObject(details)) return [];
    return Object.entries(details).map(([key, value]): Detail => [key, textsOf(value)]);
  });
}

function parsed(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return null;
    throw error;
  }
}

/** `ChangedFrom` looks at the value before, else the one now. */
function hasChanged(properties: Json, { properties: now, update }: RuleSubject): boolean {
  const member = changedMembers[textMember(properties, 'propertyName') ?? ''];
  if (member === undefined || update === undefined) return false;
  const [before, after] = [update.before, now].map((of) => comparable(memberOf(of, member)));
  if (before?.join('\n') === after?.join('\n')) return false;
  if (textMember(properties, 'operator') === undefined) return true;
  const values = textMember(properties, 'changeType') === 'ChangedFrom' ? before : after;
  return fits(properties, values ?? []);
}

/** An owner is compared by whatever names it. */
function comparable(value: Json | undefined): readonly string[] {
  return isJsonObject(value) ? Object.values(value).flatMap(textsOf) : textsOf(value);
}
