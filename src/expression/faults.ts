/**
 * What goes wrong with expressions, as values: when they are saved, and when they are evaluated.
 *
 * Owns: the two fault types. Does not own: the table of codes (`#foundation`), and the sentence the engine puts around
 * a message ("Unable to process template language expressions in action …").
 *
 * Invariants
 * E1. Parsing, checking, planning and evaluating throw for no input; faults are returned.
 * E2. Positions count UTF-16 units from 0 in the template string the fault is about; `end` is exclusive.
 */

export type ExpressionFaultCode = 'InvalidTemplate' | 'ExpressionEvaluationFailed';

/** A fault found when an expression is parsed or checked. */
export interface ExpressionFault {
  readonly code: ExpressionFaultCode;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Where the template string stands in the JSON that was planned: member names and indexes, outermost first. */
  readonly path?: readonly (string | number)[];
}

export interface FaultPlace {
  readonly start: number;
  readonly end: number;
  readonly path: readonly (string | number)[];
}

/** A fault of an evaluation. `place` is set once it has passed the expression it arose in. */
export class EvaluationFault {
  readonly code: ExpressionFaultCode;
  readonly message: string;
  readonly place: FaultPlace | undefined;

  constructor(message: string, place?: FaultPlace, code: ExpressionFaultCode = 'InvalidTemplate') {
    this.message = message;
    this.place = place;
    this.code = code;
  }

  /** The same fault with its place; the innermost place stands. */
  at(place: FaultPlace): EvaluationFault {
    return this.place === undefined ? new EvaluationFault(this.message, place, this.code) : this;
  }
}

/** Makes the fault a function returns; the evaluator adds the place. */
export function evaluationFault(message: string): EvaluationFault {
  return new EvaluationFault(message);
}

export function isEvaluationFault(value: unknown): value is EvaluationFault {
  return value instanceof EvaluationFault;
}
