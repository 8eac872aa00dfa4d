/**
 * What an evaluation may ask of the place an expression stands in.
 *
 * Owns: the context's shape and its frames. Does not own: who answers (`template-context.ts`, `#policy`).
 *
 * Invariants
 * C1. Evaluation reads nothing else: no clock, no chance, no store.
 */
import type { Json } from '#foundation';
import type { EvaluationStop } from './stop.ts';

/** A function that depends on the place; arguments are evaluated. */
export type PlaceFunction = (args: readonly Json[], context: EvaluationContext) => Json | EvaluationStop;

/** An expression whose names are looked up: evaluates it once. */
export type PlannedExpression = (context: EvaluationContext) => Json | EvaluationStop;

export interface CopyFrame {
  readonly name: string;
  readonly index: number;
  /** Whether `copyIndex()` without a name means this frame. */
  readonly bare: boolean;
  readonly outer: CopyFrame | undefined;
}

export interface LambdaFrame {
  readonly name: string;
  readonly value: Json;
  readonly outer: LambdaFrame | undefined;
}

/** Counts down over one evaluation, however many expressions it holds. */
export interface Budget {
  steps: number;
}

export interface EvaluationContext {
  /** By lower-case name; none of them is a common function's. */
  readonly place: (name: string) => PlaceFunction | undefined;
  /** By lower-case `namespace.name`. */
  readonly userFunction?: ((name: string) => PlaceFunction | undefined) | undefined;
  readonly copies?: CopyFrame | undefined;
  readonly lambdas?: LambdaFrame | undefined;
  /**
   * A preview: an expression that asks what only the running deployment knows gives its own text, which is added here.
   */
  readonly unresolved?: Set<string> | undefined;
  /** User functions around this one. */
  readonly calls?: number | undefined;
  readonly budget: Budget;
  /** What a member that an object does not have reads as; undefined for an error. */
  readonly missing?: ((object: Json) => Json | undefined) | undefined;
}

/** The context inside a lambda. Members by name and not spread: it is made for every item, and spreading took most of a filter. */
export function withLambdas(context: EvaluationContext, lambdas: LambdaFrame | undefined): EvaluationContext {
  const { place, userFunction, copies, unresolved, calls, budget, missing } = context;
  return { place, userFunction, copies, lambdas, unresolved, calls, budget, missing };
}

/** The context of an item of a copy. */
export function withCopies(context: EvaluationContext, copies: CopyFrame): EvaluationContext {
  const { place, userFunction, lambdas, unresolved, calls, budget, missing } = context;
  return { place, userFunction, copies, lambdas, unresolved, calls, budget, missing };
}

/** Steps of one evaluation: calls, accesses, members. */
export const stepLimit = 5_000_000;

export function newBudget(steps = stepLimit): Budget {
  return { steps };
}

/** Steps of a whole template, however many resources it has and however often they are evaluated. */
export const templateStepLimit = 20_000_000;

/** What one more item of a copy costs: it is kept, where a step is forgotten. */
export const itemSteps = 10;
