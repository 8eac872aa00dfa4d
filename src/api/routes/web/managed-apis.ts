/**
 * Routes of the managed API catalogue: what connectors there are, what they can do, as each location has them.
 *
 * Owns: the mapping. Does not own: the tables (`#connectors`), connections. Source: ARM reference 7.
 */
import { type ArmResponse, isJsonObject, type JsonObject, memberOf, raise, textMember } from '#foundation';
import {
  connectionParametersOf,
  customApiType,
  customOperationList,
  managedApiNames,
  managedApiOf,
  operationList,
  parameterSetsOf,
  swaggerOf,
} from '#service';
import { parameter } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { webVersions } from './connections.ts';

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

/** The name of the path's API. @throws TocsinError `ManagedApiNotFound`. */
function apiOf({ path }: RouteCall): string {
  const name = (path.api ?? '').toLowerCase();
  if (!managedApiNames.includes(name)) {
    raise('ManagedApiNotFound', `The managed API '${path.api}' could not be found.`);
  }
  return name;
}

function getManagedApi(call: RouteCall): ArmResponse {
  const name = apiOf(call);
  const exported = (parameter(call, 'export') ?? '').toLowerCase() === 'true';
  return { status: 200, body: exported ? swaggerOf(managedApiOf(name)) : managedApi(call, name) };
}

/** Operations with the id they have in the path's subscription and location. */
function operationsIn({ path }: RouteCall, name: string): readonly JsonObject[] {
  const place = `/subscriptions/${path.subscriptionId}/providers/Microsoft.Web/locations/${path.location}/managedApis`;
  return operationList(managedApiOf(name)).map((operation) => {
    const properties = memberOf(operation, 'properties');
    const api = isJsonObject(properties) ? memberOf(properties, 'api') : undefined;
    return {
      ...operation,
      id: `${place}/${name}/apiOperations/${textMember(operation, 'name')}`,
      properties: {
        ...(isJsonObject(properties) ? properties : {}),
        api: { ...(isJsonObject(api) ? api : {}), id: `${place}/${name}` },
      },
    };
  });
}

function apiOperations(call: RouteCall): ArmResponse {
  return { status: 200, body: { value: [...operationsIn(call, apiOf(call))] } };
}

/** Those of the subscription's custom connectors that the caller may read. */
function customOperations(call: RouteCall): readonly JsonObject[] {
  return call.services.store.resources
    .list({ type: customApiType, subscriptionId: call.path.subscriptionId ?? '' })
    .filter(({ id }) => call.allowed(`${customApiType}/read`, id))
    .flatMap((document) => customOperationList(document));
}

/** Of all connectors, for a search over them; `$filter` tells triggers from actions, and custom connectors' from those that come with the server. */
function allOperations(call: RouteCall): ArmResponse {
  const filter = parameter(call, '$filter') ?? '';
  const isCustom = /type\s+eq\s+'Microsoft\.Web\/customApis\/apiOperations'/i.test(filter);
  const [, operator = '', quote = ''] = /properties\/trigger\s+(eq|ne)\s+(null|'[^']*')/i.exec(filter) ?? [];
  const triggers = operator === '' ? undefined : (operator.toLowerCase() === 'eq') === (quote.toLowerCase() !== 'null');
  const all = isCustom ? customOperations(call) : managedApiNames.flatMap((name) => operationsIn(call, name));
  const operations = all.filter(({ properties = null }) => {
    const isTrigger = memberOf(properties, 'trigger') !== undefined;
    return triggers === undefined || isTrigger === triggers;
  });
  return { status: 200, body: pageOfList(call.request, operations, (operation) => operation) };
}

const location = '/subscriptions/{subscriptionId}/providers/Microsoft.Web/locations/{location}';
const permission = { action: 'Microsoft.Web/locations/managedApis/read' } as const;

export const managedApiRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: `${location}/managedApis`,
    permission,
    apiVersions: webVersions,
    handle: (call) => ({
      status: 200,
      body: pageOfList(call.request, managedApiNames, (name) => managedApi(call, name)),
    }),
  },
  {
    method: 'GET',
    pattern: `${location}/managedApis/{api}`,
    permission,
    apiVersions: webVersions,
    handle: getManagedApi,
  },
  {
    method: 'GET',
    pattern: `${location}/managedApis/{api}/apiOperations`,
    permission,
    apiVersions: webVersions,
    handle: apiOperations,
  },
  { method: 'GET', pattern: `${location}/apiOperations`, permission, apiVersions: webVersions, handle: allOperations },
];
