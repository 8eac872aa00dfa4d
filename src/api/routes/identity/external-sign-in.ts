/** Signing in to the portal at an external issuer. Source: portal reference 1.4. */
import { type ArmResponse, isFault, raise } from '#foundation';
import { beginExternalSignIn, beginSession, endExternalSignIn, noteSignIn } from '#service';
import { parameter, segment } from '../../call-values.ts';
import { firstValues } from '../../form-body.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';
import { messagePage } from '../../sign-in-page.ts';
import { sessionCookieHeader } from './sessions.ts';

const open: Permission = { open: 'Signing in itself: what the issuer answers is checked by the handler.' };

const cookieName = 'tocsin_sign_in';
const base = '/tocsin/v1/signIn';

/** Not `Strict`: the browser comes back from the issuer's site. */
function stateCookie(call: RouteCall, value: string, seconds: number): string {
  const secure = call.request.baseUrl.startsWith('https:') ? '; Secure' : '';
  return `${cookieName}=${value}; Path=${base}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

async function begin(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const name = segment(call, 'issuer');
  const issuer = services.identity.external.named(name);
  if (issuer === undefined) return raise('NotFound', `There is no issuer '${name.slice(0, 40)}'.`);
  const begun = await beginExternalSignIn(services, issuer, {
    redirectUri: `${request.baseUrl}${base}/callback`,
    returnTo: parameter(call, 'returnTo') ?? '',
  });
  if (begun === undefined) {
    return messagePage(502, 'The sign-in cannot go on', `'${issuer.settings.displayName}' cannot be reached now.`);
  }
  const { state, location } = begun;
  const headers = { location, 'cache-control': 'no-store', 'set-cookie': stateCookie(call, state, 600) };
  return { status: 302, headers };
}

async function end(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const answer = request.search === undefined ? request.query : firstValues(new URLSearchParams(request.search));
  const cookie = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]+)`).exec(request.headers['cookie'] ?? '')?.[1];
  const ended = await endExternalSignIn(services, answer, cookie);
  if (isFault(ended)) return messagePage(ended.status, 'The sign-in cannot go on', ended.message);
  const { person, issuer, returnTo } = ended;
  const { remoteAddress } = request;
  const application = issuer.settings.displayName;
  await noteSignIn(services, { identity: person.identity, remoteAddress, way: 'issuer', application });
  const session = await beginSession(services, person.identity, { issuer: issuer.settings.issuer });
  const seconds = Math.floor((session.expires - services.clock.now()) / 1000);
  return {
    status: 303,
    headers: {
      location: returnTo,
      'referrer-policy': 'no-referrer',
      ...sessionCookieHeader(call, session.cookie, seconds),
    },
  };
}

export const externalSignInRoutes: readonly Route[] = [
  { method: 'GET', pattern: `${base}/callback`, permission: open, handle: end },
  { method: 'GET', pattern: `${base}/{issuer}`, permission: open, handle: begin },
];
