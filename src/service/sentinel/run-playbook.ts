/**
 * Playbooks on incidents: by hand, and by automation rules when an incident is created or updated.
 *
 * Owns: which rules fire, the body that a playbook gets. Does not own: firing (`call-own-url.ts`), incidents.
 * Source: connectors reference 1.3, 3.5.
 *
 * Invariants
 * PB1. A playbook that cannot be started is told in the log and stops no other one.
 */
import {
  type Identity,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseArmId,
  raise,
  stringifyJson,
  textMember,
} from '#foundation';
import { callOwnUrl } from '../call-own-url.ts';
import { callbackUrlOf } from '../callback-urls.ts';
import type { Services } from '../services.ts';
import { incidentAlerts, incidentEntities, shownProperties } from './incidents.ts';
import { insightAnswer, type InsightItem, listInsights } from './insight-items.ts';

export type IncidentEvent = 'Create' | 'Update';

/** The trigger's body. */
export function incidentTriggerBody(
  services: Services,
  incident: InsightItem,
  event: IncidentEvent,
  by?: Identity,
): JsonObject {
  const id = parseArmId(incident.id);
  const workspace = /\/workspaces\/([^/]+)\//i.exec(incident.id)?.[1] ?? '';
  const { entities } = incidentEntities(incident);
  const object = insightAnswer(incident);
  return {
    ...(event === 'Update'
      ? {
          incidentUpdates: {
            updatedBy: { source: 'User', name: by?.displayName ?? '' },
            updatedTime: incident.properties['lastModifiedTimeUtc'] ?? null,
            comments: [],
            labels: [],
            alerts: [],
            tactics: [],
          },
        }
      : {}),
    eventUniqueId: services.random.uuid(),
    objectSchemaType: 'Incident',
    objectEventType: event,
    workspaceInfo: {
      SubscriptionId: id?.subscriptionId ?? '',
      ResourceGroupName: id?.resourceGroup ?? '',
      WorkspaceName: workspace,
    },
    workspaceId: workspaceGuid(services, incident.id),
    object: {
      ...object,
      properties: {
        ...shownProperties(incident),
        alerts: [...incidentAlerts(incident)],
        relatedEntities: entities ?? [],
      },
    },
  };
}

/** `customerId` of the workspace, where the inventory has it. */
function workspaceGuid(services: Services, incidentId: string): Json {
  const workspaceId = incidentId.split(/\/providers\/Microsoft\.SecurityInsights\//i)[0] ?? '';
  const document = services.store.resources.get(workspaceId);
  return textMember(memberOf(document?.body, 'properties') ?? null, 'customerId') ?? '';
}

/** Starts a playbook on an incident. @throws TocsinError of the workflow's trigger. */
export async function runPlaybook(
  services: Services,
  incident: InsightItem,
  logicAppId: string,
  event: IncidentEvent,
  by?: Identity,
): Promise<void> {
  const { value } = callbackUrlOf(services, logicAppId);
  const body = new TextEncoder().encode(stringifyJson(incidentTriggerBody(services, incident, event, by)));
  const answer = await callOwnUrl(
    services,
    { method: 'POST', url: value, headers: { 'content-type': 'application/json; charset=utf-8' }, body },
    'service',
    { kind: 'Incident', eventId: incident.id, ...(by === undefined ? {} : { principal: by.displayName }) },
  );
  if (answer === undefined || answer.status >= 300) {
    const error = memberOf(answer?.body, 'error');
    raise('Conflict', textMember(error ?? null, 'message') ?? `The playbook '${logicAppId}' could not be started.`);
  }
}

/** Starts what the workspace's rules say. */
export async function applyAutomationRules(
  services: Services,
  providerId: string,
  incident: InsightItem,
  event: IncidentEvent,
  by: Identity,
): Promise<void> {
  const rules = listInsights(services, providerId, 'automationRules', 1_000)
    .map(({ properties }) => properties)
    .toSorted((left, right) => Number(left['order'] ?? 0) - Number(right['order'] ?? 0));
  for (const rule of rules) {
    if (!fires(rule, incident, event)) continue;
    for (const logicAppId of playbooksOf(rule)) {
      try {
        await runPlaybook(services, incident, logicAppId, event, by);
      } catch (error) {
        // PB1.
        services.log.warn('a playbook of an automation rule was not started', {
          playbook: logicAppId,
          reason: String(error),
        });
      }
    }
  }
}

function fires(rule: JsonObject, incident: InsightItem, event: IncidentEvent): boolean {
  const logic = memberOf(rule, 'triggeringLogic');
  const on = textMember(logic ?? null, 'triggersOn') ?? 'Incidents';
  const when = textMember(logic ?? null, 'triggersWhen') ?? 'Created';
  if (memberOf(logic ?? null, 'isEnabled') === false || on !== 'Incidents') return false;
  if (when !== (event === 'Create' ? 'Created' : 'Updated')) return false;
  const conditions = memberOf(logic ?? null, 'conditions');
  return (isJsonArray(conditions) ? conditions : []).every((condition) => holds(condition, incident));
}

const conditionPaths: Readonly<Record<string, string>> = {
  IncidentTitle: 'title',
  IncidentDescription: 'description',
  IncidentSeverity: 'severity',
  IncidentStatus: 'status',
  IncidentProviderName: 'providerName',
};

/** A condition of another type than `Property`, or on another property, never holds: nothing is started by mistake. */
function holds(condition: Json, incident: InsightItem): boolean {
  const properties = memberOf(condition, 'conditionProperties') ?? null;
  const path = conditionPaths[textMember(properties, 'propertyName') ?? ''];
  if (textMember(condition, 'conditionType') !== 'Property' || path === undefined) return false;
  const actual = (textMember(incident.properties, path) ?? '').toLowerCase();
  const values = memberOf(properties, 'propertyValues');
  const wanted = (isJsonArray(values) ? values : []).map((value) =>
    typeof value === 'string' ? value.toLowerCase() : '',
  );
  const operator = textMember(properties, 'operator') ?? '';
  const some = (test: (value: string) => boolean): boolean => wanted.some(test);
  switch (operator) {
    case 'Equals':
      return some((value) => actual === value);
    case 'NotEquals':
      return !some((value) => actual === value);
    case 'Contains':
      return some((value) => actual.includes(value));
    case 'NotContains':
      return !some((value) => actual.includes(value));
    case 'StartsWith':
      return some((value) => actual.startsWith(value));
    case 'NotStartsWith':
      return !some((value) => actual.startsWith(value));
    case 'EndsWith':
      return some((value) => actual.endsWith(value));
    case 'NotEndsWith':
      return !some((value) => actual.endsWith(value));
    default:
      return false;
  }
}

function playbooksOf(rule: JsonObject): readonly string[] {
  const actions = memberOf(rule, 'actions');
  return (isJsonArray(actions) ? actions : []).filter(isJsonObject).flatMap((action) => {
    const id = textMember(memberOf(action, 'actionConfiguration') ?? null, 'logicAppResourceId');
    return textMember(action, 'actionType') === 'RunPlaybook' && id !== undefined ? [id] : [];
  });
}
