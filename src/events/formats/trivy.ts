/**
 * Trivy's JSON reports (schema version 2): one recommendation per misconfiguration, one for all vulnerabilities of an
 * artifact with a finding for each.
 *
 * Owns: the mapping. Source: domain reference 21; Trivy's published report format.
 */
import { type JsonObject } from '#foundation';
import { at, objectsAt, textAt, textsAt } from '../members.ts';
import { highest, namedSeverity, type Severity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { type ForeignContext, type Format, missing } from './format.ts';
import { assessmentIdOf, assessmentOf, findingOf } from './posture-draft.ts';
import { subjectOf } from './subject.ts';

const vulnerabilityControl = 'artifact has vulnerabilities';

function severityOf(item: JsonObject): Severity {
  return namedSeverity[(textAt(item, 'Severity') ?? 'unknown').toLowerCase()] ?? 'Low';
}

/** What was scanned: the artifact, told apart by its digest where it has one. */
function artifactOf(report: JsonObject): string {
  const name = textAt(report, 'ArtifactName') ?? '';
  const digest = textsAt(report, 'Metadata', 'RepoDigests')[0] ?? textAt(report, 'Metadata', 'ImageID');
  return digest === undefined ? name : `${name}@${digest.slice(digest.lastIndexOf('@') + 1)}`;
}

export const trivy: Format = {
  name: 'trivy',
  detect: (record) =>
    textAt(record, 'ArtifactName') !== undefined &&
    (textAt(record, 'SchemaVersion') === '2' || textAt(record, 'ArtifactType') !== undefined),
  convert: (record, context) => {
    if (textAt(record, 'ArtifactName') === undefined) return missing('trivy', 'ArtifactName');
    const results = objectsAt(record, 'Results');
    const scanned = results.some(
      (result) => !['config', 'secret', 'license', 'custom'].includes(textAt(result, 'Class') ?? ''),
    );
    return [
      ...results.flatMap((result) =>
        objectsAt(result, 'Misconfigurations').map((item) => misconfiguration(record, result, item, context)),
      ),
      ...(scanned ? vulnerabilities(record, results, context) : []),
    ];
  },
};

function misconfiguration(
  report: JsonObject,
  result: JsonObject,
  item: JsonObject,
  context: ForeignContext,
): JsonObject {
  const status = textAt(item, 'Status') ?? 'FAIL';
  const target = textAt(result, 'Target') ?? '';
  const draft = {
    format: 'trivy',
    control: textAt(item, 'ID') ?? textAt(item, 'AVDID') ?? 'misconfiguration',
    subject: `${artifactOf(report)}/${target}`,
    source: 'OnPremise' as const,
    title: textAt(item, 'Title') ?? 'Misconfiguration',
    description: textAt(item, 'Description'),
    remediation: textAt(item, 'Resolution'),
    severity: severityOf(item),
    code:
      status === 'FAIL'
        ? ('Unhealthy' as const)
        : status === 'PASS'
          ? ('Healthy' as const)
          : ('NotApplicable' as const),
    statusDescription: textAt(item, 'Message'),
    time: parseMoment(at(report, 'CreatedAt')),
    link: textAt(item, 'PrimaryURL'),
  };
  return assessmentOf(draft, { Target: target, ...item }, context);
}

function vulnerabilities(
  report: JsonObject,
  results: readonly JsonObject[],
  context: ForeignContext,
): readonly JsonObject[] {
  const found = results.flatMap((result) => objectsAt(result, 'Vulnerabilities').map((item) => ({ result, item })));
  const subject = artifactOf(report);
  const time = parseMoment(at(report, 'CreatedAt'));
  const draft = {
    format: 'trivy',
    control: vulnerabilityControl,
    subject,
    source: 'OnPremise' as const,
    title: 'Vulnerabilities in the scanned artifact should be resolved',
    description: 'Trivy found packages with known vulnerabilities.',
    remediation: 'Update the packages to the fixed versions that the findings name.',
    severity: highest(found.map(({ item }) => severityOf(item))),
    code: found.length > 0 ? ('Unhealthy' as const) : ('Healthy' as const),
    time,
    hasFindings: true,
  };
  const facts = { ArtifactName: at(report, 'ArtifactName') ?? null, ArtifactType: at(report, 'ArtifactType') ?? null };
  const assessmentId = assessmentIdOf(draft, context);
  const subjectId = subjectOf(subject, 'trivy', context.subscriptionId).id;
  const findings = found.map(({ result, item }) => {
    const check = textAt(item, 'VulnerabilityID') ?? 'unknown';
    const fixed = textAt(item, 'FixedVersion');
    return findingOf(
      {
        assessmentId,
        subjectId,
        source: 'OnPremise',
        identity:
          textAt(item, 'Fingerprint') ??
          `${textAt(item, 'PkgID') ?? textAt(item, 'PkgName') ?? ''}\n${check}\n${textAt(result, 'Target') ?? ''}`,
        check,
        title: textAt(item, 'Title') ?? `${check} in ${textAt(item, 'PkgName') ?? 'a package'}`,
        code: 'Unhealthy',
        severity: severityOf(item),
        remediation:
          fixed === undefined
            ? 'No fixed version is known.'
            : `Update ${textAt(item, 'PkgName') ?? 'the package'} to ${fixed}.`,
        category: textAt(result, 'Type') ?? 'vulnerability',
        description: textAt(item, 'Description'),
        time,
        kind:
          textAt(report, 'ArtifactType') === 'container_image'
            ? 'ContainerRegistryVulnerability'
            : 'ServerVulnerabilityAssessment',
        data: item,
      },
      context,
    );
  });
  return [assessmentOf(draft, facts, context), ...findings];
}
