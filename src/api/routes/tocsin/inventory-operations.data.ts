/**
 * The calls outside Azure's contracts that are about the inventory, the directory and linked subscriptions, in words.
 * Source: docs/concepts/inventory.md; docs/operations/linked-subscriptions.md.
 */
import { list, type OwnOperation, paging } from './own-operation.ts';

const report = {
  read: 'number: rows of the file',
  created: 'number',
  updated: 'number',
  unchanged: 'number: those that say all the file says',
  refused: 'number',
  problems: 'array: id, code and message of the first hundred that were refused',
} as const;

export const inventoryOperations: readonly OwnOperation[] = [
  {
    method: 'POST',
    path: '/tocsin/v1/inventory/import',
    tag: 'Inventory',
    summary:
      'Takes resources that another tool listed, or those of a linked subscription, into the inventory; again changes nothing.',
    query: {
      subscriptionId: 'where they go, whatever their ids say; needed for templates and linked subscriptions',
      resourceGroup: 'where a template is deployed',
      unknownSubscription: 'create makes subscriptions that are not known',
      linkedSubscriptionId: 'reads this linked subscription instead of a file',
    },
    body: {
      '*': 'object: an ARM template, a Resource Graph result (both formats), a list of resources; or a table as CSV',
    },
    consumes: ['application/json', 'text/csv'],
    status: 200,
    answer: { format: 'string: what the file was taken for', ...report },
  },
  {
    method: 'POST',
    path: '/tocsin/v1/directory/import',
    tag: 'Inventory',
    summary: 'Takes users, groups, devices and their like into the directory; again changes nothing.',
    body: {
      '*': 'array: users, groups, devices, directoryRoles, riskyUsers, riskDetections, signIns, namedLocations; links by id or name',
    },
    status: 200,
    answer: { linked: 'number: links made', ...report },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/linkedSubscriptions',
    tag: 'Inventory',
    summary: 'Subscriptions whose calls go to a real cloud, without secrets.',
    query: paging,
    status: 200,
    answer: list,
  },
  {
    method: 'GET',
    path: '/tocsin/v1/linkedSubscriptions/{subscription}',
    tag: 'Inventory',
    summary: 'One link, without secrets.',
    status: 200,
    answer: { subscriptionId: 'string', cloud: 'string', credential: 'object: its kind and ids' },
  },
  {
    method: 'PUT',
    path: '/tocsin/v1/linkedSubscriptions/{subscription}',
    tag: 'Inventory',
    summary: 'Links a subscription that holds nothing here, or changes its link.',
    body: {
      cloud: 'string: AzureCloud, AzureUSGovernment, AzureChinaCloud or Custom',
      displayName: 'string: of a subscription that is not known yet',
      endpoints: 'object: resourceManager and authority of a Custom cloud',
      authorities: 'string: certificates to trust, PEM',
      'credential!':
        'object: kind (clientSecret, clientCertificate, managedIdentity, workloadIdentity, environment, azureCli) with tenantId, clientId, clientSecret, certificate as it needs',
    },
    status: 200,
    answer: { subscriptionId: 'string', cloud: 'string', credential: 'object: its kind and ids' },
  },
  {
    method: 'DELETE',
    path: '/tocsin/v1/linkedSubscriptions/{subscription}',
    tag: 'Inventory',
    summary: 'Unlinks; the subscription stays, local and empty.',
    status: 200,
  },
  {
    method: 'GET',
    path: '/tocsin/v1/linkedSubscriptions/{subscription}/activity',
    tag: 'Inventory',
    summary: 'What was passed on from here, and what came of it.',
    query: paging,
    status: 200,
    answer: list,
  },
  {
    method: 'GET',
    path: '/tocsin/v1/linkedDirectory',
    tag: 'Inventory',
    summary: 'The link of the directory to a tenant of Microsoft Graph, without secrets.',
    status: 200,
    answer: { cloud: 'string', credential: 'object: its kind and ids' },
  },
  {
    method: 'PUT',
    path: '/tocsin/v1/linkedDirectory',
    tag: 'Inventory',
    summary: 'Links the directory to a tenant, or changes the link.',
    body: {
      cloud: 'string: AzureCloud, AzureUSGovernment, AzureChinaCloud or Custom',
      endpoints: 'object: graph, authority and audience of a Custom cloud',
      authorities: 'string: certificates to trust, PEM',
      'credential!': 'object: as of a linked subscription',
    },
    status: 200,
    answer: { cloud: 'string', credential: 'object: its kind and ids' },
  },
  {
    method: 'DELETE',
    path: '/tocsin/v1/linkedDirectory',
    tag: 'Inventory',
    summary: 'Unlinks: the directory kept here counts again.',
    status: 200,
  },
];
