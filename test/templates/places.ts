/** Places that templates are evaluated in by tests. */
import type { DeploymentPlace } from '#templates';

const subscriptionId = '00000000-0000-4000-8000-000000000001';
let guids = 0;

export const subscriptionPlace: DeploymentPlace = {
  scope: `/subscriptions/${subscriptionId}`,
  deployment: { name: 'deploy', location: 'westeurope', properties: { mode: 'Incremental' } },
  cloud: 'AzureCloud',
  subscription: { id: `/subscriptions/${subscriptionId}`, subscriptionId, tenantId: 't', displayName: 'Local' },
  tenant: { id: '/tenants/t', tenantId: 't', displayName: 'Tenant', countryCode: '' },
  now: '2026-01-02T03:04:05.0000000Z',
  newGuid: () => `00000000-0000-4000-8000-${String(guids++).padStart(12, '0')}`,
};

export const groupPlace: DeploymentPlace = {
  ...subscriptionPlace,
  scope: `${subscriptionPlace.scope}/resourceGroups/rg`,
  deployment: { name: 'deploy', properties: { mode: 'Incremental' } },
  resourceGroup: {
    id: `${subscriptionPlace.scope}/resourceGroups/rg`,
    name: 'rg',
    type: 'Microsoft.Resources/resourceGroups',
    location: 'westeurope',
    tags: {},
    properties: { provisioningState: 'Succeeded' },
  },
};
