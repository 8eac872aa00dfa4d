/**
 * From parsed conditions to the form that matchers run: paths split, tests planned, scopes as keys.
 *
 * Owns: planning, once per save. Does not own: evaluation (`naive.ts`, `indexed.ts`).
 */
import { armIdKey } from '#foundation';
import { foldCase } from './case-fold.ts';
import type {
  DefinitionFault,
  ParsedConditions,
  ParsedRule,
  PlannedAutomation,
  PlannedRule,
  PlannedRuleSet,
} from './model.ts';
import { parsePath } from './path.ts';
import { planTest } from './test.ts';

export interface PlanOptions {
  readonly id: string;
  /** The scope an automation without scopes has; absent: no restriction. */
  readonly defaultScope?: string;
}

/** Plans conditions that passed the check; answers what stands in the way when they did not. */
export function planAutomation(
  conditions: ParsedConditions,
  options: PlanOptions,
): PlannedAutomation | readonly DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  const sources = conditions.sources.map((source, sourceIndex) => ({
    eventSource: source.eventSource,
    ruleSets: source.ruleSets.map(
      (ruleSet, setIndex): PlannedRuleSet => ({
        rules: ruleSet.rules.flatMap((rule, ruleIndex) => {
          const planned = planRule(rule);
          if ('path' in planned) return [planned];
          faults.push({
            target: `sources[${sourceIndex}].ruleSets[${setIndex}].rules[${ruleIndex}]`,
            message: planned.message,
          });
          return [];
        }),
      }),
    ),
  }));
  if (faults.length > 0) return faults;
  return { id: options.id, enabled: conditions.isEnabled ?? true, scopes: planScopes(conditions, options), sources };
}

function planScopes(conditions: ParsedConditions, options: PlanOptions): readonly string[] | undefined {
  const given = conditions.scopes.map((scope) => scope.scopePath);
  if (given.length > 0) return [...new Set(given.map(armIdKey))];
  return options.defaultScope === undefined ? undefined : [armIdKey(options.defaultScope)];
}

function planRule(rule: ParsedRule): PlannedRule | { readonly message: string } {
  const path = parsePath(rule.propertyJPath);
  if ('fault' in path) return { message: `The property path '${rule.propertyJPath}' ${path.fault}.` };
  const test = planTest(rule.propertyType, rule.operator, rule.expectedValue);
  if ('message' in test) return { message: test.message };
  return { ...rule, path, test };
}

/** Whether the path leads to the member `Version` at the top of the event, in any case. */
export function isVersionPath(path: PlannedRule['path']): boolean {
  const [segment, ...more] = path.segments;
  return more.length === 0 && segment?.kind === 'name' && segment.folded === versionName;
}

const versionName = foldCase('Version');
