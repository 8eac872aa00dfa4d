/**
 * Turns a syntax tree into a function from a context to a value.
 *
 * Owns: evaluation order, argument checks, access, folding of constants.
 * Does not own: template strings and JSON around them (`plan.ts`), the functions.
 *
 * Invariants
 * PX1. Arguments are evaluated left to right and all of them before the function is applied; only functions that say so
 *      (`applyLazily`) leave some out.
 * PX2. The tree was checked: every name is known and every number of arguments fits.
 *
 * Source: expression reference 3.6 to 3.10, 12.3.
 */
import { fitArgument, type ParameterCheck, parameterAt, parameterCheck, takesAnything } from './arguments.ts';
import type { Accessor, Call, Expression } from './ast.ts';
import type { EvaluationContext } from './context.ts';
import { EvaluationFault, type FaultPlace } from './faults.ts';
import { type Constant, foldCall } from './fold.ts';
import type { FunctionDefinition, FunctionResult } from './functions/function.ts';
import { findFunction } from './functions/index.ts';
import { textOver } from './functions/text-limit.ts';
import { type Selection, select, selectMember } from './select.ts';
import type { Value } from './values.ts';

export type Evaluator = (context: EvaluationContext) => FunctionResult;

export interface PlannedExpression {
  readonly evaluate: Evaluator;
  readonly constant?: Constant;
  /** Whether the value may hold decimals or XML, which must become JSON at the end. */
  readonly mayHoldRuntimeKinds: boolean;
}

/** What every part of one expression shares. */
export interface ExpressionPlace {
  /** The whole expression's text, for messages. */
  readonly source: string;
  /** Where its template string stands in the planned JSON. */
  readonly path: readonly (string | number)[];
}

/** Functions whose results are decimals or XML, or may hold them. */
const runtimeKindSources = new Set(['decimal', 'xml', 'xpath']);

export function planExpression(expression: Expression, where: ExpressionPlace): PlannedExpression {
  if (expression.kind === 'literal') return constantPlan(expression.value, false);
  const definition = findFunction(expression.name);
  if (definition === undefined) return missingFunction(expression, where);
  const args = expression.args.map((argument) => planExpression(argument, where));
  const place: FaultPlace = { start: expression.start, end: expression.end, path: where.path };
  const mayHoldRuntimeKinds = runtimeKindSources.has(definition.name) || args.some((arg) => arg.mayHoldRuntimeKinds);
  const call = planCall(definition, args, place, mayHoldRuntimeKinds);
  return expression.accessors.reduce<PlannedExpression>(
    (target, accessor) => planAccess(target, accessor, where, place),
    call,
  );
}

function constantPlan(value: Value, mayHoldRuntimeKinds: boolean): PlannedExpression {
  return { evaluate: () => value, constant: { value }, mayHoldRuntimeKinds };
}

/** Reached only when a caller skipped the check: the fault then comes at evaluation. */
function missingFunction(call: Call, where: ExpressionPlace): PlannedExpression {
  const place: FaultPlace = { start: call.start, end: call.end, path: where.path };
  const fault = new EvaluationFault(`The template function '${call.name}' is not defined or not valid.`, place);
  return { evaluate: () => fault, mayHoldRuntimeKinds: false };
}

function planCall(
  definition: FunctionDefinition,
  args: readonly PlannedExpression[],
  place: FaultPlace,
  mayHoldRuntimeKinds: boolean,
): PlannedExpression {
  const folded = foldConstantCall(definition, args);
  if (folded !== undefined) return constantPlan(folded.value, mayHoldRuntimeKinds);
  const evaluators = args.map((arg) => arg.evaluate);
  const apply =
    definition.applyLazily === undefined ? eagerCall(definition, evaluators) : lazyCall(definition, evaluators);
  const checked = definition.returns === 'String' && definition.refersTo === undefined;
  const limited = checked ? limitText(definition, apply) : apply;
  const evaluate: Evaluator = (context) => {
    const result = limited(context);
    return result instanceof EvaluationFault ? result.at(place) : result;
  };
  return { evaluate, mayHoldRuntimeKinds };
}

function foldConstantCall(definition: FunctionDefinition, args: readonly PlannedExpression[]): Constant | undefined {
  if (!definition.pure) return undefined;
  const values: Value[] = [];
  for (const [index, { constant }] of args.entries()) {
    if (constant === undefined) return undefined;
    const fitted = fitArgument(constant.value, checkAt(definition, index), definition, index);
    if (fitted instanceof EvaluationFault) return undefined;
    values.push(fitted);
  }
  return foldCall(definition, values);
}

