/**
 * A native body becomes an event: recognised, checked, given what it lacks, named.
 *
 * Owns: which members are filled in. Does not own: recognition and checks themselves.
 *
 * Invariants
 * N1. Members that are there stay as sent; text in them is never read as an expression.
 * N2. The same body gives the same id: an alert without `SystemAlertId` is named by its content.
 * Source: domain reference 9, 11 and 21.
 */
import {
  type Fault,
  fault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseArmId,
  stringifyJson,
} from '#foundation';
import { alertFromRest } from './alert-rest.ts';
import { checkEvent, isTooDeep } from './check.ts';
import {
  alertId,
  alertKey,
  type AlertPlace,
  alertResources,
  assessedResource,
  idKey,
  placeOfAlert,
} from './identity.ts';
import { looseMember, looseText, withMembers } from './members.ts';
import type { EventDefaults, EventKind, SecurityEvent } from './model.ts';
import { actionOf, isSnapshot, type Recognized, recognize } from './recognize.ts';
import { formatMoment, momentOf } from './times.ts';
import { uuid5 } from './uuid5.ts';

/**
 * The event of a native body.
 * Faults: `EventFormatNotRecognized` for no known shape, `InvalidEvent` with the member's path for an incomplete one.
 */
export function readNative(value: Json, defaults: EventDefaults): SecurityEvent | Fault {
  if (!isJsonObject(value)) return fault('InvalidEvent', 'An event is a JSON object.');
  if (isTooDeep(value)) return fault('InvalidEvent', 'The event nests deeper than 64 levels.');
  const recognized = recognize(value);
  if (recognized === undefined) {
    return fault(
      'EventFormatNotRecognized',
      'The event has the shape of neither an alert, a recommendation, a finding, a compliance assessment, a secure score nor an attack path.',
    );
  }
  const body = inEventForm(value, recognized);
  const wrong = checkEvent(recognized.kind, body);
  if (wrong !== undefined) return wrong;
  if (recognized.kind !== 'Alerts') return finishOther(recognized.kind, body, defaults);
  return finishAlert(body, placeOf(body, value), defaults);
}

/** Alerts are brought into the event's casing; the others keep theirs. */
function inEventForm(body: JsonObject, { kind, rest }: Recognized): JsonObject {
  if (kind !== 'Alerts') return body;
  const pascal = memberOf(body, 'AlertDisplayName') !== undefined || memberOf(body, 'AlertType') !== undefined;
  return rest || !pascal ? alertFromRest(body) : body;
}

/** Where the body places the alert; one in REST form that names no resource is where its own id says. */
function placeOf(body: JsonObject, sent: JsonObject): AlertPlace {
  const place = placeOfAlert(body);
  if (place.subscriptionId !== undefined) return place;
  const id = parseArmId(looseText(sent, 'id') ?? '');
  if (id === undefined || !/^microsoft\.security\/(?:locations\/)?alerts$/i.test(id.type)) return place;
  return { subscriptionId: id.subscriptionId, resourceGroup: id.resourceGroup };
}

function finishAlert(given: JsonObject, place: AlertPlace, defaults: EventDefaults): SecurityEvent {
  const subscriptionId = place.subscriptionId ?? defaults.subscriptionId;
  const name = looseText(given, 'SystemAlertId') ?? uuid5('alert', subscriptionId, stringifyJson(given));
  const resources = alertResources(given);
  const body = withMembers(given, {
    SystemAlertId: name,
    ...absent(given, 'AlertDisplayName', given['AlertType'] ?? 'Alert'),
    ...absent(given, 'Status', 'New'),
    ...absent(given, 'TimeGenerated', formatMoment(momentOf(defaults.now))),
    ...absent(given, 'AzureResourceId', resources[0] ?? null),
  });
  const named = { subscriptionId, resourceGroup: place.resourceGroup };
  return {
    kind: 'Alerts',
    snapshot: false,
    body,
    id: alertId(named, name),
    key: alertKey(subscriptionId, name),
    subscriptionId,
    ...(place.resourceGroup === undefined ? {} : { resourceGroup: place.resourceGroup }),
    resources,
  };
}

function absent(body: JsonObject, name: string, value: Json): { readonly [name: string]: Json } {
  return memberOf(body, name) === undefined ? { [name]: value } : {};
}

