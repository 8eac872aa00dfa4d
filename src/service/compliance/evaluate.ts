/**
 * What one policy says of one resource.
 *
 * Owns: applicability, exemption, and from an effect to a state with its reasons. Does not own: the language (`#policy`), rows.
 *
 * Invariants
 * EV1. Not applicable is no state at all; an evaluation that fails is NonCompliant with the reason.
 *
 * Source: policy reference 9, 11, 14, 16.
 */
import type { Json, JsonObject } from '#foundation';
import { applies, candidateQuery, type EvaluatedExpression, evaluateRule, type Surroundings } from '#policy';
import { isStop } from '#templates';
import type { Services } from '../services.ts';
import { attestedState } from './attestations.ts';
import { type Assigned, assignedFor, type AssignedPolicies } from '../policies/assigned-policies.ts';
import { candidateAnswer, type CandidateQuestion } from './candidate-answers.ts';
import { type Subject, surroundingsOf } from './subject.ts';

export type ComplianceState = 'Compliant' | 'NonCompliant' | 'Exempt' | 'Conflict' | 'Unknown';

export interface Verdict {
  readonly state: ComplianceState;
  /** `evaluatedExpressions`, `ifNotExistsDetails`, `reason`. */
  readonly details: JsonObject;
  /** The policy as it holds for the resource, with the effect it has there. */
  readonly assigned: Assigned;
}

type Read = Pick<Services, 'store' | 'settings' | 'clock'>;
type Judgement = Omit<Verdict, 'assigned'>;

/** The verdict of a policy that reaches the subject; undefined when it does not apply (EV1). */
export function evaluateAssigned(
  services: Read,
  policies: AssignedPolicies,
  reaching: Assigned,
  subject: Subject,
): Verdict | undefined {
  const assigned = assignedFor(reaching, subject);
  if (assigned === undefined) return undefined;
  const now = services.clock.now();
  const surroundings = surroundingsOf(services, assigned.policy, subject, now);
  if (!applies(assigned.policy.plan, assigned.effect, surroundings)) return undefined;
  const verdict = { ...judge(services, assigned, subject, surroundings), assigned };
  const exemption = policies.exemptionOf(assigned, subject.id, now, subject);
  return exemption === undefined ? verdict : { ...verdict, state: 'Exempt' };
}

function judge(services: Read, assigned: Assigned, subject: Subject, surroundings: Surroundings): Judgement {
  const { plan } = assigned.policy;
  const { holds, expressions } = evaluateRule(plan.condition, surroundings);
  if (isStop(holds)) return failed(holds.message, expressions);
  const { details } = plan;
  switch (assigned.effect) {
    case 'auditIfNotExists':
    case 'deployIfNotExists':
      if (details?.kind !== 'existence') return failed('The definition has no details of a related resource.', []);
      return judgeExistence(services, { policy: assigned.policy, details, subject, surroundings }, expressions);
    case 'manual': {
      if (!holds) return verdictOf('Compliant', expressions);
      const attested = attestedState(services, assigned, subject.key);
      const usual = details?.kind === 'manual' ? details.defaultState : 'Unknown';
      return verdictOf(stateNamed(attested ?? usual), expressions);
    }
    case 'denyAction':
      return verdictOf('Compliant', expressions);
    default:
      return verdictOf(holds ? 'NonCompliant' : 'Compliant', expressions);
  }
}

function judgeExistence(
  services: Read,
  asking: Omit<CandidateQuestion, 'query'>,
  expressions: readonly EvaluatedExpression[],
): Judgement {
  const query = candidateQuery(asking.details, asking.surroundings);
  if (isStop(query)) return failed(query.message, expressions);
  const { satisfied, total, last, reason } = candidateAnswer(services, { ...asking, query });
  if (satisfied) return verdictOf('Compliant', expressions, existence(last, total));
  const found = { ...existence(last, total), ...(reason === undefined ? {} : { reason }) };
  return verdictOf('NonCompliant', expressions, found);
}

function existence(resourceId: Json | undefined, totalResources: number): JsonObject {
  return { ifNotExistsDetails: { ...(resourceId === undefined ? {} : { resourceId }), totalResources } };
}

function verdictOf(
  state: ComplianceState,
  expressions: readonly EvaluatedExpression[],
  more: JsonObject = {},
): Judgement {
  return { state, details: { evaluatedExpressions: expressions.map((each): JsonObject => ({ ...each })), ...more } };
}

function failed(reason: string, expressions: readonly EvaluatedExpression[]): Judgement {
  return verdictOf('NonCompliant', expressions, { reason });
}

function stateNamed(text: string): ComplianceState {
  const states = ['Compliant', 'NonCompliant', 'Unknown'] as const;
  return states.find((state) => state.toLowerCase() === text.toLowerCase()) ?? 'Unknown';
}
