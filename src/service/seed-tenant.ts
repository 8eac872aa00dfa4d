/**
 * What exists from the first start: the root management group and the first subscription.
 *
 * Owns: their ids and names, and the document of a subscription.
 *
 * Invariants
 * S1. Seeding is harmless when done again: what exists is left alone.
 */
import { type JsonObject, type ResourceDocument, type Write } from '#foundation';
import { defaultGroupId } from './hierarchy-settings.ts';
import type { Services } from './services.ts';

export const defaultTenantId = '00000000-0000-4000-8000-000000000000';
export const firstSubscriptionId = '00000000-0000-4000-8000-000000000001';

export const subscriptionType = 'Microsoft.Resources/subscriptions';
export const managementGroupType = 'Microsoft.Management/managementGroups';

export function managementGroupId(name: string): string {
  return `/providers/${managementGroupType}/${name}`;
}

/** Commits what is missing (S1). @returns whether the store was empty: a first start. */
export async function seedTenant(services: Services): Promise<boolean> {
  const { store, settings } = services;
  const writes: Write[] = [];
  const rootId = managementGroupId(settings.tenantId);
  const firstStart = store.resources.get(rootId) === undefined;
  if (firstStart) {
    writes.push({ kind: 'putResource', resource: rootGroup(services, rootId) });
  }
  if (store.resources.get(`/subscriptions/${firstSubscriptionId}`) === undefined) {
    const resource = newSubscription(services, { subscriptionId: firstSubscriptionId, displayName: 'Local' });
    writes.push({ kind: 'putResource', resource });
  }
  if (writes.length > 0) await store.commit(writes);
  return firstStart;
}

function rootGroup(services: Services, id: string): ResourceDocument {
  const { tenantId } = services.settings;
  const now = services.clock.now();
  return {
    id,
    type: managementGroupType,
    name: tenantId,
    body: { properties: { tenantId, displayName: 'Tenant Root Group', details: { version: 1 } } },
    etag: services.random.uuid(),
    createdTime: now,
    changedTime: now,
  };
}

export interface NewSubscription {
  readonly subscriptionId: string;
  readonly displayName: string;
  /** Full id of the management group it is in; that of the hierarchy settings unless given. */
  readonly managementGroupId?: string;
  readonly tags?: JsonObject;
}

/** A subscription's document. `managementGroupId` in its body is where it stands in the hierarchy. */
export function newSubscription(
  services: Pick<Services, 'clock' | 'random' | 'settings' | 'store'>,
  subscription: NewSubscription,
): ResourceDocument {
  const now = services.clock.now();
  const { subscriptionId, displayName, tags } = subscription;
  return {
    id: `/subscriptions/${subscriptionId}`,
    type: subscriptionType,
    name: subscriptionId,
    subscriptionId,
    body: {
      displayName,
      state: 'Enabled',
      managementGroupId: subscription.managementGroupId ?? defaultGroupId(services),
      ...(tags === undefined ? {} : { tags }),
    },
    etag: services.random.uuid(),
    createdTime: now,
    changedTime: now,
  };
}

/** A subscription as GET answers it. Source: ARM reference 8.1. */
export function subscriptionAnswer(services: Pick<Services, 'settings'>, document: ResourceDocument): JsonObject {
  const { displayName, state, tags } = document.body;
  const { tenantId } = services.settings;
  return {
    id: document.id,
    subscriptionId: document.name,
    tenantId,
    displayName: displayName ?? document.name,
    state: state ?? 'Enabled',
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
    ...(tags === undefined ? {} : { tags }),
  };
}
