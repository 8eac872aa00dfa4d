/**
 * Access tokens: JSON web tokens (RS256) of our own issuer, and the key they are signed with.
 *
 * Owns: the key's file, signing, checking, the public key set. Does not own: who may have a token (`issue-token.ts`).
 * Source: ARM reference 2.2.
 *
 * Invariants
 * J1. The private key is made once, kept in the data folder readable by its owner only, and never leaves this file.
 * J2. A token is good when our key signed it, its tenant is ours, its audience is this server and its time has come and
 *     not gone; which host name the issuer carried does not matter, so a restart on another port spoils no token. A token
 *     that was made for a foreign host is never good here.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { JWK, JWTPayload, importPKCS8 } from 'jose';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Clock, type Fault, fault, type JsonObject } from '#foundation';
import { writeWholeFile } from '#store';

/** What a token says; times in seconds since the epoch. */
export interface TokenClaims {
  readonly objectId: string;
  readonly appId?: string;
  readonly audience: string;
  readonly issued: number;
  readonly expires: number;
}

export interface NewToken {
  /** The object id of whom it is about. */
  readonly objectId: string;
  readonly audience: string;
  /** As the OpenID document names it that the token was asked for by. */
  readonly issuer: string;
  readonly lifetimeSeconds: number;
  /** What it says besides. */
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface TokenService {
  issue(token: NewToken): Promise<string>;
  /** The claims, or the fault of a 401. `baseUrl` is where the request came in. */
  verify(token: string, baseUrl: string): Promise<TokenClaims | Fault>;
  /** The public keys as a JSON web key set. */
  keySet(): Promise<JsonObject>;
}

export interface TokenServiceOptions {
  /** Where the key is kept; made at first use. Absent: a key for this process only. */
  readonly keyFile?: string;
  readonly tenantId: string;
  readonly clock: Clock;
  /** Base URLs of this server besides the one a request came in at. */
  readonly publicUrls: () => readonly string[];
}

interface SigningKey {
  readonly privateKey: Awaited<ReturnType<typeof importPKCS8>>;
  readonly publicKey: KeyObject;
  readonly keyId: string;
  readonly publicJwk: JWK;
}

export function createTokenService(options: TokenServiceOptions): TokenService {
  let loading: Promise<SigningKey> | undefined;
  const key = (): Promise<SigningKey> => {
    loading ??= loadKey(options.keyFile);
    return loading;
  };
  return {
    issue: async (token) => sign(await key(), options, token),
    verify: async (token, baseUrl) => verify(await key(), options, token, baseUrl),
    keySet: async () => {
      const { publicJwk, keyId } = await key();
      const { kty, n, e } = publicJwk;
      return { keys: [{ kty: kty ?? 'RSA', use: 'sig', alg: 'RS256', kid: keyId, n: n ?? '', e: e ?? '' }] };
    },
  };
}

/** Loaded with the first token: a server that only sees its admin token starts without. */
const jose = () => import('jose');

async function loadKey(file: string | undefined): Promise<SigningKey> {
  const { exportJWK, importPKCS8: importKey } = await jose();
  const text = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : await newKey(file);
  const privateKey = await importKey(text, 'RS256');
  const publicKey = createPublicKey(text);
  const publicJwk = await exportJWK(publicKey);
  const keyId = (publicJwk.n ?? '').slice(0, 16);
  return { privateKey, publicKey, keyId, publicJwk };
}

async function newKey(file: string | undefined): Promise<string> {
  const { exportPKCS8, generateKeyPair } = await jose();
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const text = await exportPKCS8(privateKey);
  if (file !== undefined) writeWholeFile(file, text, 0o600);
  return text;
}

async function sign(key: SigningKey, options: TokenServiceOptions, token: NewToken): Promise<string> {
  const { SignJWT } = await jose();
  const now = Math.floor(options.clock.now() / 1000);
  return new SignJWT({
    ...token.claims,
    oid: token.objectId,
    tid: options.tenantId,
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.keyId })
    .setIssuer(token.issuer)
    .setSubject(token.objectId)
    .setAudience(token.audience)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + token.lifetimeSeconds)
    .sign(key.privateKey);
}

async function verify(
  key: SigningKey,
  options: TokenServiceOptions,
  token: string,
  baseUrl: string,
): Promise<TokenClaims | Fault> {
  const { errors, jwtVerify } = await jose();
  let payload: JWTPayload;
  try {
    const currentDate = new Date(options.clock.now());
    ({ payload } = await jwtVerify(token, key.publicKey, { algorithms: ['RS256'], currentDate, clockTolerance: 5 }));
  } catch (error) {
    if (error instanceof errors.JWTExpired) return expired(options, error.payload.exp ?? 0);
    return fault('InvalidAuthenticationToken', 'The access token is invalid.');
  }
  const { oid, tid, appid, aud, exp, iat } = payload;
  if (tid !== options.tenantId) {
    return fault('InvalidAuthenticationTokenTenant', `The access token is not from the tenant '${options.tenantId}'.`);
  }
  const audience = Array.isArray(aud) ? (aud[0] ?? '') : (aud ?? '');
  if (!isOurAudience(audience, [baseUrl, ...options.publicUrls()])) {
    return fault(
      'InvalidAuthenticationTokenAudience',
      `The access token has been obtained for the audience '${audience}'.`,
    );
  }
  if (typeof oid !== 'string' || exp === undefined || iat === undefined) {
    return fault('InvalidAuthenticationToken', "The access token lacks the claim 'oid', 'iat' or 'exp'.");
  }
  if (payload[foreignHostClaim] !== undefined) {
    return fault('InvalidAuthenticationToken', 'The access token was given out for another host.');
  }
  const appId = typeof appid === 'string' ? { appId: appid } : {};
  return { objectId: oid, audience, issued: iat, expires: exp, ...appId };
}

function expired(options: TokenServiceOptions, expires: number): Fault {
  return fault(
    'ExpiredAuthenticationToken',
    `The access token expiry UTC time '${new Date(expires * 1000).toISOString()}' is earlier than current UTC time ` +
      `'${new Date(options.clock.now()).toISOString()}'.`,
  );
}

/** Marks tokens that calls carry to hosts that are not ours: whoever gets one there can do nothing with it here. */
export const foreignHostClaim = 'tocsin_host';

const managementHosts: ReadonlySet<string> = new Set([
  'management.azure.com',
  'management.core.windows.net',
  'management.usgovcloudapi.net',
  'management.core.usgovcloudapi.net',
  'management.chinacloudapi.cn',
  'management.core.chinacloudapi.cn',
]);

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Azure's management audiences, our own base URLs whatever the port, and loopback names; slash at the end or not. */
export function isOurAudience(audience: string, baseUrls: readonly string[]): boolean {
  const host = hostOf(audience);
  if (host === undefined) return false;
  if (managementHosts.has(host) || loopbackHosts.has(host)) return true;
  return baseUrls.some((url) => hostOf(url) === host);
}

function hostOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return undefined;
  return parsed.hostname.toLowerCase();
}
