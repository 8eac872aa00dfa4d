/**
 * Automation rules of Microsoft Sentinel: kept below a workspace, followed when an incident is created or updated and when an
 * alert comes.
 *
 * Owns: what is accepted, which rules fire, in which order, what their actions do. Does not own: conditions
 * (`automation-conditions.ts`), bodies and runs of playbooks (`run-playbook.ts`), the commit (the caller's, with the incident).
 * Source: the published REST description of `Microsoft.SecurityInsights/automationRules`.
 *
 * Invariants
 * AU1. What a rule does is one commit with what it looked at: the incident, its tasks, the runs of its playbooks.
 * AU2. Rules run by their order. What rules change at the creation of an incident fires the rules on updates once; what those
 *      change fires nothing.
 */
import {
  type Fault,
  formatTime,
  type Identity,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseTimeText,
  raise,
  type StoredDocument,
  textMember,
  TocsinError,
  type Write,
} from '#foundation';
import type { NewRun } from '#engine';
import type { DeliveryTargets } from '../callback-targets.ts';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { conditionsFault, conditionsHold, type IncidentUpdate } from './automation-conditions.ts';
import {
  checkedChanges,
  incidentAlerts,
  incidentEntities,
  newLabels,
  ownerOf,
  taskProperties,
  withLabels,
} from './incident-shapes.ts';
import { findInsight, type InsightItem, insightOf, insightWrite, listInsights } from './insight-items.ts';
import { allAutomationRules } from './sentinel-index.ts';
import {
  incidentTriggerBody,
  type IncidentEvent,
  playbookFault,
  preparePlaybook,
  type StartedPlaybooks,
} from './run-playbook.ts';

const mostActions = 20;
const mostRules = 1_000;

// --- Saving -----------------------------------------------------------------------------------------------------

export interface RulePut {
  readonly providerId: string;
  readonly name: string;
  readonly body: Json;
  readonly author: Identity;
}

/** Creates or replaces a rule. @throws TocsinError `InvalidRequestContent`, `PlaybookTriggerNotSupported`, `WorkflowNotFound`. */
export function putAutomationRule(
  services: Services,
  { providerId, name, body, author }: RulePut,
): Promise<{ readonly item: InsightItem; readonly created: boolean }> {
  const given = memberOf(body, 'properties');
  if (!isJsonObject(given)) return refuse('properties', "The automation rule has no 'properties'.");
  checkRule(services, given);
  return inTurn(services.store, `${providerId}/automationRules/${name}`, async () => {
    const existing = findInsight(services, `${providerId}/automationRules/${name}`);
    const now = formatTime(services.clock.now());
    const by = { objectId: author.objectId, email: null, name: author.displayName, userPrincipalName: null };
    const properties = {
      ...given,
      createdTimeUtc: existing?.properties['createdTimeUtc'] ?? now,
      lastModifiedTimeUtc: now,
      createdBy: existing?.properties['createdBy'] ?? by,
      lastModifiedBy: by,
    };
    const write = insightWrite(services, { parentId: providerId, name, kind: 'automationRules', properties, existing });
    await services.store.commit([write]);
    return { item: insightOf(write.document), created: existing === undefined };
  });
}

function refuse(target: string, message: string): never {
  return raise('InvalidRequestContent', message, { target });
}

function checkRule(services: Services, rule: JsonObject): void {
  if ((textMember(rule, 'displayName') ?? '') === '') {
    refuse('properties.displayName', "The automation rule has no 'properties.displayName'.");
  }
  const order = memberOf(rule, 'order');
  if (!Number.isInteger(Number(order)) || Number(order) < 1 || Number(order) > mostRules) {
    refuse('properties.order', `'properties.order' must be a whole number from 1 to ${mostRules}.`);
  }
  const logic = memberOf(rule, 'triggeringLogic');
  if (!isJsonObject(logic))
    return refuse('properties.triggeringLogic', "The rule has no 'properties.triggeringLogic'.");
  const on = textMember(logic, 'triggersOn') ?? '';
  const when = textMember(logic, 'triggersWhen') ?? '';
  if (!/^(Incidents|Alerts)$/.test(on)) refuse('triggersOn', "'triggersOn' must be 'Incidents' or 'Alerts'.");
  if (when !== 'Created' && (when !== 'Updated' || on === 'Alerts')) {
    refuse('triggersWhen', "'triggersWhen' must be 'Created' or, for incidents, 'Updated'.");
  }
  const until = memberOf(logic, 'expirationTimeUtc') ?? null;
  if (until !== null && !(typeof until === 'string' && parseTimeText(until) !== undefined)) {
    refuse('expirationTimeUtc', "'expirationTimeUtc' must be a time.");
  }
  const wrong = conditionsFault(memberOf(logic, 'conditions'));
  if (wrong !== undefined) throw new TocsinError(wrong);
  const actions = memberOf(rule, 'actions');
  if (!isJsonArray(actions) || actions.length === 0 || actions.length > mostActions) {
    return refuse('properties.actions', `An automation rule has 1 to ${mostActions} actions.`);
  }
  for (const action of actions) checkAction(services, action, on === 'Alerts');
}

