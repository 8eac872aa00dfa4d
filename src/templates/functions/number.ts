/** Functions on integers and the conversions between scalars. Source: template reference 5.2. */
import { isJsonArray, type Json, JsonNumber, numberFromText } from '#foundation';
import { badArguments, type EvaluationStop } from '../stop.ts';
import { bigOf, integerOf, isInteger, smallInteger, typeOf } from '../values.ts';
import { any, plain, type PlainFunction } from './function.ts';

/** `small` is the same for numbers; its result counts when it is exact. */
function arithmetic(
  name: string,
  combine: (left: bigint, right: bigint) => bigint | undefined,
  small?: (left: number, right: number) => number,
): PlainFunction {
  return plain(name, 2, 2, ([left, right]) => {
    if (small !== undefined && Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
      // There is no negative zero.
      const result = small(left as number, right as number) + 0;
      if (Number.isSafeInteger(result)) return result;
    }
    if (!isInteger(left) || !isInteger(right)) return badArguments(name, 'the arguments must be integers.');
    const result = combine(bigOf(left), bigOf(right));
    if (result === undefined) return badArguments(name, 'the divisor must not be zero.');
    return integerOf(result) ?? badArguments(name, 'the result does not fit a 64-bit integer.');
  });
}

function toInteger([value]: readonly Json[]): Json | EvaluationStop {
  if (isInteger(value)) return value;
  const text = typeof value === 'string' ? value.trim() : '';
  if (!/^[+-]?\d{1,30}$/.test(text))
    return badArguments('int', `the value of type '${typeOf(value ?? null)}' is not an integer.`);
  return integerOf(BigInt(text.replace('+', ''))) ?? badArguments('int', 'the value does not fit a 64-bit integer.');
}

function toFloat([value]: readonly Json[]): Json | EvaluationStop {
  if (typeof value === 'number' || value instanceof JsonNumber) return value;
  const text = typeof value === 'string' ? value.trim() : '';
  if (!/^-?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,3})?$/.test(text))
    return badArguments('float', 'the value is not a number.');
  return numberFromText(text);
}

function toBoolean([value]: readonly Json[]): Json | EvaluationStop {
  if (typeof value === 'boolean') return value;
  if (isInteger(value)) return bigOf(value) !== 0n;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text === 'true' || text === 'false') return text === 'true';
  return badArguments(
    'bool',
    `the value '${typeof value === 'string' ? value.slice(0, 60) : typeOf(value ?? null)}' is not a boolean.`,
  );
}

function extreme(name: 'max' | 'min'): PlainFunction {
  return plain(name, 1, any, (args) => {
    const [first] = args;
    const list = args.length === 1 && isJsonArray(first) ? first : args;
    if (list.length === 0 || !list.every(isInteger))
      return badArguments(name, 'integers, or one array of integers, are expected.');
    return list.reduce((best, value) => {
      const greater = bigOf(value) > bigOf(best);
      return greater === (name === 'max') ? value : best;
    });
  });
}

function range([start, count]: readonly Json[]): Json | EvaluationStop {
  const from = smallInteger(start);
  const size = smallInteger(count);
  if (from === undefined || size === undefined) return badArguments('range', 'the arguments must be integers.');
  if (size < 0 || size > 10_000) return badArguments('range', "the count must be between '0' and '10000'.");
  if (from + size > 2_147_483_647) return badArguments('range', "the end must not exceed '2147483647'.");
  return Array.from({ length: size }, (_, index) => from + index);
}

export const numberFunctions: readonly PlainFunction[] = [
  arithmetic(
    'add',
    (left, right) => left + right,
    (left, right) => left + right,
  ),
  arithmetic(
    'sub',
    (left, right) => left - right,
    (left, right) => left - right,
  ),
  arithmetic(
    'mul',
    (left, right) => left * right,
    (left, right) => left * right,
  ),
  arithmetic('div', (left, right) => (right === 0n ? undefined : left / right)),
  arithmetic('mod', (left, right) => (right === 0n ? undefined : left % right)),
  plain('int', 1, 1, toInteger),
  plain('float', 1, 1, toFloat),
  plain('bool', 1, 1, toBoolean),
  extreme('max'),
  extreme('min'),
  plain('range', 2, 2, range),
];
