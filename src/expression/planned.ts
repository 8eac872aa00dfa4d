/**
 * What planning gives: a template that can be evaluated any number of times.
 *
 * Owns: the plan's shape. Does not own: planning (`plan.ts`, `condition.ts`), evaluation's rules (`evaluate.ts`).
 *
 * Invariants
 * PL1. `evaluate` never throws, never changes the context's data and keeps nothing from it.
 * PL2. With `constant`, `evaluate` answers that very value, frozen.
 */
import type { Json } from '#foundation';
import type { Call, Span } from './ast.ts';
import type { EvaluationContext } from './context.ts';
import type { EvaluationFault } from './faults.ts';
import type { ReferenceTarget } from './functions/function.ts';

/** A call whose first argument names something, or that reads its surroundings: what a workflow's check looks at. */
export interface Reference extends Span {
  /** The function, spelled as in the function table: `body`, `variables`, `triggerOutputs`. */
  readonly function: string;
  readonly target: ReferenceTarget;
  /** The literal first argument; undefined when it is computed, or when the function takes no name. */
  readonly name: string | undefined;
  /** Where the first argument stands, quotes included. */
  readonly nameSpan: Span | undefined;
  /** The function takes a name and the name is computed at run time. */
  readonly dynamic: boolean;
  readonly call: Call;
  /** Where the template string stands in the planned JSON; empty for a single string. */
  readonly path: readonly (string | number)[];
}

export interface Planned {
  /** The value as plain JSON, or why there is none. */
  readonly evaluate: (context: EvaluationContext) => Json | EvaluationFault;
  /** Set when the template holds no expression that could give different answers. */
  readonly constant?: Json;
  readonly references: readonly Reference[];
}
