/**
 * OCSF findings: detections (2004) become alerts, compliance results (2003) recommendations with control assessments,
 * vulnerabilities (2002) a recommendation with findings. Security findings of the early class 2001 count as detections.
 *
 * Owns: the mapping. Source: domain reference 21; the published OCSF schema.
 */
import { fault, isJsonObject, type JsonObject } from '#foundation';
import { at, objectsAt, textAt, textsAt } from '../members.ts';
import { ocsfSeverity, type Severity } from '../severity.data.ts';
import { type Moment, parseMoment } from '../times.ts';
import { account, alertOf, type Entity, entity, file, host, ip } from './alert-draft.ts';
import { type ForeignContext, type Format, missing } from './format.ts';
import { assessmentIdOf, assessmentKey, assessmentOf, controlOf, findingOf, type HealthCode } from './posture-draft.ts';
import { prowler, sourceOf } from './prowler.ts';
import { subjectOf } from './subject.ts';

export const ocsf: Format = {
  name: 'ocsf',
  detect: (record) => /^200[1-4]$/.test(textAt(record, 'class_uid') ?? '') && isJsonObject(at(record, 'metadata')),
  convert: (record, context) => {
    if (prowler.detect(record)) return prowler.convert(record, context);
    switch (textAt(record, 'class_uid')) {
      case '2001':
      case '2004':
        return detection(record, context);
      case '2003':
        return compliance(record, context);
      case '2002':
        return vulnerability(record, context);
      case undefined:
        return missing('ocsf', 'class_uid');
      default: {
        const message = `Class '${textAt(record, 'class_uid') ?? ''}' of OCSF is not one of findings (2001 to 2004).`;
        return fault('EventFormatNotRecognized', message, { target: 'class_uid' });
      }
    }
  },
};

/** A time by its text member first: it has the better resolution. */
function timeOf(value: JsonObject | undefined, name: string): Moment | undefined {
  return parseMoment(at(value, `${name}_dt`)) ?? parseMoment(at(value, name));
}

function infoOf(record: JsonObject): JsonObject {
  const info = at(record, 'finding_info') ?? at(record, 'finding');
  return isJsonObject(info) ? info : {};
}

function severityOf(record: JsonObject): Severity {
  return ocsfSeverity[textAt(record, 'severity_id') ?? '0'] ?? 'Low';
}

/** The first resource; older versions name a single one. */
function resourceOf(record: JsonObject): JsonObject | undefined {
  const single = at(record, 'resource');
  return objectsAt(record, 'resources')[0] ?? (isJsonObject(single) ? single : undefined);
}

const states = { '3': 'Dismissed', '4': 'Resolved' } as const;

function detection(record: JsonObject, context: ForeignContext) {
  const info = infoOf(record);
  const nativeId = textAt(info, 'uid');
  const title = textAt(info, 'title');
  if (nativeId === undefined) return missing('ocsf', 'finding_info.uid');
  if (title === undefined) return missing('ocsf', 'finding_info.title');
  const resource = resourceOf(record);
  const product = textAt(record, 'metadata', 'product', 'name') ?? 'OCSF';
  const hostname = textAt(record, 'device', 'hostname') ?? textAt(record, 'device', 'name');
  const time = timeOf(record, 'time');
  const status = textAt(record, 'status_id');
  const draft = {
    format: 'ocsf',
    vendor: textAt(record, 'metadata', 'product', 'vendor_name') ?? product,
    product,
    tool: product.replaceAll(/[^A-Za-z0-9]/g, '') || 'OCSF',
    instance: textAt(record, 'metadata', 'product', 'uid') ?? product,
    nativeId,
    rule: textAt(info, 'analytic', 'uid') ?? textsAt(info, 'types')[0] ?? title,
    title,
    description: textAt(info, 'desc') ?? textAt(record, 'message'),
    severity: severityOf(record),
    originalSeverity: textAt(record, 'severity') ?? textAt(record, 'severity_id'),
    status: status === '3' || status === '4' ? states[status] : ('New' as const),
    tactics: [...tactics(record), ...tactics(info), ...textsAt(info, 'types').flatMap(tacticOfType)],
    start: timeOf(info, 'first_seen_time') ?? time,
    end: timeOf(info, 'last_seen_time') ?? time,
    generated: timeOf(info, 'created_time') ?? time,
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
  return [alertOf(draft, record, context)];
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
      case '8':
        return entity('filehash', value, (Value) => ({ Value, Algorithm: 'Unknown' }));
      default:
        return [];
    }
  });
  const endpoints = objectsAt(record, 'evidences').flatMap((evidence) => [
    ...ip(textAt(evidence, 'src_endpoint', 'ip')),
    ...ip(textAt(evidence, 'dst_endpoint', 'ip')),
  ]);
  const all = [...cloudResource(record, resource), ...observed, ...endpoints];
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

function healthOf(status: string | undefined): { readonly code: HealthCode; readonly cause?: string } {
  const text = status?.toUpperCase() ?? '';
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
  return textAt(resourceOf(record), 'uid') ?? textAt(record, 'device', 'uid') ?? textAt(record, 'device', 'hostname');
}

function compliance(record: JsonObject, context: ForeignContext) {
  const control = textAt(record, 'compliance', 'control') ?? textAt(infoOf(record), 'title');
  const subject = postureSubject(record);
  if (control === undefined) return missing('ocsf', 'compliance.control');
  if (subject === undefined) return missing('ocsf', 'resources[0].uid');
  const draft = { ...postureDraft(record, control, subject), ...healthOf(textAt(record, 'compliance', 'status')) };
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
  const gone = textAt(record, 'status_id') === '4' || textAt(record, 'activity_id') === '3';
  const code: HealthCode = gone ? 'Healthy' : 'Unhealthy';
  const draft = {
    ...postureDraft(record, `${product} vulnerabilities`, subject),
    title: `Vulnerabilities found by ${product} should be resolved`,
    description: undefined,
    code,
    hasFindings: true,
  };
  const assessmentId = assessmentIdOf(draft, context);
  const subjectId = subjectOf(subject, 'ocsf', context.subscriptionId).id;
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
        code,
        severity: severityOf(record),
        remediation: textAt(packages[0], 'remediation', 'desc') ?? textAt(record, 'remediation', 'desc'),
        category: 'Vulnerability',
        description: textAt(item, 'desc') ?? textAt(infoOf(record), 'desc'),
        time: draft.time,
        kind: 'ServerVulnerabilityAssessment',
        data: item,
      },
      context,
    );
  });
  // A finding that is gone says nothing about the others: the parent's state is left to records that are whole.
  return gone ? findings : [assessmentOf(draft, {}, context), ...findings];
}
