/**
 * Saves, changes and removes policy assignments.
 *
 * Owns: what an assignment needs to be in force, its names, its place. Does not own: the shape of its members
 * (`check-assignment.ts`), its identity (`assignment-identity.ts`), compiling (`compile-assignment.ts`).
 *
 * Invariants
 * PA1. An assignment is stored only when it compiles: what is stored is in force.
 * PA2. The definition stands at or above the assignment's scope.
 * PA3. Effects that deploy or change need an identity, and an identity a location.
 *
 * Source: policy reference 12, 19; management API reference 10.1.
 */
import {
  isJsonArray,
  type JsonObject,
  memberOf,
  raise,
  type ResourceDocument,
  textMember,
  TocsinError,
  fault,
} from '#foundation';
import { normalLocation } from '#inventory';
import { type Effect, iterationLimit, valueIterations } from '#policy';
import { inTurn, inTurns } from '../in-turn.ts';
import type { Services } from '../services.ts';
import type { Assigned } from './assigned.ts';
import { identityOf } from './assignment-identity.ts';
import { checkedProperties } from './check-assignment.ts';
import { compileAssignment, isCompiled } from './compile-assignment.ts';
import { DefinitionPlans, findDefinition } from './definition-source.ts';
import {
  checkPolicyName,
  isAtOrAbove,
  policyAnswer,
  policyDocument,
  type PolicyRequest,
  propertiesOf,
  requireScope,
  type ScopeKind,
} from './policy-request.ts';
import { policyAssignmentType, policyScopeOf } from './policy-types.ts';
import type { PolicyResult } from './put-policy-definition.ts';
import { checkRoomAt, patchedProperties, removePolicy, storePolicy } from './stored-policy.ts';

const longestNames: Readonly<Record<ScopeKind, number>> = {
  tenant: 24,
  managementGroup: 24,
  subscription: 64,
  resourceGroup: 128,
  resource: 128,
};
const room = { type: policyAssignmentType, most: 200, noun: 'policy assignments' };

export function assignmentIdOf(scope: string, name: string): string {
  return `${scope}/providers/${policyAssignmentType}/${name}`;
}

export function assignmentNotFound(name: string): TocsinError {
  return new TocsinError(fault('PolicyAssignmentNotFound', `The policy assignment '${name}' is not found.`));
}

/**
 * PUT. @throws TocsinError `PolicyDefinitionNotFound`, `PolicyAssignmentScopeInvalid`, `MissingPolicyParameter` and its kin,
 * `ResourceIdentityRequired`, `LocationRequired`, `InvalidPolicyAssignment`, `LinkedAuthorizationFailed`.
 */
export function putPolicyAssignment(services: Services, request: PolicyRequest): Promise<PolicyResult> {
  const id = assignmentIdOf(request.scope, request.name);
  const definitionId = textMember(memberOf(request.body, 'properties'), 'policyDefinitionId') ?? '';
  // The definition is neither changed nor deleted meanwhile (PA1).
  return inTurns(services.store, [id, definitionId], () => save(services, request, services.store.resources.get(id)));
}

/** PATCH: identity, location, and members of `properties` replace those of the same name. @throws TocsinError as PUT. */
export function changePolicyAssignment(services: Services, request: PolicyRequest): Promise<PolicyResult> {
  const id = assignmentIdOf(request.scope, request.name);
  return inTurn(services.store, id, () => {
    const existing = services.store.resources.get(id);
    if (existing === undefined) throw assignmentNotFound(request.name);
    const body = {
      identity: memberOf(request.body, 'identity') ?? memberOf(existing.body, 'identity') ?? null,
      location: memberOf(request.body, 'location') ?? existing.location ?? null,
      properties: patchedProperties(existing, request.body),
    };
    return save(services, { ...request, body }, existing);
  });
}

async function save(
  services: Services,
  request: PolicyRequest,
  existing: ResourceDocument | undefined,
): Promise<PolicyResult> {
  const kind = requireScope(services, request.scope);
  if (kind === 'tenant') {
    raise('PolicyAssignmentScopeInvalid', 'A policy is assigned at a management group or below, not at the tenant.');
  }
  checkPolicyName(request.name, longestNames[kind]);
  const properties = checkedProperties(propertiesOf(request.body), request.scope);
  checkDefinition(services, request, properties);
  if (existing === undefined) checkRoomAt(services, request.scope, room);
  const identity = identityOf(services, request, memberOf(request.body, 'identity'), existing);
  const location = textMember(request.body, 'location');
  const document: ResourceDocument = {
    ...policyDocument(
      services,
      request,
      {
        id: assignmentIdOf(request.scope, request.name),
        type: policyAssignmentType,
        properties,
        ...(identity === undefined ? {} : { more: { identity } }),
      },
      existing,
    ),
    ...(location === undefined || location === '' ? {} : { location: normalLocation(location) }),
  };
  const compiled = compile(services, document);
  checkMessages(properties, compiled);
  checkIterations(compiled);
  checkIdentity(document, compiled);
  await storePolicy(services, request.caller, document);
  return { created: existing === undefined, answer: policyAnswer(document) };
}

