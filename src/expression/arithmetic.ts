/**
 * Arithmetic over the three kinds of number.
 *
 * Owns: kinds of results, overflow, division. Does not own: the functions' argument checks.
 *
 * Invariants
 * AR1. Two Integers give an Integer within 64 bits or a fault; one Decimal makes the result Decimal, otherwise one Float makes
 *      it Float.
 *
 * Source: expression reference 6.5, 12.10; .NET arithmetic.
 */
import type { JsonNumber } from '#foundation';
import {
  addDecimals,
  Decimal,
  decimalFromDouble,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  remainderOfDecimals,
  subtractDecimals,
} from './decimal.ts';
import { type EvaluationFault, evaluationFault } from './faults.ts';
import { bigIntOf, doubleOf, fitsInt64, floatValue, integerFromBigInt, isInteger, type NumberValue } from './values.ts';

export type Operation = 'add' | 'sub' | 'mul' | 'div' | 'mod';

export function calculate(operation: Operation, left: NumberValue, right: NumberValue): NumberValue | EvaluationFault {
  if (
    typeof left === 'number' &&
    typeof right === 'number' &&
    Number.isSafeInteger(left) &&
    Number.isSafeInteger(right)
  ) {
    return calculateSafe(operation, left, right);
  }
  return calculateSlowly(operation, left, right);
}

/** Both fit a double exactly; so does nearly every result. */
function calculateSafe(operation: Operation, left: number, right: number): NumberValue | EvaluationFault {
  if (right === 0 && (operation === 'div' || operation === 'mod')) return zeroDivisor(operation);
  const result = safeResult(operation, left, right);
  return Number.isSafeInteger(result) ? result + 0 : calculateWhole(operation, BigInt(left), BigInt(right));
}

function safeResult(operation: Operation, left: number, right: number): number {
  switch (operation) {
    case 'add':
      return left + right;
    case 'sub':
      return left - right;
    case 'mul':
      return left * right;
    case 'div':
      return Math.trunc(left / right);
    case 'mod':
      return left % right;
  }
}

function calculateSlowly(operation: Operation, left: NumberValue, right: NumberValue): NumberValue | EvaluationFault {
  const divides = operation === 'div' || operation === 'mod';
  if (divides && isZero(right)) return zeroDivisor(operation);
  if (left instanceof Decimal || right instanceof Decimal) return calculateDecimal(operation, left, right);
  if (isInteger(left) && isInteger(right)) return calculateWhole(operation, bigIntOf(left), bigIntOf(right));
  return calculateDouble(operation, doubleOf(left), doubleOf(right));
}

function isZero(value: NumberValue): boolean {
  return value instanceof Decimal ? value.unscaled === 0n : doubleOf(value) === 0;
}

function calculateWhole(operation: Operation, left: bigint, right: bigint): number | JsonNumber | EvaluationFault {
  const result = wholeResult(operation, left, right);
  return fitsInt64(result) ? integerFromBigInt(result) : overflow(operation, 'a 64-bit integer');
}

function wholeResult(operation: Operation, left: bigint, right: bigint): bigint {
  switch (operation) {
    case 'add':
      return left + right;
    case 'sub':
      return left - right;
    case 'mul':
      return left * right;
    case 'div':
      return left / right;
    case 'mod':
      return left % right;
  }
}

function calculateDouble(operation: Operation, left: number, right: number): number | JsonNumber | EvaluationFault {
  const result = operation === 'div' ? left / right : safeResult(operation, left, right);
  return Number.isFinite(result) ? floatValue(result) : overflow(operation, 'a float');
}

function calculateDecimal(operation: Operation, left: NumberValue, right: NumberValue): Decimal | EvaluationFault {
  const first = toDecimal(left);
  const second = toDecimal(right);
  const result = first === undefined || second === undefined ? undefined : decimalResult(operation, first, second);
  return result ?? overflow(operation, 'a decimal');
}

function decimalResult(operation: Operation, left: Decimal, right: Decimal): Decimal | undefined {
  switch (operation) {
    case 'add':
      return addDecimals(left, right);
    case 'sub':
      return subtractDecimals(left, right);
    case 'mul':
      return multiplyDecimals(left, right);
    case 'div':
      // A float too small for a decimal has become zero.
      return right.unscaled === 0n ? undefined : divideDecimals(left, right);
    case 'mod':
      return right.unscaled === 0n ? undefined : remainderOfDecimals(left, right);
  }
}

/** Any number as a decimal; undefined when out of range. */
export function toDecimal(value: NumberValue): Decimal | undefined {
  if (value instanceof Decimal) return value;
  return isInteger(value) ? parseDecimal(bigIntOf(value).toString()) : decimalFromDouble(doubleOf(value));
}

function zeroDivisor(operation: Operation): EvaluationFault {
  return evaluationFault(`Attempt to divide an integral or decimal value by zero in function '${operation}'.`);
}

function overflow(operation: Operation, kind: string): EvaluationFault {
  return evaluationFault(
    `The template language function '${operation}' was invoked with parameters that are not valid. The result does not fit ${kind}.`,
  );
}
