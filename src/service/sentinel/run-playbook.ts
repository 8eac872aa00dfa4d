/**
 * Playbooks on incidents, alerts and entities: the body each gets, and preparing its run.
 *
 * Owns: the bodies, which playbook fits what. Does not own: which rules fire (`automation-rules.ts`), firing (`callback-targets.ts`).
 * Source: connectors reference 1.3, 3.5; the published description of automation rules.
 *
 * Invariants
 * PB1. A playbook that cannot be started leaves a delivery record that says why, and stops no other one. One that finds its
 *      trigger's queue full is a pending delivery, tried again.
 */
import { entityMembers } from '#connectors';
import type { NewRun } from '#engine';
import {
  type Fault,
  fault,
  formatTime,
  type Identity,
  isFault,
  isJsonObject,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  parseArmId,
  raise,
  type StoredDocument,
  textMember,
  TocsinError,
  type Write,
} from '#foundation';
import { DeliveryTargets, fire } from '../callback-targets.ts';
import { callbackUrlOf } from '../callback-urls.ts';
import { type Attempt, deliveryDocument } from '../delivery-records.ts';
import { customerIdOf } from '../logs/log-workspaces.ts';
import type { Services } from '../services.ts';
import { findWorkflow, type StoredWorkflow } from '../workflow-resource.ts';
import type { WorkspacePlace } from './alert-entities.ts';
import type { IncidentUpdate } from './automation-conditions.ts';
import { incidentAlerts, incidentEntities, shownProperties } from './incident-shapes.ts';
import { insightAnswer, type InsightItem, listInsights } from './insight-items.ts';

export type IncidentEvent = 'Create' | 'Update';

/** What a playbook is run on. */
export type PlaybookSubject = 'incident' | 'alert' | 'entity';

// --- Bodies -----------------------------------------------------------------------------------------------------

/** The workspace of a provider's id. */
export function placeOf(services: Pick<Services, 'store'>, providerId: string): WorkspacePlace {
  const workspaceId = providerId.split(/\/providers\/Microsoft\.SecurityInsights/i)[0] ?? '';
  const id = parseArmId(workspaceId);
  return {
    subscriptionId: id?.subscriptionId ?? '',
    resourceGroup: id?.resourceGroup ?? '',
    name: /\/workspaces\/([^/]+)/i.exec(providerId)?.[1] ?? '',
    guid: customerIdOf(services, workspaceId),
  };
}

/** `…/providers/Microsoft.SecurityInsights` of what is below it. */
export function providerOf(id: string): string {
  return /^.*\/providers\/Microsoft\.SecurityInsights/i.exec(id)?.[0] ?? '';
}

function workspaceMembers(place: WorkspacePlace): JsonObject {
  return {
    workspaceInfo: {
      SubscriptionId: place.subscriptionId,
      ResourceGroupName: place.resourceGroup,
      WorkspaceName: place.name,
    },
    workspaceId: place.guid,
  };
}

/** The body of the trigger *Microsoft Sentinel incident*. */
export function incidentTriggerBody(
  services: Services,
  incident: InsightItem,
  event: IncidentEvent,
  update?: IncidentUpdate,
): JsonObject {
  const { entities } = incidentEntities(incident);
  const comments = listInsights(services, incident.id, 'incidents/comments', 100).map(insightAnswer);
  return {
    ...(event === 'Update' ? { incidentUpdates: updatesOf(incident, update) } : {}),
    eventUniqueId: services.random.uuid(),
    objectSchemaType: 'Incident',
    objectEventType: event,
    ...workspaceMembers(placeOf(services, incident.id)),
    object: {
      ...insightAnswer(incident),
      properties: {
        ...shownProperties(incident),
        alerts: [...incidentAlerts(incident)],
        bookmarks: [],
        comments,
        relatedEntities: entities ?? [],
      },
    },
  };
}

