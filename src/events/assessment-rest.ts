/**
 * Recommendations, findings, compliance and scores between the event's body and the management API's answer.
 *
 * Owns: both directions of recommendations; answers of the others.
 * Does not own: metadata of recommendations as resources of their own (`#service`).
 * Source: domain reference 11; management API reference 5.4 and 5.5.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, setMember } from '#foundation';
import { assessedResource } from './identity.ts';
import { looseMember, looseText, withMembers } from './members.ts';

export interface AssessmentExpansion {
  readonly links: boolean;
  readonly metadata: boolean;
}

const statusMembers = ['code', 'cause', 'description', 'firstEvaluationDate', 'statusChangeDate'] as const;

/** From this version on members of `resourceDetails` start with a capital. */
const capitalDetailsSince = '2021-06-01';

/**
 * The answer to `GET …/assessments/{key}` in a version; metadata only when asked for, links always (older clients rely on
 * them). `resourceDetails` says `id` and `source` up to 2020-01-01, `Id` and `Source` since.
 */
export function assessmentToRest(
  body: JsonObject,
  id: string,
  expand: AssessmentExpansion,
  apiVersion: string,
): JsonObject {
  const given = looseMember(body, 'properties');
  const details = looseMember(given, 'resourceDetails') ?? detailsOf(id);
  const capital = apiVersion.slice(0, 10) >= capitalDetailsSince;
  const properties: { [name: string]: Json } = {
    resourceDetails: withNames(details, capital ? upperFirst : lowerFirst),
    displayName: looseMember(given, 'displayName') ?? looseMember(given, 'metadata', 'displayName') ?? null,
    status: pick(looseMember(given, 'status'), statusMembers),
    additionalData: looseMember(given, 'additionalData') ?? {},
    links: { azurePortalUri: linkOf(given) },
  };
  const metadata = looseMember(given, 'metadata');
  if (expand.metadata && metadata !== undefined) properties['metadata'] = metadata;
  const partners = looseMember(given, 'partnersData');
  if (partners !== undefined) properties['partnersData'] = partners;
  if (expand.links)
    properties['links'] = { ...(looseMember(given, 'links') as JsonObject | undefined), azurePortalUri: linkOf(given) };
  return { id, name: id.slice(id.lastIndexOf('/') + 1), type: 'Microsoft.Security/assessments', properties };
}

function linkOf(properties: Json | undefined): Json {
  const links = looseMember(properties, 'links');
  return looseText(links, 'azurePortalUri') ?? looseText(links, 'azurePortal') ?? null;
}

function detailsOf(id: string): JsonObject {
  return { source: 'Azure', id: assessedResource(id) ?? null };
}

function pick(value: Json | undefined, names: readonly string[]): JsonObject {
  const picked: { [name: string]: Json } = {};
  for (const name of names) {
    const found = looseMember(value, name);
    if (found !== undefined && found !== null) picked[name] = found;
  }
  return picked;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function withNames(value: Json, rename: (name: string) => string): Json {
  if (!isJsonObject(value)) return value;
  const named: { [name: string]: Json } = {};
  for (const [name, member] of Object.entries(value)) if (name !== '$type') setMember(named, rename(name), member);
  return named;
}

function withLowerNamesDeep(value: Json): Json {
  if (isJsonArray(value)) return value.map(withLowerNamesDeep);
  if (!isJsonObject(value)) return value;
  const named = withNames(value, lowerFirst) as JsonObject;
  const deep: { [name: string]: Json } = {};
  for (const [name, member] of Object.entries(named)) setMember(deep, name, withLowerNamesDeep(member));
  return deep;
}

/** The answer to `GET …/subAssessments/{name}`, spelled as REST spells it. */
export function findingToRest(body: JsonObject, id: string): JsonObject {
  return {
    id: id.replace(/\/subassessments\//i, '/subAssessments/'),
    name: id.slice(id.lastIndexOf('/') + 1),
    type: 'Microsoft.Security/assessments/subAssessments',
    properties: withLowerNamesDeep(looseMember(body, 'properties') ?? {}),
  };
}

/** The answer for control assessments and scores: the event without its enrichment. */
export function plainToRest(body: JsonObject, id: string): JsonObject {
  return {
    id,
    name: looseText(body, 'name') ?? id.slice(id.lastIndexOf('/') + 1),
    type: looseText(body, 'type') ?? '',
    properties: looseMember(body, 'properties') ?? {},
  };
}

export interface PushedAssessment {
  /** Full id of the assessment. */
  readonly id: string;
  /** `properties` as the client sent them. */
  readonly properties: JsonObject;
  /** Metadata known for the key; what the client sent wins. */
  readonly metadata?: JsonObject;
  readonly tenantId: string;
  /** RFC 3339, for the dates the client left out. */
  readonly now: string;
  /** The assessment as it was, for its first evaluation date. */
  readonly known?: JsonObject;
}

/** The event that a `PUT …/assessments/{key}` is. */
export function assessmentFromPut(pushed: PushedAssessment): JsonObject {
  const { id, properties, now } = pushed;
  const metadata = looseMember(properties, 'metadata') ?? pushed.metadata;
  const status = looseMember(properties, 'status');
  const knownStatus = looseMember(pushed.known, 'properties', 'status');
  const sameState = ['code', 'cause'].every(
    (name) => looseText(knownStatus, name)?.toLowerCase() === looseText(status, name)?.toLowerCase(),
  );
  const enrichment = { action: 'Insert', apiVersion: '2019-01-01', isSnapshot: false };
  return {
    assessmentEventDataEnrichment: enrichment,
    securityEventDataEnrichment: enrichment,
    tenantId: pushed.tenantId,
    type: 'Microsoft.Security/assessments',
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    properties: withMembers(properties, {
      resourceDetails: putDetails(properties, id),
      displayName:
        looseMember(properties, 'displayName') ??
        looseMember(metadata, 'displayName') ??
        id.slice(id.lastIndexOf('/') + 1),
      status: {
        ...(isJsonObject(status) ? status : {}),
        firstEvaluationDate: looseMember(knownStatus, 'firstEvaluationDate') ?? now,
        statusChangeDate: (sameState ? looseMember(knownStatus, 'statusChangeDate') : undefined) ?? now,
      },
      additionalData: looseMember(properties, 'additionalData') ?? {},
      metadata,
    }),
  };
}

/** Clients may send the source alone: the resource is the one in the path. */
function putDetails(properties: JsonObject, id: string): Json {
  const details = withNames(looseMember(properties, 'resourceDetails') ?? {}, lowerFirst);
  const source = looseText(details, 'source') ?? 'Azure';
  const given = isJsonObject(details) ? details : {};
  if (source.toLowerCase() !== 'azure' || looseText(details, 'id') !== undefined) return { ...given, source };
  return { ...given, source, id: assessedResource(id) ?? memberOf(given, 'id') ?? null };
}
