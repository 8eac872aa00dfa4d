/**
 * An alert reaches the workspaces of Microsoft Sentinel that take it: rules on alerts run their playbooks, an analytics rule makes
 * an incident of it, and rules on incidents follow.
 *
 * Owns: the order, the incident that an alert makes. Does not own: the commit (the caller's, with the alert), the rules.
 * Source: connectors reference 3.5; the published descriptions of Microsoft security rules and automation rules.
 *
 * Invariants
 * TA1. Taking changes nothing: incident, tasks, runs and deliveries go into the commit that holds the alert.
 * TA2. An alert makes one incident of a workspace, whatever rules want it and however often it is sent: the incident's name
 *      follows from both.
 */
import {
  armIdKey,
  formatTime,
  isJsonArray,
  type JsonObject,
  memberOf,
  nameUuid,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import type { NewRun } from '#engine';
import type { SecurityEvent } from '#events';
import { DeliveryTargets } from '../callback-targets.ts';
import type { KnownEvents } from '../known-events.ts';
import type { Services } from '../services.ts';
import { alertEntity, alertTriggerBody, entitiesOfAlert, entityAnswer, type SentinelEntity } from './alert-entities.ts';
import { wantsAlert } from './alert-rules.ts';
import { conditionsHold } from './automation-conditions.ts';
import { actionsOf, applyAutomationRules, conditionsOf, rulesOn } from './automation-rules.ts';
import { incidentNumberWrite } from './incident-numbers.ts';
import { numbered } from './incidents.ts';
import { insightCollection, type InsightItem, insightOf, insightWrite } from './insight-items.ts';
import { placeOf, preparePlaybook, type StartedPlaybooks } from './run-playbook.ts';
import { type Workspace, workspacesOf } from './sentinel-index.ts';

const namespace = '6c0d7b1f-3f52-5c4e-9d1a-0b8e5f7a2c63';

/** The alerts of one commit. */
export class SentinelAlerts {
  readonly #services: Services;
  readonly #known: KnownEvents;
  readonly #targets: DeliveryTargets;
  /** Providers of workspaces that got incidents. */
  readonly #numbered = new Set<string>();
  readonly runs: NewRun[] = [];
  readonly pending: StoredDocument[] = [];
  readonly #writes: Write[] = [];

  /** @param known tells of incidents that another batch has under way. */
  constructor(services: Services, known: KnownEvents) {
    this.#services = services;
    this.#known = known;
    this.#targets = new DeliveryTargets(services);
  }

  /** What goes into the commit; asked for when it is made, so that its numbers are the last ones given. */
  writes(): readonly Write[] {
    const numbers = [...this.#numbered].flatMap((id) => incidentNumberWrite(this.#services, id) ?? []);
    return [...this.#writes, ...numbers];
  }

  /** Takes an alert that is news (TA1); the answer is the ids of the runs it starts. */
  take(event: SecurityEvent): readonly string[] {
    const from = this.runs.length;
    for (const workspace of workspacesOf(this.#services, event.subscriptionId)) this.#reach(workspace, event);
    return this.runs.slice(from).map(({ identity }) => `${identity.workflowId}/runs/${identity.name}`);
  }

  #reach(workspace: Workspace, event: SecurityEvent): void {
    const { providerId, automationRules, alertRules } = workspace;
    const rules = alertRules.filter(({ properties }) => wantsAlert(properties, event.body));
    if (rules.length === 0 && automationRules.length === 0) return;
    const place = placeOf(this.#services, providerId);
    const alert = entityAnswer(providerId, alertEntity(event.body, place.guid));
    const entities = entitiesOfAlert(providerId, event.body);
    const shown = entities.map((entity) => entityAnswer(providerId, entity));
    for (const rule of rulesOn(this.#services, providerId, 'Alerts', 'Created')) {
      const properties = incidentOf(event.body);
      if (!conditionsHold(conditionsOf(rule), { properties, alerts: [alert], entities: shown })) continue;
      this.#playOnAlert(rule, event, alertTriggerBody(event.body, place));
    }
    const [rule] = rules;
    if (rule !== undefined) this.#makeIncident(providerId, rule, event, { alert, entities, shown });
  }

  #playOnAlert(rule: InsightItem, event: SecurityEvent, body: JsonObject): void {
    for (const [actionIndex, action] of actionsOf(rule)) {
      const logicAppId = textMember(memberOf(action, 'actionConfiguration') ?? null, 'logicAppResourceId');
      if (logicAppId === undefined) continue;
      const start = { logicAppId, subject: 'alert', body, ruleId: rule.id, actionIndex, subjectId: event.id } as const;
      this.#add(preparePlaybook(this.#services, start, this.#targets));
    }
  }

  #makeIncident(
    providerId: string,
    rule: InsightItem,
    event: SecurityEvent,
    of: {
      readonly alert: JsonObject;
      readonly entities: readonly SentinelEntity[];
      readonly shown: readonly JsonObject[];
    },
  ): void {
    // TA2.
    const name = nameUuid(namespace, `${providerId.toLowerCase()} ${event.key}`);
    if (this.#known.get(insightCollection, armIdKey(`${providerId}/incidents/${name}`)) !== undefined) return;
    const now = formatTime(this.#services.clock.now());
    const properties: JsonObject = {
      ...incidentOf(event.body),
      ...numbered(this.#services, providerId, name, undefined),
      createdTimeUtc: now,
      lastModifiedTimeUtc: now,
      relatedAnalyticRuleIds: [rule.id],
      alerts: [of.alert],
      entities: [...of.shown],
    };
    this.#numbered.add(providerId);
    const write = insightWrite(this.#services, {
      parentId: providerId,
      name,
      kind: 'incidents',
      properties,
      existing: undefined,
    });
    const change = { providerId, incident: insightOf(write.document), existing: undefined };
    const applied = applyAutomationRules(this.#services, change, this.#targets);
    this.#known.put(applied.incident.document);
    for (const entity of of.entities) this.#writes.push(this.#entityWrite(providerId, entity));
    this.#add(applied);
  }

  #entityWrite(providerId: string, { name, kind, properties }: SentinelEntity): Write {
    const item = {
      parentId: providerId,
      name,
      kind: 'entities',
      settingKind: kind,
      properties,
      existing: undefined,
    } as const;
    return insightWrite(this.#services, item);
  }

  #add(started: StartedPlaybooks): void {
    this.runs.push(...started.runs);
    this.#writes.push(...started.writes);
    this.pending.push(...started.pending);
  }
}

/** What an incident says of itself that its alert says. */
function incidentOf(alert: JsonObject): JsonObject {
  const text = (name: string): string => textMember(alert, name) ?? '';
  const tactics = text('Intent')
    .split(/[,;]\s*/)
    .filter((one) => one !== '' && one !== 'Unknown');
  const techniques = memberOf(alert, 'Techniques');
  return {
    title: text('AlertDisplayName'),
    description: text('Description'),
    severity: text('Severity'),
    status: 'New',
    owner: { objectId: null, email: null, assignedTo: null, userPrincipalName: null },
    labels: [],
    firstActivityTimeUtc: textMember(alert, 'StartTimeUtc') ?? null,
    lastActivityTimeUtc: textMember(alert, 'EndTimeUtc') ?? null,
    additionalData: {
      alertsCount: 1,
      bookmarksCount: 0,
      commentsCount: 0,
      alertProductNames: [text('ProductName')],
      tactics,
      techniques: isJsonArray(techniques) ? techniques : [],
    },
  };
}
