/**
 * How events are kept: one document per alert, recommendation, finding, control assessment and score.
 *
 * Owns: collections, keys, what a document holds. Does not own: deciding what is news (`take-event.ts`), answers (`#api`).
 *
 * Invariants
 * D1. A document holds the event as delivered (`event`), its ARM id, and its own state; the state of an alert over REST
 *     changes without the event changing.
 */
import {
  alertKey,
  assessedResource,
  type AlertState,
  foreignAlertKey,
  idKey,
  isDelete,
  type EventKind,
  looseText,
  type SecurityEvent,
} from '#events';
import {
  armIdKey,
  isJsonObject,
  type JsonObject,
  memberOf,
  parseArmId,
  type StoredDocument,
  textMember,
} from '#foundation';
import type { Services } from './services.ts';

export const eventCollections: Readonly<Record<EventKind, string>> = {
  Alerts: 'alerts',
  Assessments: 'assessments',
  SubAssessments: 'subAssessments',
  RegulatoryComplianceAssessment: 'complianceAssessments',
  SecureScores: 'secureScores',
  SecureScoreControls: 'secureScoreControls',
  AttackPaths: 'attackPaths',
};

/** Collections that belong to events beside the events themselves. */
export const snapshotCollection = 'eventSnapshots';
export const metadataCollection = 'assessmentMetadata';

export interface StoredEvent {
  readonly document: StoredDocument;
  readonly kind: EventKind;
  readonly id: string;
  readonly name: string;
  readonly body: JsonObject;
  readonly original?: JsonObject;
  readonly resourceGroup?: string;
  readonly suppressedBy?: string;
}

/** The document of an event. `status`: the alert's REST state, the others' code or state. */
export function eventDocument(
  event: SecurityEvent,
  options: { readonly time: number; readonly status?: AlertState; readonly suppressedBy?: string },
): StoredDocument {
  return {
    collection: eventCollections[event.kind],
    key: event.key,
    parent: event.subscriptionId.toLowerCase(),
    ...(event.resourceGroup === undefined ? {} : { label: event.resourceGroup.toLowerCase() }),
    time: options.time,
    status: options.status ?? statusOf(event),
    ...tallyOf(event),
    body: {
      kind: event.kind,
      id: event.id,
      ...(event.resourceGroup === undefined ? {} : { resourceGroup: event.resourceGroup }),
      ...(options.suppressedBy === undefined ? {} : { suppressedBy: options.suppressedBy }),
      ...resourceKindOf(event),
      event: event.body,
      ...(event.original === undefined ? {} : { original: event.original }),
    },
  };
}

/** Where documents of recommendations name the kind of resource they are about: `azure|microsoft.compute/virtualmachines`. */
export const resourceKindMember = 'resourceKind';

function resourceKindOf(event: SecurityEvent): JsonObject {
  const resource = event.kind === 'Assessments' ? assessedResource(event.id) : undefined;
  if (resource === undefined) return {};
  const details = memberOf(memberOf(event.body, 'properties'), 'resourceDetails');
  const type = parseArmId(resource)?.type ?? '';
  return { [resourceKindMember]: `${looseText(details, 'source') ?? 'Azure'}|${type}`.toLowerCase() };
}

/**
 * What a document of the event is counted by: an alert by its severity and its resource, a recommendation by its key, one for each resource.
 */
export function tallyOf(event: SecurityEvent): Pick<StoredDocument, 'tally' | 'subject'> {
  if (event.kind === 'Alerts')
    return { tally: textMember(event.body, 'Severity') ?? 'Informational', ...alertSubject(event) };
  const subject = event.kind === 'Assessments' ? assessedResource(event.id) : undefined;
  if (subject === undefined) return {};
  return { tally: event.id.slice(event.id.lastIndexOf('/') + 1).toLowerCase(), subject: armIdKey(subject) };
}

