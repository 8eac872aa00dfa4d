/**
 * A tree-walking evaluator without planning, folding or specialised closures, to compare the planned one with.
 *
 * Owns: nothing of the language but the order of evaluation; functions and access rules are shared.
 */
import { fitArgument, parameterAt, parameterCheck } from '../../src/expression/arguments.ts';
import { select } from '../../src/expression/select.ts';
import { type EvaluationContext, EvaluationFault, type Expression, findFunction, type Value } from '#expression';

type Result = Value | EvaluationFault;

/** Evaluates by walking the tree each time; unknown functions do not occur. */
export function evaluateNaively(expression: Expression, source: string, context: EvaluationContext): Result {
  if (expression.kind === 'literal') return expression.value;
  const definition = findFunction(expression.name);
  if (definition === undefined) throw new Error(`unknown function ${expression.name}`);
  const walk = (argument: Expression): Result => evaluateNaively(argument, source, context);
  const fit = (value: Value, index: number): Result => {
    const parameter = parameterAt(definition, index);
    if (parameter === undefined) throw new Error(`too many arguments of ${definition.name}`);
    return fitArgument(value, parameterCheck(parameter), definition, index);
  };
  let result: Result;
  if (definition.applyLazily === undefined) {
    const values = allValues(expression.args.map(walk));
    const fitted = values instanceof EvaluationFault ? values : allValues(values.map(fit));
    result = fitted instanceof EvaluationFault ? fitted : definition.apply(fitted, context);
  } else {
    const lazy = expression.args.map((argument, index) => (): Result => {
      const value = walk(argument);
      return value instanceof EvaluationFault ? value : fit(value, index);
    });
    result = definition.applyLazily(lazy, context);
  }
  const limited = definition.returns === 'String' && definition.refersTo === undefined;
  if (limited && typeof result === 'string' && result.length > context.textLimit)
    return new EvaluationFault('too long');
  for (const accessor of expression.accessors) {
    if (result instanceof EvaluationFault) return result;
    const selector: Result = accessor.kind === 'member' ? accessor.name : walk(accessor.index);
    if (selector instanceof EvaluationFault) return selector;
    result = select(result, selector, { optional: accessor.optional, source });
  }
  return result;
}

function allValues(results: readonly Result[]): readonly Value[] | EvaluationFault {
  const values: Value[] = [];
  for (const result of results) {
    if (result instanceof EvaluationFault) return result;
    values.push(result);
  }
  return values;
}
