/**
 * OCSF findings: detections (2004) become alerts, compliance results (2003) recommendations with control assessments,
 * vulnerabilities (2002) a recommendation with findings. Security findings of the early class 2001, incidents (2005), data
 * security (2006) and identity findings (2008) count as detections; application posture (2007) as what it carries.
 *
 * Owns: the mapping. Source: domain reference 21; the published OCSF schema.
 */
import { fault, isJsonObject, type JsonObject } from '#foundation';
import { at, objectsAt, textAt, textsAt } from '../members.ts';
import { namedSeverity, ocsfSeverity, type Severity } from '../severity.data.ts';
import { type Moment, parseMoment } from '../times.ts';
import { account, alertOf, type Entity, entity, file, host, ip, process } from './alert-draft.ts';
import { type ForeignContext, type Format, missing } from './format.ts';
import {
  assessmentIdOf,
  assessmentKey,
  assessmentOf,
  controlOf,
  findingHealth,
  findingOf,
  type HealthCode,
} from './posture-draft.ts';
import { prowler, sourceOf, withinAccount } from './prowler.ts';
import { subjectOf } from './subject.ts';
import { wordTable } from '../word-table.ts';

export const ocsf: Format = {
  name: 'ocsf',
  detect: (record) => /^200[1-8]$/.test(textAt(record, 'class_uid') ?? '') && isJsonObject(at(record, 'metadata')),
  convert: (record, context) => {
    if (prowler.detect(record)) return prowler.convert(record, context);
    switch (textAt(record, 'class_uid')) {
      case '2001':
      case '2004':
      case '2005':
      case '2006':
      case '2008':
        return detection(record, context);
      case '2007':
        return posture(record, context);
      case '2003':
        return compliance(record, context);
      case '2002':
        return vulnerability(record, context);
      case undefined:
        return missing('ocsf', 'class_uid');
      default: {
        const message = `Class '${textAt(record, 'class_uid') ?? ''}' of OCSF is not one of findings (2001 to 2008).`;
        return fault('EventFormatNotRecognized', message, { target: 'class_uid' });
      }
    }
  },
};

/** A time by its text member first: it has the better resolution. */
function timeOf(value: JsonObject | undefined, name: string): Moment | undefined {
  return parseMoment(at(value, `${name}_dt`)) ?? parseMoment(at(value, name));
}

/** What was found: early versions call it `finding`, incidents list several. */
function infoOf(record: JsonObject): JsonObject {
  const info = at(record, 'finding_info') ?? at(record, 'finding') ?? objectsAt(record, 'finding_info_list')[0];
  return isJsonObject(info) ? info : {};
}

/** By the number, or by the word where a producer leaves the number out. */
function severityOf(record: JsonObject): Severity {
  const byNumber = ocsfSeverity[textAt(record, 'severity_id') ?? ''];
  return byNumber ?? namedSeverity[textAt(record, 'severity')?.toLowerCase() ?? ''] ?? 'Low';
}

/** The first resource; older versions name a single one. */
function resourceOf(record: JsonObject): JsonObject | undefined {
  const single = at(record, 'resource');
  return objectsAt(record, 'resources')[0] ?? (isJsonObject(single) ? single : undefined);
}

/** Suppressed; resolved, archived, deleted. */
const states: Readonly<Record<string, 'Dismissed' | 'Resolved'>> = wordTable({
  '3': 'Dismissed',
  '4': 'Resolved',
  '5': 'Resolved',
  '6': 'Resolved',
});

function stateOf(record: JsonObject): 'New' | 'Dismissed' | 'Resolved' {
  const status = textAt(record, 'status_id');
  if (status === undefined) {
    const word = textAt(record, 'status')?.toLowerCase();
    if (word === 'suppressed') return 'Dismissed';
    if (word === 'resolved') return 'Resolved';
  }
  // Closing a finding is an activity; incidents have numbers of their own for states.
  if (textAt(record, 'activity_id') === '3') return 'Resolved';
  return (textAt(record, 'class_uid') === '2005' ? undefined : states[status ?? '']) ?? 'New';
}

