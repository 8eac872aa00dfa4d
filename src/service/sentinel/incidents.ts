/**
 * Incidents of Microsoft Sentinel, kept on this server.
 *
 * Owns: their rules and what the server fills in, their commit with what automation rules make of them. Does not own: what hangs
 * on them (`incident-children.ts`), those of alerts (`take-alert.ts`), the rules (`automation-rules.ts`).
 * Source: connectors reference 3.5, 4; the published REST description of `Microsoft.SecurityInsights`.
 *
 * Invariants
 * IN1. Numbers of a workspace's incidents count up from 1 and are never given twice (`incident-numbers.ts`).
 * IN2. A PUT with an etag that is not the stored one changes nothing.
 * IN3. An incident and the playbooks that its creation or change starts are one commit.
 */
import {
  formatTime,
  type Identity,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  textMember,
  TocsinError,
  type Write,
} from '#foundation';
import { DeliveryTargets } from '../callback-targets.ts';
import { inTurn } from '../in-turn.ts';
import { senderOf } from '../send-deliveries.ts';
import type { Services } from '../services.ts';
import type { IncidentUpdate } from './automation-conditions.ts';
import { type AppliedRules, applyAutomationRules } from './automation-rules.ts';
import { incidentNumberWrite, nextIncidentNumber } from './incident-numbers.ts';
import {
  alertIdOf,
  checkedChanges,
  incidentAlerts,
  labelOf,
  newLabels,
  oneOf,
  ownerOf,
  severities,
  statuses,
} from './incident-shapes.ts';
import { findInsight, type InsightItem, insightOf, insightWrite } from './insight-items.ts';
import { updateSourceOf } from './run-playbook.ts';

export interface IncidentPut {
  /** `…/workspaces/{w}/providers/Microsoft.SecurityInsights`. */
  readonly providerId: string;
  readonly name: string;
  readonly body: Json;
  readonly author: Identity;
}

/**
 * Creates or replaces an incident, and starts what the workspace's automation rules say (IN3).
 * @throws TocsinError `InvalidRequestContent`, `Conflict`.
 */
export function putIncident(
  services: Services,
  { providerId, name, body, author }: IncidentPut,
): Promise<{ readonly incident: InsightItem; readonly created: boolean }> {
  const id = `${providerId}/incidents/${name}`;
  return inTurn(services.store, incidentTurn(id), async () => {
    const existing = findInsight(services, id);
    checkEtag(existing, memberOf(body, 'etag'));
    const properties = incidentProperties(services, providerId, name, body, existing);
    const incident = await commitIncident(services, { providerId, name, properties, existing, author });
    return { incident, created: existing === undefined };
  });
}

/** Changes of one incident come one after the other. */
export function incidentTurn(id: string): string {
  return `${id.toLowerCase()}/change`;
}

export interface IncidentCommit {
  readonly providerId: string;
  readonly name: string;
  readonly properties: JsonObject;
  readonly existing: InsightItem | undefined;
  readonly author: Identity;
  /** What an update added that the properties do not show. */
  readonly comments?: readonly Json[];
  /** The incident itself stays as it was, so that whoever read it before may still change it. */
  readonly keepsEtag?: true;
  /** Goes into the same commit. */
  readonly alongside?: readonly Write[];
}

/** Stores an incident with what follows from it (IN3); for callers who have their turn at it. */
export async function commitIncident(services: Services, commit: IncidentCommit): Promise<InsightItem> {
  const { providerId, name, properties, existing } = commit;
  const document =
    existing !== undefined && commit.keepsEtag === true
      ? { ...existing.document, body: { ...existing.document.body, properties } }
      : insightWrite(services, { parentId: providerId, name, kind: 'incidents', properties, existing }).document;
  const update = existing === undefined ? undefined : updateOf(commit, existing);
  const applied = applyAutomationRules(
    services,
    { providerId, incident: insightOf(document), existing, ...(update === undefined ? {} : { update }) },
    new DeliveryTargets(services),
  );
  const number = existing === undefined ? incidentNumberWrite(services, providerId) : undefined;
  await commitApplied(services, applied, [...(commit.alongside ?? []), ...(number === undefined ? [] : [number])]);
  return applied.incident;
}

async function commitApplied(services: Services, applied: AppliedRules, alongside: readonly Write[]): Promise<void> {
  const writes = [...applied.writes, ...alongside];
  if (applied.runs.length > 0) await services.host.startMany(applied.runs, writes);
  else await services.store.commit(writes);
  senderOf(services).add(applied.pending);
}

function updateOf({ properties, author, comments = [] }: IncidentCommit, existing: InsightItem): IncidentUpdate {
  const known = new Set(incidentAlerts(existing).map(alertIdOf));
  const alerts = memberOf(properties, 'alerts');
  const before = tacticsIn(existing.properties);
  return {
    source: updateSourceOf(author),
    by: author.displayName,
    before: existing.properties,
    added: {
      alerts: (isJsonArray(alerts) ? alerts : []).filter((alert) => !known.has(alertIdOf(alert))),
      labels: newLabels(existing.properties, properties),
      comments,
      tactics: tacticsIn(properties).filter((one) => !before.includes(one)),
    },
  };
}

function tacticsIn(properties: JsonObject): readonly Json[] {
  const tactics = memberOf(memberOf(properties, 'additionalData') ?? null, 'tactics');
  return isJsonArray(tactics) ? tactics : [];
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
  const changes = checkedChanges(given);
  if (isFault(changes)) throw new TocsinError(changes);
  const now = formatTime(services.clock.now());
  const kept = existing?.properties ?? {};
  const labels = memberOf(given, 'labels');
  return {
    ...kept,
    ...given,
    ...changes,
    title,
    severity,
    status,
    owner: ownerOf(memberOf(given, 'owner') ?? kept['owner']),
    labels: (isJsonArray(labels) ? labels : []).map(labelOf),
    ...numbered(services, providerId, name, existing),
    createdTimeUtc: kept['createdTimeUtc'] ?? now,
    lastModifiedTimeUtc: now,
    relatedAnalyticRuleIds: kept['relatedAnalyticRuleIds'] ?? memberOf(given, 'relatedAnalyticRuleIds') ?? [],
    additionalData: additionalData(given, kept),
  };
}

/** The number of an incident, and what follows from it: given once. */
export function numbered(
  services: Services,
  providerId: string,
  name: string,
  existing: InsightItem | undefined,
): JsonObject {
  const number = Number(existing?.properties['incidentNumber'] ?? nextIncidentNumber(services, providerId));
  const incidentId = existing?.id ?? `${providerId}/incidents/${name}`;
  return {
    incidentNumber: number,
    providerIncidentId: String(number),
    providerName: 'Azure Sentinel',
    incidentUrl: `${services.settings.publicBaseUrl}/portal/r${incidentId}`,
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
