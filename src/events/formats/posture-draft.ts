/**
 * Foreign posture results on their way: recommendations, findings and control assessments, and the native bodies.
 *
 * Owns: the bodies' members, their ids. Does not own: where the values come from (one file per format).
 * Source: domain reference 9.2 to 9.4 and 21.
 */
import type { Json, JsonObject } from '#foundation';
import { recommendationSeverity, type Severity } from '../severity.data.ts';
import { formatMoment, type Moment, momentOf } from '../times.ts';
import { uuid5 } from '../uuid5.ts';
import type { ForeignContext } from './format.ts';
import { flatten } from './flatten.ts';
import { subjectOf } from './subject.ts';

export type HealthCode = 'Healthy' | 'Unhealthy' | 'NotApplicable';

export interface AssessmentDraft {
  readonly format: string;
  /** What the recommendation's key is made of: the control, rule or check. */
  readonly control: string;
  /** The native id of what was assessed. */
  readonly subject: string;
  readonly source: 'Azure' | 'Aws' | 'Gcp' | 'OnPremise';
  readonly title: string;
  readonly description?: string | undefined;
  readonly remediation?: string | undefined;
  readonly severity: Severity;
  readonly code: HealthCode;
  readonly cause?: string | undefined;
  readonly statusDescription?: string | undefined;
  readonly time?: Moment | undefined;
  readonly categories?: readonly string[];
  readonly link?: string | undefined;
  /** Whether findings follow: then what mirrors them is left out of the comparison of states. */
  readonly hasFindings?: boolean;
}

/** What a finding of a detector that reports them one by one says of its state; the three states of an alert, in its words. */
export function findingHealth(state: 'New' | 'Dismissed' | 'Resolved'): {
  readonly code: HealthCode;
  readonly cause?: string;
} {
  if (state === 'Dismissed') return { code: 'NotApplicable', cause: 'Suppressed' };
  return { code: state === 'Resolved' ? 'Healthy' : 'Unhealthy' };
}

/** The key of a recommendation: the same control always has the same. */
export function assessmentKey(format: string, control: string): string {
  return uuid5('assessment', format, control);
}

export function assessmentIdOf(
  draft: Pick<AssessmentDraft, 'format' | 'control' | 'subject'>,
  context: ForeignContext,
): string {
  const { id } = subjectOf(draft.subject, draft.format, context);
  return `${id}/providers/Microsoft.Security/assessments/${assessmentKey(draft.format, draft.control)}`;
}

export function assessmentOf(draft: AssessmentDraft, record: JsonObject, context: ForeignContext): JsonObject {
  const subject = subjectOf(draft.subject, draft.format, context);
  const id = assessmentIdOf(draft, context);
  const time = formatMoment(draft.time ?? momentOf(context.now));
  const enrichment = { action: 'Insert', apiVersion: '2019-01-01', isSnapshot: false };
  return {
    assessmentEventDataEnrichment: enrichment,
    securityEventDataEnrichment: enrichment,
    type: 'Microsoft.Security/assessments',
    id,
    name: assessmentKey(draft.format, draft.control),
    properties: {
      resourceDetails: {
        source: draft.source,
        id: subject.id,
        ...(subject.nativeId === undefined
          ? {}
          : { nativeCloudUniqueIdentifier: subject.nativeId, resourceName: subject.nativeId }),
      },
      displayName: draft.title,
      status: {
        code: draft.code,
        ...(draft.cause === undefined ? {} : { cause: draft.cause }),
        ...(draft.statusDescription === undefined ? {} : { description: draft.statusDescription }),
        statusChangeDate: time,
        firstEvaluationDate: time,
      },
      additionalData: {
        ProductComponentName: draft.format,
        ...(draft.hasFindings === true ? { subAssessmentsLink: `${id}/subAssessments` } : {}),
        ...stable(flatten(record)),
      },
      metadata: {
        displayName: draft.title,
        assessmentType: 'CustomerManaged',
        description: draft.description ?? draft.title,
        remediationDescription: draft.remediation ?? '',
        categories: [...(draft.categories ?? [])],
        severity: recommendationSeverity(draft.severity),
      },
      links: { azurePortal: draft.link ?? null, azurePortalUri: draft.link ?? null },
    },
  };
}

const momentText = /^\s*\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}|^\s*\d{10,19}\s*$/;

