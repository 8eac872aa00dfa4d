/**
 * One effect with everything its performers need.
 *
 * Owns: the shape shared by the HTTP and the connector side of effects.
 */
import type { Command, RunIdentity } from '#engine';
import type { Json } from '#foundation';

export type Effect = Extract<Command, { kind: 'effect' }>;

export interface EffectCall {
  readonly effect: Effect;
  readonly run: RunIdentity;
  /** Evaluated inputs of the action. */
  readonly inputs: Json;
}
