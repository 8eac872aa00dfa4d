/**
 * Whether the members of a set fit the definitions they name.
 *
 * Owns: existence, scope, names of parameters. Does not own: values, which an assignment decides (`compile-assignment.ts`).
 *
 * Invariants
 * SM1. A member names a definition at or above the set's scope, never another set.
 *
 * Source: policy reference 13.
 */
import { type Fault, fault, type JsonObject, type ResourceReader } from '#foundation';
import { type InitiativeMember, planDefinition, planInitiative } from '#policy';
import { findDefinition } from './definition-source.ts';
import { isAtOrAbove, type PolicyRequest } from './policy-request.ts';
import { policyScopeOf } from './policy-types.ts';

/** The first thing that is wrong with a member. */
export function checkMembers(
  resources: ResourceReader,
  { scope, groupsAbove }: Pick<PolicyRequest, 'scope' | 'groupsAbove'>,
  properties: JsonObject,
): Fault | undefined {
  const plan = planInitiative(properties);
  if (!('members' in plan)) return undefined;
  for (const member of plan.members) {
    const found = findDefinition(resources, member.definitionId, member.definitionVersion);
    if (found?.kind !== 'definition') {
      const message = `The policy definition '${member.definitionId}' of the set could not be found.`;
      return fault('PolicyDefinitionNotFound', message, { target: member.referenceId });
    }
    if (!isAtOrAbove(policyScopeOf(found.id), scope, groupsAbove)) {
      const message = `The policy definition '${found.id}' must be at or above the scope of the set.`;
      return fault('InvalidPolicyDefinition', message, { target: member.referenceId });
    }
    const wrong = checkNames(member, found.properties);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function checkNames(member: InitiativeMember, properties: JsonObject): Fault | undefined {
  const plan = planDefinition(properties);
  if (!('condition' in plan)) return undefined;
  const given = new Set([...member.values.keys()].map((name) => name.toLowerCase()));
  for (const name of member.values.keys()) {
    if (plan.parameters.has(name.toLowerCase())) continue;
    const message = `The member '${member.referenceId}' gives the parameter '${name}', which its definition does not declare.`;
    return fault('UndefinedPolicyParameter', message, { target: member.referenceId });
  }
  for (const [key, { name, defaultValue }] of plan.parameters) {
    if (defaultValue !== undefined || given.has(key)) continue;
    const message = `The member '${member.referenceId}' is missing the parameter '${name}', which has no default value.`;
    return fault('MissingPolicyParameter', message, { target: member.referenceId });
  }
  return undefined;
}
