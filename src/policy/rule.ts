/**
 * The tree of a policy rule, its expressions planned.
 *
 * Owns: the shapes. Does not own: reading (`parse-rule.ts`), meaning (`evaluate-rule.ts`).
 *
 * Source: policy reference 2, 5, 7.
 */
import type { Json } from '#foundation';
import type { PlannedValue } from '#templates';

/** The conditions, each with its negation; `exists` is its own. */
export type Operator =
  | 'equals'
  | 'in'
  | 'contains'
  | 'containsKey'
  | 'like'
  | 'match'
  | 'matchInsensitively'
  | 'less'
  | 'lessOrEquals'
  | 'greater'
  | 'greaterOrEquals'
  | 'exists';

/** A `field`: its text, or an expression that gives it (`[concat('tags[', parameters('t'), ']')]`). */
export interface FieldSubject {
  readonly kind: 'field';
  readonly name: PlannedValue;
  /** As written, for messages and evaluation details. */
  readonly text: string;
}

export interface ValueSubject {
  readonly kind: 'value';
  readonly value: PlannedValue;
  readonly text: Json;
}

export interface CountSubject {
  readonly kind: 'count';
  /** What is counted: the members of an array alias, or of an array value under a name. */
  readonly over:
    | { readonly kind: 'field'; readonly alias: string }
    | { readonly kind: 'value'; readonly value: PlannedValue; readonly name: string };
  readonly where?: Condition;
}

export type Subject = FieldSubject | ValueSubject | CountSubject;

export type Condition =
  | { readonly kind: 'allOf' | 'anyOf'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'test';
      readonly subject: Subject;
      readonly operator: Operator;
      /** `notEquals`, `notIn` …: the complement for one value. */
      readonly negated: boolean;
      readonly expected: PlannedValue;
      /** Where the condition stands below `if`, for evaluation details. */
      readonly path: readonly (string | number)[];
    };

/** A fault in a definition: code of the published table, where it stands below the definition's properties. */
export interface PolicyFault {
  readonly code:
    | 'InvalidPolicyRule'
    | 'InvalidPolicyDefinition'
    | 'InvalidPolicyParameters'
    | 'InvalidPolicyRuleEffectDetails'
    | 'UnusedPolicyParameters';
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/** Calls `visit` for every test in a condition, those of `where` included. */
export function visitTests(condition: Condition, visit: (test: Extract<Condition, { kind: 'test' }>) => void): void {
  switch (condition.kind) {
    case 'allOf':
    case 'anyOf':
      for (const each of condition.conditions) visitTests(each, visit);
      return;
    case 'not':
      visitTests(condition.condition, visit);
      return;
    case 'test':
      visit(condition);
      if (condition.subject.kind === 'count' && condition.subject.where !== undefined) {
        visitTests(condition.subject.where, visit);
      }
  }
}
