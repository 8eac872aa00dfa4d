/**
 * An assignment's document and the definitions it names → the policies in force.
 *
 * Owns: members of sets, parameter values, overrides, messages. Does not own: looking definitions up, the checks a save
 * makes beyond these (`put-policy-assignment.ts`).
 *
 * Invariants
 * CA1. Either every member compiles or there are faults; an assignment is never half in force.
 *
 * Source: policy reference 12, 13.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  type ResourceDocument,
  textMember,
} from '#foundation';
import {
  type AssignedPolicy,
  type AssignmentFault,
  assignPolicy,
  effectiveParameters,
  type InitiativeMember,
  memberValues,
  type PolicyIdentity,
} from '#policy';
import { isStop } from '#templates';
import { planSchema } from '#workflow';
import type { Assigned, DefinitionNames } from './assigned.ts';
import { type FoundDefinition, isFaulty, type PlannedDefinition, type PlannedInitiative } from './definition-source.ts';
import { policyScopeOf } from './policy-types.ts';
import {
  concernsMember,
  looksAtLocation,
  type PolicyOverride,
  readOverrides,
  readResourceSelectors,
} from './selectors.ts';

/** Why an assignment cannot be in force. */
export interface CompileFault {
  readonly code: AssignmentFault['code'] | 'PolicyDefinitionNotFound' | 'InvalidPolicyDefinition' | 'InvalidPolicyRule';
  readonly message: string;
}

export interface Definitions {
  find(id: string, version?: string): FoundDefinition | undefined;
  definition(found: FoundDefinition): PlannedDefinition;
  initiative(found: FoundDefinition): PlannedInitiative;
}

export function isCompiled(result: readonly Assigned[] | readonly CompileFault[]): result is readonly Assigned[] {
  return result.every((each) => 'policy' in each);
}

/** CA1. The definitions it depends on are told to `uses` by their ids. */
export function compileAssignment(
  document: ResourceDocument,
  definitions: Definitions,
  uses: (definitionId: string) => void,
): readonly Assigned[] | readonly CompileFault[] {
  const properties = memberOf(document.body, 'properties') ?? {};
  const overrides = readOverrides(memberOf(properties, 'overrides'));
  const definitionId = textMember(properties, 'policyDefinitionId') ?? '';
  uses(definitionId);
  const version = versionFor(overrides, undefined) ?? textMember(properties, 'definitionVersion');
  const found = definitions.find(definitionId, version);
  if (found === undefined) return [notFound(definitionId, version)];
  const base: Base = { document, properties, overrides, values: givenValues(memberOf(properties, 'parameters')) };
  if (found.kind === 'definition') return compileOne(base, definitions, found);
  return compileSet(base, definitions, found, uses);
}

interface Base {
  readonly document: ResourceDocument;
  readonly properties: Json;
  readonly overrides: readonly PolicyOverride[];
  readonly values: JsonObject;
}

function notFound(id: string, version: string | undefined): CompileFault {
  const at = version === undefined ? '' : ` at version '${version}'`;
  return { code: 'PolicyDefinitionNotFound', message: `The policy definition '${id}'${at} could not be found.` };
}

