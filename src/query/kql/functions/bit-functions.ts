/** Scalar functions over bits of whole numbers, and over angles. */
import { Decimal } from '../decimal.ts';
import { integerOf, type Value } from '../values.ts';
import { scalar, type ScalarFunction } from './function-entry.ts';

const whole = (value: Value | undefined): bigint => BigInt(value as number | bigint);

function bits(name: string, work: (left: bigint, right: bigint) => bigint): ScalarFunction {
  return scalar(name, 'long, long', 'long', ([left, right]) => integerOf(work(whole(left), whole(right))));
}

function real(name: string, work: (value: number) => number): ScalarFunction {
  return scalar(name, 'number', 'real', ([value]) =>
    work(value instanceof Decimal ? value.toNumber() : Number(value ?? Number.NaN)),
  );
}

export const bitFunctions: readonly ScalarFunction[] = [
  bits('binary_and', (left, right) => left & right),
  bits('binary_or', (left, right) => left | right),
  bits('binary_xor', (left, right) => left ^ right),
  bits('binary_shift_left', (left, right) => left << (right & 63n)),
  bits('binary_shift_right', (left, right) => left >> (right & 63n)),
  scalar('binary_not', 'long', 'long', ([value]) => integerOf(~whole(value))),
  scalar(
    'bitset_count_ones',
    'long',
    'long',
    ([value]) => BigInt.asUintN(64, whole(value)).toString(2).replaceAll('0', '').length,
  ),
  scalar('pi', '', 'real', () => Math.PI),
  real('sin', Math.sin),
  real('cos', Math.cos),
  real('tan', Math.tan),
  real('cot', (value) => 1 / Math.tan(value)),
  real('asin', Math.asin),
  real('acos', Math.acos),
  real('atan', Math.atan),
  scalar('atan2', 'number, number', 'real', ([y, x]) => Math.atan2(Number(y), Number(x))),
  real('degrees', (value) => (value * 180) / Math.PI),
  real('radians', (value) => (value * Math.PI) / 180),
  real('exp2', (value) => 2 ** value),
  real('exp10', (value) => 10 ** value),
];
