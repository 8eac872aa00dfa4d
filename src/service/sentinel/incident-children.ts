/**
 * What hangs on an incident: comments, tasks, and relations to alerts and bookmarks.
 *
 * Owns: their rules, what they change of the incident. Does not own: the incident's commit (`incidents.ts`).
 * Source: connectors reference 3.5; the published REST description of `Microsoft.SecurityInsights`.
 *
 * Invariants
 * IC1. A comment, and an alert that is added, is an update of its incident: rules on updates follow it, in the same commit.
 */
import {
  formatTime,
  type Identity,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  textMember,
} from '#foundation';
import { findAlert, type StoredEvent } from '../event-documents.ts';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { alertEntity, entitiesOfAlert, entityAnswer } from './alert-entities.ts';
import { alertIdOf, incidentAlerts, incidentEntities, taskProperties } from './incident-shapes.ts';
import { commitIncident, type IncidentCommit, incidentTurn } from './incidents.ts';
import {
  deleteInsight,
  findInsight,
  insightAnswer,
  type InsightItem,
  insightOf,
  insightWrite,
  listInsights,
  requireInsight,
} from './insight-items.ts';
import { placeOf, providerOf } from './run-playbook.ts';

export type ChildKind = 'incidents/comments' | 'incidents/tasks' | 'incidents/relations';

export interface ChildPut {
  readonly incidentId: string;
  readonly kind: ChildKind;
  readonly name: string;
  readonly body: Json;
  readonly author: Identity;
}

const largestMessage = 30_000;

/** Creates or replaces a comment, task or relation. @throws TocsinError `ResourceNotFound`, `InvalidRequestContent`. */
export async function putIncidentChild(
  services: Services,
  child: ChildPut,
): Promise<{ readonly item: InsightItem; readonly created: boolean }> {
  requireInsight(services, child.incidentId);
  return inTurn(services.store, incidentTurn(child.incidentId), async () => {
    const incident = requireInsight(services, child.incidentId);
    const { kind, name } = child;
    const existing = findInsight(services, `${incident.id}/${kind.split('/')[1]}/${name}`);
    const given = memberOf(child.body, 'properties');
    if (!isJsonObject(given)) return raise('InvalidRequestContent', "The body has no 'properties'.");
    const properties = propertiesOf(services, child, given, existing);
    const write = insightWrite(services, { parentId: incident.id, name, kind, properties, existing });
    const item = insightOf(write.document);
    const change = existing === undefined ? changeBy(services, incident, item) : undefined;
    if (change === undefined) await services.store.commit([write]);
    else {
      await commitIncident(services, {
        ...change,
        providerId: providerOf(incident.id),
        name: incident.name,
        existing: incident,
        author: child.author,
        alongside: [write],
      });
    }
    return { item, created: existing === undefined };
  });
}

function propertiesOf(
  services: Services,
  { kind, author }: ChildPut,
  given: JsonObject,
  existing: InsightItem | undefined,
): JsonObject {
  const now = formatTime(services.clock.now());
  const person = { name: author.displayName, email: null, objectId: author.objectId, userPrincipalName: null };
  switch (kind) {
    case 'incidents/comments':
      return {
        message: messageOf(given),
        createdTimeUtc: existing?.properties['createdTimeUtc'] ?? now,
        lastModifiedTimeUtc: now,
        author: existing?.properties['author'] ?? person,
      };
    case 'incidents/tasks':
      if ((textMember(given, 'title') ?? '') === '')
        raise('InvalidRequestContent', "The task has no 'properties.title'.");
      if (!/^(New|Completed)?$/.test(textMember(given, 'status') ?? '')) {
        raise('InvalidRequestContent', "'properties.status' must be 'New' or 'Completed'.");
      }
      return taskProperties(given, existing?.properties, now, person);
    case 'incidents/relations':
      return { ...given, ...relationOf(given) };
  }
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
  const [, type = '', name = ''] = /\/providers\/([^/]+\/[^/]+)\/([^/]+)$/i.exec(id) ?? [];
  return { relatedResourceName: name, relatedResourceType: type };
}

