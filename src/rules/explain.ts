/**
 * Why conditions hold or not: each rule set, each rule, what was expected and what was there.
 *
 * Owns: the explanation of one source's conditions on one event. Does not own: outcomes beyond the rules (`#service`).
 */
import type { Json } from '#foundation';
import type { MatchableEvent, PlannedAutomation, PlannedRule } from './model.ts';
import { valuesFor } from './naive.ts';
import { holds } from './test.ts';

export interface ExplainedRule {
  readonly propertyJPath: string;
  readonly operator: string;
  readonly expectedValue: string;
  /** The value found; a list of them for a path with wildcards; null when there is none. */
  readonly actualValue: Json;
  readonly matched: boolean;
}

export interface ExplainedRuleSet {
  readonly matched: boolean;
  readonly rules: readonly ExplainedRule[];
}

/** Rule sets of all sources that take the event's kind, in order; a source without rule sets shows as one empty set. */
export function explainRuleSets(automation: PlannedAutomation, event: MatchableEvent): readonly ExplainedRuleSet[] {
  return automation.sources
    .filter((source) => source.eventSource === event.source)
    .flatMap((source) => {
      if (source.ruleSets.length === 0) return [{ matched: true, rules: [] }];
      return source.ruleSets.map((ruleSet) => {
        const rules = ruleSet.rules.map((rule) => explainRule(rule, event));
        return { matched: rules.every((rule) => rule.matched), rules };
      });
    });
}

function explainRule(rule: PlannedRule, event: MatchableEvent): ExplainedRule {
  const values = valuesFor(rule, event);
  const many = rule.path.segments.some((segment) => segment.kind === 'wildcard');
  return {
    propertyJPath: rule.propertyJPath,
    operator: rule.operator,
    expectedValue: rule.expectedValue,
    actualValue: many ? values : (values[0] ?? null),
    matched: values.some((value) => holds(rule.test, value)),
  };
}
