/**
 * How many rounds the counts of values in an assigned policy take, as far as its parameters tell.
 *
 * Owns: the look at a rule and an existence condition with the assignment's values. Does not own: the limit while a rule is
 * evaluated (`evaluate-rule.ts` E3).
 *
 * Invariants
 * IT1. Only counts whose array is known without a resource are told; nested ones multiply.
 *
 * Source: policy reference 19.
 */
import { isJsonArray } from '#foundation';
import { evaluateValue, type PlannedValue } from '#templates';
import type { AssignedPolicy } from './assigned-policy.ts';
import { contextOf } from './functions.ts';
import type { Condition } from './rule.ts';

/** The most rounds any count of values takes. */
export function valueIterations(policy: AssignedPolicy): number {
  const { condition, details } = policy.plan;
  const existence = details?.kind === 'existence' ? details.existenceCondition : undefined;
  return Math.max(most(condition, policy, 1), existence === undefined ? 1 : most(existence, policy, 1));
}

function most(condition: Condition, policy: AssignedPolicy, rounds: number): number {
  switch (condition.kind) {
    case 'allOf':
    case 'anyOf':
      return condition.conditions.reduce((found, each) => Math.max(found, most(each, policy, rounds)), rounds);
    case 'not':
      return most(condition.condition, policy, rounds);
    case 'test': {
      const { subject } = condition;
      if (subject.kind !== 'count') return rounds;
      const own = subject.over.kind === 'value' ? rounds * Math.max(1, lengthOf(subject.over.value, policy)) : rounds;
      return subject.where === undefined ? own : most(subject.where, policy, own);
    }
  }
}

function lengthOf(value: PlannedValue, { parameters, identity }: AssignedPolicy): number {
  const context = contextOf({ resource: {}, parameters, now: 0, policy: identity, requestContext: {} }, undefined);
  const array = value.kind === 'constant' ? value.value : evaluateValue(value, context);
  return isJsonArray(array) ? array.length : 1;
}