// --- What they change of the incident ---------------------------------------------------------------------------

type Change = Pick<IncidentCommit, 'properties' | 'comments' | 'keepsEtag'>;

/** IC1. Undefined: nothing. */
function changeBy(services: Services, incident: InsightItem, item: InsightItem): Change | undefined {
  if (item.kind === 'incidents/comments') {
    const commentsCount = listInsights(services, incident.id, 'incidents/comments', 1_000).length + 1;
    return { properties: counting(incident, { commentsCount }), comments: [insightAnswer(item)], keepsEtag: true };
  }
  if (item.kind !== 'incidents/relations') return undefined;
  const name = textMember(item.properties, 'relatedResourceName') ?? '';
  switch ((textMember(item.properties, 'relatedResourceType') ?? '').split('/')[1]?.toLowerCase()) {
    case 'bookmarks': {
      const count = Number(memberOf(memberOf(incident.properties, 'additionalData') ?? null, 'bookmarksCount') ?? 0);
      return { properties: counting(incident, { bookmarksCount: count + 1 }), keepsEtag: true };
    }
    case 'entities':
      return withAlert(services, incident, name);
    default:
      return undefined;
  }
}

function counting({ properties }: InsightItem, counts: JsonObject): JsonObject {
  const data = memberOf(properties, 'additionalData');
  return { ...properties, additionalData: { ...(isJsonObject(data) ? data : {}), ...counts } };
}

/** An alert of the workspace's subscription, or of one that its data connectors name. */
function alertOf(services: Services, providerId: string, name: string): StoredEvent | undefined {
  const connected = listInsights(services, providerId, 'dataConnectors', 100).map(
    ({ properties }) => textMember(properties, 'subscriptionId') ?? '',
  );
  for (const subscriptionId of [placeOf(services, providerId).subscriptionId, ...connected]) {
    const found = findAlert(services, subscriptionId, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @throws TocsinError `ResourceNotFound` when no alert that the workspace takes has the name. */
function withAlert(services: Services, incident: InsightItem, name: string): Change | undefined {
  const alerts = incidentAlerts(incident);
  if (alerts.some((alert) => alertIdOf(alert).toLowerCase() === name.toLowerCase())) return undefined;
  const providerId = providerOf(incident.id);
  const place = placeOf(services, providerId);
  const alert = alertOf(services, providerId, name);
  if (alert === undefined) return raise('ResourceNotFound', `The alert '${name.slice(0, 200)}' was not found.`);
  const { entities } = incidentEntities(incident);
  const known = isJsonArray(entities) ? entities : [];
  const ids = new Set(known.map((entity) => textMember(entity, 'name')));
  const more = entitiesOfAlert(providerId, alert.body).filter((entity) => !ids.has(entity.name));
  const all = [...alerts, entityAnswer(providerId, alertEntity(alert.body, place.guid))];
  return {
    properties: {
      ...counting(incident, { alertsCount: all.length }),
      alerts: all,
      entities: [...known, ...more.map((entity) => entityAnswer(providerId, entity))],
    },
  };
}

/** Takes a relation away, and its alert out of the incident; false when it is not there. */
export async function deleteRelation(services: Services, relationId: string): Promise<boolean> {
  const incidentId = relationId.replace(/\/relations\/[^/]+$/i, '');
  return inTurn(services.store, incidentTurn(incidentId), async () => {
    const relation = findInsight(services, relationId);
    const incident = findInsight(services, incidentId);
    if (relation === undefined || incident === undefined) return false;
    const name = (textMember(relation.properties, 'relatedResourceName') ?? '').toLowerCase();
    const alerts = incidentAlerts(incident).filter((alert) => alertIdOf(alert).toLowerCase() !== name);
    if (alerts.length < incidentAlerts(incident).length) {
      const properties = { ...counting(incident, { alertsCount: alerts.length }), alerts };
      await services.store.commit([
        insightWrite(services, {
          parentId: providerOf(incident.id),
          name: incident.name,
          kind: 'incidents',
          properties,
          existing: incident,
        }),
      ]);
    }
    return deleteInsight(services, relationId);
  });
}
