/**
 * From a request to its handler: matching, the checks every operation shares, and the answer's common headers.
 *
 * Owns: the order of the checks (`route.ts` T4), 404 against 405, request ids. Does not own: sockets and bodies
 * (`listener.ts`), credentials (`authenticate.ts` in `#service`), any provider.
 *
 * Invariants
 * U1. `dispatch` never rejects; whatever a handler throws becomes the error envelope.
 * U2. Nothing of a handler runs before identity, subscription, api-version, permission and resource group are checked.
 * U3. Generic resources (`fallback`) never take a path, or a child type, of a provider in the table.
 * U4. Policies are asked after these checks and before the handler, of every write and deletion of a resource.
 */
import { authorizationFailed } from '#access';
import {
  type ArmDispatch,
  type ArmRequest,
  type ArmResponse,
  type Fault,
  fault,
  faultOf,
  isFault,
  TocsinError,
} from '#foundation';
import {
  type AccessControl,
  checkResourceGroup,
  checkSubscription,
  checkSubscriptionState,
  linkOf,
  lockedAgainst,
  noteRequest,
  type Services,
} from '#service';
import { checkApiVersion, typeOfPattern } from './api-version.ts';
import { errorResponse } from './error-envelope.ts';
import { graphError, isGraphPath } from './graph-errors.ts';
import { withKeySegments } from './graph-keys.ts';
import { linkedRoute } from './linked-calls.ts';
import { linkedDirectoryRoute } from './linked-directory-calls.ts';
import { handleUnderPolicies } from './policy-guard.ts';
import { type CleanPath, cleanPath, lastProvider, pathText, subjectOfPath } from './path.ts';
import type { Permission, Route, RouteCall } from './route.ts';
import { buildRouteTrie, type RouteMatch, type RouteTrie } from './route-trie.ts';

/** A route found for a path: what the listener needs before it reads the body. */
export interface MatchedRoute extends RouteMatch {
  readonly clean: CleanPath;
}

export interface Router {
  /** Matches method and path only. */
  match(method: string, path: string): MatchedRoute | Fault;
  /** Checks and handles a request on its match; never rejects. */
  perform(match: MatchedRoute, request: ArmRequest): Promise<ArmResponse>;
  /** `match` and `perform` in one; never rejects. */
  readonly dispatch: ArmDispatch;
  /** Any fault as an answer with the common headers. */
  refuse(reason: Fault, request: Pick<ArmRequest, 'headers' | 'baseUrl' | 'path'>): ArmResponse;
}

interface RouterParts {
  readonly specific: RouteTrie;
  readonly generic: RouteTrie;
  /** Root types with a PUT route of their own, lower case: their children are not generic. */
  readonly owned: ReadonlySet<string>;
  readonly services: Services;
  readonly access: AccessControl;
}

export function createRouter(routes: readonly Route[], services: Services, access: AccessControl): Router {
  const parts: RouterParts = {
    specific: buildRouteTrie(routes.filter((route) => route.fallback !== true)),
    generic: buildRouteTrie(routes.filter((route) => route.fallback === true)),
    owned: ownedTypes(routes),
    services,
    access,
  };
  const refuse: Router['refuse'] = (reason, request) => {
    const ids = newRequestIds(services, request);
    return withCommonHeaders(failure(parts, request, ids, reason), ids);
  };
  const perform: Router['perform'] = (match, request) => answer(parts, match, request);
  return {
    match: (method, path) => matchRoute(parts, method, path),
    perform,
    refuse,
    dispatch: async (request) => {
      const match = matchRoute(parts, request.method, request.path);
      if (!isFault(match)) return perform(match, request);
      return refuse(request.identity.kind === 'Anonymous' ? noCredential() : match, request);
    },
  };
}

/** Answers requests without a socket; see `Router.dispatch`. */
export function createDispatch(routes: readonly Route[], services: Services, access: AccessControl): ArmDispatch {
  return createRouter(routes, services, access).dispatch;
}