function checkAt(definition: FunctionDefinition, index: number): ParameterCheck {
  const parameter = parameterAt(definition, index);
  return parameter === undefined ? { mask: 0, binary: false } : parameterCheck(parameter);
}

function limitText(definition: FunctionDefinition, apply: Evaluator): Evaluator {
  return (context) => {
    const result = apply(context);
    if (typeof result !== 'string' || result.length <= context.textLimit) return result;
    return textOver(definition.name, context.textLimit);
  };
}

function lazyCall(definition: FunctionDefinition, args: readonly Evaluator[]): Evaluator {
  const lazily = definition.applyLazily;
  const checked = args.map((evaluate, index): Evaluator => {
    const check = checkAt(definition, index);
    if (takesAnything(check)) return evaluate;
    return (context) => {
      const value = evaluate(context);
      return value instanceof EvaluationFault ? value : fitArgument(value, check, definition, index);
    };
  });
  return (context) => lazily?.(checked, context) ?? null;
}

/** One closure for each common number of arguments: a loop over arguments costs about twice as much. */
function eagerCall(definition: FunctionDefinition, args: readonly Evaluator[]): Evaluator {
  const { apply } = definition;
  const [first, second] = args;
  if (first === undefined) return (context) => apply(noArguments, context);
  const firstCheck = checkAt(definition, 0);
  if (second === undefined) {
    return (context) => {
      const given = first(context);
      if (given instanceof EvaluationFault) return given;
      const fitted = fitArgument(given, firstCheck, definition, 0);
      return fitted instanceof EvaluationFault ? fitted : apply([fitted], context);
    };
  }
  if (args.length > 2) return manyArguments(definition, args);
  const secondCheck = checkAt(definition, 1);
  return (context) => {
    const givenFirst = first(context);
    if (givenFirst instanceof EvaluationFault) return givenFirst;
    const givenSecond = second(context);
    if (givenSecond instanceof EvaluationFault) return givenSecond;
    const fittedFirst = fitArgument(givenFirst, firstCheck, definition, 0);
    if (fittedFirst instanceof EvaluationFault) return fittedFirst;
    const fittedSecond = fitArgument(givenSecond, secondCheck, definition, 1);
    return fittedSecond instanceof EvaluationFault ? fittedSecond : apply([fittedFirst, fittedSecond], context);
  };
}

const noArguments: readonly Value[] = [];

function manyArguments(definition: FunctionDefinition, args: readonly Evaluator[]): Evaluator {
  const checks = args.map((_, index) => checkAt(definition, index));
  return (context) => {
    const values: Value[] = [];
    for (const evaluate of args) {
      const value = evaluate(context);
      if (value instanceof EvaluationFault) return value;
      values.push(value);
    }
    for (let index = 0; index < values.length; index++) {
      const fitted = fitArgument(values[index] as Value, checks[index] as ParameterCheck, definition, index);
      if (fitted instanceof EvaluationFault) return fitted;
      values[index] = fitted;
    }
    return definition.apply(values, context);
  };
}

function planAccess(
  target: PlannedExpression,
  accessor: Accessor,
  where: ExpressionPlace,
  place: FaultPlace,
): PlannedExpression {
  const how: Selection = { optional: accessor.optional, source: where.source };
  const faultPlace: FaultPlace = { start: accessor.start, end: accessor.end, path: place.path };
  const { mayHoldRuntimeKinds } = target;
  const evaluateTarget = target.evaluate;
  const index = accessor.kind === 'index' ? planExpression(accessor.index, where) : undefined;
  const name = accessor.kind === 'member' ? accessor.name : index?.constant?.value;
  if (typeof name === 'string') {
    const evaluate: Evaluator = (context) => {
      const value = evaluateTarget(context);
      if (value instanceof EvaluationFault) return value;
      const selected = selectMember(value, name, how);
      return selected instanceof EvaluationFault ? selected.at(faultPlace) : selected;
    };
    return { evaluate, mayHoldRuntimeKinds };
  }
  const evaluateIndex = (index as PlannedExpression).evaluate;
  const evaluate: Evaluator = (context) => {
    const value = evaluateTarget(context);
    if (value instanceof EvaluationFault) return value;
    const selector = evaluateIndex(context);
    if (selector instanceof EvaluationFault) return selector;
    const selected = select(value, selector, how);
    return selected instanceof EvaluationFault ? selected.at(faultPlace) : selected;
  };
  return { evaluate, mayHoldRuntimeKinds };
}
