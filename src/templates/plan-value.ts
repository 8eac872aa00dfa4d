/**
 * JSON of a template → planned values: every expression parsed and planned once, constant parts kept as they are.
 *
 * Owns: which strings are expressions, which property names may be, property copies. Does not own: evaluation.
 *
 * Invariants
 * P1. A part without an expression or copy is one constant, whatever its size.
 * P2. Nesting is bounded (the readers bound it already; values handed in as JSON are bounded here).
 *
 * Source: template reference 3 and 8.
 */
import { isJsonArray, isJsonObject, type Json, memberIgnoringCase, setMember, textIgnoringCase } from '#foundation';
import type { PlannedCopy, PlannedMember, PlannedValue, TemplateExpression } from './ast.ts';
import { checkExpression, type FunctionRules, visitCalls } from './check-expression.ts';
import { isExpressionText, parseExpression, plainText } from './parse-expression.ts';
import { planExpression } from './plan-expression.ts';
import type { EvaluationStop } from './stop.ts';
import { textOf } from './values.ts';
import { isStop, stop } from './stop.ts';

export interface PlanOptions extends FunctionRules {
  /** Property names may be expressions. */
  readonly names?: boolean;
  /** `copy: [...]` in objects makes properties. */
  readonly copies?: boolean;
}

const depthLimit = 512;

/** Plans a value, or says what is wrong with it and where (`path` of the stop). */
export function planValue(value: Json, options: PlanOptions = {}): PlannedValue | EvaluationStop {
  return plan(value, options, 0);
}

function plan(value: Json, options: PlanOptions, depth: number): PlannedValue | EvaluationStop {
  if (depth > depthLimit) return stop(`The value nests deeper than '${depthLimit}' levels.`);
  if (typeof value === 'string') return planText(value, options);
  if (isJsonArray(value)) return planArray(value, options, depth);
  if (isJsonObject(value)) return planObject(value, options, depth);
  return { kind: 'constant', value };
}

/** Plans a string: an expression, or text. */
export function planText(text: string, options: PlanOptions = {}): PlannedValue | EvaluationStop {
  if (!isExpressionText(text)) return { kind: 'constant', value: plainText(text) };
  const expression = parseExpression(text.slice(1, -1));
  if (isStop(expression)) return expression;
  const wrong = checkExpression(expression, options);
  if (wrong !== undefined) return wrong;
  return { kind: 'expression', expression, evaluate: planExpression(expression), source: text };
}

function within(reason: EvaluationStop, step: string | number): EvaluationStop {
  reason.path = [step, ...reason.path];
  return reason;
}

function planArray(value: readonly Json[], options: PlanOptions, depth: number): PlannedValue | EvaluationStop {
  const items: PlannedValue[] = [];
  for (const [index, item] of value.entries()) {
    const planned = plan(item, options, depth + 1);
    if (isStop(planned)) return within(planned, index);
    items.push(planned);
  }
  if (items.every((item) => item.kind === 'constant')) {
    return { kind: 'constant', value: items.map((item) => (item as { value: Json }).value) };
  }
  return { kind: 'array', items };
}

function planObject(
  value: { readonly [name: string]: Json },
  options: PlanOptions,
  depth: number,
): PlannedValue | EvaluationStop {
  const members: PlannedMember[] = [];
  let copies: readonly PlannedCopy[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (options.copies === true && key.toLowerCase() === 'copy' && isJsonArray(member)) {
      const planned = planCopies(member, options, depth);
      if (isStop(planned)) return within(planned, key);
      copies = planned;
      continue;
    }
    const name = options.names === true ? planText(key, options) : ({ kind: 'constant', value: key } as const);
    if (isStop(name)) return within(name, key);
    const planned = plan(member, options, depth + 1);
    if (isStop(planned)) return within(planned, key);
    members.push({ name, value: planned });
  }
  const constant = copies.length === 0 && members.every(isConstantMember);
  return constant ? constantObject(members) : { kind: 'object', members, copies };
}

function isConstantMember({ name, value }: PlannedMember): boolean {
  return name.kind === 'constant' && value.kind === 'constant';
}

function constantObject(members: readonly PlannedMember[]): PlannedValue {
  const value: { [name: string]: Json } = {};
  for (const member of members) {
    if (member.name.kind === 'constant' && member.value.kind === 'constant') {
      setMember(value, textOf(member.name.value), member.value.value);
    }
  }
  return { kind: 'constant', value };
}

/** Plans `copy: [{name, count, input}]`. */
export function planCopies(
  list: readonly Json[],
  options: PlanOptions,
  depth = 0,
): readonly PlannedCopy[] | EvaluationStop {
  const copies: PlannedCopy[] = [];
  for (const [index, entry] of list.entries()) {
    const name = textIgnoringCase(entry, 'name');
    const countGiven = memberIgnoringCase(entry, 'count');
    const inputGiven = memberIgnoringCase(entry, 'input');
    if (name === undefined || countGiven === undefined || inputGiven === undefined) {
      return within(stop("The 'copy' definition needs 'name', 'count' and 'input'."), index);
    }
    const count = plan(countGiven, options, depth + 1);
    if (isStop(count)) return within(count, index);
    const input = plan(inputGiven, options, depth + 1);
    if (isStop(input)) return within(input, index);
    copies.push({ name, count, input });
  }
  return copies;
}

/** Calls `visit` for every expression in a planned value; copies included. */
export function visitExpressions(planned: PlannedValue, visit: (expression: TemplateExpression) => void): void {
  switch (planned.kind) {
    case 'constant':
      return;
    case 'expression':
      visit(planned.expression);
      return;
    case 'array':
      for (const item of planned.items) visitExpressions(item, visit);
      return;
    case 'object':
      for (const { name, value } of planned.members) {
        visitExpressions(name, visit);
        visitExpressions(value, visit);
      }
      for (const { count, input } of planned.copies) {
        visitExpressions(count, visit);
        visitExpressions(input, visit);
      }
  }
}

/** Calls `visit` for every call in a planned value, outermost first. */
export function visitPlannedCalls(planned: PlannedValue, visit: Parameters<typeof visitCalls>[1]): void {
  visitExpressions(planned, (expression) => visitCalls(expression, visit));
}
