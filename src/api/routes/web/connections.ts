/**
 * Routes of `Microsoft.Web/connections`: the resource and its consent.
 *
 * Owns: the mapping and shapes. Does not own: calls over a connection (`connection-calls.ts`), the catalogue
 * (`managed-apis.ts`). Source: ARM reference 7.
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
  connectionCode,
  connectionOf,
  connectionType,
  consentLink,
  findConnection,
  matchingResources,
  saveConnection,
} from '#service';
import { page } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

export const webVersions: readonly string[] = [
  '2015-08-01-preview',
  '2016-06-01',
  '2018-03-01-preview',
  '2018-07-01-preview',
  '2018-11-01',
];
const groupPath = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}';
export const connectionsPath = `${groupPath}/providers/Microsoft.Web/connections`;

function idOf({ path }: RouteCall): string {
  return `/subscriptions/${path.subscriptionId}/resourceGroups/${path.resourceGroup}/providers/${connectionType}/${path.connection}`;
}

/** The connection of the path. @throws TocsinError `ResourceNotFound`. */
export function connectionOfCall(call: RouteCall): Connection {
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
      testRequests: [
        {
          requestUri: `${baseUrl}${document.id}/dynamicInvoke?api-version=2018-07-01-preview`,
          method: 'POST',
          body: { request: { method: 'get', path: '/testconnection' } },
        },
      ],
      ...(document.body.kind === 'V2'
        ? { connectionRuntimeUrl: `${baseUrl}/apim/${connection.api}/${connectionCode(document)}` }
        : {}),
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

/** Terms of a list's `$filter` that clients write, joined by `and`; others have no say. */
const filterTerm = /(Location|ManagedApiName|Kind)\s+eq\s+'([^']*)'/gi;

function fitting(filter: string): (document: ResourceDocument) => boolean {
  const wanted = [...filter.matchAll(filterTerm)].map(
    ([, name = '', value = '']) => [name.toLowerCase(), value.toLowerCase()] as const,
  );
  return ({ location = '', body }) => {
    const own: JsonObject = { location, managedapiname: body.apiName ?? '', kind: body.kind ?? 'V1' };
    return wanted.every(([name, value]) => textMember(own, name)?.toLowerCase() === value);
  };
}

function list(call: RouteCall) {
  const { subscriptionId, resourceGroup } = call.path;
  const fits = fitting(call.request.query.$filter ?? '');
  const query = {
    type: connectionType,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
  };
  const source = {
    read: (count: number, after: string | undefined) =>
      matchingResources(call.services.store.resources, query, fits, count, after),
    position: (document: ResourceDocument) => document.id.toLowerCase(),
    shape: (document: ResourceDocument) => answer(call, connectionOf(call.services, document)),
  };
  return { status: 200, body: page(call.request, source, { usual: 1000 }) };
}

async function put(call: RouteCall) {
  const { connection, created } = await saveConnection(call.services, idOf(call), call.request.body ?? null);
  return { status: created ? 201 : 200, body: answer(call, connection) };
}

/** PATCH merges `properties` over those stored and replaces tags. */
async function patch(call: RouteCall) {
  const { document } = connectionOfCall(call);
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
  const below = call.services.store.resources.list({ scope: id });
  const gone = below.map((one) => ({ kind: 'deleteResource', id: one.id }) as const);
  await commitWithGone(call.services, { ids: [id] }, gone);
  return { status: 200 };
}

// --- Consent -------------------------------------------------------------------------------------------

/** One link for each parameter that is asked for; without any, for the connector's sign-in. */
async function listConsentLinks(call: RouteCall) {
  const connection = connectionOfCall(call);
  const { displayName, parameters } = connection.connector;
  const given = memberOf(call.request.body, 'parameters');
  const asked = isJsonArray(given) && given.length > 0 ? given.slice(0, 10) : [{}];
  const status = connection.state.status === 'Connected' ? 'Authenticated' : 'Unauthenticated';
  const value: JsonObject[] = [];
  for (const parameter of asked) {
    const name = textMember(parameter, 'parameterName');
    const isOther = parameters.some((one) => one.name === name && one.type !== 'oauthSetting');
    if (isOther) raise('InvalidRequestContent', `The parameter '${name}' of '${displayName}' is no sign-in.`);
    const redirectUrl = textMember(parameter, 'redirectUrl');
    const tenantId = textMember(parameter, 'tenantId');
    const link = await consentLink(call.services, {
      place: { kind: 'connection', id: connection.document.id },
      caller: call.request.identity,
      ...(redirectUrl === undefined || redirectUrl === '' ? {} : { redirectUrl }),
      ...(tenantId === undefined ? {} : { tenantId }),
    });
    value.push({ link, firstPartyLoginUri: link, displayName, status });
  }
  return { status: 200, body: { value } };
}

async function confirmConsentCode(call: RouteCall) {
  const connection = connectionOfCall(call);
  const code = textMember(call.request.body ?? null, 'code') ?? '';
  await confirmCode(call.services, { kind: 'connection', id: connection.document.id }, code);
  return { status: 200, body: answer(call, connectionOfCall(call)) };
}

export const connectionRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/subscriptions/{subscriptionId}/providers/Microsoft.Web/connections',
    permission: { action: 'Microsoft.Web/connections/read' },
    apiVersions: webVersions,
    handle: list,
  },
  {
    method: 'GET',
    pattern: connectionsPath,
    permission: { action: 'Microsoft.Web/connections/read' },
    apiVersions: webVersions,
    handle: list,
  },
  {
    method: 'GET',
    pattern: `${connectionsPath}/{connection}`,
    permission: { action: 'Microsoft.Web/connections/read' },
    apiVersions: webVersions,
    handle: (call) => ({ status: 200, body: answer(call, connectionOfCall(call)) }),
  },
  {
    method: 'PUT',
    pattern: `${connectionsPath}/{connection}`,
    permission: { action: 'Microsoft.Web/connections/write' },
    apiVersions: webVersions,
    handle: put,
  },
  {
    method: 'PATCH',
    pattern: `${connectionsPath}/{connection}`,
    permission: { action: 'Microsoft.Web/connections/write' },
    apiVersions: webVersions,
    handle: patch,
  },
  {
    method: 'DELETE',
    pattern: `${connectionsPath}/{connection}`,
    permission: { action: 'Microsoft.Web/connections/delete' },
    apiVersions: webVersions,
    handle: remove,
  },
  {
    method: 'POST',
    pattern: `${connectionsPath}/{connection}/listConsentLinks`,
    permission: { action: 'Microsoft.Web/connections/listConsentLinks/action' },
    apiVersions: webVersions,
    handle: listConsentLinks,
  },
  {
    method: 'POST',
    pattern: `${connectionsPath}/{connection}/confirmConsentCode`,
    permission: { action: 'Microsoft.Web/connections/confirmConsentCode/action' },
    apiVersions: webVersions,
    handle: confirmConsentCode,
  },
];
