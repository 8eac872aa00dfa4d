/**
 * Access tokens for calls with `ActiveDirectoryOAuth`: asked of the authority with a secret or a certificate.
 *
 * Owns: the token request, the signed assertion, keeping tokens until shortly before they end.
 * Does not own: which calls need one (`#service`), our own tokens (`#service`).
 * Source: engine reference 9; RFC 6749 4.4, RFC 7523 2.2.
 *
 * Invariants
 * E1. A token is used only for exactly the credentials it was given for; these are kept as a digest.
 * E2. The authority is reached through the outbound guard like any other host.
 */
import { createHash } from 'node:crypto';
import type { ClientCertificate, Outbound, OutboundFailure, OutboundRequest } from '#foundation';
import { isJsonObject, parseJson, textMember, type Json } from '#foundation';

/** Evaluated members of `authentication`. */
export interface EntraCredentials {
  readonly authority: string;
  readonly tenant: string;
  readonly audience: string;
  readonly clientId: string;
  readonly secret?: string;
  readonly identity?: ClientCertificate;
}

export type EntraToken = { readonly kind: 'token'; readonly token: string } | OutboundFailure;

interface Kept {
  readonly token: string;
  readonly until: number;
}

const marginMilliseconds = 300_000;
const mostKept = 1_000;
const assertionSeconds = 600;

export class EntraTokens {
  readonly #outbound: () => Outbound;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<EntraToken>>();

  constructor(outbound: () => Outbound, now: () => number) {
    this.#outbound = outbound;
    this.#now = now;
  }

  /** A token that is good for a while; one request for all who ask at the same time. */
  async token(credentials: EntraCredentials): Promise<EntraToken> {
    const key = createHash('sha256').update(JSON.stringify(credentials)).digest('base64');
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > this.#now()) return { kind: 'token', token: kept.token };
    const pending = this.#asked.get(key);
    if (pending !== undefined) return pending;
    const asked = this.#ask(credentials, key).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  async #ask(credentials: EntraCredentials, key: string): Promise<EntraToken> {
    const url = tokenUrl(credentials);
    if (url === undefined) {
      return tokenFailure(`The authority '${credentials.authority}' is not an absolute https or http address.`);
    }
    const answer = await this.#outbound().send(await tokenRequest(url, credentials, this.#now()));
    if (answer.kind === 'failure') return answer;
    const body = jsonOf(answer.body);
    const token = textMember(body, 'access_token');
    if (answer.status === 200 && token !== undefined) {
      this.#keep(key, token, body);
      return { kind: 'token', token };
    }
    const reason = textMember(body, 'error_description') ?? textMember(body, 'error') ?? `status ${answer.status}`;
    return tokenFailure(reason, answer.status === 429 || answer.status >= 500);
  }

  #keep(key: string, token: string, body: Json): void {
    const seconds = isJsonObject(body) ? Number(body['expires_in'] ?? 0) : 0;
    const until = this.#now() + seconds * 1000 - marginMilliseconds;
    if (!(until > this.#now())) return;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < mostKept) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, { token, until });
  }
}

function tokenFailure(reason: string, retryable = false): OutboundFailure {
  const message = `Http request failed as there is an error getting AD OAuth token: '${reason.slice(0, 2_000)}'.`;
  return { kind: 'failure', code: 'BadRequest', message, retryable };
}

function tokenUrl({ authority, tenant }: EntraCredentials): URL | undefined {
  const base = URL.parse(authority);
  if (base === null || !/^https?:$/.test(base.protocol)) return undefined;
  const path = base.pathname.replace(/\/+$/, '');
  // An authority may name its tenant already.
  const hasTenant = path.toLowerCase().endsWith(`/${tenant.toLowerCase()}`);
  base.pathname = `${path}${hasTenant || tenant === '' ? '' : `/${encodeURIComponent(tenant)}`}/oauth2/token`;
  return base;
}

async function tokenRequest(url: URL, credentials: EntraCredentials, now: number): Promise<OutboundRequest> {
  const { clientId, audience, secret, identity } = credentials;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, resource: audience });
  if (identity === undefined) form.set('client_secret', secret ?? '');
  else {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    form.set('client_assertion', await clientAssertion(url.href, clientId, identity, now));
  }
  return {
    method: 'POST',
    url: url.href,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: Buffer.from(form.toString()),
  };
}

/** The client's own statement, signed with its key; `x5t` tells the authority which certificate to check it with. */
export async function clientAssertion(
  audience: string,
  clientId: string,
  identity: ClientCertificate,
  now: number,
): Promise<string> {
  const { SignJWT, importPKCS8 } = await import('jose');
  const { createPrivateKey, randomUUID, X509Certificate } = await import('node:crypto');
  const pkcs8 = createPrivateKey(identity.key).export({ type: 'pkcs8', format: 'pem' }) as string;
  const thumbprint = createHash('sha1').update(new X509Certificate(identity.certificate).raw).digest('base64url');
  const seconds = Math.floor(now / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', x5t: thumbprint })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setNotBefore(seconds - 60)
    .setExpirationTime(seconds + assertionSeconds)
    .sign(await importPKCS8(pkcs8, 'RS256'));
}

function jsonOf(bytes: Uint8Array): Json {
  try {
    return parseJson(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
