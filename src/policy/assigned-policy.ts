/**
 * A policy as an assignment uses it: its plan with the values, the effect decided.
 *
 * Owns: effective parameters, the effect after overrides. Does not own: assignments as resources.
 *
 * Invariants
 * AS1. Made once per assignment and definition; evaluating resources asks nothing of the definition's JSON.
 *
 * Source: policy reference 10, 12, 13.
 */
import type { Json } from '#foundation';
import { evaluateValue, isStop } from '#templates';
import { detailsOf, type Effect, effectNamed } from './effect.ts';
import { contextOf, type PolicyIdentity, type Surroundings } from './functions.ts';
import { effectiveParameters, type ParameterFault } from './parameters.ts';
import type { PolicyPlan } from './parse-definition.ts';

export interface AssignedPolicy {
  readonly plan: PolicyPlan;
  readonly identity: PolicyIdentity;
  readonly parameters: ReadonlyMap<string, Json>;
  readonly effect: Effect;
}

export type AssignmentFault =
  | ParameterFault
  | { readonly code: 'InvalidPolicyParameterValue'; readonly message: string };

/** Joins a plan with an assignment's values; `override` is the effect an override of the assignment gives. */
export function assignPolicy(
  plan: PolicyPlan,
  identity: PolicyIdentity,
  values: Readonly<Record<string, Json>>,
  override?: string,
): AssignedPolicy | readonly AssignmentFault[] {
  const parameters = effectiveParameters(plan.parameters, values);
  if (!isValues(parameters)) return parameters;
  const name = override ?? effectOf(plan, identity, parameters);
  const effect = name === undefined ? undefined : effectNamed(name);
  if (effect === undefined) return [effectFault(`The effect '${name ?? ''}' is not known.`)];
  const needed = detailsOf(effect);
  if (needed !== undefined && plan.details?.kind !== needed) {
    return [effectFault(`The effect '${effect}' does not fit the definition's details.`)];
  }
  return { plan, identity, parameters, effect };
}

function isValues(
  parameters: ReadonlyMap<string, Json> | readonly ParameterFault[],
): parameters is ReadonlyMap<string, Json> {
  return parameters instanceof Map;
}

function effectFault(message: string): AssignmentFault {
  return { code: 'InvalidPolicyParameterValue', message };
}

function effectOf(plan: PolicyPlan, policy: PolicyIdentity, parameters: ReadonlyMap<string, Json>): string | undefined {
  const nothing: Surroundings = { resource: {}, parameters, now: 0, policy, requestContext: {} };
  const value = evaluateValue(plan.effect, contextOf(nothing, undefined));
  return isStop(value) || typeof value !== 'string' ? undefined : value;
}
