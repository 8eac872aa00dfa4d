/**
 * `PUT …/vaults/{v}/accessPolicies/{add|replace|remove}`: a change of the vault's own document.
 *
 * Owns: that route from path to document. Does not own: the change as a value (`#inventory`).
 */
import { changedPolicies, policyChangeOf, type ResourcePlace } from '#inventory';
import { isJsonObject, type JsonObject, memberOf, orThrow, raise, TocsinError } from '#foundation';
import { activityWrite } from '../record-activity.ts';
import { changeWrites } from '../resource-changes.ts';
import { resourceNotFound } from '../resource-write.ts';
import type { ResourceRequest, ResourceResult } from '../resource-request.ts';
import type { Services } from '../services.ts';

const policyType = 'microsoft.keyvault/vaults/accesspolicies';

export function isVaultPolicyChange(type: string): boolean {
  return type.toLowerCase() === policyType;
}

/** In turn for the vault. @throws TocsinError `ResourceNotFound` of the vault, `BadRequest`. */
export async function putVaultPolicies(
  services: Services,
  request: ResourceRequest,
  place: ResourcePlace,
): Promise<ResourceResult> {
  const change =
    policyChangeOf(place.name) ?? raise('BadRequest', "The operation is one of 'add', 'replace' and 'remove'.");
  const vault = services.store.resources.get(place.parentId ?? '');
  if (vault === undefined) throw new TocsinError(resourceNotFound(place.parentId ?? ''));
  const properties = memberOf(vault.body, 'properties');
  const accessPolicies = orThrow(changedPolicies(memberOf(properties, 'accessPolicies'), change, request.body));
  const body: JsonObject = {
    ...vault.body,
    properties: { ...(isJsonObject(properties) ? properties : {}), accessPolicies },
  };
  const next = { ...vault, body, etag: services.random.uuid(), changedTime: services.clock.now() };
  await services.store.commit([
    { kind: 'putResource', resource: next },
    ...changeWrites(services, request.caller, vault, next),
    activityWrite(services, request.caller, { operation: `${place.type}/write`, resourceId: place.id }),
  ]);
  const answer = { id: `${vault.id}/accessPolicies/`, type: place.type, name: '', properties: { accessPolicies } };
  return { created: false, answer, etag: next.etag };
}
