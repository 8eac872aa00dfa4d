/**
 * Trivy's reports in one form, wherever they come from.
 *
 * Owns: the shapes of reports on images, file systems and configurations, on clusters, and of the operator's resources.
 * Does not own: what becomes of results (`trivy.ts`). Source: Trivy's published report format and resource definitions.
 */
import { isJsonObject, type Json, type JsonObject } from '#foundation';
import { at, objectsAt, textAt, textsAt } from '../members.ts';

export interface TrivyReport {
  /** What was scanned, told apart by its digest where it has one. */
  readonly subject: string;
  /** The same without the digest: a rebuilt image is still the image of that name. */
  readonly name: string;
  readonly isImage: boolean;
  readonly created: Json | undefined;
  readonly facts: JsonObject;
  readonly results: readonly JsonObject[];
}

const operatorKinds = new Set([
  'VulnerabilityReport',
  'ClusterVulnerabilityReport',
  'ConfigAuditReport',
  'ClusterConfigAuditReport',
  'RbacAssessmentReport',
  'ClusterRbacAssessmentReport',
  'InfraAssessmentReport',
  'ExposedSecretReport',
]);

export function isTrivyRecord(record: JsonObject): boolean {
  if (textAt(record, 'ArtifactName') !== undefined) {
    return textAt(record, 'SchemaVersion') === '2' || textAt(record, 'ArtifactType') !== undefined;
  }
  if (isClusterReport(record)) return true;
  const resource = operatorResource(record);
  return operatorKinds.has(textAt(resource, 'kind') ?? '') && isJsonObject(at(resource, 'report'));
}

function isClusterReport(record: JsonObject): boolean {
  if (at(record, 'ClusterName') === undefined) return false;
  return clusterLists.some((name) => Array.isArray(at(record, name)));
}

const clusterLists = ['Resources', 'Vulnerabilities', 'Misconfigurations'] as const;

/** The operator's resource, which its webhook wraps in what was done to it. */
function operatorResource(record: JsonObject): JsonObject {
  const inner = at(record, 'operatorObject');
  return isJsonObject(inner) ? inner : record;
}

/** The reports in a record; none for a summary, and for a resource that was deleted. */
export function reportsIn(record: JsonObject): readonly TrivyReport[] {
  if (textAt(record, 'ArtifactName') !== undefined) return [artifactReport(record)];
  if (isClusterReport(record)) {
    return clusterLists.flatMap((name) => objectsAt(record, name).map((each) => resourceReport(record, each)));
  }
  return textAt(record, 'verb') === 'delete' ? [] : [operatorReport(operatorResource(record))];
}

function artifactReport(record: JsonObject): TrivyReport {
  const name = textAt(record, 'ArtifactName') ?? '';
  const digest = textsAt(record, 'Metadata', 'RepoDigests')[0] ?? textAt(record, 'Metadata', 'ImageID');
  return {
    subject: digest === undefined ? name : `${name}@${digest.slice(digest.lastIndexOf('@') + 1)}`,
    name,
    isImage: textAt(record, 'ArtifactType') === 'container_image',
    created: at(record, 'CreatedAt'),
    facts: { ArtifactName: name, ArtifactType: at(record, 'ArtifactType') ?? null },
    results: objectsAt(record, 'Results'),
  };
}

function resourceReport(record: JsonObject, resource: JsonObject): TrivyReport {
  const cluster = textAt(record, 'ClusterName') ?? 'cluster';
  const named = ['Namespace', 'Kind', 'Name'].flatMap((name) => textAt(resource, name) ?? []);
  const subject = [cluster, ...named].join('/');
  return {
    subject,
    name: subject,
    isImage: false,
    created: at(record, 'CreatedAt'),
    facts: {
      ClusterName: cluster,
      Namespace: at(resource, 'Namespace') ?? null,
      Kind: at(resource, 'Kind') ?? null,
      Name: at(resource, 'Name') ?? null,
    },
    results: objectsAt(resource, 'Results'),
  };
}

// --- The operator -----------------------------------------------------------------------------------------------

function operatorReport(resource: JsonObject): TrivyReport {
  const label = (name: string): string | undefined =>
    textAt(resource, 'metadata', 'labels', `trivy-operator.${name}`) ??
    textAt(resource, 'metadata', 'labels', `trivy-operator.aquasecurity.github.io/${name}`);
  const namespace = label('resource.namespace') ?? textAt(resource, 'metadata', 'namespace');
  const named = [namespace, label('resource.kind'), label('resource.name') ?? textAt(resource, 'metadata', 'name')];
  const report = at(resource, 'report');
  const image = [textAt(report, 'artifact', 'repository'), textAt(report, 'artifact', 'tag')].flatMap(
    (part) => part ?? [],
  );
  const subject = [...named, label('container.name')].flatMap((part) => part ?? []).join('/');
  return {
    subject,
    name: subject,
    isImage: false,
    created: at(report, 'updateTimestamp') ?? at(resource, 'metadata', 'creationTimestamp'),
    facts: {
      Kind: at(resource, 'kind') ?? null,
      Image: image.join(':') || null,
      Digest: at(report, 'artifact', 'digest') ?? null,
    },
    results: [operatorResults(resource, image.join(':'))],
  };
}

/** The operator's lists under the names that reports use. */
function operatorResults(resource: JsonObject, target: string): JsonObject {
  const kind = textAt(resource, 'kind') ?? '';
  const report = at(resource, 'report');
  if (kind.endsWith('VulnerabilityReport')) {
    return {
      Target: target,
      Class: 'os-pkgs',
      Vulnerabilities: objectsAt(report, 'vulnerabilities').map(vulnerabilityOf),
    };
  }
  if (kind === 'ExposedSecretReport') {
    return { Target: target, Class: 'secret', Secrets: objectsAt(report, 'secrets').map(secretOf) };
  }
  return { Target: '', Class: 'config', Misconfigurations: objectsAt(report, 'checks').map(checkOf) };
}

function vulnerabilityOf(item: JsonObject): JsonObject {
  return {
    ...item,
    VulnerabilityID: at(item, 'vulnerabilityID') ?? null,
    PkgName: at(item, 'resource') ?? null,
    InstalledVersion: at(item, 'installedVersion') ?? null,
    FixedVersion: at(item, 'fixedVersion') ?? null,
    Severity: at(item, 'severity') ?? null,
    Title: at(item, 'title') ?? null,
    Description: at(item, 'description') ?? null,
    PrimaryURL: at(item, 'primaryLink') ?? null,
  };
}

function checkOf(item: JsonObject): JsonObject {
  return {
    ...item,
    ID: at(item, 'checkID') ?? null,
    Title: at(item, 'title') ?? null,
    Description: at(item, 'description') ?? null,
    Resolution: at(item, 'remediation') ?? null,
    Severity: at(item, 'severity') ?? null,
    Message: textsAt(item, 'messages')[0] ?? null,
    Status: at(item, 'success') === true ? 'PASS' : 'FAIL',
  };
}

function secretOf(item: JsonObject): JsonObject {
  return {
    ...item,
    RuleID: at(item, 'ruleID') ?? null,
    Category: at(item, 'category') ?? null,
    Severity: at(item, 'severity') ?? null,
    Title: at(item, 'title') ?? null,
    Target: at(item, 'target') ?? null,
  };
}
