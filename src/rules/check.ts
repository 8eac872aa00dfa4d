/**
 * Whether parsed conditions make sense: scopes inside the own subscription, operators that suit their types, expected
 * values that parse, paths that are paths.
 *
 * Owns: every rule that a save and a `validate` call hold conditions to.
 * Does not own: shapes (`parse.ts`), actions and names of the automation (`#service`).
 * Source: management API reference 5.1, validation; domain reference 6 and 8.
 */
import { parseArmId } from '#foundation';
import { ruleLimit } from './contract.data.ts';
import type { DefinitionFault, ParsedConditions, ParsedRule } from './model.ts';
import { parsePath } from './path.ts';
import { planTest } from './test.ts';

export interface CheckOptions {
  /** The subscription the automation lives in. */
  readonly subscriptionId: string;
  /** Prefix of targets, e.g. `properties.`. */
  readonly prefix?: string;
}

/** Everything wrong with the conditions; empty when they are fine. */
export function checkConditions(conditions: ParsedConditions, options: CheckOptions): readonly DefinitionFault[] {
  const prefix = options.prefix ?? '';
  return [...checkScopes(conditions, options.subscriptionId, prefix), ...checkSources(conditions, prefix)];
}

function checkScopes(conditions: ParsedConditions, subscriptionId: string, prefix: string): DefinitionFault[] {
  if (conditions.scopes.length === 0) {
    return [{ target: `${prefix}scopes`, message: 'An automation needs at least one scope.' }];
  }
  return conditions.scopes.flatMap((scope, index) => {
    const message = checkScopePath(scope.scopePath, subscriptionId);
    return message === undefined ? [] : [{ target: `${prefix}scopes[${index}].scopePath`, message }];
  });
}

function checkScopePath(scopePath: string, subscriptionId: string): string | undefined {
  const id = scopePath.startsWith('/') ? parseArmId(scopePath) : undefined;
  if (id?.type !== 'Microsoft.Resources/subscriptions' && id?.type !== 'Microsoft.Resources/resourceGroups') {
    return `The scope '${scopePath}' is neither a subscription nor a resource group.`;
  }
  if (id.subscriptionId?.toLowerCase() !== subscriptionId.toLowerCase()) {
    return `The scope '${scopePath}' lies outside the automation's own subscription '${subscriptionId}'.`;
  }
  return undefined;
}

function checkSources(conditions: ParsedConditions, prefix: string): DefinitionFault[] {
  if (conditions.sources.length === 0) {
    return [{ target: `${prefix}sources`, message: 'An automation needs at least one source.' }];
  }
  const count = conditions.sources.reduce(
    (sum, source) => sum + source.ruleSets.reduce((inner, ruleSet) => inner + ruleSet.rules.length, 0),
    0,
  );
  if (count > ruleLimit) {
    return [
      { target: `${prefix}sources`, message: `The automation has ${count} rules; at most ${ruleLimit} are allowed.` },
    ];
  }
  return conditions.sources.flatMap((source, sourceIndex) =>
    source.ruleSets.flatMap((ruleSet, setIndex) =>
      ruleSet.rules.flatMap((rule, ruleIndex) =>
        checkRule(rule, `${prefix}sources[${sourceIndex}].ruleSets[${setIndex}].rules[${ruleIndex}]`),
      ),
    ),
  );
}

function checkRule(rule: ParsedRule, target: string): DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  const path = parsePath(rule.propertyJPath);
  if ('fault' in path) {
    faults.push({
      target: `${target}.propertyJPath`,
      message: `The property path '${rule.propertyJPath.slice(0, 200)}' ${path.fault} (at ${path.offset}).`,
    });
  }
  const test = planTest(rule.propertyType, rule.operator, rule.expectedValue);
  if ('message' in test) faults.push({ target: `${target}.${test.member}`, message: test.message });
  return faults;
}
