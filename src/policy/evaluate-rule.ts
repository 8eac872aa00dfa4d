/**
 * Evaluating a rule on a resource.
 *
 * Owns: logical operators, counts, which values a condition looks at, the record of what was evaluated. Does not own: single
 * values (`conditions.ts`), what a true rule leads to (`effects`).
 *
 * Invariants
 * E1. Operators stop at the condition that decides; an error met before that is the result.
 * E2. A field condition holds when all selected values meet it; nothing selected holds.
 * E3. Counting values takes at most `iterationLimit` rounds, nested counts multiplied.
 *
 * Source: policy reference 4 to 7, 19.
 */
import { isJsonArray, type Json } from '#foundation';
import { evaluateValue, type EvaluationStop, isStop, newBudget, type PlannedValue, stop } from '#templates';
import { parseField } from './alias.ts';
import { meets } from './conditions.ts';
import { bindingOf, contextOf, type CountFrame, type Surroundings } from './functions.ts';
import { quoted } from './quoted.ts';
import type { Condition, CountSubject, Subject } from './rule.ts';
import { type ResourceDocument, selectAlias, selectField, type Selected, shownPath } from './select.ts';

/**
 * One evaluated condition, as `policyEvaluationDetails` shows it: the field's computed name, its path in the resource, the
 * operator in Azure's spelling (`NotEquals`). A missing value has no `expressionValue`, a computed one no `path`.
 */
export interface EvaluatedExpression {
  readonly result: 'True' | 'False';
  readonly expressionKind: 'Field' | 'Value' | 'Count';
  readonly expression: Json;
  readonly path?: string;
  readonly expressionValue?: Json;
  readonly targetValue: Json;
  readonly operator: string;
}

export interface RuleEvaluation {
  readonly holds: boolean | EvaluationStop;
  readonly expressions: readonly EvaluatedExpression[];
}

/** Rounds of value counts in one evaluation, nested ones multiplied. */
export const iterationLimit = 100;
/** How many evaluated conditions are kept for showing. */
const shownExpressions = 50;

/** Evaluates a rule's condition. `target`: the resource field conditions read; by default the one of the `if`. */
export function evaluateRule(
  condition: Condition,
  surroundings: Surroundings,
  target: ResourceDocument = surroundings.resource,
): RuleEvaluation {
  const evaluation = new Evaluation(surroundings, target);
  return { holds: evaluation.condition(condition, undefined, 1), expressions: evaluation.expressions };
}

class Evaluation {
  readonly expressions: EvaluatedExpression[] = [];
  readonly #surroundings: Surroundings;
  readonly #target: ResourceDocument;
  readonly #budget = newBudget();

  constructor(surroundings: Surroundings, target: ResourceDocument) {
    this.#surroundings = surroundings;
    this.#target = target;
  }

  condition(condition: Condition, frame: CountFrame | undefined, rounds: number): boolean | EvaluationStop {
    switch (condition.kind) {
      case 'allOf':
        return this.#junction(condition.conditions, false, frame, rounds);
      case 'anyOf':
        return this.#junction(condition.conditions, true, frame, rounds);
      case 'not': {
        const inner = this.condition(condition.condition, frame, rounds);
        return isStop(inner) ? inner : !inner;
      }
      case 'test':
        return this.#test(condition, frame, rounds);
    }
  }

