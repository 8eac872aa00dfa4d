/**
 * From a request's credentials to an identity.
 *
 * Owns: the order in which credentials count, the admin token, what a session's writes must show.
 * Does not own: tokens, keys, sessions themselves.
 *
 * Invariants
 * A1. A credential that is wrong is a refusal, never an anonymous caller; an anonymous caller gave none.
 * A2. The admin token is compared in constant time.
 */
import { type Fault, fault, type Identity, isFault } from '#foundation';
import { identifyKey } from './ingestion-keys.ts';
import { findIdentity } from './find-identity.ts';
import { findSession } from './sessions.ts';
import type { Services } from './services.ts';

/** What a request shows of itself. */
export interface Credentials {
  readonly method: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly baseUrl: string;
}

const anonymous: Identity = { kind: 'Anonymous', objectId: '', displayName: '' };

/** The identity, or the 401 (403 for a write without its second value). */
export async function authenticate(services: Services, credentials: Credentials): Promise<Identity | Fault> {
  const { headers } = credentials;
  const authorization = headers['authorization'];
  if (authorization !== undefined) return identifyBearer(services, authorization, credentials.baseUrl);
  const key = headers['x-tocsin-ingest-key'];
  if (key !== undefined && /^\/+ingest\//i.test(credentials.path)) {
    return identifyKey(services, key) ?? fault('AuthenticationFailed', 'The ingestion key is not valid.');
  }
  const cookie = sessionCookie(headers['cookie']);
  return cookie === undefined ? anonymous : identifySession(services, cookie, credentials);
}

async function identifyBearer(services: Services, header: string, baseUrl: string): Promise<Identity | Fault> {
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined) {
    return fault(
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is provided in an invalid format.",
    );
  }
  const identity = await identifyToken(services, token, baseUrl);
  return isFault(identity) ? identity : identity.identity;
}

/** The identity of a token alone, and when it ends (milliseconds since the epoch). */
export async function identifyToken(
  services: Services,
  token: string,
  baseUrl: string,
): Promise<{ readonly identity: Identity; readonly expires?: number } | Fault> {
  const { identity: provider, secrets, clock } = services;
  const digest = secrets.digest(token);
  if (secrets.equal(digest, provider.adminTokenDigest)) return { identity: provider.admin };
  const external = await provider.external.of(token);
  if (external !== undefined) return external.verify(services, token);
  let claims = provider.seen.get(digest);
  if (claims === undefined || claims.expires * 1000 <= clock.now()) {
    const verified = await provider.tokens.verify(token, baseUrl);
    if (isFault(verified)) return verified;
    claims = verified;
    provider.seen.add(digest, claims);
  }
  const entry = findIdentity(services, claims.objectId);
  if (entry === undefined || !entry.enabled) {
    return fault(
      'InvalidAuthenticationToken',
      'The access token is invalid: its principal does not exist or is disabled.',
    );
  }
  // Tokens count whole seconds.
  if (claims.issued < Math.floor(entry.validFrom / 1000)) {
    return fault('InvalidAuthenticationToken', 'The access token is invalid: it was revoked.');
  }
  return { identity: entry.identity, expires: claims.expires * 1000 };
}

export const sessionCookieName = 'tocsin_session';

/** The session's value out of a `Cookie` header. */
export function sessionCookie(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() === sessionCookieName) return part.slice(at + 1).trim();
  }
  return undefined;
}

function identifySession(services: Services, cookie: string, credentials: Credentials): Identity | Fault {
  const session = findSession(services, cookie);
  if (session === undefined) return anonymous;
  if (credentials.method === 'GET' || credentials.method === 'HEAD') return session.identity;
  const shown = credentials.headers['x-tocsin-csrf'];
  if (shown !== undefined && services.secrets.equal(shown, session.csrf)) return session.identity;
  return fault('AuthenticationFailed', "A write in a browser session needs the header 'x-tocsin-csrf'.", {
    status: 403,
  });
}
