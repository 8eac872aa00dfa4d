/** Entry file of `#policy`: which resources break which policy, and what to change or deploy about it. */
export { applies, looksAtTags } from './applicability.ts';
export { aliasSteps, type Field, fieldKey, parseField } from './alias.ts';
export { type AssignedPolicy, type AssignmentFault, assignPolicy } from './assigned-policy.ts';
export { appendToResource, applyChange, type Change, type Changed, modifyResource } from './change.ts';
export { type Effect, type EffectDetails, effectNamed, effects, type ExistenceDetails } from './effect.ts';
export { type EvaluationDelay, evaluationDelay } from './evaluation-delay.ts';
export { type EvaluatedExpression, evaluateRule, iterationLimit, type RuleEvaluation } from './evaluate-rule.ts';
export {
  candidateQuery,
  type CandidateQuery,
  isNamed,
  isSatisfying,
  type PlannedDeployment,
  plannedDeployment,
} from './existence.ts';
export { type PolicyIdentity, type Surroundings } from './functions.ts';
export {
  type InitiativeMember,
  type InitiativePlan,
  madeReferenceId,
  memberValues,
  planInitiative,
} from './initiative.ts';
export { valueIterations } from './iterations.ts';
export { type Declarations, effectiveParameters, parseDeclarations, type ParameterFault } from './parameters.ts';
export { planDefinition, type PolicyPlan } from './parse-definition.ts';
export { requiredTypes } from './required-types.ts';
export type { PolicyFault } from './rule.ts';
export type { ResourceDocument } from './select.ts';
export { type Watched, watchedSurroundings } from './watched.ts';
