/**
 * Routes of `Microsoft.Web`: connections and the managed API catalogue.
 *
 * Owns: the mapping and shapes. Source: ARM reference 7.
 */
import {
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import {
  commitWithGone,
  confirmCode,
  type Connection,
  connectionOf,
  connectionParametersOf,
  connectionType,
  consentLink,
  findConnection,
  managedApiNames,
  managedApiOf,
  operationList,
  parameterSetsOf,
  saveConnection,
  swaggerOf,
  testConnection,
} from '#service';
import { page, pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

const versions: readonly string[] = [
  '2015-08-01-preview',
  '2016-06-01',
  '2018-03-01-preview',
  '2018-07-01-preview',
  '2018-11-01',
];
const groupPath = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}';
const connectionsPath = `${groupPath}/providers/Microsoft.Web/connections`;

function idOf({ path }: RouteCall): string {
  return `/subscriptions/${path.subscriptionId}/resourceGroups/${path.resourceGroup}/providers/${connectionType}/${path.connection}`;
}

function required(call: RouteCall): Connection {
  const connection = findConnection(call.services, idOf(call));
  if (connection !== undefined) return connection;
  return raise(
    'ResourceNotFound',
    `The Resource '${connectionType}/${call.path.connection}' under resource group '${call.path.resourceGroup}' was not found.`,
  );
}

/** What clients call to see whether the credentials hold. */
function testUri(baseUrl: string, id: string): string {
  return `${baseUrl}${id}/extensions/proxy/testconnection?api-version=2018-07-01-preview`;
}

function answer({ request: { baseUrl } }: RouteCall, connection: Connection): JsonObject {
  const { document, state, connector: known } = connection;
  const properties = memberOf(document.body, 'properties');
  const { api, ...open } = isJsonObject(properties) ? properties : {};
  const { authenticatedUser } = document.body;
  return {
    properties: {
      displayName: document.name,
      ...open,
      ...(typeof authenticatedUser === 'string' ? { authenticatedUser: { name: authenticatedUser } } : {}),
      statuses: [{ ...state }],
      overallStatus: state.status,
      connectionState: 'Enabled',
      createdTime: formatTime(document.createdTime),
      changedTime: formatTime(document.changedTime),
      api: {
        ...(isJsonObject(api) ? api : {}),
        name: connection.api,
        displayName: known.displayName,
        brandColor: known.brandColor,
        type: 'Microsoft.Web/locations/managedApis',
      },
      testLinks: [{ requestUri: testUri(baseUrl, document.id), method: 'get' }],
      testRequests: [],
      ...(connection.sandbox ? { sandbox: true } : {}),
    },
    id: document.id,
    name: document.name,
    type: document.type,
    location: document.location ?? '',
    tags: document.body.tags ?? {},
    kind: document.body.kind ?? 'V1',
  };
}

function list(call: RouteCall) {
  const { subscriptionId, resourceGroup } = call.path;
  const wanted = /ManagedApiName\s+eq\s+'([^']+)'/i.exec(call.request.query.$filter ?? '')?.[1]?.toLowerCase();
  const source = {
    read: (count: number, after: string | undefined) =>
      call.services.store.resources.list({
        type: connectionType,
        top: count,
        ...(subscriptionId === undefined ? {} : { subscriptionId }),
        ...(resourceGroup === undefined ? {} : { resourceGroup }),
        ...(after === undefined ? {} : { after }),
      }),
    position: (document: ResourceDocument) => document.id.toLowerCase(),
    shape: (document: ResourceDocument) => answer(call, connectionOf(call.services, document)),
  };
  const body = page(call.request, source, { usual: 1000 });
  if (wanted === undefined) return { status: 200, body };
  const value = (body.value as readonly JsonObject[]).filter(
    (one) => memberOf(memberOf(one.properties, 'api'), 'name') === wanted,
  );
  return { status: 200, body: { ...body, value } };
}

async function put(call: RouteCall) {
  const { connection, created } = await saveConnection(call.services, idOf(call), call.request.body ?? null);
  return { status: created ? 201 : 200, body: answer(call, connection) };
}

/** PATCH merges `properties` over those stored and replaces tags. */
async function patch(call: RouteCall) {
  const { document } = required(call);
  const given = call.request.body ?? null;
  const stored = memberOf(document.body, 'properties');
  const properties = memberOf(given, 'properties');
  const merged: Json = {
    tags: memberOf(given, 'tags') ?? document.body.tags ?? {},
    properties: { ...(isJsonObject(stored) ? stored : {}), ...(isJsonObject(properties) ? properties : {}) },
  };
  const { connection } = await saveConnection(call.services, idOf(call), merged);
  return { status: 200, body: answer(call, connection) };
}

async function remove(call: RouteCall) {
  const connection = findConnection(call.services, idOf(call));
  if (connection === undefined) return { status: 204 };
  const { id } = connection.document;
  await commitWithGone(call.services, { ids: [id] }, [{ kind: 'deleteResource', id }]);
  return { status: 200 };
}

// --- Consent and test -------------------------------------------------------------------------------------------

/** One link for each parameter that is a sign-in. */
async function listConsentLinks(call: RouteCall) {
  const connection = required(call);
  const given = memberOf(call.request.body, 'parameters');
  const [parameter = null] = isJsonArray(given) ? given : [];
  const redirectUrl = textMember(parameter, 'redirectUrl');
  const tenantId = textMember(parameter, 'tenantId');
  const link = await consentLink(call.services, {
    place: { kind: 'connection', id: connection.document.id },
    caller: call.request.identity,
    ...(redirectUrl === undefined || redirectUrl === '' ? {} : { redirectUrl }),
    ...(tenantId === undefined ? {} : { tenantId }),
  });
  const status = connection.state.status === 'Connected' ? 'Authenticated' : 'Unauthenticated';
  const { displayName } = connection.connector;
  return { status: 200, body: { value: [{ link, firstPartyLoginUri: link, displayName, status }] } };
}

