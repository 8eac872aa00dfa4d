/**
 * Routes of `Microsoft.Web/customApis`.
 *
 * Owns: the mapping. Source: ARM reference 7.
 */
import { type ArmResponse, isJsonObject, type JsonObject, memberOf, raise, type ResourceDocument } from '#foundation';
import {
  commitWithGone,
  connectorOfCustomApi,
  customApiAnswer,
  customApiType,
  moveCustomApi,
  operationList,
  putCustomApi,
  swaggerOf,
} from '#service';
import { parameter, segment } from '../../call-values.ts';
import { movedTo, moveTargetOf } from '../../move-target.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

const apiVersions = ['2015-08-01-preview', '2016-06-01', '2018-07-01-preview'];
const inSubscription = `/subscriptions/{subscription}/providers/${customApiType}`;
const inGroup = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${customApiType}`;

function idOf({ path, ...call }: RouteCall): string {
  return `/subscriptions/${path['subscription']}/resourceGroups/${path['group']}/providers/${customApiType}/${segment({ path, ...call }, 'api')}`;
}

function required(call: RouteCall): ResourceDocument {
  const document = call.services.store.resources.get(idOf(call));
  return (
    document ?? raise('ResourceNotFound', `The Resource '${customApiType}/${segment(call, 'api')}' was not found.`)
  );
}

function list(call: RouteCall): ArmResponse {
  const { subscription = '', group } = call.path;
  const found = call.services.store.resources.list({
    type: customApiType,
    subscriptionId: subscription,
    ...(group === undefined ? {} : { resourceGroup: group }),
  });
  return { status: 200, body: pageOfList(call.request, found, (document): JsonObject => customApiAnswer(document)) };
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const { document, created } = await putCustomApi(call.services, idOf(call), call.request.body ?? null);
  return { status: created ? 201 : 200, body: customApiAnswer(document) };
}

/** PATCH merges `properties` over those stored and replaces tags. */
async function patch(call: RouteCall): Promise<ArmResponse> {
  const { body } = required(call);
  const stored = memberOf(body, 'properties');
  const given = memberOf(call.request.body, 'properties');
  const merged = {
    tags: memberOf(call.request.body, 'tags') ?? body['tags'] ?? {},
    properties: { ...(isJsonObject(stored) ? stored : {}), ...(isJsonObject(given) ? given : {}) },
  };
  const { document } = await putCustomApi(call.services, idOf(call), merged);
  return { status: 200, body: customApiAnswer(document) };
}

function get(call: RouteCall): ArmResponse {
  const document = required(call);
  const exported = (parameter(call, 'export') ?? '').toLowerCase() === 'true';
  const connector = exported ? connectorOfCustomApi(document) : undefined;
  return { status: 200, body: connector === undefined ? customApiAnswer(document) : swaggerOf(connector) };
}

async function move(call: RouteCall): Promise<ArmResponse> {
  const document = required(call);
  const { id } = await moveCustomApi(call.services, document, moveTargetOf(call, customApiType, document.id));
  return movedTo(call, id, '2016-06-01');
}

/** A WSDL would have to be fetched or translated, and no connector here speaks SOAP. */
function refuseWsdl(call: RouteCall): ArmResponse {
  const operation = call.request.path.replace(/^.*\//, '');
  const message = `'${operation}' is not supported: connectors are made of OpenAPI documents, not of WSDL. Describe the service by an OpenAPI document in 'properties.swagger' of a custom API.`;
  return raise('NotSupported', message);
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const document = call.services.store.resources.get(idOf(call));
  if (document === undefined) return { status: 204 };
  await commitWithGone(call.services, { ids: [document.id] }, [{ kind: 'deleteResource', id: document.id }]);
  return { status: 200 };
}

function operations(call: RouteCall): ArmResponse {
  const connector = connectorOfCustomApi(required(call));
  return { status: 200, body: { value: connector === undefined ? [] : [...operationList(connector)] } };
}

const read = { action: `${customApiType}/read` } as const;

export const customApiRoutes: readonly Route[] = [
  { method: 'GET', pattern: inSubscription, permission: read, apiVersions, handle: list },
  { method: 'GET', pattern: inGroup, permission: read, apiVersions, handle: list },
  {
    method: 'GET',
    pattern: `${inGroup}/{api}`,
    permission: read,
    apiVersions,
    handle: get,
  },
  {
    method: 'PUT',
    pattern: `${inGroup}/{api}`,
    permission: { action: `${customApiType}/write` },
    apiVersions,
    handle: put,
  },
  {
    method: 'PATCH',
    pattern: `${inGroup}/{api}`,
    permission: { action: `${customApiType}/write` },
    apiVersions,
    handle: patch,
  },
  {
    method: 'POST',
    pattern: `${inGroup}/{api}/move`,
    permission: { action: `${customApiType}/move/action` },
    apiVersions,
    handle: move,
  },
  ...['listWsdlInterfaces', 'extractApiDefinitionFromWsdl'].map(
    (operation): Route => ({
      method: 'POST',
      pattern: `/subscriptions/{subscription}/providers/Microsoft.Web/locations/{location}/${operation}`,
      permission: { action: `Microsoft.Web/locations/${operation}/action` },
      apiVersions,
      handle: refuseWsdl,
    }),
  ),
  {
    method: 'DELETE',
    pattern: `${inGroup}/{api}`,
    permission: { action: `${customApiType}/delete` },
    apiVersions,
    handle: remove,
  },
  { method: 'GET', pattern: `${inGroup}/{api}/apiOperations`, permission: read, apiVersions, handle: operations },
];