function updatesOf({ properties }: InsightItem, update: IncidentUpdate | undefined): JsonObject {
  const { alerts = [], labels = [], comments = [], tactics = [] } = update?.added ?? {};
  return {
    updatedBy: { source: update?.source ?? 'User', name: update?.by ?? '' },
    updatedTime: properties['lastModifiedTimeUtc'] ?? null,
    comments: [...comments],
    labels: [...labels],
    alerts: [...alerts],
    tactics: [...tactics],
  };
}

/** The body of the trigger *Microsoft Sentinel entity*. */
export function entityTriggerBody(
  services: Services,
  entity: JsonObject,
  incidentArmId: string | undefined,
): JsonObject {
  return {
    IncidentArmID: incidentArmId ?? null,
    ...workspaceMembers(placeOf(services, textMember(entity, 'id') ?? '')),
    Entity: { ...entity, properties: entityMembers(entity) },
  };
}

// --- Which playbook ---------------------------------------------------------------------------------------------

const paths: Readonly<Record<PlaybookSubject, RegExp>> = {
  incident: /^\/incident-creation\/?$/i,
  alert: /^\/subscribe\/?$/i,
  entity: /^\/entity\/[^/]+\/?$/i,
};

/** Why the logic app cannot be run on such a thing; undefined when it can. A trigger of another kind is taken as its caller's own. */
export function playbookFault(services: Services, logicAppId: string, subject: PlaybookSubject): Fault | undefined {
  const workflow = findWorkflow(services, logicAppId);
  if (workflow === undefined) return fault('WorkflowNotFound', `The playbook '${logicAppId}' was not found.`);
  const path = triggerPath(workflow);
  const other = path === undefined ? undefined : subjectOf(path);
  if (other === undefined || other === subject) return undefined;
  return fault(
    'PlaybookTriggerNotSupported',
    `The playbook '${logicAppId}' starts with the Microsoft Sentinel ${other} trigger and cannot be run on an ${subject}.`,
  );
}

function subjectOf(path: string): PlaybookSubject | undefined {
  return (Object.keys(paths) as PlaybookSubject[]).find((one) => paths[one].test(path));
}

/** The Sentinel trigger that a logic app starts with, and what that is run on; undefined for other triggers. */
export function sentinelSubject(workflow: StoredWorkflow): PlaybookSubject | undefined {
  const path = triggerPath(workflow);
  return path === undefined ? undefined : subjectOf(path);
}

/** The path a webhook trigger subscribes at, of a logic app with one trigger. */
function triggerPath({ body }: StoredWorkflow): string | undefined {
  const triggers = memberOf(body.definition, 'triggers');
  const [trigger, ...others] = isJsonObject(triggers) ? Object.values(triggers) : [];
  if (trigger === undefined || others.length > 0) return undefined;
  if (textMember(trigger, 'type')?.toLowerCase() !== 'apiconnectionwebhook') return undefined;
  return textMember(memberIgnoringCase(trigger, 'inputs') ?? null, 'path');
}

// --- Starting ---------------------------------------------------------------------------------------------------

export interface PlaybookStart {
  readonly logicAppId: string;
  readonly subject: PlaybookSubject;
  readonly body: JsonObject;
  /** The rule that wants it, and which of its actions it is. */
  readonly ruleId: string;
  readonly actionIndex: number;
  /** What it is run on. */
  readonly subjectId: string;
}

/** What starting playbooks adds to a commit. */
export interface StartedPlaybooks {
  readonly runs: readonly NewRun[];
  readonly writes: readonly Write[];
  /** Deliveries to send once the commit is durable. */
  readonly pending: readonly StoredDocument[];
}