function detection(record: JsonObject, context: ForeignContext) {
  const info = infoOf(record);
  const isIncident = textAt(record, 'class_uid') === '2005';
  const nativeId = (isIncident ? textAt(record, 'incident', 'uid') : undefined) ?? textAt(info, 'uid');
  const title = textAt(info, 'title') ?? (isIncident ? textAt(record, 'desc') : undefined);
  if (nativeId === undefined) return missing('ocsf', 'finding_info.uid');
  if (title === undefined) return missing('ocsf', 'finding_info.title');
  const resource = resourceOf(record);
  const product = textAt(record, 'metadata', 'product', 'name') ?? 'OCSF';
  const hostname = textAt(record, 'device', 'hostname') ?? textAt(record, 'device', 'name');
  const time = timeOf(record, 'time');
  const draft = {
    format: 'ocsf',
    vendor: textAt(record, 'metadata', 'product', 'vendor_name') ?? product,
    product,
    tool: product.replaceAll(/[^A-Za-z0-9]/g, '') || 'OCSF',
    instance: textAt(record, 'metadata', 'product', 'uid') ?? product,
    nativeId,
    rule: textAt(info, 'analytic', 'uid') ?? textsAt(info, 'types')[0] ?? title,
    title,
    description: textAt(info, 'desc') ?? textAt(record, 'message') ?? textAt(record, 'desc'),
    severity: severityOf(record),
    originalSeverity: textAt(record, 'severity') ?? textAt(record, 'severity_id'),
    status: stateOf(record),
    tactics: [...tactics(record), ...tactics(info), ...textsAt(info, 'types').flatMap(tacticOfType)],
    start: timeOf(info, 'first_seen_time') ?? time,
    end: timeOf(info, 'last_seen_time') ?? time,
    generated: time ?? timeOf(info, 'created_time'),
    subject:
      textAt(resource, 'uid') ??
      textAt(resource, 'name') ??
      hostname ??
      textAt(record, 'cloud', 'account', 'uid') ??
      product,
    compromisedEntity: textAt(resource, 'name') ?? textAt(resource, 'uid') ?? hostname,
    entities: entitiesOf(record, resource),
    remediation: [...textsAt(record, 'remediation', 'desc'), ...textsAt(record, 'remediation', 'references')],
    uri: textAt(info, 'src_url'),
    correlationKey: textAt(objectsAt(info, 'related_events')[0], 'uid') ?? textAt(record, 'incident', 'uid'),
  };
  const body = alertOf(draft, record, context);
  return [isIncident ? { ...body, IsIncident: true } : body];
}

function tactics(value: JsonObject): readonly string[] {
  return objectsAt(value, 'attacks').flatMap((attack) => [
    ...textsAt(attack, 'tactic', 'name'),
    ...objectsAt(attack, 'tactics').flatMap((tactic) => textsAt(tactic, 'name')),
  ]);
}

/** The tactic in `TTPs/<tactic>/…`. */
export function tacticOfType(type: string): readonly string[] {
  const found = /^TTPs\/([^/]+)/.exec(type)?.[1];
  return found === undefined ? [] : [found];
}

