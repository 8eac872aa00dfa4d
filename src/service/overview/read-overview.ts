/**
 * The figures and charts of the first page, in one answer.
 *
 * Owns: which figures there are. Does not own: counting (`Store.tallies`), what needs attention (`find-attention.ts`).
 * Source: own API reference, overview; portal reference 3.1.
 *
 * Invariants
 * OV1. Its cost follows from how many containers, recommendations and logic apps there are, never from the number of alerts
 *      or runs.
 */
import { looseMember } from '#events';
import { formatTime, type InTime, type JsonObject, type TimeParts } from '#foundation';
import { automationIndexOf } from '../automation-index.ts';
import { automationType, type StoredAutomation } from '../automation-resource.ts';
import { deliveryCollection } from '../delivery-records.ts';
import { eventCollections, storedEventOf } from '../event-documents.ts';
import type { Services } from '../services.ts';
import { workflowType } from '../workflow-resource.ts';
import { findAttention } from './find-attention.ts';
import { isFailure } from './run-failure.ts';
import { asOnePart, partsOf, type RangeName, startsOf } from './time-range.ts';
import { seesContainers, type Viewer } from './viewer.ts';

export const overviewActions = {
  alerts: 'Microsoft.Security/alerts/read',
  assessments: 'Microsoft.Security/assessments/read',
  scores: 'Microsoft.Security/secureScores/read',
  automations: `${automationType}/read`,
  runs: `${workflowType}/runs/read`,
} as const;

const topAutomations = 8;

export async function readOverview(services: Services, viewer: Viewer, range: RangeName): Promise<JsonObject> {
  const now = services.clock.now();
  const parts = partsOf(range, now);
  const automations = automationIndexOf(services)
    .all()
    .filter(({ id }) => viewer.sees(overviewActions.automations, id));
  const sees = (workflow: string): boolean => viewer.sees(overviewActions.runs, workflow);
  const day = byName(services.store.tallies.runsInTime(partsOf('24h', now), sees), 'status');
  const enabled = automations.filter((automation) => automation.enabled).length;
  return {
    range,
    from: formatTime(parts.from),
    bucketHours: parts.hours,
    activeAlerts: activeAlerts(services, viewer),
    affectedResources: resourcesIn(services, viewer, 'Alerts', 'Active'),
    unhealthyResources: resourcesIn(services, viewer, 'Assessments', 'Unhealthy'),
    automations: { enabled, disabled: automations.length - enabled },
    runs: {
      total: sum(Object.values(day)),
      failed: sum(Object.keys(day).map((status) => (isFailure(status) ? (day[status] ?? 0) : 0))),
    },
    ...secureScore(services, viewer),
    recommendations: recommendationStates(services, viewer),
    alertsInTime: alertsInTime(services, viewer, parts),
    runsInTime: bucketsOf(services.store.tallies.runsInTime(parts, sees), parts, 'status'),
    topAutomations: mostDelivered(services, automations, parts),
    attention: await findAttention(services, viewer),
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Counts by the value of a member. */
function byName<K extends string>(
  rows: readonly (Readonly<Record<K, string>> & { readonly count: number })[],
  member: K,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[row[member]] = (counts[row[member]] ?? 0) + row.count;
  return counts;
}

/** One entry for each part, those without any included. */
function bucketsOf<K extends string>(
  rows: readonly (Readonly<Record<K, string>> & InTime & { readonly count: number })[],
  parts: TimeParts,
  member: K,
): JsonObject[] {
  const byStart = Map.groupBy(rows, ({ start }) => start);
  return startsOf(parts).map((start) => ({ start: formatTime(start), ...byName(byStart.get(start) ?? [], member) }));
}

function activeAlerts({ store }: Services, viewer: Viewer): JsonObject {
  const sees = seesContainers(viewer, overviewActions.alerts);
  return byName(
    store.tallies.documents(eventCollections.Alerts).filter((row) => row.status === 'Active' && sees(row)),
    'tally',
  );
}

function alertsInTime({ store }: Services, viewer: Viewer, parts: TimeParts): JsonObject[] {
  const sees = seesContainers(viewer, overviewActions.alerts);
  return bucketsOf(store.tallies.documentsInTime(eventCollections.Alerts, parts).filter(sees), parts, 'tally');
}

/** How many different resources have alerts, or recommendations, of a state. */
function resourcesIn({ store }: Services, viewer: Viewer, kind: 'Alerts' | 'Assessments', status: string): number {
  const sees = seesContainers(viewer, kind === 'Alerts' ? overviewActions.alerts : overviewActions.assessments);
  const rows = store.tallies.subjects(eventCollections[kind]);
  return sum(rows.filter((row) => row.status === status && sees(row)).map(({ count }) => count));
}

function recommendationStates({ store }: Services, viewer: Viewer): JsonObject {
  const sees = seesContainers(viewer, overviewActions.assessments);
  const {
    Unhealthy = 0,
    Healthy = 0,
    NotApplicable = 0,
  } = byName(store.tallies.documents(eventCollections.Assessments).filter(sees), 'status');
  return { Unhealthy, Healthy, NotApplicable };
}

/** The scores of the subscriptions, each with the weight of its resources; absent where nothing has a score. */
function secureScore({ store }: Services, viewer: Viewer): { readonly secureScore?: JsonObject } {
  let points = 0;
  let weights = 0;
  for (const document of store.documents.list({ collection: eventCollections.SecureScores })) {
    if (!viewer.sees(overviewActions.scores, `/subscriptions/${document.parent}`)) continue;
    const { body } = storedEventOf(document);
    const percentage = Number(looseMember(body, 'properties', 'score', 'percentage') ?? 0);
    const weight = Number(looseMember(body, 'properties', 'weight') ?? 0);
    points += percentage * weight;
    weights += weight;
  }
  return weights === 0 ? {} : { secureScore: { percentage: Math.round((points / weights) * 10_000) / 10_000 } };
}

/** The automations that delivered most, with how many of their deliveries failed. */
function mostDelivered(
  { store }: Services,
  automations: readonly StoredAutomation[],
  parts: TimeParts,
): readonly JsonObject[] {
  const rows = store.tallies.documentsInTime(deliveryCollection, asOnePart(parts));
  const byAutomation = Map.groupBy(rows, ({ parent }) => parent);
  return automations
    .flatMap(({ id, idKey, document }) => {
      const counts = byName(byAutomation.get(idKey) ?? [], 'status');
      const { Succeeded = 0, Failed = 0 } = counts;
      return Succeeded + Failed === 0 ? [] : [{ id, name: document.name, delivered: Succeeded, failed: Failed }];
    })
    .toSorted((left, right) => right.delivered + right.failed - left.delivered - left.failed)
    .slice(0, topAutomations);
}
