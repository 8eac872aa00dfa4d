/** The Microsoft Sentinel connector: incidents, comments, entities, watchlists. Source: connectors reference 3.1, 3.5. */
import type { Json } from '#foundation';
import { action, type Connector, entra, type Operation, servicePrincipal, token, usualThrottle } from './connector.ts';
import * as calls from './sentinel-calls.ts';
import * as kept from './sentinel-kept.ts';
import { entitiesOfKind, entityKinds } from './sentinel-entities.ts';

const provider =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-soc/providers/Microsoft.OperationalInsights/workspaces/law-soc/providers/Microsoft.SecurityInsights';
const incidentId = `${provider}/Incidents/73e01a99-5cd7-4139-a149-9f2736ff2ab5`;

const alert: Json = {
  id: `${provider}/Entities/baa8a239-6fde-4ab7-a093-d09f7b75c58c`,
  name: 'baa8a239-6fde-4ab7-a093-d09f7b75c58c',
  type: 'Microsoft.SecurityInsights/Entities',
  kind: 'SecurityAlert',
  properties: {
    systemAlertId: 'baa8a239-6fde-4ab7-a093-d09f7b75c58c',
    alertDisplayName: 'Potential SQL brute force attempt',
    severity: 'High',
    status: 'New',
    tactics: ['CredentialAccess'],
    productName: 'Azure Sentinel',
    additionalData: { 'Custom Details': '{}' },
  },
};

const incident: Json = {
  id: incidentId,
  name: '73e01a99-5cd7-4139-a149-9f2736ff2ab5',
  etag: '"0400a1b2-0000-0800-0000-000000000000"',
  type: 'Microsoft.SecurityInsights/Incidents',
  properties: {
    title: 'Brute force against a SQL server',
    description: 'Many failed sign-ins, then one that succeeded.',
    severity: 'High',
    status: 'New',
    incidentNumber: 1423,
    incidentUrl: `https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident${incidentId}`,
    createdTimeUtc: '2026-11-20T09:12:44.5512345Z',
    lastModifiedTimeUtc: '2026-11-20T09:13:02.112Z',
    firstActivityTimeUtc: '2026-11-20T08:55:00Z',
    lastActivityTimeUtc: '2026-11-20T09:10:00Z',
    owner: { objectId: null, email: null, assignedTo: null, userPrincipalName: null },
    labels: [],
    providerName: 'Azure Sentinel',
    providerIncidentId: '1423',
    relatedAnalyticRuleIds: [],
    alerts: [alert],
    relatedEntities: [],
    additionalData: {
      alertsCount: 1,
      bookmarksCount: 0,
      commentsCount: 0,
      alertProductNames: ['Azure Security Center'],
      tactics: ['CredentialAccess'],
      techniques: ['T1110'],
    },
  },
};

const olderCase: Json = {
  id: incidentId,
  name: '73e01a99-5cd7-4139-a149-9f2736ff2ab5',
  etag: '"1"',
  type: 'Microsoft.SecurityInsights/Cases',
  properties: {
    CaseNumber: 1423,
    Title: 'Brute force against a SQL server',
    Severity: 'High',
    Status: 'New',
    Description: 'Many failed sign-ins.',
    RelatedAlertIds: ['baa8a239-6fde-4ab7-a093-d09f7b75c58c'],
    Owner: null,
    Labels: [],
  },
};

const comment: Json = {
  id: `${incidentId}/Comments/6c0e3f2a`,
  name: '6c0e3f2a',
  type: 'Microsoft.SecurityInsights/Incidents/Comments',
  properties: {
    message: 'text',
    createdTimeUtc: '2026-11-20T09:15:00Z',
    author: { name: 'tocsin', email: null, objectId: null, userPrincipalName: null },
  },
};

const watchlist: Json = {
  id: `${provider}/Watchlists/BadHosts`,
  name: 'BadHosts',
  type: 'Microsoft.SecurityInsights/Watchlists',
  properties: {
    watchlistId: '2e3f4a5b-6c7d-4e8f-9a0b-1c2d3e4f5a6b',
    displayName: 'BadHosts',
    provider: 'Microsoft',
    source: 'Local file',
    itemsSearchKey: 'HostName',
    watchlistAlias: 'BadHosts',
  },
};