/** Without the entries that hold times: every scan moves them, and a scan alone is no change. */
function stable(flat: { readonly [name: string]: Json }): JsonObject {
  return Object.fromEntries(
    Object.entries(flat).filter(
      ([name, value]) => !(typeof value === 'string' && momentText.test(value)) && !/report_?id$/i.test(name),
    ),
  );
}

export interface FindingDraft {
  readonly assessmentId: string;
  /** Where the finding is, in the words of `resourceDetails`. */
  readonly subjectId: string;
  readonly source: AssessmentDraft['source'];
  /** What the name is made of; the same finding always has the same. */
  readonly identity: string;
  /** The check's own id: a CVE, a rule. */
  readonly check: string;
  readonly title: string;
  readonly code: HealthCode;
  readonly cause?: string | undefined;
  readonly severity: Severity;
  readonly remediation?: string | undefined;
  readonly impact?: string | undefined;
  readonly category: string;
  readonly description?: string | undefined;
  readonly time?: Moment | undefined;
  readonly kind: string;
  readonly data: JsonObject;
}

export function findingOf(draft: FindingDraft, context: ForeignContext): JsonObject {
  const name = uuid5('finding', draft.assessmentId.toLowerCase(), draft.identity);
  const enrichment = {
    $type: 'subAssessmentEventDataEnrichment',
    Action: 'Insert',
    ApiVersion: '2020-01-01',
    IsSnapshot: false,
  };
  return {
    $type: 'subAssessmentEvent',
    SubAssessmentEventDataEnrichment: enrichment,
    SecurityEventDataEnrichment: enrichment,
    Type: 'Microsoft.Security/assessments/subAssessments',
    Id: `${draft.assessmentId}/subassessments/${name}`,
    Name: name,
    Properties: {
      $type: 'response/subAssessmentProperties',
      Id: draft.check,
      DisplayName: draft.title,
      Status: {
        $type: 'status',
        Code: draft.code,
        ...(draft.cause === undefined ? {} : { Cause: draft.cause }),
        Severity: recommendationSeverity(draft.severity),
      },
      Remediation: draft.remediation ?? '',
      Impact: draft.impact ?? '',
      Category: draft.category,
      Description: draft.description ?? draft.title,
      TimeGenerated: formatMoment(draft.time ?? momentOf(context.now)),
      ResourceDetails: {
        $type: `resourceDetails/${draft.source.toLowerCase()}`,
        Source: draft.source,
        Id: draft.subjectId,
      },
      AdditionalData: { $type: `additionalData/${draft.kind}`, AssessedResourceType: draft.kind, ...draft.data },
    },
  };
}

export interface ControlDraft {
  readonly standard: string;
  readonly control: string;
  readonly key: string;
  readonly description: string;
  readonly code: HealthCode;
  readonly link?: string | undefined;
}

function segment(text: string): string {
  const plain = text
    .replace(/^standards\//i, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 120);
  if (plain === '') return 'unnamed';
  // A segment of that name would begin another resource's id.
  return plain.toLowerCase() === 'providers' ? `${plain}_` : plain;
}

/** The control assessment that one result is part of; results of one request are added up by the caller. */
export function controlOf(draft: ControlDraft, context: ForeignContext): JsonObject {
  const state = draft.code === 'Unhealthy' ? 'Failed' : draft.code === 'Healthy' ? 'Passed' : 'Skipped';
  const id =
    `/subscriptions/${context.subscriptionId}/providers/Microsoft.Security` +
    `/regulatoryComplianceStandards/${segment(draft.standard)}/regulatoryComplianceControls/${segment(draft.control)}` +
    `/regulatoryComplianceAssessments/${draft.key}`;
  return {
    securityEventDataEnrichment: {
      action: 'Write',
      apiVersion: '2019-01-01-preview',
      isSnapshot: false,
      interval: '00:00:00',
    },
    id,
    name: draft.key,
    type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
    properties: {
      description: draft.description,
      state,
      passedResources: state === 'Passed' ? 1 : 0,
      failedResources: state === 'Failed' ? 1 : 0,
      skippedResources: state === 'Skipped' ? 1 : 0,
      assessmentType: 'AssessmentResult',
      assessmentDetailsLink: draft.link ?? '',
    },
  };
}