function finishOther(kind: EventKind, given: JsonObject, defaults: EventDefaults): SecurityEvent {
  const id = (looseText(given, 'id') as string).replace(/\/+$/, '');
  const parsed = parseArmId(id);
  const body = kind === 'Assessments' ? finishAssessment(given, id) : finishNamed(kind, given, id);
  const details = looseMember(body, 'properties', 'resourceDetails');
  const named = [assessedResource(id), looseText(details, 'id')].flatMap((each) => each ?? []);
  return {
    kind,
    snapshot: isSnapshot(given),
    body,
    id,
    key: idKey(id),
    subscriptionId: parsed?.subscriptionId ?? /\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? defaults.subscriptionId,
    ...(parsed?.resourceGroup === undefined ? {} : { resourceGroup: parsed.resourceGroup }),
    resources: [...new Set(named.filter((each) => each.startsWith('/')))],
  };
}

const apiVersions: Readonly<Record<Exclude<EventKind, 'Alerts'>, string>> = {
  Assessments: '2019-01-01',
  SubAssessments: '2020-01-01',
  RegulatoryComplianceAssessment: '2019-01-01-preview',
  SecureScores: '2020-01-01',
  SecureScoreControls: '2020-01-01',
  AttackPaths: '2023-12-01-preview',
};

/** The new form of the enrichments, and the portal link under both of its names. */
function finishAssessment(given: JsonObject, id: string): JsonObject {
  const { assessmentEventDataEnrichment, securityEventDataEnrichment } = given;
  if (memberOf(given, 'properties') === undefined) return given;
  const enrichment = {
    action: actionOf(given) ?? 'Insert',
    apiVersion: looseText(looseMember(given, 'assessmentEventDataEnrichment'), 'apiVersion') ?? apiVersions.Assessments,
    isSnapshot: isSnapshot(given),
  };
  const { AssessmentEventDataEnrichment: _early, ...rest } = given;
  return {
    assessmentEventDataEnrichment: assessmentEventDataEnrichment ?? enrichment,
    securityEventDataEnrichment: securityEventDataEnrichment ?? enrichment,
    ...withMembers(rest, {
      ...absent(rest, 'type', 'Microsoft.Security/assessments'),
      ...absent(rest, 'name', id.slice(id.lastIndexOf('/') + 1)),
      properties: withBothLinks(given['properties'] as JsonObject),
    }),
  };
}

/** Playbooks read `azurePortalUri`, observed events carry `azurePortal`: both, with the same value. */
function withBothLinks(properties: JsonObject): JsonObject {
  const links = memberOf(properties, 'links');
  const uri = looseText(links, 'azurePortalUri');
  const plain = looseText(links, 'azurePortal');
  if (!isJsonObject(links) || (uri === undefined) === (plain === undefined)) return properties;
  return {
    ...properties,
    links: { ...links, azurePortal: plain ?? uri ?? null, azurePortalUri: uri ?? plain ?? null },
  };
}

const typeOfKind: Readonly<Record<Exclude<EventKind, 'Alerts' | 'Assessments'>, string>> = {
  SubAssessments: 'Microsoft.Security/assessments/subAssessments',
  RegulatoryComplianceAssessment:
    'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
  SecureScores: 'Microsoft.Security/secureScores',
  SecureScoreControls: 'Microsoft.Security/secureScores/secureScoreControls',
  AttackPaths: 'Microsoft.Security/attackPaths',
};

function finishNamed(kind: EventKind, given: JsonObject, id: string): JsonObject {
  if (kind === 'Alerts' || kind === 'Assessments') return given;
  const pascal = memberOf(given, 'id') === undefined;
  const enrichment = {
    action: kind === 'RegulatoryComplianceAssessment' ? 'Write' : 'Insert',
    apiVersion: apiVersions[kind],
    isSnapshot: false,
  };
  const named = withMembers(given, {
    ...(looseMember(given, 'type') === undefined ? { [pascal ? 'Type' : 'type']: typeOfKind[kind] } : {}),
    ...(looseMember(given, 'name') === undefined
      ? { [pascal ? 'Name' : 'name']: id.slice(id.lastIndexOf('/') + 1) }
      : {}),
  });
  if (looseMember(given, 'securityEventDataEnrichment') !== undefined || pascal) return named;
  return { securityEventDataEnrichment: enrichment, ...named };
}
