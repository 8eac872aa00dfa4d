/**
 * Routes of `Microsoft.Resources/deployments` at every scope.
 *
 * Owns: the mapping and shapes. Source: ARM reference 8.3, 8.4.
 *
 * Invariants
 * D1. Bodies are read tolerantly: command lines splice the template file's own text into them.
 */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberOf,
  raise,
  type StoredDocument,
} from '#foundation';
import {
  cancelDeployment,
  deleteDeployment,
  type DeploymentRecord,
  deploymentCollection,
  deploymentOf,
  deployTemplate,
  findDeployment,
  isActive,
  listDeploymentOperations,
  parseTemplateText,
  prepareDeployment,
  shownParameters,
  type TemplatePositions,
  templateHash,
  whatIf,
} from '#service';
import { documentPosition, positionOf } from '../../document-position.ts';
import { page, pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

const versions: readonly string[] = [
  '2015-01-01',
  '2016-09-01',
  '2017-05-10',
  '2018-05-01',
  '2019-05-01',
  '2019-10-01',
  '2020-06-01',
  '2020-10-01',
  '2021-01-01',
  '2021-04-01',
  '2022-09-01',
  '2023-07-01',
  '2024-03-01',
  '2025-04-01',
  '2026-06-01',
];

const scopes = [
  '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}',
  '/subscriptions/{subscriptionId}',
  '/providers/Microsoft.Management/managementGroups/{managementGroup}',
  '',
];

function scopeOf({ path }: RouteCall): string {
  const { subscriptionId, resourceGroup, managementGroup } = path;
  if (managementGroup !== undefined) return `/providers/Microsoft.Management/managementGroups/${managementGroup}`;
  if (subscriptionId === undefined) return '';
  return `/subscriptions/${subscriptionId}${resourceGroup === undefined ? '' : `/resourceGroups/${resourceGroup}`}`;
}

function idOf(call: RouteCall): string {
  return `${scopeOf(call)}/providers/Microsoft.Resources/deployments/${call.path.deployment}`;
}

function required(call: RouteCall): DeploymentRecord {
  const record = findDeployment(call.services, idOf(call));
  return record ?? raise('DeploymentNotFound', `Deployment '${call.path.deployment}' could not be found.`);
}

function answer(record: DeploymentRecord): JsonObject {
  return {
    id: record.id,
    name: record.name,
    type: 'Microsoft.Resources/deployments',
    ...(record.location === undefined ? {} : { location: record.location }),
    ...(record.tags === undefined ? {} : { tags: record.tags }),
    properties: { ...record.properties, provisioningState: record.state },
  };
}

/** The body's value and the places in it (D1). */
function bodyOf({ request }: RouteCall): { readonly body: Json; readonly positions?: TemplatePositions } {
  if (request.rawBody === undefined) return { body: request.body ?? null };
  try {
    const { value, positions } = parseTemplateText(request.rawBody);
    const template = memberOf(memberOf(value, 'properties'), 'template');
    return { body: value, ...(isJsonObject(template) ? { positions } : {}) };
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      return raise(
        'InvalidRequestContent',
        `The request content was invalid and could not be deserialized: '${error.message}'.`,
      );
    }
    throw error;
  }
}

function requestOf(call: RouteCall) {
  const { request, correlationId } = call;
  return {
    caller: { identity: request.identity, correlationId },
    id: idOf(call),
    ...bodyOf(call),
    baseUrl: request.baseUrl,
    allowed: (action: string, scope: string) => call.allowed(action, scope),
  };
}

async function put(call: RouteCall) {
  const { record, created } = await deployTemplate(call.services, requestOf(call));
  const { baseUrl } = call.request;
  const status = `${baseUrl}${record.id}/operationStatuses/${record.time}?api-version=${call.apiVersion}`;
  return { status: created ? 201 : 200, headers: { 'azure-asyncoperation': status }, body: answer(record) };
}

function operationStatus(call: RouteCall) {
  const { state, properties, name, id } = required(call);
  const status = isActive(state) ? 'Running' : state;
  const error = memberOf(properties, 'error');
  return { status: 200, body: { id, name, status, ...(state === 'Failed' && error !== undefined ? { error } : {}) } };
}

/** Valid: the deployment as it would be; not valid: 400 with the envelope, raised by the preparation. */
function validate(call: RouteCall) {
  const request = requestOf(call);
  const prepared = prepareDeployment(call.services, request);
  const properties = {
    mode: 'Incremental',
    provisioningState: 'Succeeded',
    parameters: shownParameters(prepared),
    correlationId: call.correlationId,
    validatedResources: prepared.expanded.resources.map(({ id }) => ({ id })),
  };
  return {
    status: 200,
    body: { id: request.id, name: call.path.deployment ?? '', type: 'Microsoft.Resources/deployments', properties },
  };
}