function alertSubject({ body }: SecurityEvent): { readonly subject?: string } {
  const resource = textMember(body, 'AzureResourceId') ?? textMember(body, 'CompromisedEntity') ?? '';
  return resource === '' ? {} : { subject: armIdKey(resource) };
}

/** What a recommendation's document says when the recommendation is gone; lists leave it out. */
export const goneStatus = 'Gone';

function statusOf(event: SecurityEvent): string {
  if (isDelete(event.body)) return goneStatus;
  const properties = memberOf(event.body, 'properties') ?? memberOf(event.body, 'Properties');
  const status = memberOf(properties, 'status') ?? memberOf(properties, 'Status');
  const text = looseText(status, 'code') ?? looseText(properties, 'state') ?? '';
  return states.find((state) => state.toLowerCase() === text.toLowerCase()) ?? text;
}

/** In the spelling of the management API, so that filters by state find them all. */
const states = ['Healthy', 'Unhealthy', 'NotApplicable', 'Passed', 'Failed', 'Skipped', 'Unsupported'];

/** The event that a document holds. */
export function storedEventOf(document: StoredDocument): StoredEvent {
  const { body } = document;
  const event = memberOf(body, 'event');
  const original = memberOf(body, 'original');
  const id = textMember(body, 'id') ?? '';
  const resourceGroup = textMember(body, 'resourceGroup');
  const suppressedBy = textMember(body, 'suppressedBy');
  return {
    document,
    kind: (textMember(body, 'kind') ?? 'Alerts') as EventKind,
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    body: isJsonObject(event) ? event : {},
    ...(isJsonObject(original) ? { original } : {}),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    ...(suppressedBy === undefined ? {} : { suppressedBy }),
  };
}

/** What lists call an event; its name where it has no title. */
export function eventTitle({ body, name }: StoredEvent): string {
  const properties = memberOf(body, 'properties') ?? memberOf(body, 'Properties');
  return (
    looseText(body, 'AlertDisplayName') ??
    looseText(properties, 'displayName') ??
    looseText(memberOf(properties, 'metadata'), 'displayName') ??
    name
  );
}

/** An alert by its name, whatever made the name. */
export function findAlert(
  services: Pick<Services, 'store'>,
  subscriptionId: string,
  name: string,
): StoredEvent | undefined {
  const { documents } = services.store;
  const native = documents.get(eventCollections.Alerts, alertKey(subscriptionId, name));
  if (native !== undefined) return storedEventOf(native);
  const key = foreignAlertKey(subscriptionId, name);
  const foreign = key === undefined ? undefined : documents.get(eventCollections.Alerts, key);
  if (foreign === undefined) return undefined;
  const stored = storedEventOf(foreign);
  return stored.name.toLowerCase() === name.toLowerCase() ? stored : undefined;
}

/** Anything but an alert, by its full id. Gone recommendations are found too. */
export function findEvent(services: Pick<Services, 'store'>, kind: EventKind, id: string): StoredEvent | undefined {
  const document = services.store.documents.get(eventCollections[kind], idKey(id));
  return document === undefined ? undefined : storedEventOf(document);
}

const alertPattern =
  /^\/subscriptions\/([^/]+)\/(?:.*\/)?providers\/microsoft\.security\/locations\/[^/]+\/alerts\/([^/]+)$/i;

/** Whatever event has this ARM id. */
export function findEventById(services: Pick<Services, 'store'>, id: string): StoredEvent | undefined {
  const alert = alertPattern.exec(id);
  if (alert !== null) return findAlert(services, alert[1] as string, alert[2] as string);
  const kinds = [
    'Assessments',
    'SubAssessments',
    'RegulatoryComplianceAssessment',
    'SecureScores',
    'SecureScoreControls',
    'AttackPaths',
  ] as const;
  for (const kind of kinds) {
    const found = findEvent(services, kind, id);
    if (found !== undefined) return found;
  }
  return undefined;
}
