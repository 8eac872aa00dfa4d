/**
 * What Resource Graph shows of security: `securityresources`.
 *
 * Owns: its types, where each is kept, the casing of members, which is Resource Graph's own. Does not own: rights.
 *
 * Invariants
 * GS1. Alerts have the members of the event (capitals), recommendations `resourceDetails.{Source,Id}`; the rest is as REST
 *      answers it.
 * GS2. Events are read in pages, of the subscriptions and types that the conditions leave.
 * Source: connectors reference 6.1 and 6.2; published sample queries of Defender for Cloud.
 */
import type { EventKind } from '#events';
import { isJsonObject, type JsonObject, memberOf, textMember } from '#foundation';
import type { PushedCondition } from '#query';
import { plainToRest } from '#events';
import { assessmentAnswer, findingAnswer } from '../event-answers.ts';
import { eventCollections, goneStatus, type StoredEvent, storedEventOf } from '../event-documents.ts';
import { readCompliance } from '../read-compliance.ts';
import { planNames, pricingAnswer } from '../security-settings.ts';
import { type GraphReading, wantedTexts } from './graph-reading.ts';
import type { GraphDocument } from './graph-row.ts';

const pageSize = 250;
const provider = 'microsoft.security';

interface EventType {
  readonly type: string;
  readonly kind: EventKind;
  readonly document: (event: StoredEvent) => JsonObject;
}

/** The version in which `resourceDetails` has capitals. */
const capitals = '2021-06-01';

const eventTypes: readonly EventType[] = [
  { type: `${provider}/assessments`, kind: 'Assessments', document: assessmentDocument },
  { type: `${provider}/assessments/subassessments`, kind: 'SubAssessments', document: findingAnswer },
  { type: `${provider}/locations/alerts`, kind: 'Alerts', document: alertDocument },
  { type: `${provider}/securescores`, kind: 'SecureScores', document: plain },
  { type: `${provider}/securescores/securescorecontrols`, kind: 'SecureScoreControls', document: plain },
  {
    type: `${provider}/regulatorycompliancestandards/regulatorycompliancecontrols/regulatorycomplianceassessments`,
    kind: 'RegulatoryComplianceAssessment',
    document: plain,
  },
  { type: `${provider}/attackpaths`, kind: 'AttackPaths', document: plain },
];

function plain({ body, id }: StoredEvent): JsonObject {
  return plainToRest(body, id);
}

function assessmentDocument(event: StoredEvent): JsonObject {
  const answer = assessmentAnswer(event, { links: true, metadata: true }, capitals);
  const properties = memberOf(answer, 'properties') as JsonObject;
  const links = memberOf(properties, 'links');
  const uri = textMember(links, 'azurePortalUri') ?? null;
  return { ...answer, properties: { ...properties, links: { ...(links as JsonObject), azurePortal: uri } } };
}

function alertDocument({ body, id, name, document }: StoredEvent): JsonObject {
  return { id, name, type: 'Microsoft.Security/Locations/alerts', properties: { ...body, Status: document.status } };
}

/** Rows of `securityresources`. */
export function* securityDocuments(
  reading: GraphReading,
  conditions: readonly PushedCondition[],
): Iterable<GraphDocument> {
  const types = wantedTexts(conditions, 'type');
  const wants = (type: string): boolean => types === undefined || types.includes(type);
  const among = wantedTexts(conditions, 'subscriptionId');
  const subscriptions = reading.subscriptions.filter((id) => among === undefined || among.includes(id));
  for (const eventType of eventTypes.filter(({ type }) => wants(type))) {
    for (const subscriptionId of subscriptions) yield* eventsOf(reading, eventType, subscriptionId);
  }
  for (const subscriptionId of subscriptions) {
    for (const document of sums(reading, subscriptionId, wants)) yield { document, subscriptionId };
  }
}

function* eventsOf(
  { store }: GraphReading,
  { type, kind, document: shape }: EventType,
  subscriptionId: string,
): Iterable<GraphDocument> {
  let after: { readonly time: number; readonly key: string } | undefined;
  for (;;) {
    const page = store.documents.list({
      collection: eventCollections[kind],
      parent: subscriptionId,
      top: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const stored of page) {
      if (stored.status === goneStatus) continue;
      const event = storedEventOf(stored);
      const { resourceGroup } = event;
      const document = { ...shape(event), type };
      yield { document, subscriptionId, ...(resourceGroup === undefined ? {} : { resourceGroup }) };
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = { time: last.time, key: last.key };
  }
}

/** What is added up or set, a few of each subscription: standards, their controls, plans. */
function* sums(reading: GraphReading, subscriptionId: string, wants: (type: string) => boolean): Iterable<JsonObject> {
  const standardType = `${provider}/regulatorycompliancestandards`;
  const controlType = `${standardType}/regulatorycompliancecontrols`;
  if (wants(standardType) || wants(controlType)) {
    const compliance = readCompliance(reading, subscriptionId);
    for (const standard of compliance.standards()) {
      if (wants(standardType)) yield standard;
      if (wants(controlType) && isJsonObject(standard)) yield* compliance.controls(textMember(standard, 'name') ?? '');
    }
  }
  if (!wants(`${provider}/pricings`)) return;
  for (const name of planNames) yield pricingAnswer(reading, subscriptionId, name);
}
