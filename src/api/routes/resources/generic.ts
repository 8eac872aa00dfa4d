/**
 * Resources of every type that no provider of ours owns: kept as documents, at any scope.
 * Source: DESIGN 5, ARM reference 8.2.
 */
import { type ArmResponse, type JsonObject, orThrow, raise, type ResourceDocument } from '#foundation';
import {
  actOnProvider,
  actOnResource,
  changeResource,
  deleteResource,
  etagHeader,
  findResource,
  listSource,
  matchingResources,
  planResourceFilter,
  putResource,
  readInstanceView,
  readResource,
  resourceAnswer,
  type ResourceRequest,
  type ResourceResult,
  withInstanceView,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { asyncOperationAndLocation } from '../../long-running.ts';
import { page, pageOfList } from '../../paging.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';

const pattern = '{scope*}/providers/{namespace}/{rest*}';

/** Types and names alternate: an odd count ends in a type (a list) or an action. */
function isNamed(rest: string): boolean {
  return rest.split('/').length % 2 === 0;
}

function idOf(call: RouteCall): string {
  return `${segment(call, 'scope')}/providers/${segment(call, 'namespace')}/${segment(call, 'rest')}`;
}

function typeOf(path: PathValues): string {
  const types = (path['rest'] ?? '').split('/').filter((_, index) => index % 2 === 0);
  return [path['namespace'] ?? '', ...types].join('/');
}

function requestOf(call: RouteCall): ResourceRequest {
  return { caller: callerOf(call), id: idOf(call), body: call.request.body, headers: call.request.headers };
}

function requireName(call: RouteCall): void {
  if (isNamed(segment(call, 'rest'))) return;
  raise('NotSupported', `The requested resource does not support http method '${call.request.method}'.`);
}

function get(call: RouteCall): ArmResponse {
  const id = idOf(call);
  if (!isNamed(segment(call, 'rest'))) return { status: 200, body: readInstanceView(call.services, id) ?? list(call) };
  const found = readResource(call.services, id);
  const expanded = (parameter(call, '$expand') ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
    .includes('instanceview');
  const body = expanded ? withInstanceView(call.services, id, found.answer) : found.answer;
  return { status: 200, headers: { etag: etagHeader(found.etag) }, body };
}

function head(call: RouteCall): ArmResponse {
  requireName(call);
  return { status: findResource(call.services, idOf(call)) === undefined ? 404 : 204 };
}

function list(call: RouteCall): JsonObject {
  const source = listSource(call.services, {
    scope: segment(call, 'scope'),
    namespace: segment(call, 'namespace'),
    typePath: segment(call, 'rest'),
  });
  if (source.kind === 'embedded') return pageOfList(call.request, source.entries, (entry) => entry);
  const fits = orThrow(planResourceFilter(parameter(call, '$filter') ?? ''));
  const test = (document: ResourceDocument): boolean => source.test(document) && fits(document);
  return page(call.request, {
    read: (count, after) => matchingResources(call.services.store.resources, source.query, test, count, after),
    position: ({ id }) => id.toLowerCase(),
    shape: resourceAnswer,
  });
}

function written(result: ResourceResult): ArmResponse {
  return { status: result.created ? 201 : 200, headers: { etag: etagHeader(result.etag) }, body: result.answer };
}

async function put(call: RouteCall): Promise<ArmResponse> {
  requireName(call);
  return written(await putResource(call.services, requestOf(call)));
}

async function patch(call: RouteCall): Promise<ArmResponse> {
  requireName(call);
  return written(await changeResource(call.services, requestOf(call)));
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  requireName(call);
  return { status: (await deleteResource(call.services, requestOf(call))) ? 200 : 204 };
}

async function act(call: RouteCall): Promise<ArmResponse> {
  const rest = segment(call, 'rest');
  if (!rest.includes('/')) {
    const operation = `${typeOf(call.path)}/action`;
    const body = await actOnProvider(call.services, {
      caller: callerOf(call),
      scope: segment(call, 'scope'),
      operation,
    });
    return { status: 200, body };
  }
  if (isNamed(rest)) {
    return raise('NotSupported', "The requested resource does not support http method 'POST'.");
  }
  const id = idOf(call);
  const at = id.lastIndexOf('/');
  const result = await actOnResource(call.services, {
    caller: callerOf(call),
    id: id.slice(0, at),
    action: id.slice(at + 1),
    body: call.request.body,
  });
  switch (result.kind) {
    case 'body':
      return { status: result.status, body: result.body };
    case 'empty':
      return { status: 200 };
    case 'accepted':
      return { status: 202, headers: asyncOperationAndLocation(call, result.operation) };
  }
}

function route(
  method: Route['method'],
  verb: (path: PathValues) => string,
  handle: (call: RouteCall) => ArmResponse | Promise<ArmResponse>,
): Route {
  return { method, pattern, permission: { action: verb }, apiVersions: 'any', fallback: true, handle };
}

export const genericResourceRoutes: readonly Route[] = [
  route('GET', (path) => `${typeOf(path)}/read`, get),
  route('HEAD', (path) => `${typeOf(path)}/read`, head),
  route('PUT', (path) => `${typeOf(path)}/write`, put),
  route('PATCH', (path) => `${typeOf(path)}/write`, patch),
  route('DELETE', (path) => `${typeOf(path)}/delete`, remove),
  route('POST', (path) => `${typeOf(path)}/action`, act),
];