const item: Json = {
  id: `${provider}/Watchlists/BadHosts/watchlistItems/9`,
  name: '9',
  properties: { watchlistItemId: '9', itemsKeyValue: { HostName: 'sql01' } },
};

/** What each kind of entity looks like. */
const entityExamples: Readonly<Record<string, Json>> = {
  ip: { Address: '203.0.113.7', Type: 'ip' },
  host: {
    HostName: 'sql01',
    DnsDomain: 'corp.example.com',
    FQDN: 'sql01.corp.example.com',
    AzureID:
      '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/sql01',
    MdatpDeviceId: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
    OSFamily: 'Windows',
    additionalData: {},
    Type: 'host',
  },
  account: {
    Name: 'ana.ferreira',
    UPNSuffix: 'example.com',
    AadUserId: '6f0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b11',
    AadTenantId: '00000000-0000-4000-8000-000000000000',
    NTDomain: 'CORP',
    DisplayName: 'Ana Ferreira',
    accountName: 'ana.ferreira',
    friendlyName: 'ana.ferreira',
    additionalData: {},
    Type: 'account',
  },
  url: { Url: 'https://bad.example.net/x', Type: 'url' },
  filehash: {
    Algorithm: 'SHA256',
    Value: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    Type: 'filehash',
  },
  dnsresolution: { DomainName: 'bad.example.net', Type: 'dns' },
};

const entityOperations = Object.entries(entityKinds).map(
  ([kind, { list }]): Operation =>
    action(
      `Entities_Get${list}`,
      `POST /entities/${kind}`,
      `Entities - Get ${list}`,
      { status: 200, body: { [list]: [entityExamples[kind] ?? {}] } },
      {
        perform: async (_, { body }) => ({
          status: 200,
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: entitiesOfKind(kind, body),
        }),
      },
    ),
);

const older = '/Case/{subscriptionId}/{workspaceId}/{resourceGroup}/{identifierType}/{identifier}';
const watchlists =
  '/Watchlists/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/workspaces/{workspaceId}/watchlists/{watchlistAlias}';
const done = { status: 200, body: incident } as const;

function olderChange(
  id: string,
  tail: string,
  summary: string,
  change: Parameters<typeof calls.changeByIdentifier>[0],
): Operation {
  return action(id, `PUT ${older}/${tail}`, summary, done, { perform: calls.changeByIdentifier(change) });
}

function trigger(id: string, path: string, summary: string): Operation {
  return action(
    id,
    `POST ${path}`,
    summary,
    { status: 200, body: {} },
    {
      kind: 'trigger',
      // Nobody has to be told: rules and people of this server start the workflow by its callback.
      perform: async () => ({ status: 200, headers: {}, body: {} }),
    },
  );
}

const bookmark: Json = {
  id: `${provider}/Bookmarks/b1`,
  name: 'b1',
  properties: {
    displayName: 'Odd sign-ins',
    query: 'SigninLogs | take 10',
    created: '2026-11-20T09:15:00Z',
    labels: [],
  },
};
const bookmarks = '/Bookmarks/{subscriptionId}/resourceGroups/{resourceGroup}/workspaces/{workspaceId}';
const intelligence = '/ThreatIntelligence/{workspaceId}';
const uploaded = { status: 200, body: { errors: [] } } as const;
const sasReason =
  'A watchlist of a file in a storage account is not read here; give its text as a watchlist with raw content.';