/** Prepares the run of a rule's playbook (PB1). */
export function preparePlaybook(services: Services, start: PlaybookStart, targets: DeliveryTargets): StartedPlaybooks {
  const { logicAppId, subject, body, ruleId, actionIndex, subjectId } = start;
  const about = {
    key: services.random.uuid().replaceAll('-', ''),
    automationId: ruleId,
    eventId: subjectId,
    actionIndex,
    target: logicAppId,
  };
  const attempt = { attempt: 1, time: formatTime(services.clock.now()) } as const;
  const failed = (reason: Fault): Attempt => ({
    ...attempt,
    status: 'Failed',
    statusCode: reason.status,
    error: { code: reason.code, message: reason.message },
  });
  const recorded = (one: Attempt, writes: readonly Write[], runs: readonly NewRun[] = []): StartedPlaybooks => {
    const status = one.status === 'Succeeded' ? 'Succeeded' : 'Failed';
    const document = deliveryDocument(services, { ...about, status, attempts: [one] });
    return { runs, writes: [...writes, { kind: 'putDocument', document }], pending: [] };
  };
  const uri = callbackOf(services, logicAppId, subject);
  if (isFault(uri)) return recorded(failed(uri), []);
  const target = targets.find(uri);
  if (isFault(target) || target === 'foreign') {
    return recorded(failed(isFault(target) ? target : fault('WorkflowNotFound', `'${logicAppId}' was not found.`)), []);
  }
  const prepared = fire(services, { ...target, queued: targets.queued }, body, {
    kind: 'Incident',
    eventId: subjectId,
  });
  if (isFault(prepared)) return recorded(failed(prepared), []);
  if (prepared.fault?.retryable === true) {
    const attempts: readonly Attempt[] = [{ ...failed(prepared.fault), status: 'Retrying' }];
    const document = deliveryDocument(services, {
      ...about,
      status: 'Pending',
      attempts,
      pending: { event: body, uri },
    });
    return { runs: [], writes: [{ kind: 'putDocument', document }], pending: [document] };
  }
  if (prepared.fault !== undefined) return recorded(failed(prepared.fault), prepared.writes);
  targets.note(prepared.runs);
  const [first] = prepared.runs;
  const runId = first === undefined ? {} : { runId: `${first.identity.workflowId}/runs/${first.identity.name}` };
  const statusCode = prepared.outcome === 'fired' ? 202 : 200;
  return recorded({ ...attempt, status: 'Succeeded', statusCode, ...runId }, prepared.writes, prepared.runs);
}

function callbackOf(services: Services, logicAppId: string, subject: PlaybookSubject): string | Fault {
  const unfit = playbookFault(services, logicAppId, subject);
  if (unfit !== undefined) return unfit;
  try {
    return callbackUrlOf(services, logicAppId).value;
  } catch (error) {
    if (error instanceof TocsinError) return error.fault;
    throw error;
  }
}

export interface ManualStart extends Pick<PlaybookStart, 'logicAppId' | 'subject' | 'body' | 'subjectId'> {
  readonly by: Identity;
}

/** Starts a playbook by hand; durable when it resolves. @throws TocsinError that says why it could not be started. */
export async function runPlaybook(
  services: Services,
  { logicAppId, subject, body, subjectId, by }: ManualStart,
): Promise<void> {
  const uri = callbackOf(services, logicAppId, subject);
  if (isFault(uri)) throw new TocsinError(uri);
  const target = new DeliveryTargets(services).find(uri);
  if (isFault(target)) throw new TocsinError(target);
  if (target === 'foreign') return raise('WorkflowNotFound', `The playbook '${logicAppId}' was not found.`);
  const origin = { kind: 'Incident', eventId: subjectId, principal: by.displayName } as const;
  const prepared = fire(services, target, body, origin);
  if (isFault(prepared)) throw new TocsinError(prepared);
  if (prepared.fault !== undefined && prepared.fault.retryable) throw new TocsinError(prepared.fault);
  await services.host.startMany(prepared.runs, prepared.writes);
  if (prepared.fault !== undefined) throw new TocsinError(prepared.fault);
}

/** Who changes incidents, as update rules see it. */
export function updateSourceOf({ kind }: Identity): IncidentUpdate['source'] {
  switch (kind) {
    case 'ManagedIdentity':
      return 'Playbook';
    case 'ServicePrincipal':
      return 'Application';
    default:
      return 'User';
  }
}