function checkAction(services: Services, action: Json, onAlerts: boolean): void {
  const type = textMember(action, 'actionType') ?? '';
  const configuration = memberOf(action, 'actionConfiguration');
  const target = 'properties.actions';
  if (type === 'RunPlaybook') {
    const unfit = playbookFault(services, playbookOf(action), onAlerts ? 'alert' : 'incident');
    if (unfit !== undefined) throw new TocsinError(unfit);
    return;
  }
  if (onAlerts) refuse(target, `Rules on alerts run playbooks; '${type.slice(0, 60)}' is no action of theirs.`);
  if (type === 'ModifyProperties') {
    const wrong = checkedChanges(isJsonObject(configuration) ? configuration : {});
    if (isFault(wrong)) throw new TocsinError(wrong);
    return;
  }
  if (type !== 'AddIncidentTask') refuse(target, `'${type.slice(0, 60)}' is no action of automation rules.`);
  if ((textMember(configuration ?? null, 'title') ?? '') === '') refuse(target, "A task has no 'title'.");
}

function playbookOf(action: Json): string {
  return textMember(memberOf(action, 'actionConfiguration') ?? null, 'logicAppResourceId') ?? '';
}

// --- Which fire -------------------------------------------------------------------------------------------------

/** The enabled rules of a workspace on such a thing, in their order. */
export function rulesOn(
  services: Services,
  providerId: string,
  on: 'Incidents' | 'Alerts',
  when: 'Created' | 'Updated',
): readonly InsightItem[] {
  const now = services.clock.now();
  return listInsights(services, providerId, 'automationRules', mostRules)
    .filter(({ properties }) => {
      const logic = memberOf(properties, 'triggeringLogic') ?? null;
      const until = parseTimeText(textMember(logic, 'expirationTimeUtc') ?? '') ?? Number.POSITIVE_INFINITY;
      return (
        memberOf(logic, 'isEnabled') !== false &&
        (textMember(logic, 'triggersOn') ?? 'Incidents') === on &&
        (textMember(logic, 'triggersWhen') ?? 'Created') === when &&
        !(until <= now)
      );
    })
    .toSorted(
      (left, right) =>
        Number(left.properties['order'] ?? 0) - Number(right.properties['order'] ?? 0) || (left.id < right.id ? -1 : 1),
    );
}

export function conditionsOf({ properties }: InsightItem): Json | undefined {
  return memberOf(memberOf(properties, 'triggeringLogic') ?? null, 'conditions');
}

/** The actions of a rule in their order, each with its place in the list. */
export function actionsOf({ properties }: InsightItem): readonly (readonly [index: number, action: Json])[] {
  const actions = memberOf(properties, 'actions');
  return (isJsonArray(actions) ? actions : [])
    .map((action, index): readonly [number, Json] => [index, action])
    .toSorted(([, left], [, right]) => Number(memberOf(left, 'order') ?? 0) - Number(memberOf(right, 'order') ?? 0));
}

/** The enabled rules, of whatever workspace, that run the logic app. */
export function rulesThatRun(services: Services, logicAppId: string): readonly InsightItem[] {
  const wanted = logicAppId.toLowerCase();
  return allAutomationRules(services).filter(
    (rule) =>
      memberOf(memberOf(rule.properties, 'triggeringLogic') ?? null, 'isEnabled') !== false &&
      actionsOf(rule).some(([, action]) => playbookOf(action).toLowerCase() === wanted),
  );
}

// --- What they do -----------------------------------------------------------------------------------------------

export interface IncidentChange {
  readonly providerId: string;
  /** As it is about to be stored. */
  readonly incident: InsightItem;
  readonly existing: InsightItem | undefined;
  /** Absent: it is new. */
  readonly update?: IncidentUpdate;
}

export interface AppliedRules extends StartedPlaybooks {
  /** After the rules. */
  readonly incident: InsightItem;
}

/** What the workspace's rules make of an incident: its own write and everything else for the same commit (AU1). */
export function applyAutomationRules(
  services: Services,
  change: IncidentChange,
  targets: DeliveryTargets,
): AppliedRules {
  const work = new RuleWork(services, change, targets);
  if (change.update !== undefined) work.follow('Updated', change.update);
  else {
    const changedBy = work.follow('Created', undefined);
    if (changedBy !== undefined) work.follow('Updated', work.ruleUpdate(change.incident, changedBy));
  }
  return work.result();
}