const keptOperations: readonly Operation[] = [
  action(
    'GetWatchlistItem',
    `GET ${watchlists}/watchlistItem/{itemId}`,
    'Watchlists - Get a watchlist item by ID',
    { status: 200, body: item },
    {
      perform: kept.getWatchlistItem,
    },
  ),
  action(
    'UpdateWatchlistItem',
    `PUT ${watchlists}/watchlistItem/{itemId}`,
    'Watchlists - Update an existing watchlist item',
    { status: 200, body: item },
    {
      perform: kept.updateWatchlistItem,
    },
  ),
  action(
    'PutLargeWatchlist',
    `PUT ${watchlists}/largeWatchlist`,
    'Watchlists - Create a large watchlist using a SAS URI',
    { status: 200, body: watchlist },
    {
      sandboxOnly: sasReason,
    },
  ),
  action(
    'DeleteWatchlistV2',
    `DELETE /V2${watchlists}`,
    'Watchlists - Delete a watchlist (V2)',
    { status: 200 },
    {
      perform: kept.deleteWatchlist,
    },
  ),
  action(
    'GetWatchlistItemsV2',
    `GET /V2${watchlists}/watchlistItems/`,
    'Watchlists - Get all watchlist items for a given watchlist (V2)',
    { status: 200, body: { properties: { watchlistItems: [item] } } },
    { perform: kept.listWatchlistItemsV2 },
  ),
  action(
    'DeleteWatchlistItemV2',
    `DELETE /V2${watchlists}/watchlistItem/{itemId}`,
    'Watchlists - Delete a watchlist item (V2)',
    { status: 200 },
    {
      perform: kept.deleteWatchlistItem,
    },
  ),
  action(
    'ListBookmarks',
    `GET ${bookmarks}/bookmarksList/{count}`,
    'Bookmarks - Get all bookmarks for a given workspace',
    { status: 200, body: { value: [bookmark] } },
    {
      perform: kept.listBookmarks,
    },
  ),
  action(
    'GetBookmark',
    `GET ${bookmarks}/bookmarks/{bookmarkId}`,
    'Bookmarks - Get a bookmark',
    { status: 200, body: bookmark },
    {
      perform: kept.getBookmark,
    },
  ),
  action(
    'PutBookmark',
    `PUT ${bookmarks}/bookmarks/{bookmarkId}`,
    'Bookmarks - Creates or updates a bookmark',
    { status: 200, body: bookmark },
    {
      perform: kept.putBookmark,
    },
  ),
  action(
    'DeleteBookmark',
    `DELETE ${bookmarks}/bookmarks/{bookmarkId}`,
    'Bookmarks - Delete a bookmark',
    { status: 200 },
    {
      perform: kept.deleteBookmark,
    },
  ),
  action(
    'UploadStixObjects',
    `POST ${intelligence}/UploadStixObjects/`,
    'Threat Intelligence - Upload STIX Objects',
    uploaded,
    { perform: kept.uploadIndicators },
  ),
  action(
    'UploadIndicatorsV2',
    `POST /V2${intelligence}/UploadIndicators/`,
    'Threat Intelligence - Upload Indicators of Compromise (V2)',
    uploaded,
    { perform: kept.uploadIndicators },
  ),
];

const management = 'https://management.azure.com';

