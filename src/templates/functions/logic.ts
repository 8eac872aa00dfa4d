/** Logic and comparison. Source: template reference 4 and 5.2. */
import { jsonEquals } from '#foundation';
import type { TemplateExpression } from '../ast.ts';
import type { PlannedExpression } from '../context.ts';
import { badArguments, isStop, stop } from '../stop.ts';
import { bigOf, compareTexts, isInteger, textOf, typeOf } from '../values.ts';
import { any, lazy, type Plan, plain, type PlainFunction, type TemplateFunction } from './function.ts';

function comparison(name: string, holds: (order: number) => boolean): PlainFunction {
  return plain(name, 2, 2, ([left, right]) => {
    if (typeof left === 'number' && typeof right === 'number' && isInteger(left) && isInteger(right)) {
      return holds(left - right);
    }
    if (isInteger(left) && isInteger(right)) {
      const difference = bigOf(left) - bigOf(right);
      return holds(difference === 0n ? 0 : difference > 0n ? 1 : -1);
    }
    if (typeof left === 'string' && typeof right === 'string') return holds(compareTexts(left, right));
    return badArguments(
      name,
      `both must be integers or both strings, not '${typeOf(left ?? null)}' and '${typeOf(right ?? null)}'.`,
    );
  });
}

function branch(args: readonly TemplateExpression[], plan: Plan): PlannedExpression {
  const [condition, yes, no] = args.map(plan) as [PlannedExpression, PlannedExpression, PlannedExpression];
  return (context) => {
    const chosen = condition(context);
    if (isStop(chosen)) return chosen;
    if (typeof chosen !== 'boolean') {
      return badArguments('if', `the first argument must be of type 'Boolean', not '${typeOf(chosen)}'.`);
    }
    return chosen ? yes(context) : no(context);
  };
}

/** `and` and `or`: stops at the first argument that decides. */
function chain(name: 'and' | 'or'): TemplateFunction {
  return lazy(name, 2, any, (args, plan) => {
    const planned = args.map(plan);
    return (context) => {
      for (const argument of planned) {
        const value = argument(context);
        if (isStop(value)) return value;
        if (typeof value !== 'boolean')
          return badArguments(name, `the arguments must be booleans, not '${typeOf(value)}'.`);
        if (value === (name === 'or')) return value;
      }
      return name === 'and';
    };
  });
}

function coalesce(args: readonly TemplateExpression[], plan: Plan): PlannedExpression {
  const planned = args.map(plan);
  return (context) => {
    for (const argument of planned) {
      const value = argument(context);
      if (isStop(value) || value !== null) return value;
    }
    return null;
  };
}

export const logicFunctions: readonly TemplateFunction[] = [
  lazy('if', 3, 3, branch),
  chain('and'),
  chain('or'),
  lazy('coalesce', 1, any, coalesce),
  plain('not', 1, 1, ([value]) =>
    typeof value === 'boolean' ? !value : badArguments('not', `a boolean is expected, not '${typeOf(value ?? null)}'.`),
  ),
  plain('fail', 1, 1, ([message]) => stop(`The template function 'fail' was called: ${textOf(message ?? '')}`)),
  plain('true', 0, 0, () => true),
  plain('false', 0, 0, () => false),
  plain(
    'equals',
    2,
    2,
    ([left, right]) => typeOf(left ?? null) === typeOf(right ?? null) && jsonEquals(left ?? null, right ?? null),
  ),
  comparison('less', (order) => order < 0),
  comparison('lessOrEquals', (order) => order <= 0),
  comparison('greater', (order) => order > 0),
  comparison('greaterOrEquals', (order) => order >= 0),
];
