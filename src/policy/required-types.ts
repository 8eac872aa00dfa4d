/**
 * The resource types a rule can hold for, so that a scan need not look at others.
 *
 * Owns: reading them off conditions on `type` with constant values. Does not own: evaluating.
 *
 * Invariants
 * RT1. A resource whose type is not among them never makes the rule hold; undefined when nothing can be told.
 *
 * Source: policy reference 20.
 */
import { isJsonArray } from '#foundation';
import type { PolicyPlan } from './parse-definition.ts';
import type { Condition } from './rule.ts';

/** Lower-case types, or undefined for every type. */
export function requiredTypes({ condition }: Pick<PolicyPlan, 'condition'>): ReadonlySet<string> | undefined {
  return typesOf(condition);
}

function typesOf(condition: Condition): ReadonlySet<string> | undefined {
  switch (condition.kind) {
    case 'not':
      return undefined;
    case 'allOf': {
      const known = condition.conditions.map(typesOf).filter((types) => types !== undefined);
      if (known.length === 0) return undefined;
      return known.reduce((left, right) => new Set([...left].filter((type) => right.has(type))));
    }
    case 'anyOf': {
      const all = new Set<string>();
      for (const each of condition.conditions) {
        const types = typesOf(each);
        if (types === undefined) return undefined;
        for (const type of types) all.add(type);
      }
      return all;
    }
    case 'test':
      return typesOfTest(condition);
  }
}

function typesOfTest(test: Extract<Condition, { kind: 'test' }>): ReadonlySet<string> | undefined {
  const { subject, operator, negated, expected } = test;
  if (subject.kind !== 'field' || subject.text.toLowerCase() !== 'type' || negated) return undefined;
  if (expected.kind !== 'constant') return undefined;
  const { value } = expected;
  if (operator === 'equals' && typeof value === 'string') return new Set([value.toLowerCase()]);
  if (operator !== 'in' || !isJsonArray(value)) return undefined;
  return new Set(value.flatMap((each) => (typeof each === 'string' ? [each.toLowerCase()] : [])));
}
