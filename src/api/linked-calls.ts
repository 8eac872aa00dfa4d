/**
 * The route of every path in a linked subscription: to the real cloud.
 *
 * Owns: which paths go there, the permission a call needs. Does not own: the call (`pass-through.ts` of `#service`).
 *
 * Invariants
 * LK1. Roles at the linked scope are kept here: they say who may use the operator's credentials.
 * LK2. A read needs a role that reaches the scope; a write needs one that is assigned at the linked subscription or below it,
 *      whoever calls.
 * LK3. How an operation goes on is told to everybody with a role somewhere in the linked subscription: its id, which only the
 *      caller was given, says enough, and its place is the subscription's whatever it was begun on.
 */
import { authorizationFailed } from '#access';
import { raise, TocsinError } from '#foundation';
import { linkOf, passThrough, type Services, subscriptionTarget } from '#service';
import { callerOf } from './call-values.ts';
import { type CleanPath, lastProvider, pathText, subjectOfPath } from './path.ts';
import type { Route, RouteCall } from './route.ts';

const namespaceKeptHere = 'microsoft.authorization';
const typesKeptHere: ReadonlySet<string> = new Set(['roleassignments', 'roledefinitions', 'permissions']);

/** Where clients ask how a long operation goes on, as the providers name it. */
const progressTypes: ReadonlySet<string> = new Set([
  'asyncoperations',
  'operationresults',
  'operations',
  'operationsresults',
  'operationstatus',
  'operationstatuses',
]);

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE']);

/** The route of a path in a linked subscription; undefined for all that is kept here. */
export function linkedRoute(services: Services, method: string, path: CleanPath): Route | undefined {
  const [first, subscriptionId] = path.keys;
  if (!methods.has(method) || first !== 'subscriptions' || subscriptionId === undefined || path.keys.length === 2)
    return undefined;
  if (linkOf(services, subscriptionId) === undefined) return undefined;
  const at = lastProvider(path.keys);
  if (path.keys[at + 1] === namespaceKeptHere && typesKeptHere.has(path.keys[at + 2] ?? '')) return undefined;
  const operation = operationOf(method, path);
  const subject = subjectOfPath(path);
  const isProgress = method === 'GET' && progressTypes.has(path.keys.at(-2) ?? '');
  return {
    method: method as Route['method'],
    pattern: '/subscriptions/{subscription}/{rest*}',
    permission: isProgress ? { signedIn: true } : { action: operation, scope: () => subject },
    apiVersions: 'any',
    body: 'bytes',
    anyGroup: true,
    elsewhere: true,
    handle: (call) => {
      if (isProgress && !call.visible(`/subscriptions/${subscriptionId}`)) {
        throw new TocsinError(authorizationFailed(call.request.identity, operation, subject));
      }
      return handle(call, { subscriptionId, operation, subject, whole: pathText(path) });
    },
  };
}

/** `Microsoft.Compute/virtualMachines/restart/action`; outside providers of `Microsoft.Resources`. */
function operationOf(method: string, path: CleanPath): string {
  const at = lastProvider(path.keys);
  const below = at < 0 ? path.segments.slice(0) : path.segments.slice(at + 2);
  const types = below.filter((_, index) => index % 2 === 0);
  const base = at < 0 ? `Microsoft.Resources/${types.join('/')}` : [path.segments[at + 1] ?? '', ...types].join('/');
  switch (method) {
    case 'GET':
    case 'HEAD':
      return `${base}/read`;
    case 'DELETE':
      return `${base}/delete`;
    case 'POST':
      return `${base}/action`;
    default:
      return `${base}/write`;
  }
}

interface LinkedPath {
  readonly subscriptionId: string;
  readonly operation: string;
  readonly subject: string;
  readonly whole: string;
}

function handle(
  call: RouteCall,
  { subscriptionId, operation, subject, whole }: LinkedPath,
): ReturnType<Route['handle']> {
  const { request, services } = call;
  const link =
    linkOf(services, subscriptionId) ??
    raise('SubscriptionNotFound', `The subscription '${subscriptionId}' is not linked any more.`);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead && !call.allowedWithin(operation, subject, `/subscriptions/${subscriptionId}`)) {
    const { displayName, objectId } = request.identity;
    raise(
      'LinkedAuthorizationFailed',
      `The client '${displayName}' with object id '${objectId}' has no role for the action '${operation}' that is assigned at the linked ` +
        `subscription '/subscriptions/${subscriptionId}' or below it. Writes to a linked subscription need one, whatever is held above.`,
    );
  }
  return passThrough(services, {
    caller: callerOf(call),
    target: subscriptionTarget(link),
    here: request.baseUrl,
    path: request.path,
    request,
    isRead,
    operation,
    resourceId: isRead ? subject : whole,
  });
}