/** PA2. */
function checkDefinition(
  services: Services,
  { name, scope, groupsAbove }: PolicyRequest,
  properties: JsonObject,
): void {
  const id = textMember(properties, 'policyDefinitionId') ?? '';
  if (id === '') {
    raise('InvalidPolicyAssignment', "A policy assignment needs a 'policyDefinitionId'.", {
      target: 'properties.policyDefinitionId',
    });
  }
  const found = findDefinition(services.store.resources, id);
  if (found === undefined) {
    const isSet = /\/policySetDefinitions\//i.test(id);
    const what = isSet ? 'policy set definition' : 'policy definition';
    raise(
      isSet ? 'PolicySetDefinitionNotFound' : 'PolicyDefinitionNotFound',
      `The ${what} '${id}' specified in policy assignment '${name}' could not be found.`,
    );
  }
  if (isAtOrAbove(policyScopeOf(found.id), scope, groupsAbove)) return;
  raise(
    'PolicyAssignmentScopeInvalid',
    `The policy definition '${found.id}' specified in policy assignment '${name}' is out of scope. Policy definitions should be specified only at or above the policy assignment scope.`,
  );
}

/** PA1. */
function compile(services: Services, document: ResourceDocument): readonly Assigned[] {
  const plans = new DefinitionPlans();
  const compiled = compileAssignment(
    document,
    {
      find: (id, version) => findDefinition(services.store.resources, id, version),
      definition: plans.definition.bind(plans),
      initiative: plans.initiative.bind(plans),
    },
    () => undefined,
  );
  if (isCompiled(compiled)) return compiled;
  const [first] = compiled;
  const details = compiled.map(({ code, message }) => ({ code, message }));
  return raise(
    first?.code ?? 'InvalidPolicyAssignment',
    first?.message ?? 'The policy assignment is not valid.',
    compiled.length > 1 ? { details } : {},
  );
}

/** A message for a member names one the set has. */
function checkMessages(properties: JsonObject, compiled: readonly Assigned[]): void {
  const messages = memberOf(properties, 'nonComplianceMessages');
  const known = new Set(compiled.flatMap(({ referenceId }) => referenceId?.toLowerCase() ?? []));
  for (const each of isJsonArray(messages) ? messages : []) {
    const wanted = textMember(each, 'policyDefinitionReferenceId');
    if (wanted === undefined || wanted === '' || known.has(wanted.toLowerCase())) continue;
    raise('InvalidPolicyAssignment', `The assigned definition has no member with the reference id '${wanted}'.`, {
      target: 'properties.nonComplianceMessages',
    });
  }
}

/** The limit holds for the assignment's values: with more, every evaluation would be an error. */
function checkIterations(compiled: readonly Assigned[]): void {
  const over = compiled.find(({ policy }) => valueIterations(policy) > iterationLimit);
  if (over === undefined) return;
  raise(
    'InvalidPolicyParameterValue',
    `With these parameters the counts of values of the policy definition '${over.definitionId}' take more than the ${iterationLimit} iterations there may be. Assign it several times with fewer values.`,
    { target: 'properties.parameters' },
  );
}

const changing: ReadonlySet<Effect> = new Set<Effect>(['deployIfNotExists', 'modify']);

/** PA3. */
function checkIdentity({ name, body, location }: ResourceDocument, compiled: readonly Assigned[]): void {
  const needing = compiled.find(({ effect, variants }) =>
    [effect, ...[...variants.values()].map((variant) => variant.effect)].some((each) => changing.has(each)),
  );
  const identity = memberOf(body, 'identity');
  if (needing !== undefined && identity === undefined) {
    raise(
      'ResourceIdentityRequired',
      `The policy definition '${needing.definitionId}' has the effect '${needing.effect}'. The policy assignment '${name}' needs a managed identity to deploy or change resources.`,
      { target: 'identity' },
    );
  }
  if (identity !== undefined && location === undefined) {
    raise('LocationRequired', `The policy assignment '${name}' has a managed identity and needs a 'location'.`, {
      target: 'location',
    });
  }
}

/** DELETE, with the system-assigned identity. @returns what was deleted, undefined when it was not there. */
export function deletePolicyAssignment(
  services: Services,
  { caller, scope, name }: Pick<PolicyRequest, 'caller' | 'scope' | 'name'>,
): Promise<JsonObject | undefined> {
  return removePolicy(services, caller, assignmentIdOf(scope, name));
}
