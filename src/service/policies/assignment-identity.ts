/**
 * The managed identity of a policy assignment.
 *
 * Owns: which identity a request asks for, the principal that lives as long as the assignment. Does not own: roles, which
 * are given separately.
 *
 * Invariants
 * AI1. The principal of a system-assigned identity stays through updates that keep asking for one, and goes with the
 *      assignment or the identity.
 * AI2. A user-assigned identity exists, and the caller may assign it.
 *
 * Source: policy reference 12; management API reference 10.1.
 */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import type { Services } from '../services.ts';
import type { PolicyRequest } from './policy-request.ts';

const assignAction = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';

/** The identity to store; undefined for none. @throws TocsinError `InvalidPolicyAssignment`, `LinkedAuthorizationFailed`. */
export function identityOf(
  services: Services,
  { caller, allowed }: Pick<PolicyRequest, 'caller' | 'allowed'>,
  given: Json | undefined,
  existing: ResourceDocument | undefined,
): JsonObject | undefined {
  const type = textMember(given, 'type')?.toLowerCase() ?? 'none';
  const { tenantId } = services.settings;
  if (type === 'none') return undefined;
  if (type === 'systemassigned') {
    const before = memberOf(existing?.body, 'identity');
    const kept = textMember(before, 'type') === 'SystemAssigned' ? textMember(before, 'principalId') : undefined;
    return { type: 'SystemAssigned', principalId: kept ?? services.random.uuid(), tenantId };
  }
  if (type !== 'userassigned') {
    return raise('InvalidPolicyAssignment', "The type of the identity is 'SystemAssigned', 'UserAssigned' or 'None'.", {
      target: 'identity.type',
    });
  }
  const assigned = memberOf(given, 'userAssignedIdentities');
  const ids = isJsonObject(assigned) ? Object.keys(assigned) : [];
  const [id] = ids;
  if (id === undefined || ids.length > 1) {
    return raise('InvalidPolicyAssignment', 'A policy assignment has exactly one user-assigned identity.', {
      target: 'identity.userAssignedIdentities',
    });
  }
  const identity = services.store.resources.get(id);
  const properties = memberOf(identity?.body, 'properties');
  const principalId = textMember(properties, 'principalId');
  if (identity === undefined || principalId === undefined) {
    return raise('InvalidPolicyAssignment', `The user-assigned identity '${id}' could not be found.`, {
      target: 'identity.userAssignedIdentities',
    });
  }
  if (!allowed(assignAction, identity.id)) {
    return raise(
      'LinkedAuthorizationFailed',
      `The client '${caller.identity.displayName}' with object id '${caller.identity.objectId}' does not have permission to perform action '${assignAction}' on the linked scope '${identity.id}'.`,
    );
  }
  const clientId = textMember(properties, 'clientId') ?? '';
  return { type: 'UserAssigned', userAssignedIdentities: { [identity.id]: { principalId, clientId } } };
}
