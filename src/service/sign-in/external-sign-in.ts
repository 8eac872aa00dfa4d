/**
 * A browser that signs in at an external issuer: there with a request of ours, back with a code, which is exchanged for who it is.
 *
 * Owns: requests under way, the exchange. Does not own: sessions (`sessions.ts`), tokens of issuers (`external-issuers.ts`).
 * Source: OpenID Connect Core 1.0 3.1; RFC 7636; portal reference 1.4.
 *
 * Invariants
 * ES1. An answer counts once, within ten minutes, in the browser that asked (its cookie holds the state), with the verifier
 *      and the nonce of its request.
 * ES2. Whoever comes back is led to a page of the portal only.
 */
import { createHash } from 'node:crypto';
import { type Fault, fault, isFault, textMember } from '#foundation';
import type { Services } from '../services.ts';
import { type ExternalIdentity, type ExternalIssuer, jsonOf } from './external-issuers.ts';

interface UnderWay {
  readonly issuer: ExternalIssuer;
  readonly verifier: string;
  readonly nonce: string;
  readonly redirectUri: string;
  readonly returnTo: string;
  readonly expires: number;
}

const lifetime = 10 * 60_000;
const mostUnderWay = 1000;
const underWay = new WeakMap<object, Map<string, UnderWay>>();

function requestsOf(services: Services): Map<string, UnderWay> {
  const found = underWay.get(services.identity) ?? new Map<string, UnderWay>();
  underWay.set(services.identity, found);
  return found;
}

export interface BegunSignIn {
  /** For the cookie. */
  readonly state: string;
  /** Where the browser goes. */
  readonly location: string;
}

/** Begins; undefined when the issuer cannot be reached. */
export async function beginExternalSignIn(
  services: Services,
  issuer: ExternalIssuer,
  { redirectUri, returnTo }: { readonly redirectUri: string; readonly returnTo: string },
): Promise<BegunSignIn | undefined> {
  const document = await issuer.document(services);
  const address = URL.parse(document?.authorizationEndpoint ?? '');
  if (address === null) return undefined;
  const { secrets, clock } = services;
  const [state, verifier, nonce] = [secrets.randomKey(32), secrets.randomKey(48), secrets.randomKey(24)];
  const requests = requestsOf(services);
  for (const [key, { expires }] of requests) if (expires < clock.now()) requests.delete(key);
  const [oldest] = requests.keys();
  if (requests.size >= mostUnderWay && oldest !== undefined) requests.delete(oldest);
  requests.set(state, {
    issuer,
    verifier,
    nonce,
    redirectUri,
    returnTo: /^\/portal(?:[/?#]|$)/.test(returnTo) ? returnTo : '/portal/',
    expires: clock.now() + lifetime,
  });
  const parameters = {
    client_id: issuer.settings.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: issuer.settings.scopes.join(' '),
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return { state, location: address.href };
}

export interface EndedSignIn {
  readonly person: ExternalIdentity;
  readonly issuer: ExternalIssuer;
  readonly returnTo: string;
}

/** Ends with what the browser brought back; `cookie` is the state that it was given. */
export async function endExternalSignIn(
  services: Services,
  answer: Readonly<Record<string, string>>,
  cookie: string | undefined,
): Promise<EndedSignIn | Fault> {
  const { state = '', code = '' } = answer;
  const requests = requestsOf(services);
  const request = requests.get(state);
  const own = cookie !== undefined && services.secrets.equal(cookie, state);
  if (request === undefined || !own || request.expires < services.clock.now()) {
    return refusal('This sign-in was not begun here, or it took too long. Try again.');
  }
  requests.delete(state);
  const { issuer, returnTo } = request;
  if (answer['error'] !== undefined) {
    return refusal(`The issuer refused: ${(answer['error_description'] ?? answer['error']).slice(0, 300)}`);
  }
  const token = await exchangeCode(services, request, code);
  if (isFault(token)) return token;
  const person = await issuer.verify(services, token, request.nonce);
  return isFault(person) ? person : { person, issuer, returnTo };
}

function refusal(message: string): Fault {
  return fault('AuthenticationFailed', message);
}

async function exchangeCode(services: Services, request: UnderWay, code: string): Promise<string | Fault> {
  const { issuer, verifier, redirectUri } = request;
  const document = await issuer.document(services);
  const { clientId, clientSecret } = issuer.settings;
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  });
  const answer = await services.outbound.send({
    method: 'POST',
    url: document?.tokenEndpoint ?? '',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new TextEncoder().encode(form.toString()),
    timeoutMilliseconds: 20_000,
  });
  const body = answer.kind === 'failure' ? undefined : jsonOf(answer.body);
  const token = textMember(body, 'id_token');
  if (token !== undefined) return token;
  const reason = answer.kind === 'failure' ? answer.message : (textMember(body, 'error') ?? `status ${answer.status}`);
  services.log.warn('An issuer gave no token for its code.', { issuer: issuer.settings.issuer, reason });
  return refusal(`'${issuer.settings.displayName}' gave no token: ${reason.slice(0, 200)}.`);
}
