/**
 * Incidents of Microsoft Sentinel, kept on this server: with comments, tasks, relations, alerts and entities.
 *
 * Owns: their rules and what the server fills in. Does not own: playbooks on incidents (`run-playbook.ts`).
 * Source: connectors reference 3.5, 4; the published REST description of `Microsoft.SecurityInsights`.
 *
 * Invariants
 * IN1. Numbers of a workspace's incidents count up from 1 and are never given twice.
 * IN2. A PUT with an etag that is not the stored one changes nothing.
 */
import {
  formatTime,
  type Identity,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  raise,
  textMember,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import {
  findInsight,
  type InsightItem,
  insightCollection,
  type InsightKind,
  insightOf,
  insightWrite,
  listInsights,
  requireInsight,
} from './insight-items.ts';

const severities = ['High', 'Medium', 'Low', 'Informational'] as const;
const statuses = ['New', 'Active', 'Closed'] as const;
const classifications = ['Undetermined', 'TruePositive', 'BenignPositive', 'FalsePositive'] as const;

export interface IncidentPut {
  /** `…/workspaces/{w}/providers/Microsoft.SecurityInsights`. */
  readonly providerId: string;
  readonly name: string;
  readonly body: Json;
}

/** Creates or replaces an incident. @throws TocsinError `InvalidRequestContent`, `Conflict`. */
export function putIncident(
  services: Services,
  { providerId, name, body }: IncidentPut,
): Promise<{ readonly incident: InsightItem; readonly created: boolean }> {
  return inTurn(services.store, `${providerId}/incidents`, async () => {
    const existing = findInsight(services, `${providerId}/incidents/${name}`);
    checkEtag(existing, memberOf(body, 'etag'));
    const properties = incidentProperties(services, providerId, name, body, existing);
    const write = insightWrite(services, { parentId: providerId, name, kind: 'incidents', properties, existing });
    await services.store.commit([write, ...counterWrite(services, providerId, properties)]);
    return { incident: insightOf(write.document), created: existing === undefined };
  });
}

/** IN2. */
function checkEtag(existing: InsightItem | undefined, etag: Json | undefined): void {
  if (existing === undefined || typeof etag !== 'string' || etag === '' || etag === '*' || etag === existing.etag)
    return;
  raise(
    'Conflict',
    `Newer instance of Incident exists for incidentId='${existing.name}' (saved version: ${existing.etag}). Please merge your changes and update again.`,
  );
}

function incidentProperties(
  services: Services,
  providerId: string,
  name: string,
  body: Json,
  existing: InsightItem | undefined,
): JsonObject {
  const given = memberOf(body, 'properties');
  if (!isJsonObject(given)) return raise('InvalidRequestContent', "The incident has no 'properties'.");
  const title = textMember(given, 'title') ?? '';
  if (title === '') return raise('InvalidRequestContent', "The incident has no 'properties.title'.");
  const severity =
    oneOf(given, 'severity', severities) ??
    raise('InvalidRequestContent', `'properties.severity' must be one of ${severities.join(', ')}.`);
  const status =
    oneOf(given, 'status', statuses) ??
    raise('InvalidRequestContent', `'properties.status' must be one of ${statuses.join(', ')}.`);
  const classification = memberOf(given, 'classification');
  if (
    typeof classification === 'string' &&
    classification !== '' &&
    oneOf(given, 'classification', classifications) === undefined
  ) {
    return raise('InvalidRequestContent', `'properties.classification' must be one of ${classifications.join(', ')}.`);
  }
  const now = formatTime(services.clock.now());
  const kept = existing?.properties ?? {};
  const number = Number(kept['incidentNumber'] ?? nextNumber(services, providerId));
  const incidentId = existing?.id ?? `${providerId}/incidents/${name}`;
  const labels = memberOf(given, 'labels');
  return {
    ...kept,
    ...given,
    title,
    severity,
    status,
    owner: ownerOf(memberOf(given, 'owner') ?? kept['owner']),
    labels: (isJsonArray(labels) ? labels : []).map(labelOf),
    incidentNumber: number,
    providerIncidentId: String(number),
    providerName: 'Azure Sentinel',
    incidentUrl: `${services.settings.publicBaseUrl}/portal/r${incidentId}`,
    createdTimeUtc: kept['createdTimeUtc'] ?? now,
    lastModifiedTimeUtc: now,
    relatedAnalyticRuleIds: kept['relatedAnalyticRuleIds'] ?? memberOf(given, 'relatedAnalyticRuleIds') ?? [],
    additionalData: additionalData(given, kept),
  };
}

function oneOf<T extends string>(owner: JsonObject, name: string, values: readonly T[]): T | undefined {
  const value = textMember(owner, name)?.toLowerCase();
  return values.find((one) => one.toLowerCase() === value);
}

function ownerOf(owner: Json | undefined): Json {
  const member = (name: string): Json => memberIgnoringCase(owner ?? null, name) ?? null;
  return {
    objectId: member('objectId'),
    email: member('email'),
    assignedTo: member('assignedTo'),
    userPrincipalName: member('userPrincipalName'),
  };
}

function labelOf(label: Json): Json {
  return {
    labelName: textMember(label, 'labelName') ?? (typeof label === 'string' ? label : ''),
    labelType: textMember(label, 'labelType') ?? 'User',
  };
}

function additionalData(given: JsonObject, kept: JsonObject): JsonObject {
  const alerts = memberOf(given, 'alerts') ?? kept['alerts'];
  const count = isJsonArray(alerts) ? alerts.length : 0;
  const usual = {
    alertsCount: count,
    bookmarksCount: 0,
    commentsCount: 0,
    alertProductNames: [],
    tactics: [],
    techniques: [],
  };
  const stored = memberOf(kept, 'additionalData');
  const own = memberOf(given, 'additionalData');
  return { ...usual, ...(isJsonObject(own) ? own : {}), ...(isJsonObject(stored) ? stored : {}), alertsCount: count };
}

// --- Numbers ----------------------------------------------------------------------------------------------------

const counterCollection = 'securityInsightsNumbers';

function lastNumber(services: Services, providerId: string): number {
  const document = services.store.documents.get(counterCollection, providerId.toLowerCase());
  return Number(document?.body['last'] ?? 0);
}

function nextNumber(services: Services, providerId: string): number {
  return lastNumber(services, providerId) + 1;
}

/** IN1. */
function counterWrite(services: Services, providerId: string, properties: JsonObject) {
  const number = Number(properties['incidentNumber']);
  if (number <= lastNumber(services, providerId)) return [];
  const document = {
    collection: counterCollection,
    key: providerId.toLowerCase(),
    parent: '',
    time: services.clock.now(),
    status: '',
    body: { last: number },
  };
  return [{ kind: 'putDocument', document } as const];
}

// --- Shown ------------------------------------------------------------------------------------------------------

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

/** Ids under which an incident's alerts are known. */
export function alertIdsOf(item: InsightItem): readonly string[] {
  const listed = memberOf(item.properties, 'relatedAlertIds');
  const own = incidentAlerts(item).flatMap((alert) => {
    const properties = memberOf(alert, 'properties');
    return [
      textMember(alert, 'name'),
      textMember(properties ?? null, 'systemAlertId'),
      textMember(alert, 'SystemAlertId'),
    ];
  });
  return [...(isJsonArray(listed) ? listed.map(String) : []), ...own].filter(
    (id) => id !== undefined && id !== '',
  ) as readonly string[];
}

// --- What hangs on an incident ----------------------------------------------------------------------------------

const largestMessage = 30_000;

/** Creates or replaces a comment, task or relation. @throws TocsinError `ResourceNotFound`, `InvalidRequestContent`. */
export async function putIncidentChild(
  services: Services,
  child: {
    readonly incidentId: string;
    readonly kind: Exclude<InsightKind, 'incidents' | 'watchlists' | 'watchlists/watchlistItems' | 'automationRules'>;
    readonly name: string;
    readonly body: Json;
    readonly author: Identity;
  },
): Promise<{ readonly item: InsightItem; readonly created: boolean }> {
  const incident = requireInsight(services, child.incidentId);
  return inTurn(services.store, incident.id, async () => {
    const { kind, name, author } = child;
    const existing = findInsight(services, `${incident.id}/${kind.split('/')[1]}/${name}`);
    const given = memberOf(child.body, 'properties');
    if (!isJsonObject(given)) return raise('InvalidRequestContent', "The body has no 'properties'.");
    const now = formatTime(services.clock.now());
    const person = { name: author.displayName, email: null, objectId: author.objectId, userPrincipalName: null };
    const properties: JsonObject =
      kind === 'incidents/comments'
        ? {
            message: messageOf(given),
            createdTimeUtc: existing?.properties['createdTimeUtc'] ?? now,
            lastModifiedTimeUtc: now,
            author: existing?.properties['author'] ?? person,
          }
        : kind === 'incidents/tasks'
          ? {
              ...existing?.properties,
              status: 'New',
              ...given,
              createdTimeUtc: existing?.properties['createdTimeUtc'] ?? now,
              lastModifiedTimeUtc: now,
              createdBy: person,
            }
          : { ...given, ...relationOf(given) };
    const write = insightWrite(services, { parentId: incident.id, name, kind, properties, existing });
    const counted = kind === 'incidents/comments' && existing === undefined ? [commentCount(services, incident)] : [];
    await services.store.commit([write, ...counted]);
    return { item: insightOf(write.document), created: existing === undefined };
  });
}

function messageOf(given: JsonObject): string {
  const message = textMember(given, 'message') ?? '';
  if (message === '') return raise('InvalidRequestContent', "The comment has no 'properties.message'.");
  if (message.length > largestMessage) {
    return raise(
      'InvalidRequestContent',
      `A comment has at most ${largestMessage} characters, this one has ${message.length}.`,
    );
  }
  return message;
}

function relationOf(given: JsonObject): JsonObject {
  const id = textMember(given, 'relatedResourceId') ?? '';
  if (id === '') return raise('InvalidRequestContent', "The relation has no 'properties.relatedResourceId'.");
  const [type = '', name = ''] = [/providers\/(.+)\/[^/]+$/i.exec(id)?.[1], id.split('/').at(-1)];
  return { relatedResourceName: name, relatedResourceType: type };
}

function commentCount(services: Services, incident: InsightItem) {
  const data = memberOf(incident.properties, 'additionalData');
  const count = listInsights(services, incident.id, 'incidents/comments', 1_000).length + 1;
  const properties = {
    ...incident.properties,
    additionalData: { ...(isJsonObject(data) ? data : {}), commentsCount: count },
  };
  const { document } = incident;
  return {
    kind: 'putDocument',
    document: { ...document, collection: insightCollection, body: { ...document.body, properties } },
  } as const;
}
