/**
 * What an expression may ask of its surroundings while it is evaluated.
 *
 * Owns: the interface. Does not own: any implementation (the engine's is over a run's state, the command line's over a
 * JSON context, tests use literals).
 *
 * Invariants
 * X1. Every look-up is synchronous and free of side effects; the same context gives the same answer within one step,
 *     but for `random`, whose state belongs to the caller.
 * X2. A look-up answers `undefined` when there is no such thing; the function that asked turns that into its error.
 * X3. Names are passed as written; contexts compare action, variable, parameter and loop names ignoring case.
 */
import type { Json, JsonObject, Random } from '#foundation';

export interface EvaluationContext {
  parameter(name: string): Json | undefined;
  variable(name: string): Json | undefined;
  /** The record that `trigger()` returns; `outputs` may be absent. */
  trigger(): JsonObject | undefined;
  /**
   * The record that `actions(name)` returns. For an action inside a Foreach seen from outside, `outputs` is the array of
   * the iterations' outputs and `repetitionCount` is set.
   */
  action(name: string): JsonObject | undefined;
  /** The record of the action being evaluated, for `action()`. */
  currentAction(): JsonObject | undefined;
  /** The innermost item: a data operation's row, else the loop's item. */
  item(): Json | undefined;
  /** The item of a named enclosing Foreach. */
  loopItem(name: string): Json | undefined;
  /** The 0-based index of a named enclosing Until. */
  loopIndex(name: string): number | undefined;
  /** Records of the immediate children of a container, for `result(name)`. */
  scopeResults(name: string): readonly Json[] | undefined;
  workflow(): JsonObject | undefined;
  callbackUrl(): string | undefined;
  /** A host setting that `appsetting(name)` may read. */
  setting(name: string): string | undefined;
  /** 100-ns ticks since 0001-01-01T00:00:00Z. */
  now(): bigint;
  readonly random: Random;
  /** Longest text one function call may produce, in characters. */
  readonly textLimit: number;
}
