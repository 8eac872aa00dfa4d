/**
 * Saves, changes and removes policy exemptions.
 *
 * Owns: the checks of a save. Does not own: what an exemption frees (`exemptions.ts`).
 *
 * Invariants
 * PE1. Who exempts may exempt from that assignment: `exempt/action` on it, beside the right to write the exemption.
 * PE2. The exempted scope is at or below the assignment's, unless the request says not to look.
 *
 * Source: policy reference 14; management API reference 10.1.
 */
import {
  fault,
  isJsonArray,
  type JsonObject,
  memberOf,
  parseTimeText,
  raise,
  type ResourceDocument,
  textMember,
  TocsinError,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { policiesOf } from './assigned-policies.ts';
import { checkResourceSelectors } from './check-assignment.ts';
import {
  checkPolicyName,
  isAtOrAbove,
  policyAnswer,
  policyDocument,
  type PolicyRequest,
  propertiesOf,
  requireScope,
} from './policy-request.ts';
import { policyExemptionType, policyIdOf, policyScopeOf } from './policy-types.ts';
import type { PolicyResult } from './put-policy-definition.ts';
import { assignmentNotFound } from './put-policy-assignment.ts';
import { checkRoomAt, patchedProperties, removePolicy, storePolicy } from './stored-policy.ts';

const exemptAction = 'Microsoft.Authorization/policyAssignments/exempt/action';
const room = { type: policyExemptionType, most: 1000, noun: 'exemptions' };

export function exemptionIdOf(scope: string, name: string): string {
  return `${scope}/providers/${policyExemptionType}/${name}`;
}

export function exemptionNotFound(name: string): TocsinError {
  return new TocsinError(fault('PolicyExemptionNotFound', `The policy exemption '${name}' is not found.`));
}

/** PUT. @throws TocsinError `InvalidPolicyExemption`, `PolicyAssignmentNotFound`, `LinkedAuthorizationFailed`. */
export function putPolicyExemption(services: Services, request: PolicyRequest): Promise<PolicyResult> {
  const id = exemptionIdOf(request.scope, request.name);
  return inTurn(services.store, id, () => save(services, request, services.store.resources.get(id)));
}

/** PATCH: members of `properties` replace those of the same name. @throws TocsinError as PUT, `PolicyExemptionNotFound`. */
export function changePolicyExemption(services: Services, request: PolicyRequest): Promise<PolicyResult> {
  const id = exemptionIdOf(request.scope, request.name);
  return inTurn(services.store, id, () => {
    const existing = services.store.resources.get(id);
    if (existing === undefined) throw exemptionNotFound(request.name);
    return save(services, { ...request, body: { properties: patchedProperties(existing, request.body) } }, existing);
  });
}

async function save(
  services: Services,
  request: PolicyRequest,
  existing: ResourceDocument | undefined,
): Promise<PolicyResult> {
  if (requireScope(services, request.scope) === 'tenant') {
    raise('InvalidPolicyExemption', 'An exemption is made at a management group or below, not at the tenant.');
  }
  checkPolicyName(request.name, 64);
  const properties = checkedProperties(propertiesOf(request.body));
  checkAssignment(services, request, properties);
  if (existing === undefined) checkRoomAt(services, request.scope, room);
  const id = exemptionIdOf(request.scope, request.name);
  const document = policyDocument(services, request, { id, type: policyExemptionType, properties }, existing);
  await storePolicy(services, request.caller, document);
  return { created: existing === undefined, answer: policyAnswer(document) };
}

function wrong(message: string, target: string): never {
  return raise('InvalidPolicyExemption', message, { target: `properties.${target}` });
}

function named(given: string | undefined, names: readonly string[]): string | undefined {
  return names.find((name) => name.toLowerCase() === given?.toLowerCase());
}

function checkedProperties(given: JsonObject): JsonObject {
  const exemptionCategory = named(textMember(given, 'exemptionCategory'), ['Waiver', 'Mitigated']);
  if (exemptionCategory === undefined) {
    wrong("An exemption needs an 'exemptionCategory', 'Waiver' or 'Mitigated'.", 'exemptionCategory');
  }
  const expiresOn = memberOf(given, 'expiresOn') ?? null;
  if (expiresOn !== null && (typeof expiresOn !== 'string' || parseTimeText(expiresOn) === undefined)) {
    wrong("'expiresOn' is a time such as 2030-01-01T00:00:00Z.", 'expiresOn');
  }
  const validation = named(textMember(given, 'assignmentScopeValidation') ?? 'Default', ['Default', 'DoNotValidate']);
  if (validation === undefined) {
    wrong("'assignmentScopeValidation' is 'Default' or 'DoNotValidate'.", 'assignmentScopeValidation');
  }
  const references = memberOf(given, 'policyDefinitionReferenceIds') ?? [];
  if (!isJsonArray(references) || !references.every((each) => typeof each === 'string')) {
    wrong("'policyDefinitionReferenceIds' must be an array of texts.", 'policyDefinitionReferenceIds');
  }
  checkResourceSelectors(memberOf(given, 'resourceSelectors'), 'resourceSelectors');
  return {
    ...given,
    exemptionCategory: exemptionCategory ?? '',
    assignmentScopeValidation: validation ?? 'Default',
    policyDefinitionReferenceIds: references,
  };
}

/** PE1, PE2. */
function checkAssignment(services: Services, request: PolicyRequest, properties: JsonObject): void {
  const id = textMember(properties, 'policyAssignmentId') ?? '';
  if (policyIdOf(id)?.kind !== 'assignment') {
    wrong("An exemption needs the full id of an assignment as 'policyAssignmentId'.", 'policyAssignmentId');
  }
  const assignment = services.store.resources.get(id);
  if (assignment === undefined) throw assignmentNotFound(id);
  const { identity } = request.caller;
  if (!request.allowed(exemptAction, assignment.id)) {
    raise(
      'LinkedAuthorizationFailed',
      `The client '${identity.displayName}' with object id '${identity.objectId}' has permission to perform action '${policyExemptionType}/write' on scope '${request.scope}'; however, it does not have permission to perform action '${exemptAction}' on the linked scope '${assignment.id}'.`,
    );
  }
  const looks = memberOf(properties, 'assignmentScopeValidation') !== 'DoNotValidate';
  if (looks && !isAtOrAbove(policyScopeOf(assignment.id), request.scope, request.groupsAbove)) {
    wrong(
      `The policy assignment '${assignment.id}' does not reach the scope '${request.scope}'.`,
      'policyAssignmentId',
    );
  }
  const references = memberOf(properties, 'policyDefinitionReferenceIds');
  const policies = policiesOf(services);
  for (const each of isJsonArray(references) ? references.filter((one) => typeof one === 'string') : []) {
    if (policies.get(assignment.id, each) !== undefined) continue;
    wrong(`The assigned set has no member with the reference id '${each}'.`, 'policyDefinitionReferenceIds');
  }
}

/** DELETE. @returns what was deleted, undefined when it was not there. */
export function deletePolicyExemption(
  services: Services,
  { caller, scope, name }: Pick<PolicyRequest, 'caller' | 'scope' | 'name'>,
): Promise<JsonObject | undefined> {
  return removePolicy(services, caller, exemptionIdOf(scope, name));
}