class RuleWork {
  readonly #services: Services;
  readonly #change: IncidentChange;
  readonly #targets: DeliveryTargets;
  readonly #runs: NewRun[] = [];
  readonly #writes: Write[] = [];
  readonly #pending: StoredDocument[] = [];
  #incident: InsightItem;

  constructor(services: Services, change: IncidentChange, targets: DeliveryTargets) {
    this.#services = services;
    this.#change = change;
    this.#targets = targets;
    this.#incident = change.incident;
  }

  result(): AppliedRules {
    const own: Write = { kind: 'putDocument', document: this.#incident.document };
    return { incident: this.#incident, runs: this.#runs, writes: [own, ...this.#writes], pending: this.#pending };
  }

  /** Runs the rules; the answer is the name of the last one that changed the incident. */
  follow(when: 'Created' | 'Updated', update: IncidentUpdate | undefined): string | undefined {
    let changedBy: string | undefined;
    for (const rule of rulesOn(this.#services, this.#change.providerId, 'Incidents', when)) {
      const subject = {
        properties: this.#incident.properties,
        alerts: incidentAlerts(this.#incident),
        entities: entitiesIn(this.#incident),
        ...(update === undefined ? {} : { update }),
      };
      if (!conditionsHold(conditionsOf(rule), subject)) continue;
      for (const [index, action] of actionsOf(rule)) {
        if (this.#act(rule, index, action, update)) changedBy = textMember(rule.properties, 'displayName') ?? rule.name;
      }
    }
    return changedBy;
  }

  /** What rules changed, as an update of its own. */
  ruleUpdate(before: InsightItem, by: string): IncidentUpdate {
    const labels = newLabels(before.properties, this.#incident.properties);
    return {
      source: 'Automation rule',
      by,
      before: before.properties,
      added: { alerts: [], labels, comments: [], tactics: [] },
    };
  }

  /** Whether the action changed the incident. */
  #act(rule: InsightItem, index: number, action: Json, update: IncidentUpdate | undefined): boolean {
    const configuration = memberOf(action, 'actionConfiguration');
    const given = isJsonObject(configuration) ? configuration : {};
    switch (textMember(action, 'actionType')) {
      case 'RunPlaybook':
        this.#play(rule, index, action, update);
        return false;
      case 'ModifyProperties':
        return this.#modify(given);
      case 'AddIncidentTask':
        this.#addTask(rule, given);
        return false;
      default:
        return false;
    }
  }

  #play(rule: InsightItem, actionIndex: number, action: Json, update: IncidentUpdate | undefined): void {
    const event: IncidentEvent = update === undefined ? 'Create' : 'Update';
    const started = preparePlaybook(
      this.#services,
      {
        logicAppId: playbookOf(action),
        subject: 'incident',
        body: incidentTriggerBody(this.#services, this.#incident, event, update),
        ruleId: rule.id,
        actionIndex,
        subjectId: this.#incident.id,
      },
      this.#targets,
    );
    this.#runs.push(...started.runs);
    this.#writes.push(...started.writes);
    this.#pending.push(...started.pending);
  }

  #modify(given: JsonObject): boolean {
    const changes: JsonObject | Fault = checkedChanges(given);
    if (isFault(changes)) return false;
    const { properties } = this.#incident;
    const owner = memberOf(given, 'owner');
    const next = {
      ...properties,
      ...changes,
      ...(isJsonObject(owner) ? { owner: ownerOf(owner) } : {}),
      labels: withLabels(properties, memberOf(given, 'labels')),
      lastModifiedTimeUtc: formatTime(this.#services.clock.now()),
    };
    const { providerId } = this.#change;
    const { name } = this.#incident;
    const existing = this.#incident;
    const write = insightWrite(this.#services, {
      parentId: providerId,
      name,
      kind: 'incidents',
      properties: next,
      existing,
    });
    this.#incident = insightOf(write.document);
    return true;
  }

  #addTask(rule: InsightItem, given: JsonObject): void {
    const { random, clock } = this.#services;
    const by = {
      objectId: null,
      email: null,
      name: textMember(rule.properties, 'displayName') ?? '',
      userPrincipalName: null,
    };
    const properties = taskProperties(given, undefined, formatTime(clock.now()), by);
    this.#writes.push(
      insightWrite(this.#services, {
        parentId: this.#incident.id,
        name: random.uuid(),
        kind: 'incidents/tasks',
        properties,
        existing: undefined,
      }),
    );
  }
}

function entitiesIn(incident: InsightItem): readonly Json[] {
  const { entities } = incidentEntities(incident);
  return isJsonArray(entities) ? entities : [];
}
