/**
 * Whether the subscription and the resource group that a request names exist and take the request.
 *
 * Owns: the checks and their words, the same for every provider. Source: answers of Azure Resource Manager.
 */
import { type Fault, fault, memberOf, type ResourceReader } from '#foundation';

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** 400 for a malformed id, 404 for an unknown one; undefined when the subscription is there. */
export function checkSubscription(resources: ResourceReader, subscriptionId: string): Fault | undefined {
  if (!guid.test(subscriptionId)) {
    return fault(
      'InvalidSubscriptionId',
      `The provided subscription identifier '${subscriptionId}' is malformed or invalid.`,
    );
  }
  if (resources.get(`/subscriptions/${subscriptionId}`) !== undefined) return undefined;
  return fault('SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
}

/** 409 for changes in a subscription that was cancelled. */
export function checkSubscriptionState(
  resources: ResourceReader,
  subscriptionId: string,
  method: string,
): Fault | undefined {
  if (method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') return undefined;
  const found = resources.get(`/subscriptions/${subscriptionId}`);
  if (memberOf(found?.body, 'state') !== 'Disabled') return undefined;
  return fault(
    'ReadOnlyDisabledSubscription',
    `The subscription '${subscriptionId}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`,
  );
}

/** 404 when there is no such group, 409 for writes while it is being deleted; undefined when the request may go on. */
export function checkResourceGroup(
  resources: ResourceReader,
  subscriptionId: string,
  group: string,
  writes: boolean,
): Fault | undefined {
  const found = resources.get(`/subscriptions/${subscriptionId}/resourceGroups/${group}`);
  if (found === undefined) return fault('ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
  if (!writes) return undefined;
  if (memberOf(memberOf(found.body, 'properties'), 'provisioningState') !== 'Deleting') return undefined;
  return fault(
    'ResourceGroupBeingDeleted',
    `The resource group '${found.name}' is in deprovisioning state and cannot perform this operation.`,
  );
}
