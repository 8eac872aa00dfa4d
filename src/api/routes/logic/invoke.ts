/**
 * The signed URLs that start runs and answer waiting webhook actions.
 *
 * Owns: the mapping. Source: engine reference 2.5, 4.2; ARM reference 6.4.
 */
import {
  invokeAction,
  invokeTrigger,
  queriesOf,
  readAsynchronousAnswer,
  splitSignedQueries,
  triggerCallbackOf,
} from '#service';
import { raise } from '#foundation';
import type { Route, RouteCall } from '../../route.ts';

const permission = { open: 'signed with an access key of the workflow' };
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function trigger(call: RouteCall) {
  const { request, services } = call;
  const callback = triggerCallbackOf(request.path, allQueries(call));
  if (callback === undefined) return raise('NotFound', 'There is nothing at this path.');
  return invokeTrigger(services, {
    callback,
    method: request.method,
    headers: request.headers,
    body: bytesOf(call),
    mayWait: request.identity.kind !== 'System',
    remoteAddress: request.remoteAddress,
    origin: request.origin,
    ...(request.whenCallerGone === undefined ? {} : { whenCallerGone: request.whenCallerGone }),
  });
}

function action(call: RouteCall) {
  const { request, services, path } = call;
  const { own, signed } = splitSignedQueries(allQueries(call));
  return invokeAction(services, {
    opaqueId: path.opaqueId ?? '',
    runName: path.run ?? '',
    callback: path.repetition === undefined ? (path.action ?? '') : `${path.action ?? ''}/${path.repetition}`,
    queries: own,
    headers: request.headers,
    body: bytesOf(call),
    remoteAddress: request.remoteAddress,
    ...(signed === undefined ? {} : { signed }),
  });
}

/** Where the caller of an asynchronous Response asks for the answer. */
function operation(call: RouteCall) {
  const { request, services, path } = call;
  const { signed } = splitSignedQueries(request.query);
  return readAsynchronousAnswer(services, {
    opaqueId: path.opaqueId ?? '',
    run: path.run ?? '',
    operation: path.operation ?? '',
    caller: { signed, remoteAddress: request.remoteAddress },
  });
}

/** Every value of a repeated name, joined by comma. */
function allQueries({ request }: RouteCall): Readonly<Record<string, string>> {
  return request.search === undefined ? request.query : queriesOf(new URLSearchParams(request.search));
}

/** A socket brings bytes; a call from inside brings text or a value. */
function bytesOf({ request }: RouteCall): Uint8Array {
  if (request.rawBytes !== undefined) return request.rawBytes;
  const text = request.rawBody ?? (request.body === undefined ? '' : JSON.stringify(request.body));
  return new TextEncoder().encode(text);
}

const triggerPaths = ['', '/versions/{version}'].map(
  (version) => `/workflows/{opaqueId}${version}/triggers/{trigger}/paths/invoke`,
);
const actionPath = '/workflows/{opaqueId}/runs/{run}/actions/{action}';

const operationPath = '/workflows/{opaqueId}/runs/{run}/operations/{operation}';

export const invokeRoutes: readonly Route[] = [
  { method: 'GET', pattern: operationPath, permission, handle: operation },
  ...methods.flatMap((method): Route[] => [
    ...triggerPaths.flatMap((path) =>
      [path, `${path}/{rest*}`].map(
        (pattern): Route => ({ method, pattern, permission, body: 'bytes', largeBody: true, handle: trigger }),
      ),
    ),
    { method, pattern: `${actionPath}/run`, permission, body: 'bytes', largeBody: true, handle: action },
    {
      method,
      pattern: `${actionPath}/repetitions/{repetition}/run`,
      permission,
      body: 'bytes',
      largeBody: true,
      handle: action,
    },
  ]),
];