  #junction(
    conditions: readonly Condition[],
    decisive: boolean,
    frame: CountFrame | undefined,
    rounds: number,
  ): boolean | EvaluationStop {
    for (const each of conditions) {
      const holds = this.condition(each, frame, rounds);
      if (isStop(holds) || holds === decisive) return holds;
    }
    return !decisive;
  }

  #test(
    test: Extract<Condition, { kind: 'test' }>,
    frame: CountFrame | undefined,
    rounds: number,
  ): boolean | EvaluationStop {
    const values = this.#values(test, frame, rounds);
    if (isStop(values)) return values;
    const expected = this.#evaluate(test.expected, frame);
    if (isStop(expected)) return expected;
    const compared = isLocation(test.subject) ? normalLocation(expected) : expected;
    for (const actual of values) {
      const holds = meets(test.operator, test.negated, actual, compared);
      if (isStop(holds)) return holds;
      if (!holds) return this.#note(test, frame, { values, expected, result: false });
    }
    return this.#note(test, frame, { values, expected, result: true });
  }

  #values(
    { subject }: Extract<Condition, { kind: 'test' }>,
    frame: CountFrame | undefined,
    rounds: number,
  ): readonly Selected[] | EvaluationStop {
    switch (subject.kind) {
      case 'field': {
        const name = this.#evaluate(subject.name, frame);
        if (isStop(name)) return name;
        const field = typeof name === 'string' ? parseField(name) : undefined;
        if (field === undefined) return stop(`The field '${quoted(name)}' is not a field or an alias.`);
        return selectField(this.#target, field, bindingOf(frame, this.#target));
      }
      case 'value': {
        const value = this.#evaluate(subject.value, frame);
        return isStop(value) ? value : [value ?? undefined];
      }
      case 'count': {
        const count = this.#count(subject, frame, rounds);
        return isStop(count) ? count : [count];
      }
    }
  }

  #count(subject: CountSubject, frame: CountFrame | undefined, rounds: number): number | EvaluationStop {
    const { over, where } = subject;
    if (over.kind === 'value') return this.#countValues(over, where, frame, rounds);
    const members = selectAlias(this.#target, over.alias, bindingOf(frame, this.#target));
    if (where === undefined) return members.length;
    let count = 0;
    for (const { binding } of members) {
      const inner: CountFrame = { kind: 'field', alias: over.alias, resource: this.#target, binding, outer: frame };
      const holds = this.condition(where, inner, rounds);
      if (isStop(holds)) return holds;
      if (holds) count++;
    }
    return count;
  }

  #countValues(
    over: Extract<CountSubject['over'], { kind: 'value' }>,
    where: Condition | undefined,
    frame: CountFrame | undefined,
    rounds: number,
  ): number | EvaluationStop {
    const values = this.#evaluate(over.value, frame);
    if (isStop(values)) return values;
    if (!isJsonArray(values)) return stop("The 'value' of a count must be an array.");
    const all = rounds * Math.max(1, values.length);
    if (all > iterationLimit) return stop(`The counts of values take more than '${iterationLimit}' iterations.`);
    if (where === undefined) return values.length;
    let count = 0;
    for (const value of values) {
      const holds = this.condition(where, { kind: 'value', name: over.name, value, outer: frame }, all);
      if (isStop(holds)) return holds;
      if (holds) count++;
    }
    return count;
  }

  #evaluate(planned: PlannedValue, frame: CountFrame | undefined): Json | EvaluationStop {
    if (planned.kind === 'constant') return planned.value;
    return evaluateValue(planned, contextOf(this.#surroundings, frame, this.#budget));
  }

  #note(
    test: Extract<Condition, { kind: 'test' }>,
    frame: CountFrame | undefined,
    { values, expected, result }: { values: readonly Selected[]; expected: Json; result: boolean },
  ): boolean {
    if (this.expressions.length < shownExpressions) {
      const [value] = values;
      const shown = values.length === 1 ? value : values.map((each) => each ?? null);
      this.expressions.push({
        result: result ? 'True' : 'False',
        expressionKind: kindNames[test.subject.kind],
        ...this.#shownSubject(test.subject, frame),
        ...(shown === undefined ? {} : { expressionValue: shown }),
        targetValue: expected,
        operator: shownOperator(test.operator, test.negated),
      });
    }
    return result;
  }

  #shownSubject(subject: Subject, frame: CountFrame | undefined): Pick<EvaluatedExpression, 'expression' | 'path'> {
    if (subject.kind === 'value') return { expression: subject.text };
    if (subject.kind === 'field') {
      const name = this.#evaluate(subject.name, frame);
      return this.#shownField(typeof name === 'string' ? name : subject.text);
    }
    return subject.over.kind === 'value' ? { expression: subject.over.name } : this.#shownField(subject.over.alias);
  }

  #shownField(name: string): Pick<EvaluatedExpression, 'expression' | 'path'> {
    return { expression: name, path: shownPath(this.#target, name) };
  }
}

function isLocation(subject: Subject): boolean {
  return subject.kind === 'field' && subject.text.toLowerCase() === 'location';
}

/** `West Europe` is `westeurope`, on both sides. */
function normalLocation(expected: Json): Json {
  if (typeof expected === 'string') return expected.replaceAll(' ', '').toLowerCase();
  return isJsonArray(expected) ? expected.map(normalLocation) : expected;
}

const kindNames = { field: 'Field', value: 'Value', count: 'Count' } as const;

/** `notEquals` as Azure shows it: `NotEquals`. */
function shownOperator(operator: string, negated: boolean): string {
  const upper = `${operator.charAt(0).toUpperCase()}${operator.slice(1)}`;
  return negated ? `Not${upper}` : upper;
}