/** `{name: {value}}` → `{name: value}`. */
export function givenValues(parameters: Json | undefined): JsonObject {
  if (!isJsonObject(parameters)) return {};
  const given = Object.entries(parameters).flatMap(([name, held]) => {
    const value = memberIgnoringCase(held, 'value');
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

function versionFor(overrides: readonly PolicyOverride[], referenceId: string | undefined): string | undefined {
  return overrides.find((each) => each.kind === 'definitionVersion' && concernsMember(each, referenceId))?.value;
}

function compileOne(
  base: Base,
  definitions: Definitions,
  found: FoundDefinition,
): readonly Assigned[] | readonly CompileFault[] {
  const identity = { assignmentId: base.document.id, definitionId: found.id };
  const made = assign(base, definitions.definition(found), identity, base.values, undefined);
  return isFaults(made) ? made : [{ ...assignedOf(base, found, undefined), ...made, groupNames: [] }];
}

function compileSet(
  base: Base,
  definitions: Definitions,
  set: FoundDefinition,
  uses: (definitionId: string) => void,
): readonly Assigned[] | readonly CompileFault[] {
  const plan = definitions.initiative(set);
  if (isFaulty(plan)) return plan.map(({ message }): CompileFault => ({ code: 'InvalidPolicyDefinition', message }));
  const parameters = effectiveParameters(plan.parameters, base.values);
  if (!(parameters instanceof Map)) return parameters as readonly AssignmentFault[];
  const compiled: Assigned[] = [];
  for (const member of plan.members) {
    uses(member.definitionId);
    const one = compileMember(base, definitions, { set, member, parameters });
    if (isFaults(one)) return one;
    compiled.push(one);
  }
  return compiled;
}

interface MemberOfSet {
  readonly set: FoundDefinition;
  readonly member: InitiativeMember;
  readonly parameters: ReadonlyMap<string, Json>;
}

function compileMember(
  base: Base,
  definitions: Definitions,
  { set, member, parameters }: MemberOfSet,
): Assigned | readonly CompileFault[] {
  const { referenceId, groupNames } = member;
  const version = versionFor(base.overrides, referenceId) ?? member.definitionVersion;
  const found = definitions.find(member.definitionId, version);
  if (found === undefined || found.kind !== 'definition') return [notFound(member.definitionId, version)];
  const identity = {
    assignmentId: base.document.id,
    definitionId: found.id,
    setDefinitionId: set.id,
    definitionReferenceId: referenceId,
  };
  const values = memberValues(member, parameters, identity);
  if (isStop(values)) return [{ code: 'InvalidPolicyParameterValue', message: values.message }];
  const made = assign(base, definitions.definition(found), identity, values, referenceId);
  if (isFaults(made)) return made;
  const own = assignedOf(base, found, referenceId);
  return { ...own, ...made, setDefinitionId: set.id, setDefinition: namesOf(set), referenceId, groupNames };
}

function isFaults<T extends object>(made: T | readonly CompileFault[]): made is readonly CompileFault[] {
  return isJsonArray(made);
}

type Made = Pick<Assigned, 'policy' | 'effect' | 'variants'>;

/** The policy with its effect, and with every other effect an override by location may give. */
function assign(
  { overrides }: Base,
  plan: PlannedDefinition,
  identity: PolicyIdentity,
  values: JsonObject,
  referenceId: string | undefined,
): Made | readonly CompileFault[] {
  if (isFaulty(plan)) return plan.map(({ message }) => ({ code: 'InvalidPolicyRule', message }));
  const effects = overrides.filter((each) => each.kind === 'policyEffect' && concernsMember(each, referenceId));
  const general = effects.find((each) => !looksAtLocation(each));
  const policy = assignPolicy(plan, identity, values, general?.value);
  if (isFaults(policy)) return policy;
  const unfit = misfits(policy);
  if (unfit.length > 0) return unfit;
  const variants = new Map<string, AssignedPolicy>();
  for (const override of effects) {
    if (!looksAtLocation(override)) continue;
    const variant = assignPolicy(plan, identity, values, override.value);
    if (isFaults(variant)) return variant;
    variants.set(override.value.toLowerCase(), variant);
  }
  return { policy, effect: policy.effect, variants };
}

/** Objects that do not fit the schema their declaration gives. */
function misfits({ plan, parameters }: AssignedPolicy): readonly CompileFault[] {
  return [...plan.parameters].flatMap(([name, { name: written, schema }]) => {
    const [error] = schema === undefined ? [] : planSchema(schema).validate(parameters.get(name) ?? null);
    if (error === undefined) return [];
    const message = `The value of the policy parameter '${written}' does not fit its schema: ${error.message}`;
    return [{ code: 'InvalidPolicyParameterValue' as const, message }];
  });
}

function namesOf({ name, properties, version }: FoundDefinition): DefinitionNames {
  return {
    name,
    displayName: textMember(properties, 'displayName') ?? '',
    category: textMember(memberOf(properties, 'metadata'), 'category') ?? '',
    version,
  };
}

type Own = Omit<Assigned, keyof Made | 'groupNames' | 'setDefinitionId' | 'setDefinition' | 'referenceId'>;

function assignedOf(
  { document, properties, overrides }: Base,
  found: FoundDefinition,
  referenceId: string | undefined,
): Own {
  const principalId = principalOf(document.body);
  const message = messageFor(memberOf(properties, 'nonComplianceMessages'), referenceId);
  const parameters = memberOf(properties, 'parameters');
  return {
    assignmentId: document.id,
    assignmentName: document.name,
    assignmentDisplayName: textMember(properties, 'displayName') ?? '',
    scope: policyScopeOf(document.id),
    definitionId: found.id,
    definition: namesOf(found),
    enforcementMode: textMember(properties, 'enforcementMode') === 'DoNotEnforce' ? 'DoNotEnforce' : 'Default',
    assignmentParameters: isJsonObject(parameters) ? parameters : {},
    owner: textMember(memberOf(properties, 'metadata'), 'createdBy') ?? '',
    ...(principalId === undefined ? {} : { identityPrincipalId: principalId }),
    ...(document.location === undefined ? {} : { location: document.location }),
    ...(message === undefined ? {} : { nonComplianceMessage: message }),
    resourceSelectors: readResourceSelectors(memberOf(properties, 'resourceSelectors')),
    overrides,
  };
}

/** The principal of the system's identity, or of the user-assigned one. */
function principalOf(body: JsonObject): string | undefined {
  const identity = memberOf(body, 'identity');
  const own = textMember(identity, 'principalId');
  if (own !== undefined) return own;
  const assigned = memberOf(identity, 'userAssignedIdentities');
  const [first] = isJsonObject(assigned) ? Object.values(assigned) : [];
  return textMember(first, 'principalId');
}

/** The message for a member of a set goes before the one for all. */
function messageFor(messages: Json | undefined, referenceId: string | undefined): string | undefined {
  if (!isJsonArray(messages)) return undefined;
  const of = (wanted: string | undefined): string | undefined => {
    const found = messages.find(
      (each) => textMember(each, 'policyDefinitionReferenceId')?.toLowerCase() === wanted?.toLowerCase(),
    );
    return textMember(found, 'message');
  };
  return (referenceId === undefined ? undefined : of(referenceId)) ?? of(undefined);
}