/** What the deployment would change; the answer is complete at once. */
async function previewed(call: RouteCall) {
  return { status: 200, body: { status: 'Succeeded', properties: await whatIf(call.services, requestOf(call)) } };
}

function hashed(call: RouteCall) {
  const { body } = bodyOf(call);
  const { hash, minified } = templateHash(body);
  return { status: 200, body: { minifiedTemplate: minified, templateHash: hash } };
}

function list(call: RouteCall) {
  const state = /provisioningState\s+eq\s+'(\w+)'/i.exec(call.request.query.$filter ?? '')?.[1];
  const parent = scopeOf(call).toLowerCase() || '/';
  const source = {
    read: (count: number, after: string | undefined) =>
      call.services.store.documents.list({
        collection: deploymentCollection,
        parent,
        top: count,
        ...(state === undefined ? {} : { status: state }),
        ...(after === undefined ? {} : { after: positionOf(after) }),
      }),
    position: documentPosition,
    shape: (document: StoredDocument) => answer(deploymentOf(document)),
  };
  return { status: 200, body: page(call.request, source) };
}

async function remove(call: RouteCall) {
  await deleteDeployment(call.services, idOf(call));
  return { status: 204 };
}

function operations(call: RouteCall) {
  const { id } = required(call);
  const shape = (document: StoredDocument) => operationAnswer(id, document);
  return { status: 200, body: pageOfList(call.request, listDeploymentOperations(call.services, id), shape) };
}

function operationAnswer(id: string, document: StoredDocument): JsonObject {
  const { name, properties } = document.body;
  return {
    id: `${id}/operations/${typeof name === 'string' ? name : ''}`,
    operationId: name ?? '',
    properties: properties ?? {},
  };
}

function operation(call: RouteCall) {
  const { id } = required(call);
  const wanted = call.path.operation ?? '';
  const found = listDeploymentOperations(call.services, id).find(({ body }) => body.name === wanted);
  if (found === undefined) raise('NotFound', `The deployment operation '${wanted}' could not be found.`);
  return { status: 200, body: operationAnswer(id, found) };
}

type Verb = Pick<Route, 'method' | 'handle'> & { readonly tail: string; readonly action: string };

const verbs: readonly Verb[] = [
  { method: 'PUT', tail: '', action: 'write', handle: put },
  { method: 'GET', tail: '', action: 'read', handle: (call) => ({ status: 200, body: answer(required(call)) }) },
  {
    method: 'HEAD',
    tail: '',
    action: 'read',
    handle: (call) => ({ status: findDeployment(call.services, idOf(call)) === undefined ? 404 : 204 }),
  },
  { method: 'DELETE', tail: '', action: 'delete', handle: remove },
  { method: 'POST', tail: '/validate', action: 'validate/action', handle: validate },
  { method: 'POST', tail: '/whatIf', action: 'whatIf/action', handle: previewed },
  {
    method: 'POST',
    tail: '/cancel',
    action: 'cancel/action',
    handle: async (call) => {
      await cancelDeployment(call.services, idOf(call));
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    tail: '/exportTemplate',
    action: 'exportTemplate/action',
    handle: (call) => ({ status: 200, body: { template: required(call).template } }),
  },
  { method: 'GET', tail: '/operationStatuses/{operation}', action: 'operationstatuses/read', handle: operationStatus },
  { method: 'GET', tail: '/operations', action: 'operations/read', handle: operations },
  { method: 'GET', tail: '/operations/{operation}', action: 'operations/read', handle: operation },
];

const permissionOf = (action: string) => ({
  action: `Microsoft.Resources/deployments/${action}`,
  scope: (path: Readonly<Record<string, string>>) => scopeOf({ path } as RouteCall) || '/',
});

export const deploymentRoutes: readonly Route[] = scopes.flatMap((scope) => [
  {
    method: 'GET',
    pattern: `${scope}/providers/Microsoft.Resources/deployments`,
    permission: permissionOf('read'),
    apiVersions: versions,
    handle: list,
  } satisfies Route,
  ...verbs.map(
    ({ method, tail, action, handle }): Route => ({
      method,
      pattern: `${scope}/providers/Microsoft.Resources/deployments/{deployment}${tail}`,
      permission: permissionOf(action),
      apiVersions: versions,
      ...(method === 'PUT' || method === 'POST' ? { body: 'text' as const } : {}),
      handle,
    }),
  ),
]);

/** At group scope SDKs ask for operations without the provider segment. */
export const deploymentAliasRoutes: readonly Route[] = verbs
  .filter(({ tail }) => tail.startsWith('/operations'))
  .map(({ method, tail, action, handle }) => ({
    method,
    pattern: `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/deployments/{deployment}${tail}`,
    permission: permissionOf(action),
    apiVersions: versions,
    handle,
  }));

export const templateHashRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/providers/Microsoft.Resources/calculateTemplateHash',
    permission: { signedIn: true },
    apiVersions: versions,
    body: 'text',
    handle: hashed,
  },
];
