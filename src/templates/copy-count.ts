/** The count of a copy. Source: template reference 8. */
import type { Json } from '#foundation';
import { type EvaluationStop, isStop, stop } from './stop.ts';
import { smallInteger } from './values.ts';

export const copyLimit = 800;

/** The count when it is an integer from 0 to the limit. */
export function copyCount(value: Json | EvaluationStop): number | EvaluationStop {
  if (isStop(value)) return value;
  const count = smallInteger(value);
  if (count !== undefined && count >= 0 && count <= copyLimit) return count;
  return stop(
    `The template 'copy' definition has an invalid copy count. The copy count must be a positive integer value and cannot exceed '${copyLimit}'.`,
  );
}