async function confirmConsentCode(call: RouteCall) {
  const connection = required(call);
  const code = textMember(call.request.body ?? null, 'code') ?? '';
  await confirmCode(call.services, { kind: 'connection', id: connection.document.id }, code);
  return { status: 200, body: answer(call, required(call)) };
}

async function test(call: RouteCall) {
  const { status, body } = await testConnection(call.services, required(call));
  return { status, body: body ?? {} };
}

// --- Managed APIs -----------------------------------------------------------------------------------------------

function managedApi(call: RouteCall, name: string): JsonObject {
  const api = managedApiOf(name);
  const { subscriptionId, location } = call.path;
  const type = 'Microsoft.Web/locations/managedApis';
  const sets = parameterSetsOf(api);
  return {
    properties: {
      name: api.name,
      connectionParameters: connectionParametersOf(api),
      ...(sets === undefined ? {} : { connectionParameterSets: sets }),
      metadata: { source: 'marketplace', brandColor: api.brandColor },
      runtimeUrls: [`${call.request.baseUrl}/apim/${api.name}`],
      generalInformation: {
        displayName: api.displayName,
        description: api.description ?? api.displayName,
        releaseTag: 'Production',
        tier: 'Standard',
      },
      capabilities: ['actions'],
    },
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.Web/locations/${location}/managedApis/${api.name}`,
    name: api.name,
    type,
    location: location ?? '',
  };
}

function getManagedApi(call: RouteCall) {
  const name = (call.path.api ?? '').toLowerCase();
  if (!managedApiNames.includes(name)) {
    raise('ManagedApiNotFound', `The managed API '${call.path.api}' could not be found.`);
  }
  const exported = (call.request.query['export'] ?? '').toLowerCase() === 'true';
  return { status: 200, body: exported ? swaggerOf(managedApiOf(name)) : managedApi(call, name) };
}

function apiOperations(call: RouteCall) {
  const name = (call.path.api ?? '').toLowerCase();
  if (!managedApiNames.includes(name)) {
    raise('ManagedApiNotFound', `The managed API '${call.path.api}' could not be found.`);
  }
  return { status: 200, body: { value: [...operationList(managedApiOf(name))] } };
}

const managedApisPath = '/subscriptions/{subscriptionId}/providers/Microsoft.Web/locations/{location}/managedApis';

export const connectionRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/subscriptions/{subscriptionId}/providers/Microsoft.Web/connections',
    permission: { action: 'Microsoft.Web/connections/read' },
    apiVersions: versions,
    handle: list,
  },
  {
    method: 'GET',
    pattern: connectionsPath,
    permission: { action: 'Microsoft.Web/connections/read' },
    apiVersions: versions,
    handle: list,
  },
  {
    method: 'GET',
    pattern: `${connectionsPath}/{connection}`,
    permission: { action: 'Microsoft.Web/connections/read' },
    apiVersions: versions,
    handle: (call) => ({ status: 200, body: answer(call, required(call)) }),
  },
  {
    method: 'PUT',
    pattern: `${connectionsPath}/{connection}`,
    permission: { action: 'Microsoft.Web/connections/write' },
    apiVersions: versions,
    handle: put,
  },
  {
    method: 'PATCH',
    pattern: `${connectionsPath}/{connection}`,
    permission: { action: 'Microsoft.Web/connections/write' },
    apiVersions: versions,
    handle: patch,
  },
  {
    method: 'DELETE',
    pattern: `${connectionsPath}/{connection}`,
    permission: { action: 'Microsoft.Web/connections/delete' },
    apiVersions: versions,
    handle: remove,
  },
  {
    method: 'POST',
    pattern: `${connectionsPath}/{connection}/listConsentLinks`,
    permission: { action: 'Microsoft.Web/connections/listConsentLinks/action' },
    apiVersions: versions,
    handle: listConsentLinks,
  },
  {
    method: 'POST',
    pattern: `${connectionsPath}/{connection}/confirmConsentCode`,
    permission: { action: 'Microsoft.Web/connections/confirmConsentCode/action' },
    apiVersions: versions,
    handle: confirmConsentCode,
  },
  {
    method: 'GET',
    pattern: `${connectionsPath}/{connection}/extensions/proxy/testconnection`,
    permission: { action: 'Microsoft.Web/connections/read' },
    apiVersions: versions,
    handle: test,
  },
  {
    method: 'GET',
    pattern: managedApisPath,
    permission: { action: 'Microsoft.Web/locations/managedApis/read' },
    apiVersions: versions,
    handle: (call) => ({
      status: 200,
      body: pageOfList(call.request, managedApiNames, (name) => managedApi(call, name)),
    }),
  },
  {
    method: 'GET',
    pattern: `${managedApisPath}/{api}`,
    permission: { action: 'Microsoft.Web/locations/managedApis/read' },
    apiVersions: versions,
    handle: getManagedApi,
  },
  {
    method: 'GET',
    pattern: `${managedApisPath}/{api}/apiOperations`,
    permission: { action: 'Microsoft.Web/locations/managedApis/read' },
    apiVersions: versions,
    handle: apiOperations,
  },
];
