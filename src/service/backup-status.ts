/**
 * Whether a resource is backed up: looked up among the protected items of the inventory.
 *
 * Owns: the answer of `…/locations/{l}/backupStatus`. Source: connector reference 4; the published operation.
 */
import {
  armIdKey,
  type Json,
  type JsonObject,
  memberOf,
  parseArmId,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { matchingResources } from './read-resource.ts';
import type { Services } from './services.ts';

const itemType = 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems';

/** @throws TocsinError `BadRequest` without the id of a resource. */
export function backupStatus(services: Pick<Services, 'store'>, body: Json | undefined): JsonObject {
  const resourceId = textMember(body, 'resourceId') ?? '';
  const id = parseArmId(resourceId);
  if (id?.subscriptionId === undefined)
    raise('BadRequest', "The member 'resourceId' is not the id of a resource.", { target: 'resourceId' });
  const wanted = armIdKey(resourceId);
  const protects = (item: ResourceDocument): boolean => {
    const properties = memberOf(item.body, 'properties');
    const source = textMember(properties, 'sourceResourceId') ?? textMember(properties, 'virtualMachineId') ?? '';
    return armIdKey(source) === wanted;
  };
  const query = { type: itemType, ...(id?.subscriptionId === undefined ? {} : { subscriptionId: id.subscriptionId }) };
  const item = matchingResources(services.store.resources, query, protects, 1)[0];
  if (item === undefined)
    return {
      protectionStatus: 'NotProtected',
      vaultId: '',
      fabricName: '',
      containerName: '',
      protectedItemName: '',
      errorCode: 'Success',
      errorMessage: '',
      policyName: '',
      registrationStatus: 'NotRegistered',
    };
  const [vaultId = '', rest = ''] = item.id.split(/\/backupFabrics\//i);
  const [fabricName = '', , containerName = '', , protectedItemName = ''] = rest.split('/');
  const policyId = textMember(memberOf(item.body, 'properties'), 'policyId') ?? '';
  return {
    protectionStatus: 'Protected',
    vaultId,
    fabricName,
    containerName,
    protectedItemName,
    errorCode: 'Success',
    errorMessage: '',
    policyName: policyId.slice(policyId.lastIndexOf('/') + 1),
    registrationStatus: 'Registered',
  };
}
