/**
 * Entry file of `#expression`: the expression language of workflow definitions, parse → check → plan → evaluate.
 * It needs nothing of Node and runs in a browser as it is.
 */
export * from './ast.ts';
export type { EvaluationContext } from './context.ts';
export { Decimal } from './decimal.ts';
export * from './faults.ts';
export type * from './functions/function.ts';
export type * from './planned.ts';
export { type ValueKind, type ValueType, type Value, valueKind, valueType } from './values.ts';
export { XmlValue } from './xml-value.ts';
