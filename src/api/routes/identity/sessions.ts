/** Browser sessions. Source: own API reference, "Identity". */
import { type ArmResponse, formatTime, type Identity, type JsonObject, orThrow, raise, textMember } from '#foundation';
import {
  beginSession,
  endSession,
  findSession,
  hasPasswords,
  identifyToken,
  judgePassword,
  noteSignIn,
  permissionBody,
  type Session,
  sessionCookie,
  sessionCookieName,
} from '#service';
import type { Route, RouteCall } from '../../route.ts';

const pattern = '/tocsin/v1/session';

function sessionBody(call: RouteCall, session: Session): JsonObject {
  const { objectId, displayName, kind, appId, userName } = session.identity;
  return {
    identity: {
      objectId,
      displayName,
      kind,
      ...(appId === undefined ? {} : { appId }),
      ...(userName === undefined ? {} : { userName }),
    },
    tenantId: call.services.settings.tenantId,
    csrf: session.csrf,
    expiresOn: formatTime(session.expires),
    permissions: call.permissionsOf(session.identity, '').map(permissionBody),
  };
}

export function sessionCookieHeader(call: RouteCall, value: string, seconds: number): Readonly<Record<string, string>> {
  const secure = call.request.baseUrl.startsWith('https:') ? '; Secure' : '';
  const cookie = `${sessionCookieName}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  return { 'set-cookie': cookie, 'cache-control': 'no-store' };
}

/** A page of another site must not sign a browser in as somebody else; browsers say where a request comes from. */
function requireOwnSite(headers: Readonly<Record<string, string>>): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  raise('AuthenticationFailed', 'Signing in is not possible from a page of another site.', { status: 403 });
}

async function begin(call: RouteCall): Promise<ArmResponse> {
  const { services } = call;
  requireOwnSite(call.request.headers);
  const found = await personOf(call);
  const session = await beginSession(
    services,
    found.identity,
    found.expires === undefined ? {} : { until: found.expires },
  );
  const seconds = Math.floor((session.expires - services.clock.now()) / 1000);
  return { status: 200, headers: sessionCookieHeader(call, session.cookie, seconds), body: sessionBody(call, session) };
}

/** By `token`, or by `userName` and `password`. @throws TocsinError `AuthenticationFailed` and the faults of tokens. */
async function personOf(call: RouteCall): Promise<{ readonly identity: Identity; readonly expires?: number }> {
  const { services, request } = call;
  const token = textMember(request.body, 'token');
  if (token !== undefined && token !== '') {
    const found = orThrow(await identifyToken(services, token, request.baseUrl));
    const { remoteAddress } = request;
    await noteSignIn(services, { identity: found.identity, remoteAddress, way: 'session' });
    return found;
  }
  const [userName, password] = [textMember(request.body, 'userName'), textMember(request.body, 'password')];
  if (userName === undefined || password === undefined) {
    const target = userName === undefined ? 'token' : 'password';
    return raise('InvalidParameter', `The member '${target}' is missing.`, { target });
  }
  const { remoteAddress } = request;
  const judged = await judgePassword(services, { userName, password, remoteAddress, way: 'session' });
  switch (judged.kind) {
    case 'good': {
      const { objectId, displayName } = judged.user;
      return { identity: { kind: 'User', objectId, displayName, userName: judged.user.userName } };
    }
    case 'locked':
      return raise('TooManyRequests', 'There were too many wrong passwords. Try again later.', {
        retryAfterSeconds: judged.seconds,
      });
    case 'disabled':
      return raise('AuthenticationFailed', 'The user account is disabled.');
    case 'wrong':
      return raise('AuthenticationFailed', 'The user name or the password is wrong.');
  }
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
function tellWays(call: RouteCall): ArmResponse {
  const cookie = sessionCookie(call.request.headers['cookie']);
  const signedIn = cookie !== undefined && findSession(call.services, cookie) !== undefined;
  const issuers = call.services.identity.external.all.map(({ settings: { name, displayName } }) => ({
    name,
    displayName,
  }));
  const ways = hasPasswords(call.services) ? ['password', 'token'] : ['token'];
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: { signedIn, ways, issuers } };
}

async function end(call: RouteCall): Promise<ArmResponse> {
  const cookie = sessionCookie(call.request.headers['cookie']);
  if (cookie !== undefined) await endSession(call.services, cookie);
  return { status: 204, headers: sessionCookieHeader(call, '', 0) };
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
    handle: tellWays,
  },
];