function entitiesOf(record: JsonObject, resource: JsonObject | undefined): readonly Entity[] {
  const observed = objectsAt(record, 'observables').flatMap((observable) => {
    const value = textAt(observable, 'value');
    switch (textAt(observable, 'type_id')) {
      case '1':
        return host(value);
      case '2':
        return ip(value);
      case '4':
        return account(value);
      case '6':
        return entity('url', value, (Url) => ({ Url }));
      case '7':
        return file(value);
      case '45':
        return file(value);
      case '5':
        return entity('mailbox', value, (MailboxPrimaryAddress) => ({ MailboxPrimaryAddress }));
      case '9':
        return process(undefined, undefined, value);
      case '8':
        return entity('filehash', value, (Value) => ({ Value, Algorithm: 'Unknown' }));
      default:
        return [];
    }
  });
  const endpoints = objectsAt(record, 'evidences').flatMap((evidence) => [
    ...ip(textAt(evidence, 'src_endpoint', 'ip')),
    ...ip(textAt(evidence, 'dst_endpoint', 'ip')),
    ...account(textAt(evidence, 'actor', 'user', 'name') ?? textAt(evidence, 'user', 'name')),
    ...process(
      textAt(evidence, 'process', 'pid'),
      textAt(evidence, 'process', 'cmd_line'),
      textAt(evidence, 'process', 'file', 'path') ?? textAt(evidence, 'process', 'name'),
    ),
    ...file(textAt(evidence, 'file', 'path') ?? textAt(evidence, 'file', 'name')),
    ...entity('url', textAt(evidence, 'url', 'url_string'), (Url) => ({ Url })),
    ...entity('dns', textAt(evidence, 'query', 'hostname'), (DomainName) => ({ DomainName })),
  ]);
  const device = host(textAt(record, 'device', 'hostname'), {});
  const all = [...cloudResource(record, resource), ...device, ...observed, ...endpoints];
  const seen = new Set<string>();
  return all.filter((each) => {
    const key = JSON.stringify(each);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function cloudResource(record: JsonObject, resource: JsonObject | undefined): readonly Entity[] {
  const uid = textAt(resource, 'uid');
  switch (sourceOf(textAt(record, 'cloud', 'provider'))) {
    case 'Aws':
      return entity('amazon-resource', uid, (AmazonResourceId) => ({ AmazonResourceId }));
    case 'Gcp':
      return entity('gcp-resource', uid, (RelativeResourceName) => ({ RelativeResourceName }));
    case 'Azure':
      return entity('azure-resource', uid, (ResourceId) => ({ ResourceId }));
    case 'OnPremise':
      return [];
  }
}

const complianceStatus: Readonly<Record<string, string>> = wordTable({ '1': 'Pass', '2': 'Warning', '3': 'Fail' });

/** The result by its word, or by its number where a producer leaves the word out. */
function statusOf(record: JsonObject): string | undefined {
  return (
    textAt(record, 'compliance', 'status') ??
    complianceStatus[textAt(record, 'compliance', 'status_id') ?? ''] ??
    textAt(record, 'status_code')
  );
}

function healthOf(record: JsonObject): { readonly code: HealthCode; readonly cause?: string } {
  const status = statusOf(record);
  const text = status?.toUpperCase() ?? '';
  if (stateOf(record) === 'Dismissed') return { code: 'NotApplicable', cause: 'Suppressed' };
  if (text === 'FAIL' || text === 'FAILED' || text === 'WARNING') return { code: 'Unhealthy' };
  if (text === 'PASS' || text === 'PASSED') return { code: 'Healthy' };
  return { code: 'NotApplicable', cause: status ?? 'Unknown' };
}

/** What recommendations made of compliance and vulnerability findings share. */
function postureDraft(record: JsonObject, control: string, subject: string) {
  const info = infoOf(record);
  return {
    format: 'ocsf',
    control,
    subject,
    source: sourceOf(textAt(record, 'cloud', 'provider')),
    title: textAt(info, 'title') ?? control,
    description: textAt(info, 'desc'),
    remediation: textAt(record, 'remediation', 'desc'),
    severity: severityOf(record),
    time: timeOf(record, 'time'),
    link: textAt(info, 'src_url'),
  };
}

function postureSubject(record: JsonObject): string | undefined {
  const uid = textAt(resourceOf(record), 'uid');
  if (uid !== undefined) return withinAccount(uid, record);
  return textAt(record, 'device', 'uid') ?? textAt(record, 'device', 'hostname');
}

/** A finding about the posture of an application says one thing or the other. */
function posture(record: JsonObject, context: ForeignContext) {
  if (objectsAt(record, 'vulnerabilities').length > 0) return vulnerability(record, context);
  return isJsonObject(at(record, 'compliance')) ? compliance(record, context) : detection(record, context);
}

function compliance(record: JsonObject, context: ForeignContext) {
  const control =
    textAt(record, 'compliance', 'control') ??
    textAt(record, 'metadata', 'event_code') ??
    textAt(infoOf(record), 'title');
  const subject = postureSubject(record);
  if (control === undefined) return missing('ocsf', 'compliance.control');
  if (subject === undefined) return missing('ocsf', 'resources[0].uid');
  const draft = { ...postureDraft(record, control, subject), ...healthOf(record) };
  const key = assessmentKey('ocsf', control);
  const controls = textsAt(record, 'compliance', 'standards').flatMap((standard) =>
    textsAt(record, 'compliance', 'requirements').map((requirement) =>
      controlOf(
        { standard, control: requirement, key, description: draft.title, code: draft.code, link: draft.link },
        context,
      ),
    ),
  );
  return [assessmentOf(draft, record, context), ...controls];
}

function vulnerability(record: JsonObject, context: ForeignContext) {
  const subject = postureSubject(record);
  if (subject === undefined) return missing('ocsf', 'resources[0].uid');
  const found = objectsAt(record, 'vulnerabilities');
  const product = textAt(record, 'metadata', 'product', 'name') ?? 'OCSF';
  const health = findingHealth(stateOf(record));
  const draft = {
    ...postureDraft(record, `${product} vulnerabilities`, subject),
    title: `Vulnerabilities found by ${product} should be resolved`,
    description: undefined,
    ...health,
    hasFindings: true,
  };
  const assessmentId = assessmentIdOf(draft, context);
  const subjectId = subjectOf(subject, 'ocsf', context).id;
  const findings = found.map((item) => {
    const check = textAt(item, 'cve', 'uid') ?? textAt(item, 'title') ?? textAt(infoOf(record), 'uid') ?? 'unknown';
    const packages = objectsAt(item, 'affected_packages');
    return findingOf(
      {
        assessmentId,
        subjectId,
        source: draft.source,
        identity: `${check}\n${packages.map((each) => textAt(each, 'name') ?? '').join(',')}`,
        check,
        title: textAt(infoOf(record), 'title') ?? check,
        ...health,
        severity: namedSeverity[textAt(item, 'severity')?.toLowerCase() ?? ''] ?? severityOf(record),
        remediation:
          textAt(item, 'remediation', 'desc') ??
          textAt(packages[0], 'remediation', 'desc') ??
          textAt(record, 'remediation', 'desc'),
        category: 'Vulnerability',
        description: textAt(item, 'desc') ?? textAt(infoOf(record), 'desc'),
        time: draft.time,
        kind: 'ServerVulnerabilityAssessment',
        data: item,
      },
      context,
    );
  });
  // A finding that is gone or suppressed says nothing about the others: the parent turns healthy with the last of them.
  return health.code === 'Unhealthy' ? [assessmentOf(draft, {}, context), ...findings] : findings;
}
