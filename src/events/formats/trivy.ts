/**
 * Trivy's reports: one recommendation per misconfiguration and target, one for all vulnerabilities of an artifact and one for
 * all its secrets, with a finding for each.
 *
 * Owns: the mapping. Does not own: the shapes of reports (`trivy-reports.ts`).
 * Source: domain reference 21; Trivy's published report format.
 *
 * Invariants
 * V1. A report tells all that a kind of scan found: what an earlier one found and this one does not is healthy.
 */
import { type JsonObject } from '#foundation';
import { at, objectsAt, textAt } from '../members.ts';
import { highest, namedSeverity, type Severity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { type ForeignContext, type Format, missing, Part } from './format.ts';
import { assessmentIdOf, assessmentOf, findingOf } from './posture-draft.ts';
import { subjectOf } from './subject.ts';
import { isTrivyRecord, reportsIn, type TrivyReport } from './trivy-reports.ts';

export const trivy: Format = {
  name: 'trivy',
  detect: isTrivyRecord,
  convert: (record, context) => {
    if (!isTrivyRecord(record) && textAt(record, 'ArtifactName') === undefined) return missing('trivy', 'ArtifactName');
    return reportsIn(record).flatMap((report) => [
      ...misconfigurations(report, context),
      ...(isScanned(report, 'vulnerabilities') ? vulnerabilities(record, report, context) : []),
      ...secrets(record, report, context),
    ]);
  },
  scans: (record) =>
    reportsIn(record).flatMap((report) =>
      (['vulnerabilities', 'misconfigurations', 'secrets'] as const)
        .filter((kind) => isScanned(report, kind))
        .map((kind) => scanName(report, kind)),
    ),
};

type ScanKind = 'vulnerabilities' | 'misconfigurations' | 'secrets';

const otherClasses = new Set(['config', 'secret', 'license', 'license-file', 'custom']);

/** Whether the report says anything of that kind, be it that nothing was found. */
function isScanned({ results }: TrivyReport, kind: ScanKind): boolean {
  return results.some((result) => {
    const scanned = textAt(result, 'Class') ?? '';
    if (kind === 'misconfigurations') return scanned === 'config' || at(result, 'Misconfigurations') !== undefined;
    if (kind === 'secrets') return scanned === 'secret';
    return !otherClasses.has(scanned);
  });
}

function scanName({ name }: TrivyReport, kind: ScanKind): string {
  return `trivy ${kind} ${name}`;
}

function severityOf(item: JsonObject): Severity {
  return namedSeverity[(textAt(item, 'Severity') ?? 'unknown').toLowerCase()] ?? 'Low';
}

// --- Misconfigurations ------------------------------------------------------------------------------------------

interface Check {
  readonly target: string;
  readonly items: JsonObject[];
}

/** One check may fail at several places of a target: together they are one recommendation. */
function misconfigurations(report: TrivyReport, context: ForeignContext): readonly Part[] {
  const checks = new Map<string, Check>();
  for (const result of report.results) {
    const target = textAt(result, 'Target') ?? '';
    for (const item of objectsAt(result, 'Misconfigurations')) {
      const key = JSON.stringify([idOf(item), target]);
      const known = checks.get(key);
      if (known === undefined) checks.set(key, { target, items: [item] });
      else known.items.push(item);
    }
  }
  return [...checks.values()].map((check) => misconfiguration(report, check, context));
}

function idOf(item: JsonObject): string {
  return textAt(item, 'ID') ?? textAt(item, 'AVDID') ?? 'misconfiguration';
}

function stateOf(item: JsonObject): string {
  return textAt(item, 'Status')?.toUpperCase() ?? 'FAIL';
}

function misconfiguration(report: TrivyReport, { target, items }: Check, context: ForeignContext): Part {
  const failed = items.filter((item) => stateOf(item) === 'FAIL');
  const shown = failed[0] ?? items[0] ?? {};
  const passed = items.every((item) => stateOf(item) === 'PASS');
  const draft = {
    format: 'trivy',
    control: idOf(shown),
    subject: target === '' ? report.subject : `${report.subject}/${target}`,
    source: 'OnPremise' as const,
    title: textAt(shown, 'Title') ?? 'Misconfiguration',
    description: textAt(shown, 'Description'),
    remediation: textAt(shown, 'Resolution'),
    severity: highest((failed.length > 0 ? failed : items).map(severityOf)),
    code: failed.length > 0 ? ('Unhealthy' as const) : passed ? ('Healthy' as const) : ('NotApplicable' as const),
    cause: failed.length > 0 || passed ? undefined : stateOf(shown),
    statusDescription: textAt(shown, 'Message'),
    time: parseMoment(report.created),
    link: textAt(shown, 'PrimaryURL'),
  };
  const original = items.length === 1 ? shown : { Misconfigurations: items };
  const facts = { Target: target, ...shown, ...(items.length > 1 ? { Places: items.length } : {}) };
  return new Part(
    assessmentOf(draft, facts, context),
    { Target: target, ...original },
    scanName(report, 'misconfigurations'),
  );
}

// --- Vulnerabilities and secrets --------------------------------------------------------------------------------

interface Found {
  readonly result: JsonObject;
  readonly item: JsonObject;
}

function foundIn(report: TrivyReport, member: 'Vulnerabilities' | 'Secrets'): readonly Found[] {
  return report.results.flatMap((result) => objectsAt(result, member).map((item) => ({ result, item })));
}

function parentDraft(report: TrivyReport, found: readonly Found[]) {
  return {
    format: 'trivy',
    subject: report.subject,
    source: 'OnPremise' as const,
    severity: highest(found.map(({ item }) => severityOf(item))),
    code: found.length > 0 ? ('Unhealthy' as const) : ('Healthy' as const),
    time: parseMoment(report.created),
    hasFindings: true,
  };
}

function vulnerabilities(record: JsonObject, report: TrivyReport, context: ForeignContext): readonly Part[] {
  const found = foundIn(report, 'Vulnerabilities');
  const draft = {
    ...parentDraft(report, found),
    control: 'artifact has vulnerabilities',
    title: 'Vulnerabilities in the scanned artifact should be resolved',
    description: 'Trivy found packages with known vulnerabilities.',
    remediation: 'Update the packages to the fixed versions that the findings name.',
  };
  const scan = scanName(report, 'vulnerabilities');
  const findings = found.map(({ result, item }) => {
    const check = textAt(item, 'VulnerabilityID') ?? 'unknown';
    const packageName = textAt(item, 'PkgName');
    const fixed = textAt(item, 'FixedVersion');
    const body = findingOf(
      {
        assessmentId: assessmentIdOf(draft, context),
        subjectId: subjectOf(report.subject, 'trivy', context).id,
        source: 'OnPremise',
        identity:
          textAt(item, 'Fingerprint') ??
          `${textAt(item, 'PkgID') ?? packageName ?? ''}\n${check}\n${textAt(result, 'Target') ?? ''}`,
        check,
        title: textAt(item, 'Title') ?? `${check} in ${packageName ?? 'a package'}`,
        code: 'Unhealthy',
        severity: severityOf(item),
        remediation:
          fixed === undefined ? 'No fixed version is known.' : `Update ${packageName ?? 'the package'} to ${fixed}.`,
        category: textAt(result, 'Type') ?? 'vulnerability',
        description: textAt(item, 'Description'),
        time: draft.time,
        kind: report.isImage ? 'ContainerRegistryVulnerability' : 'ServerVulnerabilityAssessment',
        data: item,
      },
      context,
    );
    return new Part(body, item, scan);
  });
  return [new Part(assessmentOf(draft, report.facts, context), record, scan), ...findings];
}

/** Only artifacts in which secrets were found say anything of them: a report that has none does not tell what was looked for. */
function secrets(record: JsonObject, report: TrivyReport, context: ForeignContext): readonly Part[] {
  const found = foundIn(report, 'Secrets');
  if (found.length === 0 && !isScanned(report, 'secrets')) return [];
  const draft = {
    ...parentDraft(report, found),
    control: 'artifact has secrets',
    title: 'Secrets in the scanned artifact should be removed',
    description: 'Trivy found texts that look like credentials.',
    remediation: 'Remove the secrets from the artifact and replace them at their issuers.',
  };
  const scan = scanName(report, 'secrets');
  const findings = found.map(({ result, item }) => {
    const target = textAt(item, 'Target') ?? textAt(result, 'Target') ?? '';
    const check = textAt(item, 'RuleID') ?? 'secret';
    const body = findingOf(
      {
        assessmentId: assessmentIdOf(draft, context),
        subjectId: subjectOf(report.subject, 'trivy', context).id,
        source: 'OnPremise',
        identity: `${check}\n${target}\n${textAt(item, 'StartLine') ?? ''}\n${textAt(item, 'Match') ?? ''}`,
        check,
        title: `${textAt(item, 'Title') ?? check} in ${target}`,
        code: 'Unhealthy',
        severity: severityOf(item),
        remediation: draft.remediation,
        category: textAt(item, 'Category') ?? 'secret',
        time: draft.time,
        kind: 'ServerVulnerabilityAssessment',
        data: { Target: target, ...item },
      },
      context,
    );
    return new Part(body, item, scan);
  });
  return [new Part(assessmentOf(draft, report.facts, context), record, scan), ...findings];
}
