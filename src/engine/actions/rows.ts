/**
 * The rows of a data operation: its source array, and expressions evaluated once per row.
 *
 * Owns: what Query, Select, Join and Table have in common, failures included.
 * Source: engine reference 4.5.
 */
import { isEvaluationFault, type Planned, valueType } from '#expression';
import { isJsonArray, type Json } from '#foundation';
import { templateError } from '../errors.ts';
import type { AnyActivation } from '../kind.ts';

/** The evaluated source; undefined when the action has failed for it. */
export function sourceRows(act: AnyActivation, from: Planned, operation: string): readonly Json[] | undefined {
  const source = act.evaluate(from);
  if (source === undefined) return undefined;
  if (isJsonArray(source)) return source;
  act.fail(
    'BadRequest',
    `The 'from' property value in the '${operation}' action inputs is of type '${valueType(source)}'. The value must be of type 'Array'.`,
  );
  return undefined;
}

/** Evaluates for one row; undefined when the action has failed for it. */
export function rowValue(act: AnyActivation, planned: Planned, row: Json): Json | undefined {
  const value = act.evaluateRow(planned, row);
  if (!isEvaluationFault(value)) return value;
  act.end({ status: 'Failed', code: 'BadRequest', error: templateError(act.plan.name, value.message) });
  return undefined;
}
