/**
 * Which kind of native event a body is, by its shape: both casings, and the REST forms of the same things.
 *
 * Owns: the decision. Does not own: whether the body is complete (`check.ts`).
 * Source: domain reference 7 and 9.
 */
import { isJsonObject, type JsonObject } from '#foundation';
import { looseMember, looseText } from './members.ts';
import type { EventKind } from './model.ts';
import { wordTable } from './word-table.ts';

/** `rest`: the body is the resource as the management API answers it. */
export interface Recognized {
  readonly kind: EventKind;
  readonly rest: boolean;
}

const kindOfType: Readonly<Record<string, EventKind>> = wordTable({
  'microsoft.security/assessments': 'Assessments',
  'microsoft.security/assessments/subassessments': 'SubAssessments',
  'microsoft.security/regulatorycompliancestandards/regulatorycompliancecontrols/regulatorycomplianceassessments':
    'RegulatoryComplianceAssessment',
  'microsoft.security/securescores': 'SecureScores',
  'microsoft.security/securescores/securescorecontrols': 'SecureScoreControls',
  'microsoft.security/attackpaths': 'AttackPaths',
  'microsoft.security/locations/alerts': 'Alerts',
  'microsoft.security/alerts': 'Alerts',
});

const kindOfId: readonly (readonly [RegExp, EventKind])[] = [
  [/\/providers\/microsoft\.security\/assessments\/[^/]+\/subassessments\/[^/]+$/, 'SubAssessments'],
  [/\/providers\/microsoft\.security\/assessments\/[^/]+$/, 'Assessments'],
  [/\/regulatorycompliancecontrols\/[^/]+\/regulatorycomplianceassessments\/[^/]+$/, 'RegulatoryComplianceAssessment'],
  [/\/providers\/microsoft\.security\/securescores\/[^/]+\/securescorecontrols\/[^/]+$/, 'SecureScoreControls'],
  [/\/providers\/microsoft\.security\/securescores\/[^/]+$/, 'SecureScores'],
  [/\/providers\/microsoft\.security\/attackpaths\/[^/]+$/, 'AttackPaths'],
  [/\/providers\/microsoft\.security\/(?:locations\/[^/]+\/)?alerts\/[^/]+$/, 'Alerts'],
];

/** The kind of a native body, or undefined when it has none of the known shapes. */
export function recognize(body: JsonObject): Recognized | undefined {
  const properties = looseMember(body, 'properties');
  const declared = looseText(body, 'type')?.toLowerCase();
  const kind = declared === undefined ? undefined : kindOfType[declared.replace(/^\/+/, '')];
  if (kind !== undefined) return { kind, rest: kind === 'Alerts' && isJsonObject(properties) };
  if (isAlertBody(body)) return { kind: 'Alerts', rest: false };
  if (!isJsonObject(properties)) return undefined;
  const id = looseText(body, 'id')?.toLowerCase();
  const found = id === undefined ? undefined : kindOfId.find(([pattern]) => pattern.test(id))?.[1];
  if (found !== undefined) return { kind: found, rest: found === 'Alerts' };
  return isAlertBody(properties) ? { kind: 'Alerts', rest: true } : undefined;
}

/** An alert names itself by display name, or by its vendor's type beside an id of its own. */
function isAlertBody(body: JsonObject): boolean {
  if (looseText(body, 'AlertDisplayName') !== undefined) return true;
  return looseText(body, 'AlertType') !== undefined && looseText(body, 'SystemAlertId') !== undefined;
}

/** Whether the event says that it is part of a snapshot, in any of the spellings of the enrichments. */
export function isSnapshot(body: JsonObject): boolean {
  return enrichmentsOf(body).some((enrichment) => looseMember(enrichment, 'isSnapshot') === true);
}

/** What the event says happened: `Insert`, `Delete`, `Write`; undefined when it does not say. */
export function actionOf(body: JsonObject): string | undefined {
  return enrichmentsOf(body)
    .map((enrichment) => looseText(enrichment, 'action'))
    .find((action) => action !== undefined);
}

/** Members that say what happened, in the plain spelling. */
export const enrichmentNames = [
  'securityEventDataEnrichment',
  'assessmentEventDataEnrichment',
  'subAssessmentEventDataEnrichment',
] as const;

function enrichmentsOf(body: JsonObject): readonly JsonObject[] {
  return enrichmentNames.map((name) => looseMember(body, name)).filter(isJsonObject);
}
