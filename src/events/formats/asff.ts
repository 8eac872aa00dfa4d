/**
 * The AWS Security Finding Format: findings with a `Compliance` object become recommendations with control assessments,
 * those with vulnerabilities a recommendation with findings, all others alerts.
 *
 * Owns: the mapping. Source: domain reference 21; the published ASFF syntax.
 */
import { isJsonObject, type Json, type JsonObject } from '#foundation';
import { at, objectsAt, textAt, textsAt } from '../members.ts';
import { namedSeverity, normalizedSeverity, type Severity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { alertOf, type Entity, entity, file, ip, process } from './alert-draft.ts';
import { type ForeignContext, type Format, missing } from './format.ts';
import { tacticOfType } from './ocsf.ts';
import {
  assessmentIdOf,
  assessmentKey,
  assessmentOf,
  controlOf,
  findingHealth,
  findingOf,
  type HealthCode,
} from './posture-draft.ts';
import { subjectOf } from './subject.ts';

export const asff: Format = {
  name: 'asff',
  detect: (record) =>
    textAt(record, 'SchemaVersion') === '2018-10-08' ||
    (textAt(record, 'ProductArn') !== undefined && textAt(record, 'AwsAccountId') !== undefined),
  convert: (record, context) => {
    if (textAt(record, 'Id') === undefined) return missing('asff', 'Id');
    if (textAt(record, 'Title') === undefined) return missing('asff', 'Title');
    if (hasMembers(at(record, 'Compliance'))) return compliance(record, context);
    if (objectsAt(record, 'Vulnerabilities').length > 0) return vulnerability(record, context);
    return alert(record, context);
  },
};

function hasMembers(value: Json | undefined): boolean {
  return isJsonObject(value) && Object.keys(value).length > 0;
}

/** The title; `convert` has checked that there is one. */
function titleOf(record: JsonObject): string {
  return textAt(record, 'Title') ?? '';
}

/** The label wins over the number: the published GuardDuty finding is LOW with 40, which the bands call medium. */
function severityOf(record: JsonObject): Severity {
  const label = textAt(record, 'Severity', 'Label') ?? textAt(record, 'FindingProviderFields', 'Severity', 'Label');
  const named = label === undefined ? undefined : namedSeverity[label.toLowerCase()];
  if (named !== undefined) return named;
  const normalized = Number(textAt(record, 'Severity', 'Normalized') ?? '1');
  return normalizedSeverity(Number.isNaN(normalized) ? 1 : normalized);
}

function subjectIn(record: JsonObject): string {
  return (
    textAt(objectsAt(record, 'Resources')[0], 'Id') ??
    textAt(record, 'AwsAccountId') ??
    (textAt(record, 'Id') as string)
  );
}

function stateOf(record: JsonObject): 'New' | 'Dismissed' | 'Resolved' {
  const workflow = textAt(record, 'Workflow', 'Status')?.toUpperCase();
  if (workflow === 'SUPPRESSED') return 'Dismissed';
  return workflow === 'RESOLVED' || isArchived(record) ? 'Resolved' : 'New';
}

function isArchived(record: JsonObject): boolean {
  return textAt(record, 'RecordState')?.toUpperCase() === 'ARCHIVED';
}

function alert(record: JsonObject, context: ForeignContext): readonly JsonObject[] {
  const product = textAt(record, 'ProductName') ?? (textAt(record, 'ProductArn') ?? 'ASFF').split('/').at(-1) ?? 'ASFF';
  const types = textsAt(record, 'Types');
  const draft = {
    format: 'asff',
    vendor: textAt(record, 'CompanyName') ?? 'Amazon',
    product,
    tool: product.replaceAll(/[^A-Za-z0-9]/g, '') || 'ASFF',
    instance: textAt(record, 'ProductArn') ?? product,
    nativeId: textAt(record, 'Id') as string,
    rule: ruleOf(record, types),
    title: titleOf(record),
    description: textAt(record, 'Description'),
    severity: severityOf(record),
    originalSeverity: textAt(record, 'Severity', 'Label') ?? textAt(record, 'Severity', 'Normalized'),
    status: stateOf(record),
    tactics: types.flatMap(tacticOfType),
    start: parseMoment(at(record, 'FirstObservedAt')) ?? parseMoment(at(record, 'CreatedAt')),
    end: parseMoment(at(record, 'LastObservedAt')) ?? parseMoment(at(record, 'UpdatedAt')),
    generated: parseMoment(at(record, 'CreatedAt')),
    subject: subjectIn(record),
    compromisedEntity: subjectIn(record),
    entities: entitiesOf(record),
    remediation: textsAt(record, 'Remediation', 'Recommendation', 'Text').concat(
      textsAt(record, 'Remediation', 'Recommendation', 'Url'),
    ),
    uri: textAt(record, 'SourceUrl'),
    correlationKey: textAt(objectsAt(record, 'RelatedFindings')[0], 'Id'),
  };
  return [alertOf(draft, record, context)];
}

/** A generator that is only the detector's address says nothing about the rule: then the first type does. */
function ruleOf(record: JsonObject, types: readonly string[]): string {
  const generator = textAt(record, 'GeneratorId');
  const address = generator === undefined || /^arn:[^:]*:guardduty:.*:detector\/[^/]+$/.test(generator);
  return address ? (types[0] ?? generator ?? 'finding') : generator;
}

function entitiesOf(record: JsonObject): readonly Entity[] {
  return [
    ...objectsAt(record, 'Resources').flatMap((resource) =>
      entity('amazon-resource', textAt(resource, 'Id'), (AmazonResourceId) => ({
        AmazonResourceId,
        ResourceType: textAt(resource, 'Type') ?? null,
      })),
    ),
    ...ip(textAt(record, 'Network', 'SourceIpV4') ?? textAt(record, 'Network', 'SourceIpV6')),
    ...ip(textAt(record, 'Network', 'DestinationIpV4') ?? textAt(record, 'Network', 'DestinationIpV6')),
    ...remoteAddresses(record).flatMap(ip),
    ...entity('dns', textAt(record, 'Network', 'SourceDomain') ?? domainOfAction(record), (DomainName) => ({
      DomainName,
    })),
    ...process(
      textAt(record, 'Process', 'Pid'),
      undefined,
      textAt(record, 'Process', 'Path') ?? textAt(record, 'Process', 'Name'),
    ),
    ...objectsAt(record, 'Malware').flatMap((malware) => [
      ...entity('malware', textAt(malware, 'Name'), (Name) => ({ Name })),
      ...file(textAt(malware, 'Path')),
    ]),
  ];
}

const actions = ['NetworkConnectionAction', 'AwsApiCallAction', 'PortProbeAction'] as const;

/** Addresses of the other side, from wherever a product notes them; each once. */
function remoteAddresses(record: JsonObject): readonly string[] {
  const named = [
    ...['awsApiCallAction', 'networkConnectionAction'].map((action) =>
      textAt(record, 'ProductFields', `aws/guardduty/service/action/${action}/remoteIpDetails/ipAddressV4`),
    ),
    ...actions.map((action) => textAt(record, 'Action', action, 'RemoteIpDetails', 'IpAddressV4')),
    ...objectsAt(record, 'Action', 'PortProbeAction', 'PortProbeDetails').map((probe) =>
      textAt(probe, 'RemoteIpDetails', 'IpAddressV4'),
    ),
    ...objectsAt(record, 'ThreatIntelIndicators').map((indicator) =>
      textAt(indicator, 'Type')?.startsWith('IPV') === true ? textAt(indicator, 'Value') : undefined,
    ),
  ];
  return [...new Set(named.filter((address) => address !== undefined))];
}

function domainOfAction(record: JsonObject): string | undefined {
  return textAt(record, 'Network', 'DestinationDomain') ?? textAt(record, 'Action', 'DnsRequestAction', 'Domain');
}

function healthOf(record: JsonObject): { readonly code: HealthCode; readonly cause?: string } {
  const status = textAt(record, 'Compliance', 'Status')?.toUpperCase() ?? '';
  // What the finding was about is gone, or nobody checks it any more.
  if (isArchived(record) && status !== 'PASSED') return { code: 'NotApplicable', cause: 'Archived' };
  if (stateOf(record) === 'Dismissed') return { code: 'NotApplicable', cause: 'Suppressed' };
  if (status === 'FAILED' || status === 'WARNING') return { code: 'Unhealthy' };
  return status === 'PASSED' ? { code: 'Healthy' } : { code: 'NotApplicable', cause: status || 'Unknown' };
}

/** What recommendations made of compliance and vulnerability findings share. */
function postureDraft(record: JsonObject, control: string) {
  return {
    format: 'asff',
    control,
    subject: subjectIn(record),
    source: 'Aws' as const,
    title: titleOf(record),
    description: textAt(record, 'Description'),
    remediation: [
      ...textsAt(record, 'Remediation', 'Recommendation', 'Text'),
      ...textsAt(record, 'Remediation', 'Recommendation', 'Url'),
    ].join('<br>'),
    severity: severityOf(record),
    time: parseMoment(at(record, 'UpdatedAt')),
    link: textAt(record, 'SourceUrl'),
  };
}

function compliance(record: JsonObject, context: ForeignContext): readonly JsonObject[] {
  const control = textAt(record, 'Compliance', 'SecurityControlId') ?? textAt(record, 'GeneratorId') ?? titleOf(record);
  const draft = { ...postureDraft(record, control), ...healthOf(record) };
  const key = assessmentKey('asff', control);
  const controls = objectsAt(record, 'Compliance', 'AssociatedStandards').flatMap((associated) => {
    const standard = textAt(associated, 'StandardsId');
    if (standard === undefined) return [];
    return textsAt(record, 'Compliance', 'RelatedRequirements').map((requirement) =>
      controlOf(
        { standard, control: requirement, key, description: draft.title, code: draft.code, link: draft.link },
        context,
      ),
    );
  });
  return [assessmentOf(draft, record, context), ...controls];
}

function vulnerability(record: JsonObject, context: ForeignContext): readonly JsonObject[] {
  const product = textAt(record, 'ProductName') ?? 'ASFF';
  const health = findingHealth(stateOf(record));
  const draft = {
    ...postureDraft(record, `${product} vulnerabilities`),
    title: `Vulnerabilities found by ${product} should be resolved`,
    description: undefined,
    ...health,
    hasFindings: true,
  };
  const assessmentId = assessmentIdOf(draft, context);
  const subjectId = subjectOf(draft.subject, 'asff', context).id;
  const findings = objectsAt(record, 'Vulnerabilities').map((item) => {
    const check = textAt(item, 'Id') ?? 'unknown';
    const packages = objectsAt(item, 'VulnerablePackages');
    return findingOf(
      {
        assessmentId,
        subjectId,
        source: 'Aws',
        identity: `${check}\n${packages.map((each) => textAt(each, 'Name') ?? '').join(',')}`,
        check,
        title: titleOf(record),
        ...health,
        severity: severityOf(record),
        remediation: textAt(packages[0], 'Remediation') ?? draft.remediation,
        category: 'Vulnerability',
        description: textAt(record, 'Description'),
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