// --- Matching ---------------------------------------------------------------------------------------------------

function ownedTypes(routes: readonly Route[]): ReadonlySet<string> {
  const owned = new Set<string>();
  for (const route of routes) {
    if (route.method !== 'PUT' || route.fallback === true) continue;
    const type = typeOfPattern(route.pattern);
    // A child of ours may live in a generic parent: secrets in a vault.
    if (type !== undefined && type.split('/').length === 2) owned.add(type.toLowerCase());
  }
  return owned;
}

function matchRoute(parts: RouterParts, method: string, path: string): MatchedRoute | Fault {
  const clean = cleanPath(path);
  if (isFault(clean)) return clean;
  const linked = linkedRoute(parts.services, method, clean) ?? linkedDirectoryRoute(parts.services, method, clean);
  if (linked !== undefined) return { route: linked, values: {}, clean };
  const keyed = isGraphPath(path) ? withKeySegments(path) : path;
  return keyed === path ? matchOwn(parts, method, clean) : matchKeyed(parts, method, keyed);
}

function matchKeyed(parts: RouterParts, method: string, path: string): MatchedRoute | Fault {
  const clean = cleanPath(path);
  return isFault(clean) ? clean : matchOwn(parts, method, clean);
}

function matchOwn(parts: RouterParts, method: string, clean: CleanPath): MatchedRoute | Fault {
  const found = parts.specific.find(method, clean);
  if (isFault(found)) return found;
  if (found.kind === 'found') return { ...found.match, clean };
  if (found.kind === 'otherMethods') return notSupported(method);
  return matchGeneric(parts, method, clean);
}

