/**
 * Routes of `Microsoft.Resources/deployments` at every scope.
 *
 * Owns: the mapping and shapes. Source: ARM reference 8.3, 8.4.
 *
 * Invariants
 * D1. Bodies are read tolerantly: command lines splice the template file's own text into them.
 */
import {
  type ArmResponse,
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberOf,
  raise,
  type StoredDocument,
  textMember,
} from '#foundation';
import {
  allChecked,
  beginOperation,
  cancelDeployment,
  checkDeployment,
  deleteDeployment,
  type DeploymentRecord,
  deploymentCollection,
  deploymentOf,
  deploymentScope,
  deployTemplate,
  endOperation,
  findContent,
  findDeployment,
  forgetOldOperations,
  isActive,
  listDeploymentOperations,
  parseTemplateText,
  type OperationEnd,
  shownParameters,
  type TemplatePositions,
  templateHash,
  whatIf,
} from '#service';
import { documentPosition, positionOf } from '../../document-position.ts';
import { acceptedAtLocation } from '../../long-running.ts';
import { page, pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { resourceVersions } from '../../versions.data.ts';

/** Those of resources, and what the current client sends. */
const versions: readonly string[] = [...resourceVersions, '2026-06-01'];

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

function answer({ services }: RouteCall, record: DeploymentRecord): JsonObject {
  return {
    id: record.id,
    name: record.name,
    type: 'Microsoft.Resources/deployments',
    ...(record.location === undefined ? {} : { location: record.location }),
    ...(record.tags === undefined ? {} : { tags: record.tags }),
    properties: { ...record.properties, ...onError(services, record), provisioningState: record.state },
  };
}

/** How the deployment fares that is made again when this one fails. */
function onError(services: RouteCall['services'], record: DeploymentRecord): JsonObject {
  const onErrorDeployment = memberOf(record.properties, 'onErrorDeployment');
  if (!isJsonObject(onErrorDeployment)) return {};
  if (record.state !== 'Failed') return { onErrorDeployment };
  const name = textMember(onErrorDeployment, 'deploymentName') ?? '';
  const id = `${deploymentScope(record.id)}/providers/Microsoft.Resources/deployments/${name}`;
  const again = findDeployment(services, id);
  return { onErrorDeployment: { ...onErrorDeployment, provisioningState: again?.state ?? 'NotSpecified' } };
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
        {
          additionalInfo: [
            {
              type: 'TemplateViolation',
              info: { lineNumber: error.fault.line, linePosition: error.fault.column, path: '' },
            },
          ],
        },
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
    apiVersion: call.apiVersion,
    allowed: (action: string, scope: string) => call.allowed(action, scope),
    allowedWithin: (action: string, scope: string, within: string) => call.allowedWithin(action, scope, within),
  };
}

async function put(call: RouteCall) {
  const { record, created } = await deployTemplate(call.services, requestOf(call));
  const { baseUrl } = call.request;
  const status = `${baseUrl}${record.id}/operationStatuses/${record.time}?api-version=${call.apiVersion}`;
  return {
    status: created ? 201 : 200,
    headers: { 'azure-asyncoperation': status, 'retry-after': '1' },
    body: answer(call, record),
  };
}

function operationStatus(call: RouteCall) {
  const { state, properties, name, id } = required(call);
  const status = isActive(state) ? 'Running' : state;
  const error = memberOf(properties, 'error');
  const body = { id, name, status, ...(state === 'Failed' && error !== undefined ? { error } : {}) };
  return { status: 200, ...(status === 'Running' ? { headers: { 'retry-after': '1' } } : {}), body };
}

/** Valid: the deployment as it would be; not valid: 400 with the envelope, raised by the preflight. */
async function validate(call: RouteCall): Promise<ArmResponse> {
  const request = requestOf(call);
  const checked = await checkDeployment(call.services, request);
  const { prepared } = checked;
  const location = textMember(request.body, 'location');
  const properties = {
    templateHash: prepared.templateHash,
    ...prepared.shownLinks,
    mode: prepared.mode,
    provisioningState: 'Succeeded',
    parameters: shownParameters(prepared),
    correlationId: call.correlationId,
    validatedResources: allChecked(checked).flatMap(({ prepared: { expanded } }) =>
      expanded.resources.map(({ id }) => ({ id })),
    ),
  };
  return {
    status: 200,
    body: {
      id: request.id,
      name: call.path['deployment'] ?? '',
      type: 'Microsoft.Resources/deployments',
      ...(location === undefined ? {} : { location }),
      properties,
    },
  };
}

/** What the deployment would change, to be fetched from `Location`. */
async function previewed(call: RouteCall): Promise<ArmResponse> {
  const properties = await whatIf(call.services, requestOf(call));
  return ended(call, 'whatIf', { kind: 'succeeded', result: { status: 'Succeeded', properties } });
}

/** 202 with the address of an operation that has ended already: clients poll for what others take long for. */
async function ended(call: RouteCall, kind: string, end: OperationEnd): Promise<ArmResponse> {
  const { services, request } = call;
  const begun = beginOperation(services, { kind, target: idOf(call), startedBy: request.identity.objectId });
  const { operation, write } = endOperation(begun.operation, services.clock.now(), end);
  await services.store.commit([...forgetOldOperations(services), write]);
  return acceptedAtLocation(call, operation);
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
    shape: (document: StoredDocument) => answer(call, deploymentOf(document)),
  };
  return { status: 200, body: page(call.request, source) };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const found = await deleteDeployment(call.services, idOf(call));
  return found ? ended(call, 'deleteDeployment', { kind: 'succeeded' }) : { status: 204 };
}

function exported(call: RouteCall): ArmResponse {
  const { id } = required(call);
  return { status: 200, body: { template: findContent(call.services, id)?.template ?? {} } };
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
  { method: 'GET', tail: '', action: 'read', handle: (call) => ({ status: 200, body: answer(call, required(call)) }) },
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
    handle: exported,
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
