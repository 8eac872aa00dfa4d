/**
 * The functions of group "Math".
 *
 * Owns: `add`, `sub`, `mul`, `div`, `mod`, `max`, `min`, `rand`, `range`. Does not own: arithmetic (`../arithmetic.ts`).
 *
 * Source: expression reference 6.5.
 */
import { wrongType } from '../arguments.ts';
import { calculate, type Operation } from '../arithmetic.ts';
import { compareNumbers } from '../compare.ts';
import { evaluationFault } from '../faults.ts';
import { bigIntOf, integerFromBigInt, isArray, isNumber, type NumberValue, type Value } from '../values.ts';
import { type FunctionDefinition, type FunctionResult, parameter, variadic } from './function.ts';

function arithmetic(
  name: Operation,
  help: string,
  first: readonly [string, string],
  second: readonly [string, string],
): FunctionDefinition {
  return {
    name,
    group: 'Math',
    help,
    parameters: [parameter(...first, 'Number'), parameter(...second, 'Number')],
    returns: 'Number',
    pure: true,
    apply: (args) => calculate(name, args[0] as NumberValue, args[1] as NumberValue),
  };
}

/** The largest (1) or smallest (-1) of several numbers, or of one array of numbers. */
function extreme(name: 'max' | 'min', sign: 1 | -1): FunctionDefinition {
  const definition: FunctionDefinition = {
    name,
    group: 'Math',
    help: `The ${name === 'max' ? 'highest' : 'lowest'} of the numbers, or of the numbers in one array.`,
    parameters: [variadic('numbers', 'the numbers, or one array of numbers', 'Number', 'Array')],
    returns: 'Number',
    pure: true,
    apply: (args) => {
      const [only] = args;
      const numbers: readonly Value[] = args.length === 1 && isArray(only) ? only : args;
      let best: NumberValue | undefined;
      for (const [index, candidate] of numbers.entries()) {
        if (!isNumber(candidate))
          return wrongType(definition, index, 'an integer, a float or a decimal number', candidate);
        if (best === undefined || compareNumbers(candidate, best) === sign) best = candidate;
      }
      return best ?? evaluationFault(`The template language function '${name}' expects at least one number.`);
    },
  };
  return definition;
}

/** Larger ranges than Azure allows are refused. Source: expression reference 6.5. */
const largestRange = 100_000n;
const largestRangeEnd = 2_147_483_647n;

function range(start: bigint, count: bigint): FunctionResult {
  if (count < 1n || count > largestRange) {
    return evaluationFault(
      `The template language function 'range' parameters are out of range: 'count' must be between '1' and '${largestRange}'. The provided value is '${count}'.`,
    );
  }
  if (start + count > largestRangeEnd || start < -largestRangeEnd) {
    return evaluationFault(
      `The template language function 'range' parameters are out of range: the sum of 'start index' and 'count' must not exceed '${largestRangeEnd}'.`,
    );
  }
  const first = Number(start);
  return Array.from({ length: Number(count) }, (_, index) => first + index);
}

const rand: FunctionDefinition = {
  name: 'rand',
  group: 'Math',
  help: 'A random integer from the first number, included, up to the second, excluded.',
  parameters: [
    parameter('minValue', 'the lowest integer that can be returned', 'Integer'),
    parameter('maxValue', 'the integer that follows the highest one that can be returned', 'Integer'),
  ],
  returns: 'Integer',
  pure: false,
  apply: (args, context) => {
    const lowest = bigIntOf(args[0] as number);
    const beyond = bigIntOf(args[1] as number);
    if (beyond < lowest) {
      return evaluationFault(
        "The template language function 'rand' parameters are out of range: the minimum value must not be greater than the maximum value.",
      );
    }
    const span = Number(beyond - lowest);
    const offset = BigInt(Math.floor(context.random.fraction() * span));
    const drawn = lowest + offset;
    return integerFromBigInt(beyond === lowest || drawn < beyond ? drawn : beyond - 1n);
  },
};

const rangeFunction: FunctionDefinition = {
  name: 'range',
  group: 'Math',
  help: 'An array of integers that starts with the first number and has as many elements as the second says.',
  parameters: [
    parameter('startIndex', 'the integer that starts the array', 'Integer'),
    parameter('count', 'the number of integers in the array', 'Integer'),
  ],
  returns: 'Array',
  // Its result can be large: made when asked for, not kept in plans.
  pure: false,
  apply: (args) => range(bigIntOf(args[0] as number), bigIntOf(args[1] as number)),
};

export const mathFunctions: readonly FunctionDefinition[] = [
  arithmetic('add', 'The sum of two numbers.', ['summand1', 'the first summand'], ['summand2', 'the second summand']),
  arithmetic(
    'sub',
    'The first number less the second.',
    ['minuend', 'the number to subtract from'],
    ['subtrahend', 'the number to subtract'],
  ),
  arithmetic(
    'mul',
    'The product of two numbers.',
    ['multiplicand1', 'the first multiplicand'],
    ['multiplicand2', 'the second multiplicand'],
  ),
  arithmetic(
    'div',
    'The quotient of two numbers; two integers give an integer, truncated toward zero.',
    ['dividend', 'the dividend'],
    ['divisor', 'the divisor'],
  ),
  arithmetic(
    'mod',
    'The remainder of dividing two numbers, with the sign of the dividend.',
    ['dividend', 'the dividend'],
    ['divisor', 'the divisor'],
  ),
  extreme('max', 1),
  extreme('min', -1),
  rand,
  rangeFunction,
];
