/**
 * Routes of `Microsoft.Web/customApis`.
 *
 * Owns: the mapping. Source: ARM reference 7.
 */
import { type ArmResponse, type JsonObject, raise, type ResourceDocument } from '#foundation';
import {
  commitWithGone,
  connectorOfCustomApi,
  customApiAnswer,
  customApiType,
  operationList,
  putCustomApi,
} from '#service';
import { segment } from '../../call-values.ts';
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
    handle: (call) => ({ status: 200, body: customApiAnswer(required(call)) }),
  },
  {
    method: 'PUT',
    pattern: `${inGroup}/{api}`,
    permission: { action: `${customApiType}/write` },
    apiVersions,
    handle: put,
  },
  {
    method: 'DELETE',
    pattern: `${inGroup}/{api}`,
    permission: { action: `${customApiType}/delete` },
    apiVersions,
    handle: remove,
  },
  { method: 'GET', pattern: `${inGroup}/{api}/apiOperations`, permission: read, apiVersions, handle: operations },
];
