/**
 * One effect with everything its performers need.
 *
 * Owns: the shape shared by the HTTP and the connector side of effects, and who asks for one.
 */
import type { Command, RunIdentity } from '#engine';
import type { Json } from '#foundation';

export type Effect = Extract<Command, { kind: 'effect' }>;

/** A run; or a trigger that polls or subscribes, before there is a run: `name` is then that of its history. */
export interface EffectOwner extends RunIdentity {
  /** The trigger's name. */
  readonly trigger?: string;
}

/** The ARM id of the run, or of the trigger's history. */
export function ownerId({ workflowId, name, trigger }: EffectOwner): string {
  return trigger === undefined ? `${workflowId}/runs/${name}` : `${workflowId}/triggers/${trigger}/histories/${name}`;
}

export interface EffectCall {
  readonly effect: Effect;
  readonly run: EffectOwner;
  /** Evaluated inputs of the action. */
  readonly inputs: Json;
}
