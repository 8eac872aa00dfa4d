/**
 * What an incident holds and how its parts are read and written. Pure.
 *
 * Owns: alerts, entities, labels, owner, tasks as values, what of an incident may be changed. Does not own: storing
 * (`incidents.ts`). Source: connectors reference 3.5; the published REST description of `Microsoft.SecurityInsights/incidents`.
 */
import {
  type Fault,
  fault,
  isJsonArray,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  textMember,
} from '#foundation';
import type { InsightItem } from './insight-items.ts';

export const severities = ['High', 'Medium', 'Low', 'Informational'] as const;
export const statuses = ['New', 'Active', 'Closed'] as const;
export const classifications = ['Undetermined', 'TruePositive', 'BenignPositive', 'FalsePositive'] as const;
const reasons = ['SuspiciousActivity', 'SuspiciousButExpected', 'IncorrectAlertLogic', 'InaccurateData'] as const;

/** The one of the words that a member means, whatever its case. */
export function oneOf<T extends string>(owner: JsonObject, name: string, values: readonly T[]): T | undefined {
  const value = textMember(owner, name)?.toLowerCase();
  return values.find((one) => one.toLowerCase() === value);
}

/** The changes of severity, status and classification that a body asks for; empty members ask for none. */
export function checkedChanges(given: JsonObject): JsonObject | Fault {
  const changes: { [name: string]: Json } = {};
  const words = [
    ['severity', severities],
    ['status', statuses],
    ['classification', classifications],
    ['classificationReason', reasons],
  ] as const;
  for (const [name, values] of words) {
    if ((textMember(given, name) ?? '') === '') continue;
    const word = oneOf<string>(given, name, values);
    if (word === undefined) return fault('InvalidRequestContent', `'${name}' must be one of ${values.join(', ')}.`);
    changes[name] = word;
  }
  const comment = textMember(given, 'classificationComment') ?? '';
  return comment === '' ? changes : { ...changes, classificationComment: comment };
}

export function ownerOf(owner: Json | undefined): JsonObject {
  const member = (name: string): Json => memberIgnoringCase(owner ?? null, name) ?? null;
  return {
    objectId: member('objectId'),
    email: member('email'),
    assignedTo: member('assignedTo'),
    userPrincipalName: member('userPrincipalName'),
  };
}

export function labelOf(label: Json): JsonObject {
  return {
    labelName: textMember(label, 'labelName') ?? (typeof label === 'string' ? label : ''),
    labelType: textMember(label, 'labelType') ?? 'User',
  };
}

function labelsIn(properties: JsonObject): readonly Json[] {
  const labels = memberOf(properties, 'labels');
  return isJsonArray(labels) ? labels : [];
}

function labelNames(properties: JsonObject): ReadonlySet<string> {
  return new Set(labelsIn(properties).map((label) => (textMember(label, 'labelName') ?? '').toLowerCase()));
}

/** The incident's labels with further ones. */
export function withLabels(properties: JsonObject, added: Json | undefined): readonly Json[] {
  const known = labelNames(properties);
  const fresh = (isJsonArray(added) ? added : [])
    .map(labelOf)
    .filter((label) => !known.has((textMember(label, 'labelName') ?? '').toLowerCase()));
  return [...labelsIn(properties), ...fresh];
}

/** The labels that were not there before. */
export function newLabels(before: JsonObject, after: JsonObject): readonly Json[] {
  const known = labelNames(before);
  return labelsIn(after).filter((label) => !known.has((textMember(label, 'labelName') ?? '').toLowerCase()));
}

/** A task after a write. */
export function taskProperties(
  given: JsonObject,
  existing: JsonObject | undefined,
  now: string,
  by: JsonObject,
): JsonObject {
  return {
    description: '',
    status: 'New',
    ...existing,
    ...given,
    createdTimeUtc: existing?.['createdTimeUtc'] ?? now,
    lastModifiedTimeUtc: now,
    createdBy: existing?.['createdBy'] ?? by,
    lastModifiedBy: by,
  };
}

/** An incident without what has an address of its own. */
export function shownProperties(item: InsightItem): JsonObject {
  const { alerts: _, entities: __, ...properties } = item.properties;
  return properties;
}

/** The alerts of an incident, as entities of the kind `SecurityAlert`. */
export function incidentAlerts({ properties }: InsightItem): readonly Json[] {
  const alerts = memberOf(properties, 'alerts');
  return isJsonArray(alerts) ? alerts : [];
}

/** Its entities, and how many there are of each kind. */
export function incidentEntities({ properties }: InsightItem): JsonObject {
  const stored = memberOf(properties, 'entities') ?? memberOf(properties, 'relatedEntities');
  const entities: readonly Json[] = isJsonArray(stored) ? stored : [];
  const counts = new Map<string, number>();
  for (const entity of entities) {
    const kind = textMember(entity, 'kind') ?? '';
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const metaData = [...counts].map(([entityKind, count]) => ({ entityKind, count }));
  return { entities: [...entities], metaData };
}

/** The id an alert is known by. */
export function alertIdOf(alert: Json): string {
  const properties = memberOf(alert, 'properties') ?? null;
  return (
    textMember(properties, 'systemAlertId') ?? textMember(alert, 'SystemAlertId') ?? textMember(alert, 'name') ?? ''
  );
}

/** Ids under which an incident's alerts are known. */
export function alertIdsOf(item: InsightItem): readonly string[] {
  const listed = memberOf(item.properties, 'relatedAlertIds');
  const own = incidentAlerts(item).flatMap((alert) => [textMember(alert, 'name') ?? '', alertIdOf(alert)]);
  return [...(isJsonArray(listed) ? listed.map(String) : []), ...own].filter((id) => id !== '');
}
