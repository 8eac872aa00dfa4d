/**
 * The OAuth 2.0 client: authorization code with PKCE, refresh, client credentials.
 *
 * Owns: the URL a person is sent to, and the requests to the token endpoint.
 * Does not own: keeping tokens (`#service`), consent pages. Source: RFC 6749 4.1, 4.4, 6; RFC 7636; connectors reference 3.1.
 *
 * Invariants
 * OT1. A code is asked for with a verifier that never leaves this process but in the request that redeems the code.
 * OT2. Why a token was refused is told without the credential that was refused.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  memberOf,
  type Outbound,
  type OutboundFailure,
  parseJson,
  textMember,
} from '#foundation';

/** An application that is registered at the service. */
export interface OAuthClient {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Absent for public clients. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
}

export interface OAuthGrant {
  readonly kind: 'grant';
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Milliseconds since the epoch; absent when the service says none. */
  readonly expiresAt?: number;
  /** Who signed in, where the service says it. */
  readonly account?: string;
}

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export function newPkce(): Pkce {
  const verifier = randomBytes(48).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Where the person goes to consent. */
export function authorizationLink(
  client: OAuthClient,
  {
    state,
    redirectUri,
    challenge,
  }: { readonly state: string; readonly redirectUri: string; readonly challenge: string },
): string {
  const url = new URL(client.authorizationUrl);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    scope: client.scopes.join(' '),
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })) {
    url.searchParams.set(name, value);
  }
  return url.href;
}

export function redeemCode(
  outbound: Outbound,
  client: OAuthClient,
  {
    code,
    redirectUri,
    verifier,
    now,
  }: { readonly code: string; readonly redirectUri: string; readonly verifier: string; readonly now: number },
): Promise<OAuthGrant | OutboundFailure> {
  return askToken(
    outbound,
    client,
    { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
    now,
  );
}

export function refreshGrant(
  outbound: Outbound,
  client: OAuthClient,
  refreshToken: string,
  now: number,
): Promise<OAuthGrant | OutboundFailure> {
  return askToken(outbound, client, { grant_type: 'refresh_token', refresh_token: refreshToken }, now);
}

export function clientCredentials(
  outbound: Outbound,
  client: OAuthClient,
  now: number,
): Promise<OAuthGrant | OutboundFailure> {
  return askToken(outbound, client, { grant_type: 'client_credentials', scope: client.scopes.join(' ') }, now);
}

async function askToken(
  outbound: Outbound,
  client: OAuthClient,
  fields: Readonly<Record<string, string>>,
  now: number,
): Promise<OAuthGrant | OutboundFailure> {
  const form = new URLSearchParams({ ...fields, client_id: client.clientId });
  if (client.clientSecret !== undefined) form.set('client_secret', client.clientSecret);
  const answer = await outbound.send({
    method: 'POST',
    url: client.tokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: Buffer.from(form.toString()),
  });
  if (answer.kind === 'failure') return answer;
  const body = jsonOf(answer.body);
  const token = textMember(body, 'access_token') ?? textMember(memberOf(body, 'authed_user'), 'access_token');
  if (answer.status >= 300 || token === undefined) {
    const reason = textMember(body, 'error_description') ?? textMember(body, 'error') ?? `status ${answer.status}`;
    const retryable = answer.status === 429 || answer.status >= 500;
    return { kind: 'failure', code: 'Unauthorized', message: reason.slice(0, 2_000), retryable };
  }
  const refreshToken = textMember(body, 'refresh_token');
  const seconds = isJsonObject(body) ? Number(body['expires_in'] ?? Number.NaN) : Number.NaN;
  const account = accountOf(body);
  return {
    kind: 'grant',
    accessToken: token,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(seconds > 0 ? { expiresAt: now + seconds * 1000 } : {}),
    ...(account === undefined ? {} : { account }),
  };
}

/** The name in an `id_token`, which came straight from the token endpoint: for display only, nothing is decided by it. */
function accountOf(body: Json): string | undefined {
  const payload = (textMember(body, 'id_token') ?? '').split('.')[1];
  if (payload === undefined) return textMember(memberOf(body, 'team'), 'name');
  const claims = jsonOf(Buffer.from(payload, 'base64url'));
  const emails = memberOf(claims, 'emails');
  return (
    textMember(claims, 'preferred_username') ??
    textMember(claims, 'upn') ??
    textMember(claims, 'email') ??
    (isJsonArray(emails) && typeof emails[0] === 'string' ? emails[0] : undefined)
  );
}

function jsonOf(bytes: Uint8Array): Json {
  try {
    return parseJson(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
