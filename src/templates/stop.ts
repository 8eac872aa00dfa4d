/**
 * Why an evaluation has no value: a fault in the template, or a question only the service can answer.
 *
 * Owns: `EvaluationStop`. Evaluation hands stops on as values; nothing in this folder throws for a template's fault.
 *
 * Invariants
 * S1. A pending evaluation asks for one thing; once that is answered through the context, evaluating again gets further.
 */
import type { Json } from '#foundation';

/** What only the running deployment knows. */
export type RuntimeQuestion =
  /** `reference`: GET of a resource. */
  | { readonly kind: 'reference'; readonly id: string; readonly apiVersion: string; readonly full: boolean }
  /** `list*`: POST `{id}/{action}`. */
  | {
      readonly kind: 'list';
      readonly id: string;
      readonly action: string;
      readonly apiVersion: string;
      readonly body?: Json;
    };

export class EvaluationStop {
  /** The inner text of the error message. */
  readonly message: string;
  readonly question: RuntimeQuestion | undefined;
  /** Where below the planned value the fault arose; filled on the way out. */
  path: readonly (string | number)[];
  /** The outer text is the language's, not that of the place the value stands in. */
  readonly syntax: boolean;

  constructor(message: string, options: { readonly question?: RuntimeQuestion; readonly syntax?: boolean } = {}) {
    this.message = message;
    this.question = options.question;
    this.syntax = options.syntax === true;
    this.path = [];
  }
}

/** A fault in the template. */
export function stop(message: string): EvaluationStop {
  return new EvaluationStop(message);
}

/** A fault in the arguments of a function. */
export function badArguments(name: string, reason: string): EvaluationStop {
  return new EvaluationStop(`The provided arguments for template language function '${name}' is not valid: ${reason}`);
}

/** A function that exists, but not where it stands. */
export function misplacedFunction(name: string): EvaluationStop {
  return new EvaluationStop(
    `The template function '${name}' is not expected at this location. Please see https://aka.ms/arm-functions for usage details.`,
  );
}

export function pending(question: RuntimeQuestion): EvaluationStop {
  return new EvaluationStop(`The value of '${question.id}' is known only while the deployment runs.`, { question });
}

export function isStop(value: unknown): value is EvaluationStop {
  return value instanceof EvaluationStop;
}
