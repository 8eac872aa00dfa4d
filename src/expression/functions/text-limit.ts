/**
 * The fault of a function whose text would be longer than the context allows.
 *
 * Owns: that message.
 */
import { type EvaluationFault, evaluationFault } from '../faults.ts';

export function textOver(name: string, limit: number): EvaluationFault {
  return evaluationFault(
    `The template language function '${name}' produces a text that exceeds the limit of '${limit}' characters.`,
  );
}
