/**
 * Routes that ask the service behind a connection: a designer's lists, tests, the runtime URL.
 *
 * Owns: the mapping, who may use a runtime URL. Does not own: the call (`#service`). Source: ARM reference 7.
 *
 * Invariants
 * CN1. The runtime URL is open to a connection key, and to identities that an access policy of the connection names; anyone
 *      else learns nothing, not even whether the connection is there.
 */
import {
  type ArmResponse,
  fault,
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  raise,
  textMember,
  TocsinError,
} from '#foundation';
import {
  authenticate,
  type Connection,
  type ConnectionAnswer,
  type ConnectionRequest,
  connectionOfCode,
  invokeAllPages,
  invokeConnection,
  isConnectionKey,
  issueConnectionKey,
  mayUseConnection,
} from '#service';
import { segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { connectionOfCall, connectionsPath, webVersions } from './connections.ts';

/** The call that a body describes: `{ request: { method, path, queries, headers, body } }`. */
function requestIn(body: Json): ConnectionRequest {
  const request = memberIgnoringCase(body, 'request');
  const path = textMember(request ?? null, 'path');
  if (path === undefined || !path.startsWith('/') || path.startsWith('//')) {
    return raise(
      'InvalidRequestContent',
      "The request must name in 'request.path' a path of the connector, '/v2/Mail'.",
    );
  }
  const [own = '', search = ''] = path.split('?', 2);
  const queries = memberIgnoringCase(request, 'queries');
  const headers = memberIgnoringCase(request, 'headers');
  const content = memberIgnoringCase(request, 'body');
  return {
    method: (textMember(request ?? null, 'method') ?? 'GET').toUpperCase(),
    path: own,
    queries: { ...Object.fromEntries(new URLSearchParams(search)), ...(isJsonObject(queries) ? queries : {}) },
    ...(isJsonObject(headers) ? { headers } : {}),
    ...(content === undefined || content === null ? {} : { body: content }),
  };
}

/** The service's answer inside an answer of ARM's, whatever its status. */
async function invoke(call: RouteCall): Promise<ArmResponse> {
  const connection = connectionOfCall(call);
  const answer = await invokeAllPages(call.services, connection, requestIn(call.request.body ?? null));
  const response: JsonObject = {
    statusCode: answer.statusName,
    headers: { ...answer.headers },
    ...(answer.body === undefined ? {} : { body: answer.body }),
  };
  return { status: 200, body: { response } };
}

async function listKeys(call: RouteCall): Promise<ArmResponse> {
  const validity = textMember(call.request.body ?? null, 'validityTimeSpan') ?? '';
  const { key, expires } = await issueConnectionKey(call.services, connectionOfCall(call), validity);
  return { status: 200, body: { connectionKey: key, expires, parameterValues: {} } };
}

// --- The service's own answer -----------------------------------------------------------------------------------

const hopHeaders = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'set-cookie',
  'transfer-encoding',
  'upgrade',
]);
const callerHeaders = /^(accept|content-type|if-match|if-none-match|prefer|x-ms-(?!client|correlation).*)$/;

async function passedOn(
  call: RouteCall,
  connection: Connection,
  queries: Readonly<Record<string, string>>,
): Promise<ArmResponse> {
  const { request, services } = call;
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => callerHeaders.test(name)));
  const answer = await invokeConnection(services, connection, {
    method: request.method,
    path: `/${encodedRest(call)}`,
    queries,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  return responseOf(answer);
}

/** Segments as one call of the connector takes them: what was decoded on the way is encoded again. */
function encodedRest(call: RouteCall): string {
  return segment(call, 'rest').split('/').map(encodeURIComponent).join('/');
}

function responseOf({ status, headers, body }: ConnectionAnswer): ArmResponse {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !hopHeaders.has(name)));
  return { status, headers: kept, ...(body === undefined ? {} : { body }) };
}

/** CN1. */
async function runtime(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const connection = connectionOfCode(services, segment(call, 'connection'));
  const usable = connection !== undefined && connection.api === segment(call, 'api').toLowerCase();
  const key = /^Key +(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? request.headers['x-api-key'];
  const allowed =
    usable && (key === undefined ? await isNamed(call, connection) : isConnectionKey(services, connection, key));
  if (!allowed) {
    const message = 'The connection key or the token is not one that may use this connection.';
    throw new TocsinError(fault('AuthenticationFailed', message));
  }
  return passedOn(call, connection, call.request.query);
}

async function isNamed({ services, request }: RouteCall, connection: Connection): Promise<boolean> {
  const { method, path, headers, baseUrl } = request;
  const identity = await authenticate(services, { method, path, headers, baseUrl });
  if (isFault(identity)) throw new TocsinError(identity);
  return mayUseConnection(services, connection, identity);
}

const invokeAction = { action: 'Microsoft.Web/connections/dynamicInvoke/action' } as const;
const runtimeMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const connectionCallRoutes: readonly Route[] = [
  ...['dynamicInvoke', 'dynamicList', 'dynamicProperties', 'dynamicTree'].map(
    (name): Route => ({
      method: 'POST',
      pattern: `${connectionsPath}/{connection}/${name}`,
      permission: invokeAction,
      apiVersions: webVersions,
      handle: invoke,
    }),
  ),
  {
    method: 'POST',
    pattern: `${connectionsPath}/{connection}/listConnectionKeys`,
    permission: { action: 'Microsoft.Web/connections/listConnectionKeys/action' },
    apiVersions: webVersions,
    handle: listKeys,
  },
  {
    method: 'GET',
    pattern: `${connectionsPath}/{connection}/extensions/proxy/testconnection`,
    permission: { action: 'Microsoft.Web/connections/read' },
    apiVersions: webVersions,
    handle: async (call) => {
      const answer = await invokeConnection(call.services, connectionOfCall(call), {
        method: 'GET',
        path: '/testconnection',
      });
      return { status: answer.status, body: answer.body ?? {} };
    },
  },
  ...runtimeMethods.flatMap((method): readonly Route[] => [
    {
      method,
      pattern: `${connectionsPath}/{connection}/extensions/proxy/{rest*}`,
      permission: invokeAction,
      apiVersions: webVersions,
      handle: (call) => {
        const { 'api-version': _, ...queries } = call.request.query;
        return passedOn(call, connectionOfCall(call), queries);
      },
    },
    {
      method,
      pattern: '/apim/{api}/{connection}/{rest*}',
      permission: { open: 'A connection key, or a token of an identity that an access policy names.' },
      handle: runtime,
    },
  ]),
];
