/** Browser sessions. Source: own API reference, "Identity". */
import {
  type ArmResponse,
  formatTime,
  isFault,
  type JsonObject,
  memberOf,
  raise,
  textMember,
  TocsinError,
} from '#foundation';
import {
  beginSession,
  endSession,
  findSession,
  identifyToken,
  permissionBody,
  type Session,
  sessionCookie,
  sessionCookieName,
} from '#service';
import type { Route, RouteCall } from '../../route.ts';

const pattern = '/tocsin/v1/session';

function sessionBody(call: RouteCall, session: Session): JsonObject {
  const { objectId, displayName, kind, appId } = session.identity;
  return {
    identity: { objectId, displayName, kind, ...(appId === undefined ? {} : { appId }) },
    tenantId: call.services.settings.tenantId,
    csrf: session.csrf,
    expiresOn: formatTime(session.expires),
    permissions: call.permissionsOf(session.identity, '').map(permissionBody),
  };
}

function cookieHeader(call: RouteCall, value: string, seconds: number): Readonly<Record<string, string>> {
  const secure = call.request.baseUrl.startsWith('https:') ? '; Secure' : '';
  const cookie = `${sessionCookieName}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  return { 'set-cookie': cookie, 'cache-control': 'no-store' };
}

async function begin(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const token = textMember(request.body, 'token');
  if (token === undefined || token === '') {
    if (memberOf(request.body, 'userName') !== undefined) {
      return raise('AuthenticationFailed', 'There are no users with passwords on this server; sign in with a token.');
    }
    return raise('InvalidParameter', "The member 'token' is missing.", { target: 'token' });
  }
  const found = await identifyToken(services, token, request.baseUrl);
  if (isFault(found)) throw new TocsinError(found);
  const session = await beginSession(services, found.identity, found.expires);
  const seconds = Math.floor((session.expires - services.clock.now()) / 1000);
  return { status: 200, headers: cookieHeader(call, session.cookie, seconds), body: sessionBody(call, session) };
}

/** Who is signed in, and the value that writes must show. */
function tell(call: RouteCall): ArmResponse {
  const cookie = sessionCookie(call.request.headers['cookie']);
  const session = cookie === undefined ? undefined : findSession(call.services, cookie);
  if (session === undefined) return raise('AuthenticationFailed', 'There is no session.');
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: sessionBody(call, session),
  };
}

/** How one signs in here, and whether the caller's browser already has: a page asks before it shows anything. */
function ways(call: RouteCall): ArmResponse {
  const cookie = sessionCookie(call.request.headers['cookie']);
  const signedIn = cookie !== undefined && findSession(call.services, cookie) !== undefined;
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: { signedIn, ways: ['token'] } };
}

async function end(call: RouteCall): Promise<ArmResponse> {
  const cookie = sessionCookie(call.request.headers['cookie']);
  if (cookie !== undefined) await endSession(call.services, cookie);
  return { status: 204, headers: cookieHeader(call, '', 0) };
}

export const sessionRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern,
    permission: { open: 'Signing in: the token in the body is checked by the handler.' },
    handle: begin,
  },
  {
    method: 'GET',
    pattern,
    permission: { open: 'Tells about the session of the cookie only.' },
    handle: tell,
  },
  { method: 'DELETE', pattern, permission: { signedIn: true }, handle: end },
  {
    method: 'GET',
    pattern: '/tocsin/v1/signIn',
    permission: { open: 'Tells which ways to sign in there are, and whether the cookie is still good.' },
    handle: ways,
  },
];
