/**
 * The route of calls on a linked directory: to Microsoft Graph of the operator's tenant.
 *
 * Owns: which paths go there, the permission a call needs. Does not own: the call (`pass-through.ts` of `#service`).
 *
 * Invariants
 * LG1. What identities of this server may is kept here and asked here (applications, service principals, `me`).
 * LG2. A read needs a permission of Microsoft Graph or a role; a write needs a permission that is granted to the caller itself,
 *      whatever roles are held.
 */
import { type ArmRequest, type ArmResponse, isJsonObject, type JsonObject, parseJson, raise } from '#foundation';
import { directoryTarget, graphActionOf, noteRefused, passThrough, type Services } from '#service';
import { callerOf } from './call-values.ts';
import { type CleanPath, pathText } from './path.ts';
import type { Route, RouteCall } from './route.ts';
import { graphRoot } from './routes/graph/graph-answers.ts';

const keptHere: ReadonlySet<string> = new Set(['applications', 'serviceprincipals', 'me']);
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE']);

/** The route of a path of Microsoft Graph; undefined where the directory is kept here, and for what always is. */
export function linkedDirectoryRoute(services: Services, method: string, path: CleanPath): Route | undefined {
  const [first, version, set] = path.keys;
  if (first !== 'graph' || (version !== 'v1.0' && version !== 'beta') || set === undefined) return undefined;
  if (!methods.has(method) || keptHere.has(/^[^(]*/.exec(set)?.[0] ?? '') || directoryTarget(services) === undefined)
    return undefined;
  const below = pathText(path).slice('/graph'.length);
  const action = graphActionOf(method, below);
  return {
    method: method as Route['method'],
    pattern: '/graph/{version}/{rest*}',
    permission: action.endsWith('/read') ? { action, scope: () => '/' } : { signedIn: true },
    body: 'bytes',
    elsewhere: true,
    handle: (call) => handle(call, action, below),
  };
}

async function handle(call: RouteCall, action: string, below: string): Promise<ArmResponse> {
  const { request, services } = call;
  const target = directoryTarget(services);
  if (target === undefined) return raise('NotFound', 'The directory is not linked any more.');
  const isRead = action.endsWith('/read');
  const passed = {
    caller: callerOf(call),
    target,
    here: graphRoot(request),
    path: below,
    request,
    isRead,
    operation: action,
    resourceId: `/providers/Microsoft.Graph${below}`,
  };
  const missing = isRead ? undefined : neededFor(action, request).find((each) => !call.permitted(each));
  if (missing !== undefined) {
    await noteRefused(services, passed);
    const { displayName, objectId } = request.identity;
    raise(
      'LinkedAuthorizationFailed',
      `The client '${displayName}' with object id '${objectId}' is granted no permission of Microsoft Graph for the action '${missing}'. Writes to a ` +
        'linked directory need one that is granted to the caller itself, whatever roles are held.',
    );
  }
  return passThrough(services, passed);
}

/** As of the directory kept here: switching users on and off has an action of its own, and so have passwords. */
function neededFor(action: string, request: ArmRequest): readonly string[] {
  const users = 'Microsoft.Authorization/directory/users/';
  if (action !== `${users}write` || request.method !== 'PATCH') return [action];
  const names = Object.keys(bodyOf(request)).map((name) => name.toLowerCase());
  if (names.includes('passwordprofile')) return [action, `${users}passwordProfile/write`];
  return [
    names.length > 0 && names.every((name) => name === 'accountenabled') ? `${users}accountEnabled/write` : action,
  ];
}

function bodyOf({ body, rawBody, rawBytes }: ArmRequest): JsonObject {
  if (isJsonObject(body)) return body;
  const text = rawBody ?? (rawBytes === undefined ? '' : new TextDecoder().decode(rawBytes));
  try {
    const parsed = parseJson(text);
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
