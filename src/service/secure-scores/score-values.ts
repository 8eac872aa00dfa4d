/**
 * What a secure score is worth: the numbers of a control and of a subscription, and the events that carry them.
 *
 * Owns: the sums and the bodies. Does not own: what is counted (`resource-states.ts`), when (`keep-scores.ts`).
 *
 * Invariants
 * V1. A control's score is its maximum × healthy / (healthy + unhealthy) over resources; resources that are not applicable
 *     count for nothing, and a control without any other resource has the maximum 0.
 * V2. The score of a subscription is the sum over its controls; percentages are ratios of the rounded scores.
 * Source: public API specification (secureScores of 2020-01-01, whose examples add up so); domain reference 9.5.
 */
import { looseMember, scalarText } from '#events';
import type { Json, JsonObject } from '#foundation';
import { type BuiltinControl, builtinControls } from './builtin-controls.data.ts';

export const scoreName = 'ascScore';
const definitionType = 'Microsoft.Security/secureScoreControlDefinitions';

/** Resources of a control by their state. */
export interface ResourceCounts {
  readonly healthy: number;
  readonly unhealthy: number;
  readonly notApplicable: number;
}

export interface Score {
  readonly max: number;
  readonly current: number;
  readonly percentage: number;
}

function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round((value + Number.EPSILON) * scale) / scale;
}

function scoreOf(max: number, current: number): Score {
  const shown = rounded(current, 2);
  return { max, current: shown, percentage: max === 0 ? 0 : rounded(shown / max, 4) };
}

/** V1. */
export function controlScore(maxScore: number, { healthy, unhealthy }: ResourceCounts): Score {
  const applicable = healthy + unhealthy;
  return applicable === 0 ? scoreOf(0, 0) : scoreOf(maxScore, (maxScore * healthy) / applicable);
}

export function definitionOf(control: BuiltinControl): JsonObject {
  return {
    id: `/providers/${definitionType}/${control.key}`,
    name: control.key,
    type: definitionType,
    properties: {
      source: { sourceType: 'BuiltIn' },
      displayName: control.displayName,
      maxScore: control.maxScore,
      assessmentDefinitions: control.assessments.map((key) => ({
        id: `/providers/Microsoft.Security/assessmentMetadata/${key}`,
      })),
    },
  };
}

/** Definitions of the built-in controls, the same everywhere. */
export const controlDefinitions: readonly JsonObject[] = builtinControls.map(definitionOf);

const enrichment = { action: 'Insert', apiVersion: '2020-01-01', isSnapshot: false };

/** The event of a control's score at a scope: a subscription, or a management group. */
export function controlBody(scope: string, control: BuiltinControl, counts: ResourceCounts): JsonObject {
  return {
    securityEventDataEnrichment: enrichment,
    id: `${scope}/providers/Microsoft.Security/secureScores/${scoreName}/secureScoreControls/${control.key}`,
    name: control.key,
    type: 'Microsoft.Security/secureScores/secureScoreControls',
    properties: {
      displayName: control.displayName,
      healthyResourceCount: counts.healthy,
      unhealthyResourceCount: counts.unhealthy,
      notApplicableResourceCount: counts.notApplicable,
      score: { ...controlScore(control.maxScore, counts) },
      definition: definitionOf(control),
      weight: counts.healthy + counts.unhealthy,
    },
  };
}

function numberAt(body: Json, ...path: readonly string[]): number {
  const value = Number(scalarText(looseMember(body, 'properties', ...path)) ?? '0');
  return Number.isFinite(value) ? value : 0;
}

/** The event of the score of a scope, of the bodies of its controls (V2). */
export function scoreBody(scope: string, controls: readonly JsonObject[]): JsonObject {
  const sum = (...path: readonly string[]): number =>
    controls.reduce((total, control) => total + numberAt(control, ...path), 0);
  return {
    securityEventDataEnrichment: enrichment,
    id: `${scope}/providers/Microsoft.Security/secureScores/${scoreName}`,
    name: scoreName,
    type: 'Microsoft.Security/secureScores',
    properties: {
      environment: 'Azure',
      displayName: 'ASC score',
      score: { ...scoreOf(sum('score', 'max'), sum('score', 'current')) },
      weight: sum('weight'),
    },
  };
}

/** The resources that the body of a control's score counts. */
export function countsIn(body: JsonObject): ResourceCounts {
  return {
    healthy: numberAt(body, 'healthyResourceCount'),
    unhealthy: numberAt(body, 'unhealthyResourceCount'),
    notApplicable: numberAt(body, 'notApplicableResourceCount'),
  };
}

const controlsOfAssessments = new Map<string, BuiltinControl[]>();
for (const control of builtinControls) {
  for (const key of control.assessments) {
    const known = controlsOfAssessments.get(key);
    if (known === undefined) controlsOfAssessments.set(key, [control]);
    else known.push(control);
  }
}

/** The controls that a recommendation counts for, by its key in any case. */
export function controlsOf(assessmentKey: string): readonly BuiltinControl[] {
  return controlsOfAssessments.get(assessmentKey.toLowerCase()) ?? [];
}