export const sentinelConnector: Connector = {
  name: 'azuresentinel',
  displayName: 'Microsoft Sentinel',
  brandColor: '#0072C6',
  description: 'Incidents, comments, tasks and watchlists are kept on this server, below a workspace.',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: entra(management, [`${management}/user_impersonation`]),
  service: { kind: 'arm' },
  throttle: usualThrottle,
  operations: [
    trigger('IncidentTrigger', '/incident-creation', 'Microsoft Sentinel incident'),
    trigger('AlertTrigger', '/subscribe', 'Microsoft Sentinel alert'),
    trigger('EntityTrigger', '/entity/{entityType}', 'Microsoft Sentinel entity'),
    action(
      'AddCommentV3',
      'POST /Incidents/Comment',
      'Add comment to incident (V3)',
      { status: 200, body: comment },
      { perform: calls.addComment },
    ),
    action('UpdateIncident', 'PUT /Incidents', 'Update incident', done, { perform: calls.updateIncident }),
    action('GetIncident', 'POST /Incidents', 'Get incident', done, { perform: calls.getIncident }),
    action(
      'CreateIncident',
      'PUT /Incidents/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/workspaces/{workspaceId}',
      'Create incident',
      done,
      { perform: calls.createIncident },
    ),
    action(
      'CreateTask',
      'POST /Incidents/CreateTask',
      'Add task to incident',
      {
        status: 200,
        body: { id: `${incidentId}/Tasks/1`, name: '1', properties: { title: 'Check the host', status: 'New' } },
      },
      { perform: calls.createTask },
    ),
    action(
      'CompleteTask',
      'POST /Incidents/CompleteTask',
      'Mark a task as completed',
      {
        status: 200,
        body: { id: `${incidentId}/Tasks/1`, name: '1', properties: { title: 't', status: 'Completed' } },
      },
      { perform: calls.completeTask },
    ),
    action(
      'DeleteRelation',
      'POST /Incidents/Relation/Delete',
      'Remove alert from incident',
      { status: 200 },
      {
        perform: calls.deleteRelation,
      },
    ),
    action(
      'CreateRelation',
      'POST /Incidents/Relation/Create',
      'Add alert to incident',
      { status: 200, body: { id: `${incidentId}/relations/1`, properties: {} } },
      { perform: calls.createRelation },
    ),
    action(
      'GetIncidentOfAlert',
      'GET /Incidents/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/workspaces/{workspaceId}/alerts/{alertId}',
      'Alert - Get incident',
      done,
      { perform: calls.incidentOfAlert },
    ),
    action(
      'GetCaseOfAlert',
      'GET /Cases/{alertId}/{subscriptionId}/{workspaceId}/{resourceGroup}',
      'Alert - Get incident (old)',
      { status: 200, body: olderCase },
      { perform: calls.caseOfAlert },
    ),
    action(
      'AddCommentV2',
      'PUT /Comment/{subscriptionId}/{workspaceId}/{resourceGroup}/{identifierType}/{identifier}',
      'Add comment to incident (V2)',
      { status: 200, body: {} },
      { perform: calls.addCommentByIdentifier },
    ),
    olderChange('ChangeStatus', 'Status/{status}', 'Change incident status', calls.changes.status),
    olderChange('ChangeSeverity', 'Severity/{severity}', 'Change incident severity', calls.changes.severity),
    olderChange('ChangeTitle', 'Title', 'Change incident title', calls.changes.title),
    olderChange('ChangeDescription', 'Description', 'Change incident description', calls.changes.description),
    olderChange('AddLabels', 'AddLabels', 'Add labels to incident', calls.changes.addLabels),
    olderChange('RemoveLabels', 'RemoveLabels', 'Remove labels from incident', calls.changes.removeLabels),
    ...entityOperations,
    action(
      'GetWatchlist',
      `GET ${watchlists}`,
      'Watchlists - Get a watchlist by alias',
      { status: 200, body: watchlist },
      { perform: kept.getWatchlist },
    ),
    action(
      'PutWatchlist',
      `PUT ${watchlists}`,
      'Watchlists - Create a new watchlist with data (raw content)',
      { status: 200, body: watchlist },
      { perform: kept.putWatchlist },
    ),
    action(
      'DeleteWatchlist',
      `DELETE ${watchlists}`,
      'Watchlists - Delete a watchlist',
      { status: 200 },
      { perform: kept.deleteWatchlist },
    ),
    action(
      'GetWatchlistItems',
      `GET ${watchlists}/watchlistItems`,
      'Watchlists - Get all watchlist items for a given watchlist',
      { status: 200, body: { properties: { watchlistItems: [item] } } },
      { perform: kept.listWatchlistItems },
    ),
    action(
      'AddWatchlistItem',
      `PUT ${watchlists}/watchlistItem`,
      'Watchlists - Add a new watchlist item',
      { status: 200, body: item },
      { perform: kept.addWatchlistItem },
    ),
    action(
      'DeleteWatchlistItem',
      `DELETE ${watchlists}/watchlistItem/{itemId}`,
      'Watchlists - Delete a watchlist item',
      { status: 200 },
      { perform: kept.deleteWatchlistItem },
    ),
    ...keptOperations,
  ],
};
