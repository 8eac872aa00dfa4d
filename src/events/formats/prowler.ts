/**
 * Prowler's OCSF output. Its results carry the class of detections (2004) although they are posture: a recommendation
 * each, and a control assessment for every framework requirement they count for.
 *
 * Owns: the mapping. Source: domain reference 21.
 */
import { isJsonObject, type JsonObject } from '#foundation';
import { at, listAt, objectsAt, scalarText, textAt, textsAt } from '../members.ts';
import { namedSeverity, ocsfSeverity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { type ForeignContext, type Format, missing } from './format.ts';
import { assessmentKey, assessmentOf, controlOf, type HealthCode } from './posture-draft.ts';
import { fromNativeResult, isNativeResult } from './prowler-native.ts';

const postureCodes = new Set(['PASS', 'FAIL', 'MANUAL']);

export const prowler: Format = {
  name: 'prowler',
  detect: (record) =>
    isNativeResult(record) ||
    (at(record, 'class_uid') !== undefined &&
      (textAt(record, 'metadata', 'product', 'name')?.toLowerCase() === 'prowler' ||
        (textAt(record, 'class_uid') === '2004' &&
          postureCodes.has(textAt(record, 'status_code')?.toUpperCase() ?? '')))),
  convert: (given, context) => {
    const record = isNativeResult(given) ? fromNativeResult(given) : given;
    const check = checkOf(record);
    if (check === undefined) return missing('prowler', 'metadata.event_code');
    const subject = subjectOfRecord(record);
    if (subject === undefined) return missing('prowler', 'resources[0].uid');
    const status = (textAt(record, 'status_code') ?? textAt(record, 'compliance', 'status'))?.toUpperCase() ?? '';
    const muted = textAt(record, 'status')?.toLowerCase() === 'suppressed';
    const code: HealthCode = muted
      ? 'NotApplicable'
      : status === 'FAIL' || status === 'FAILED' || status === 'FAILURE'
        ? 'Unhealthy'
        : status === 'PASS' || status === 'PASSED' || status === 'SUCCESS'
          ? 'Healthy'
          : 'NotApplicable';
    const title = textAt(record, 'finding_info', 'title') ?? textAt(record, 'finding', 'title') ?? check;
    const draft = {
      format: 'prowler',
      control: check,
      subject,
      source: sourceOf(textAt(record, 'cloud', 'provider')),
      title,
      description:
        textAt(record, 'finding_info', 'desc') ?? textAt(record, 'finding', 'desc') ?? textAt(record, 'risk_details'),
      remediation: [textAt(record, 'remediation', 'desc'), ...textsAt(record, 'remediation', 'references')]
        .filter((each) => each !== undefined)
        .join('<br>'),
      severity:
        ocsfSeverity[textAt(record, 'severity_id') ?? ''] ??
        namedSeverity[textAt(record, 'severity')?.toLowerCase() ?? ''] ??
        ('Low' as const),
      code,
      cause: code === 'NotApplicable' ? (muted ? 'Muted' : status || 'Unknown') : undefined,
      statusDescription: textAt(record, 'status_detail') ?? textAt(record, 'message'),
      time: parseMoment(at(record, 'time_dt')) ?? parseMoment(at(record, 'time')),
      categories: textsAt(record, 'unmapped', 'categories'),
    };
    return [assessmentOf(draft, facts(record), context), ...controls(record, { check, title, code }, context)];
  },
};

/** The check's id; the third version's OCSF output names it as the product's feature. */
function checkOf(record: JsonObject): string | undefined {
  return textAt(record, 'metadata', 'event_code') ?? textAt(record, 'metadata', 'product', 'feature', 'uid');
}

/** The resource, within its account: names alone repeat over accounts. */
function subjectOfRecord(record: JsonObject): string | undefined {
  const resource = objectsAt(record, 'resources')[0];
  const uid = textAt(resource, 'uid') ?? textAt(resource, 'name');
  return uid === undefined ? undefined : withinAccount(uid, record);
}

/** A resource's name within the account of its record; full ids name theirs themselves. */
export function withinAccount(uid: string, record: JsonObject): string {
  const account = textAt(record, 'cloud', 'account', 'uid');
  return account === undefined || uid.startsWith('/') || uid.startsWith('arn:') ? uid : `${account}/${uid}`;
}

export function sourceOf(provider: string | undefined): 'Azure' | 'Aws' | 'Gcp' | 'OnPremise' {
  switch (provider?.toLowerCase()) {
    case 'aws':
      return 'Aws';
    case 'gcp':
      return 'Gcp';
    case 'azure':
      return 'Azure';
    default:
      return 'OnPremise';
  }
}

/** What is worth keeping of a result that does not say the same as the recommendation itself. */
function facts(record: JsonObject): JsonObject {
  const { message: _m, finding_info: _f, remediation: _r, unmapped: _u, observables: _o, ...rest } = record;
  return rest;
}

function controls(
  record: JsonObject,
  result: { readonly check: string; readonly title: string; readonly code: HealthCode },
  context: ForeignContext,
): readonly JsonObject[] {
  const frameworks = at(record, 'unmapped', 'compliance');
  if (!isJsonObject(frameworks)) return [];
  return Object.keys(frameworks).flatMap((standard) =>
    listAt(frameworks, standard).flatMap((item) => {
      const control = scalarText(item);
      if (control === undefined) return [];
      const key = assessmentKey('prowler', result.check);
      return [controlOf({ standard, control, key, description: result.title, code: result.code }, context)];
    }),
  );
}
