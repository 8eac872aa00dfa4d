/** Entry file of `#rules`: says which automations an event triggers. */
export { foldCase } from './case-fold.ts';
export { type CheckOptions, checkConditions } from './check.ts';
export {
  type EventSource,
  type Operator,
  type PropertyType,
  eventSources,
  operators,
  operatorsOfType,
  propertyTypes,
  ruleLimit,
  virtualAlertVersion,
} from './contract.data.ts';
export { type ExplainedRule, type ExplainedRuleSet, explainRuleSets } from './explain.ts';
export { IndexedMatcher } from './indexed.ts';
export { eventSourceOf, invalidAutomation, matchesProperties, matchesUnchecked, sourceOfBody } from './match.ts';
export type {
  DefinitionFault,
  MatchableEvent,
  Matcher,
  ParsedConditions,
  ParsedRule,
  ParsedRuleSet,
  ParsedScope,
  ParsedSource,
  PlannedAutomation,
  PlannedRule,
  PlannedRuleSet,
  PlannedSource,
} from './model.ts';
export { NaiveMatcher, conditionsHold, fires, inScope, ruleHolds, ruleSetHolds } from './naive.ts';
export { parseConditions } from './parse.ts';
export { type PropertyPath, parsePath, readPath } from './path.ts';
export { type PlanOptions, planAutomation } from './plan.ts';
export { subjectsOf } from './subject.ts';
