/**
 * Makes a sample recommendation, which goes everywhere real ones do.
 *
 * Owns: its body. Does not own: what it sets off (`ingest-events.ts`), sample alerts (`simulate-alerts.ts`).
 *
 * Invariants
 * M1. Every sample is about a resource of its own that does not exist, so that each is a first evaluation and starts what a
 *     real one would; the resource never enters the inventory.
 * Source: domain reference 20 and 9.2.
 */
import { formatTime, type Json, type JsonObject, memberOf, raise, textMember } from '#foundation';
import { ingestEvents, type IngestResult } from './ingest-events.ts';
import type { Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export interface RecommendationSample {
  readonly caller: Caller;
  readonly subscriptionId: string;
  /** `{severity?: High|Medium|Low, state?: Unhealthy|Healthy|NotApplicable}`; a high one that is unhealthy by default. */
  readonly body: Json | undefined;
}

/** The key of sample recommendations: a rule on `name` can pick them out. */
export const sampleAssessmentKey = '5a3b1e00-0000-4000-8000-736563757265';

const severities = ['High', 'Medium', 'Low'];
const states = ['Unhealthy', 'Healthy', 'NotApplicable'];

function choice(body: Json | undefined, name: string, allowed: readonly string[]): string {
  const given = memberOf(body, name);
  if (given === undefined || given === null) return allowed[0] as string;
  const known = allowed.find((each) => typeof given === 'string' && each.toLowerCase() === given.toLowerCase());
  return known ?? raise('InvalidParameter', `${name} must be one of ${allowed.join(', ')}.`, { target: name });
}

/** @throws TocsinError `InvalidParameter`. */
export function simulateRecommendation(services: Services, request: RecommendationSample): Promise<IngestResult> {
  const severity = choice(request.body, 'severity', severities);
  const state = choice(request.body, 'state', states);
  return ingestEvents(services, {
    records: [bodyOf(services, request.subscriptionId, { severity, state })],
    format: 'tocsin',
    createUnknown: false,
    inventory: false,
    identity: request.caller.identity,
    allowed: () => true,
  });
}

interface Choice {
  readonly severity: string;
  readonly state: string;
}

function bodyOf(services: Services, subscriptionId: string, { severity, state }: Choice): JsonObject {
  const now = formatTime(services.clock.now());
  const name = `Sample-VM-${services.random.uuid().slice(0, 8)}`;
  const scope = `/subscriptions/${subscriptionId}/resourceGroups/Sample-RG/providers`;
  const resource = `${scope}/Microsoft.Compute/virtualMachines/${name}`;
  const displayName = '[SAMPLE RECOMMENDATION] Management ports of the machine should be closed';
  const enrichment = { action: 'Insert', apiVersion: '2019-01-01', isSnapshot: false };
  return {
    assessmentEventDataEnrichment: enrichment,
    securityEventDataEnrichment: enrichment,
    tenantId: services.settings.tenantId,
    type: 'Microsoft.Security/assessments',
    kind: null,
    location: null,
    id: `${resource}/providers/Microsoft.Security/assessments/${sampleAssessmentKey}`,
    name: sampleAssessmentKey,
    tags: null,
    properties: {
      resourceDetails: {
        source: 'Azure',
        id: resource,
        resourceName: name,
        resourceType: 'virtualMachines',
        resourceProvider: 'Microsoft.Compute',
        nativeResourceId: resource,
      },
      displayName,
      status: { code: state, statusChangeDate: now, firstEvaluationDate: now },
      additionalData: {},
      metadata: {
        displayName,
        assessmentType: 'BuiltIn',
        description: 'THIS IS A SAMPLE RECOMMENDATION: management ports of the machine can be reached by anyone.',
        remediationDescription: 'This recommendation is a sample: no action is needed.',
        categories: ['Networking'],
        severity,
        userImpact: 'Low',
        implementationEffort: 'Low',
        threats: ['accountBreach'],
      },
    },
  };
}

/** The subscription a sample is made for. @throws TocsinError `InvalidRequestContent`. */
export function sampleSubscription(body: Json | undefined): string {
  const id = textMember(body, 'subscriptionId');
  return id ?? raise('InvalidRequestContent', "The body must have 'subscriptionId'.", { target: 'subscriptionId' });
}
