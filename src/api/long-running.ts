/**
 * Long-running operations on the wire: the headers of the first answer and the poll routes.
 *
 * Owns: patterns A (`Azure-AsyncOperation`) and B (`Location` only) of ARM reference 1.5.
 * Does not own: the operations (`operations.ts` of `#service`).
 */
import { type ArmRequest, type ArmResponse, fault, TocsinError } from '#foundation';
import { type Operation, operationStatusBody, readOperation } from '#service';
import type { Route, RouteCall } from './route.ts';

/** Seconds between polls. Never 0: the clients of Python take that for none and wait 30 seconds, those of JavaScript two. */
const retryAfter = '1';

function pollUrl(call: RouteCall, operation: Operation, collection: string): string {
  const { request } = call;
  const subscription = /^\/subscriptions\/[^/]+/i.exec(operation.target)?.[0] ?? '/providers/Microsoft.Resources';
  return `${request.baseUrl}${subscription}/${collection}/${operation.id}?api-version=${call.apiVersion}`;
}

/** Pattern B: 202 without a body; the result is at `Location`. */
export function acceptedAtLocation(call: RouteCall, operation: Operation): ArmResponse {
  return {
    status: 202,
    headers: {
      location: pollUrl(call, operation, 'operationresults'),
      'retry-after': retryAfter,
    },
  };
}

/** Pattern A: the headers to send with the 201 or 202 whose body is the resource as it stands. */
export function asyncOperationHeaders(call: RouteCall, operation: Operation): Readonly<Record<string, string>> {
  return {
    'azure-asyncoperation': pollUrl(call, operation, 'operationStatuses'),
    'retry-after': retryAfter,
  };
}

/** Both headers, for POST operations whose result the client fetches from `Location` at the end. */
export function asyncOperationAndLocation(call: RouteCall, operation: Operation): Readonly<Record<string, string>> {
  return {
    ...asyncOperationHeaders(call, operation),
    location: pollUrl(call, operation, 'operationresults'),
  };
}

function operationOf(call: RouteCall): Operation {
  const id = call.path['operation'] ?? '';
  const operation = readOperation(call.services, id);
  const mine = operation?.startedBy === call.request.identity.objectId;
  const subscription = call.path['subscription'];
  const scope = subscription === undefined ? '' : `/subscriptions/${subscription}`;
  const found =
    operation !== undefined && (scope === '' || operation.target.toLowerCase().startsWith(scope.toLowerCase()));
  if (!found || !(mine || call.allowed('Microsoft.Resources/subscriptions/operationresults/read', scope))) {
    throw new TocsinError(fault('NotFound', `The operation '${id}' does not exist.`));
  }
  return operation;
}

function pollStatus(call: RouteCall): ArmResponse {
  const operation = operationOf(call);
  const response: ArmResponse = { status: 200, body: operationStatusBody(operation, ownPath(call.request)) };
  return operation.status === 'Running' ? { ...response, headers: { 'retry-after': retryAfter } } : response;
}

function ownPath(request: ArmRequest): string {
  return `/${request.path.split('/').filter(Boolean).join('/')}`;
}

/** Operations without a result whose clients take a 204 at the end for an error. */
const endsWithOk: ReadonlySet<string> = new Set(['deleteResourceGroup']);

function pollResult(call: RouteCall): ArmResponse {
  const operation = operationOf(call);
  switch (operation.status) {
    case 'Running':
      return acceptedAtLocation(call, operation);
    case 'Succeeded':
      if (operation.result !== undefined) return { status: 200, body: operation.result };
      return { status: endsWithOk.has(operation.kind) ? 200 : 204 };
    case 'Canceled':
      return { status: 409, body: { error: { code: 'Conflict', message: 'The operation was canceled.' } } };
    case 'Failed':
      return { status: operation.errorStatus ?? 409, body: { error: operation.error ?? {} } };
  }
}

const places = ['/subscriptions/{subscription}', '/providers/Microsoft.Resources'];

export const operationRoutes: readonly Route[] = places.flatMap((place): readonly Route[] => [
  {
    method: 'GET',
    pattern: `${place}/operationresults/{operation}`,
    permission: { signedIn: true },
    apiVersions: 'any',
    handle: pollResult,
  },
  {
    method: 'GET',
    pattern: `${place}/operationStatuses/{operation}`,
    permission: { signedIn: true },
    apiVersions: 'any',
    handle: pollStatus,
  },
]);