function matchGeneric(parts: RouterParts, method: string, clean: CleanPath): MatchedRoute | Fault {
  const at = lastProvider(clean.keys);
  const namespace = clean.segments[at + 1];
  const type = clean.segments[at + 2];
  if (at < 0 || namespace === undefined) return nothingAt(clean);
  if (!/^[a-z0-9]+(?:\.[a-z0-9]+)+$/i.test(namespace)) {
    return fault('InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  }
  if (type === undefined) return nothingAt(clean);
  if (parts.owned.has(`${namespace}/${type}`.toLowerCase())) return unknownType(clean, at, namespace);
  const found = parts.generic.find(method, clean);
  if (isFault(found)) return found;
  if (found.kind === 'found') return { ...found.match, clean };
  return found.kind === 'otherMethods' ? notSupported(method) : unknownType(clean, at, namespace);
}

function unknownType(clean: CleanPath, at: number, namespace: string): Fault {
  const type = clean.segments
    .slice(at + 2)
    .filter((_, index) => index % 2 === 0)
    .join('/');
  return fault(
    'InvalidResourceType',
    `The resource type '${type}' could not be found in the namespace '${namespace}' for the api version given.`,
  );
}

function notSupported(method: string): Fault {
  return fault('NotSupported', `The requested resource does not support http method '${method}'.`);
}

function nothingAt(clean: CleanPath): Fault {
  return fault('NotFound', `No HTTP resource was found that matches the request URI '${pathText(clean) || '/'}'.`);
}

// --- Performing -------------------------------------------------------------------------------------------------

async function answer(parts: RouterParts, match: MatchedRoute, request: ArmRequest): Promise<ArmResponse> {
  const ids = newRequestIds(parts.services, request);
  let noted = false;
  const note = (reason?: Fault): Promise<void> => noteCall(parts, match, request, ids.correlationId, reason);
  const noteOwn = (): void => {
    noted = true;
  };
  try {
    const call = admit(parts, match, request, { correlationId: ids.correlationId, noted: noteOwn });
    if (isFault(call)) {
      void note(call);
      return withCommonHeaders(withoutBodyWhereNone(failure(parts, request, ids, call), request), ids);
    }
    const response = await handle(match, call);
    if (!noted && response.status < 400) await note();
    return withCommonHeaders(withoutBodyWhereNone(response, request), ids);
  } catch (error) {
    if (!(error instanceof TocsinError)) logUnexpected(parts.services, match.route, ids.requestId, error);
    const reason = faultOf(error);
    // Policies tell of what they deny themselves.
    if (reason.code !== 'RequestDisallowedByPolicy') void note(reason);
    return withCommonHeaders(withoutBodyWhereNone(failure(parts, request, ids, faultOf(error)), request), ids);
  }
}

/** U4; what is kept in another cloud passes its locks and policies there. */
function handle(match: MatchedRoute, call: RouteCall): Promise<ArmResponse> | ArmResponse {
  const { route, clean } = match;
  if (route.elsewhere === true) return route.handle(call);
  const locked = checkLocks(match, call);
  if (locked !== undefined) throw new TocsinError(locked);
  return handleUnderPolicies(route, pathText(clean), call);
}

/** Signed callbacks and what only needs a signed-in caller change no resource; the server's own cascade was asked before. */
function checkLocks({ route, clean, values }: MatchedRoute, { services, request }: RouteCall): Fault | undefined {
  const { permission } = route;
  if (!('action' in permission) || request.identity.kind === 'System') return undefined;
  return lockedAgainst(services, subjectOfPath(clean), actionOf(permission, { values }));
}

/** U2: the checks in their order; the call when all pass. */
function admit(
  parts: RouterParts,
  match: MatchedRoute,
  request: ArmRequest,
  own: Pick<RouteCall, 'correlationId' | 'noted'>,
): RouteCall | Fault {
  const { route, clean, values } = match;
  const { services, access } = parts;
  const { identity } = request;
  const open = 'open' in route.permission;
  if (!open && identity.kind === 'Anonymous') return noCredential();
  const subscriptionId = clean.keys[0] === 'subscriptions' ? clean.segments[1] : undefined;
  if (subscriptionId !== undefined) {
    const { resources } = services.store;
    const missing =
      checkSubscription(resources, subscriptionId) ?? checkSubscriptionState(resources, subscriptionId, request.method);
    if (missing !== undefined) return missing;
  }
  const apiVersion = checkApiVersion(route, request);
  if (isFault(apiVersion)) return apiVersion;
  const refused = open ? undefined : checkPermission(access, match, request);
  if (refused !== undefined) return refused;
  const group = clean.keys[2] === 'resourcegroups' && clean.segments.length > 4 ? clean.segments[3] : undefined;
  const isHere = subscriptionId !== undefined && linkOf(services, subscriptionId) === undefined;
  if (isHere && group !== undefined && route.anyGroup !== true) {
    const writes = request.method === 'PUT' || request.method === 'PATCH' || request.method === 'POST';
    const missing = checkResourceGroup(services.store.resources, subscriptionId, group, writes);
    if (missing !== undefined) return missing;
  }
  return {
    services,
    request,
    path: values,
    apiVersion,
    ...own,
    allowed: (action, scope) => access.allowed(identity, action, scope),
    allowedWithin: (action, scope, within) => access.allowedWithin(identity, action, scope, within),
    permitted: (action) => access.permitted(identity, action),
    visible: (scope) => access.visible(identity, scope),
    permissionsAt: (scope) => access.permissionsAt(identity, scope),
    permissionsOf: (other, scope) => access.permissionsAt(other, scope),
    groupsAbove: (scope) => access.groupsAbove(scope),
  };
}

function checkPermission(access: AccessControl, match: MatchedRoute, request: ArmRequest): Fault | undefined {
  const { permission } = match.route;
  const { identity } = request;
  if ('open' in permission || identity.kind === 'AdminToken' || identity.kind === 'System') return undefined;
  if ('signedIn' in permission) {
    const stranger = identity.kind === 'IngestionKey' && match.clean.keys[0] !== 'ingest';
    return stranger ? authorizationFailed(identity, 'read', pathText(match.clean)) : undefined;
  }
  const action = actionOf(permission, match);
  const scope = permission.scope?.(match.values) ?? subjectOfPath(match.clean);
  return access.allowed(identity, action, scope) ? undefined : authorizationFailed(identity, action, scope);
}

function actionOf(
  permission: Extract<Permission, { action: unknown }>,
  { values }: Pick<MatchedRoute, 'values'>,
): string {
  return typeof permission.action === 'string' ? permission.action : permission.action(values);
}

/** The activity log's entry of a call that its use case wrote none for, if it is worth one. */
async function noteCall(
  { services }: RouterParts,
  match: MatchedRoute,
  request: ArmRequest,
  correlationId: string,
  reason?: Fault,
): Promise<void> {
  const { permission, body } = match.route;
  const { identity, method, remoteAddress } = request;
  const own = identity.kind === 'Anonymous' || identity.kind === 'System' || identity.kind === 'IngestionKey';
  if (own || !('action' in permission) || (body === 'stream' && reason === undefined)) return;
  const looks = method === 'GET' || method === 'HEAD';
  if (looks && reason?.status !== 403) return;
  await noteRequest(services, {
    caller: { identity, correlationId, remoteAddress },
    action: actionOf(permission, match),
    resourceId: subjectOfPath(match.clean) || pathText(match.clean),
    method,
    ...(reason === undefined ? {} : { fault: reason }),
  });
}

function noCredential(): Fault {
  return fault('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.");
}

/** A fault as an answer: in the envelope of ARM, below `/graph` in that of Microsoft Graph. */
function failure(
  { services }: RouterParts,
  request: Pick<ArmRequest, 'baseUrl' | 'path'>,
  ids: RequestIds,
  reason: Fault,
): ArmResponse {
  if (isGraphPath(request.path)) return graphError(reason, { ...ids, time: services.clock.now() });
  return errorResponse(reason, { baseUrl: request.baseUrl, tenantId: services.settings.tenantId });
}

function logUnexpected(services: Services, route: Route, requestId: string, error: unknown): void {
  services.log.error('A handler failed unexpectedly.', {
    route: `${route.method} ${route.pattern}`,
    requestId,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}

// --- Common headers ---------------------------------------------------------------------------------------------

interface RequestIds {
  readonly requestId: string;
  readonly correlationId: string;
  readonly clientRequestId: string | undefined;
}

const printable = /^[\x21-\x7e]{1,128}$/;

function newRequestIds(services: Services, request: Pick<ArmRequest, 'headers'>): RequestIds {
  const requestId = services.random.uuid();
  const given = request.headers['x-ms-correlation-request-id'];
  const client = request.headers['x-ms-client-request-id'];
  const wanted = request.headers['x-ms-return-client-request-id']?.toLowerCase() === 'true';
  return {
    requestId,
    correlationId: given !== undefined && printable.test(given) ? given : requestId,
    clientRequestId: wanted && client !== undefined && printable.test(client) ? client : undefined,
  };
}

/** A handler's own headers win: the callback route sets its own request id. */
function withCommonHeaders(response: ArmResponse, ids: RequestIds): ArmResponse {
  if (response.bare === true) return response;
  return {
    ...response,
    headers: {
      'x-ms-request-id': ids.requestId,
      'x-ms-correlation-request-id': ids.correlationId,
      'x-ms-routing-request-id': `TOCSIN:${ids.requestId}`,
      ...(ids.clientRequestId === undefined ? {} : { 'x-ms-client-request-id': ids.clientRequestId }),
      ...response.headers,
    },
  };
}

function withoutBodyWhereNone(response: ArmResponse, request: ArmRequest): ArmResponse {
  if (request.method !== 'HEAD' && response.status !== 204 && response.status !== 304) return response;
  const { status, headers } = response;
  return headers === undefined ? { status } : { status, headers };
}
