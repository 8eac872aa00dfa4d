/**
 * The functions of group "Logical comparison".
 *
 * Owns: `and`, `or`, `not`, `if`, `equals`, the four orderings, `isInt`. Does not own: `isFloat` (`number-text.ts`).
 *
 * Invariants
 * LO1. Nothing but Booleans counts as a condition.
 * LO2. `if` evaluates the branch it takes only; `and` and `or` stop at the value that decides.
 *
 * Source: expression reference 6.3, 12.2 to 12.4, 12.11.
 */
import { usageOf } from '../arguments.ts';
import { compareNumbers, compareText, equalValues } from '../compare.ts';
import { EvaluationFault, evaluationFault } from '../faults.ts';
import { isInteger, isNumber, type Value, valueType } from '../values.ts';
import { type FunctionDefinition, type FunctionResult, type LazyArgument, parameter, variadic } from './function.ts';
import { readInteger } from './number-text.ts';
import { pure } from './pure.ts';

const group = 'Logical comparison';

function junction(name: 'and' | 'or', decisive: boolean, help: string): FunctionDefinition {
  const refuse = (value: Value): FunctionResult =>
    evaluationFault(
      `The template language function '${name}' expects all of its parameters to be booleans. Found invalid parameter types: '${valueType(value)}'.`,
    );
  return pure({
    name,
    group,
    help,
    parameters: [variadic('expressions', 'the booleans', 'Any')],
    returns: 'Boolean',
    apply: (args) => {
      const wrong = args.find((arg) => typeof arg !== 'boolean');
      return wrong === undefined ? args.includes(decisive) === decisive : refuse(wrong);
    },
    applyLazily: (args, context) => {
      // By index: the iterator of a loop over values costs as much as the comparison.
      for (let index = 0; index < args.length; index++) {
        const value = (args[index] as LazyArgument)(context);
        if (value === decisive) return decisive;
        if (value instanceof EvaluationFault) return value;
        if (typeof value !== 'boolean') return refuse(value);
      }
      return !decisive;
    },
  });
}

const not = pure({
  name: 'not',
  group,
  help: 'The opposite of a boolean.',
  parameters: [parameter('expression', 'the boolean', 'Boolean')],
  returns: 'Boolean',
  apply: ([value]) => value === false,
});

const condition = pure({
  name: 'if',
  group,
  help: 'One of two values, chosen by a boolean; the other one is not evaluated.',
  parameters: [
    parameter('expression', 'the boolean', 'Boolean'),
    parameter('valueIfTrue', 'the value to return for true', 'Any'),
    parameter('valueIfFalse', 'the value to return for false', 'Any'),
  ],
  returns: 'Any',
  apply: ([chosen, whenTrue = null, whenFalse = null]) => (chosen === true ? whenTrue : whenFalse),
  applyLazily: (args, context) => {
    const value = args[0]?.(context);
    if (value instanceof EvaluationFault) return value;
    return args[value === true ? 1 : 2]?.(context) ?? null;
  },
});

const equals = pure({
  name: 'equals',
  group,
  help: 'Whether two values are equal: the same kind and value, arrays and objects by their contents.',
  parameters: [
    parameter('object1', 'the first value', 'Any'),
    parameter('object2', 'the value to compare it with', 'Any'),
  ],
  returns: 'Boolean',
  apply: ([left = null, right = null]) => equalValues(left, right),
});

function comparison(name: string, help: string, holds: (order: number) => boolean): FunctionDefinition {
  const definition: FunctionDefinition = pure({
    name,
    group,
    help,
    parameters: [
      parameter('value', 'the first value', 'Any'),
      parameter('compareTo', 'the value to compare it with', 'Any'),
    ],
    returns: 'Boolean',
    apply: ([left = null, right = null]) => {
      if (typeof left === 'string' && typeof right === 'string') return holds(compareText(left, right));
      if (isNumber(left) && isNumber(right)) return holds(compareNumbers(left, right));
      return evaluationFault(
        `The template language function '${name}' expects two parameter of matching types. The function was invoked with values of type '${valueType(left)}' and '${valueType(right)}' that do not match. ${usageOf(definition)}`,
      );
    },
  });
  return definition;
}

const isInt = pure({
  name: 'isInt',
  group,
  help: 'Whether a string is an integer.',
  parameters: [parameter('text', 'the string to check', 'String', 'Number')],
  returns: 'Boolean',
  apply: ([value = null]) => (typeof value === 'string' ? readInteger(value) !== undefined : isInteger(value)),
});

export const logicFunctions: readonly FunctionDefinition[] = [
  junction('and', false, 'Whether all booleans are true; stops at the first that is false.'),
  junction('or', true, 'Whether one of the booleans is true; stops at the first that is.'),
  not,
  condition,
  equals,
  comparison('greater', 'Whether the first value is greater than the second.', (order) => order > 0),
  comparison(
    'greaterOrEquals',
    'Whether the first value is greater than or equal to the second.',
    (order) => order >= 0,
  ),
  comparison('less', 'Whether the first value is less than the second.', (order) => order < 0),
  comparison('lessOrEquals', 'Whether the first value is less than or equal to the second.', (order) => order <= 0),
  isInt,
];
