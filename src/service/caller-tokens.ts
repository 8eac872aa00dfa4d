/**
 * Bearer tokens of callers of triggers: who issued them, and what they say.
 *
 * Owns: the keys of issuers, checking a token's signature and times. Does not own: what must be in it (`admit-caller.ts`).
 * Source: engine reference 10.
 *
 * Invariants
 * CT1. A token counts only when a key of the very issuer it names has signed it, and its time has come and not gone.
 * CT2. Tokens of this server count as Azure's for its tenant: `https://sts.windows.net/{tenant}/` and
 *      `https://login.microsoftonline.com/{tenant}/…` name the same issuer, so policies of templates hold unchanged.
 * CT3. Keys are asked for only for issuers that a policy names, at most once in five minutes, and never in the sandbox.
 */
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { type Fault, fault, isJsonArray, isJsonObject, type Json, parseJson } from '#foundation';
import { issuerPrefixes } from './access-policies.ts';
import type { Services } from './services.ts';

export interface CallerToken {
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether it is of the issuer that a policy names. */
  readonly isFrom: (issuer: string) => boolean;
}

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Whether a policy may name the issuer: this server's own, or one whose keys the operator gave. */
export function knowsIssuer(services: Services, issuer: string): boolean {
  return services.settings.issuerKeys.has(issuer) || isOwnIssuer(services, issuer);
}

/** Checks a token against the issuers that policies name. */
export async function readCallerToken(
  services: Services,
  token: string,
  issuers: readonly string[],
): Promise<CallerToken | Fault> {
  const issuer = await issuerOf(token);
  if (issuer === undefined) return invalid();
  const own = isOwnIssuer(services, issuer) ? await verified(services, token, await ownKeys(services)) : undefined;
  if (own !== undefined && 'claims' in own) {
    return { ...own, isFrom: (named) => named === issuer || isOwnIssuer(services, named) };
  }
  if (!issuers.includes(issuer)) return own ?? invalid();
  const keys = await keysOf(services, issuer);
  if (keys === undefined) return own ?? invalid();
  const checked = await verified(services, token, keys);
  return 'claims' in checked ? { ...checked, isFrom: (named) => named === issuer } : checked;
}

function invalid(): Fault {
  return fault('InvalidAuthenticationToken', 'The access token is invalid.');
}

/** Loaded with the first token: most servers never see one. */
const jose = () => import('jose');

async function issuerOf(token: string): Promise<string | undefined> {
  const { decodeJwt } = await jose();
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verified(
  services: Services,
  token: string,
  keys: JSONWebKeySet,
): Promise<{ readonly claims: Readonly<Record<string, unknown>> } | Fault> {
  const { createLocalJWKSet, errors, jwtVerify } = await jose();
  try {
    const currentDate = new Date(services.clock.now());
    const options = { algorithms, currentDate, clockTolerance: 5, requiredClaims: ['exp'] };
    const { payload }: { payload: JWTPayload } = await jwtVerify(token, createLocalJWKSet(keys), options);
    return { claims: payload };
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      return fault('ExpiredAuthenticationToken', 'The access token has expired.');
    }
    return invalid();
  }
}

// --- Issuers ----------------------------------------------------------------------------------------------------

async function ownKeys(services: Services): Promise<JSONWebKeySet> {
  return (await services.identity.tokens.keySet()) as unknown as JSONWebKeySet;
}

/** Issuers that stand for this server (CT2): Azure's for its tenant, and its own address whatever the port. */
function isOwnIssuer(services: Services, issuer: string): boolean {
  const url = URL.parse(issuer);
  const { tenantId, publicBaseUrl } = services.settings;
  const first = url?.pathname.split('/')[1]?.toLowerCase();
  if (url === null || (first !== tenantId && first !== 'adfs')) return false;
  if (issuerPrefixes.some((prefix) => issuer.startsWith(prefix))) return first === tenantId;
  const ownHosts = ['127.0.0.1', 'localhost', '[::1]', URL.parse(publicBaseUrl)?.hostname ?? ''];
  return ownHosts.includes(url.hostname);
}

const remembered = new Map<string, { readonly keys: JSONWebKeySet | undefined; readonly time: number }>();
const askAgain = 5 * 60_000;
const keepFor = 60 * 60_000;

async function keysOf(services: Services, issuer: string): Promise<JSONWebKeySet | undefined> {
  const given = services.settings.issuerKeys.get(issuer);
  if (typeof given === 'object') return given;
  const address = given ?? discoveredAddress(services, issuer);
  if (address === undefined) return undefined;
  const now = services.clock.now();
  const known = remembered.get(address);
  if (known !== undefined && now - known.time < (known.keys === undefined ? askAgain : keepFor)) return known.keys;
  const keys = await fetchedKeys(services, address);
  if (remembered.size > 100) remembered.clear();
  remembered.set(address, { keys, time: now });
  return keys;
}

/** Where Azure publishes the keys of a tenant. */
function discoveredAddress(services: Services, issuer: string): string | undefined {
  if (services.settings.sandbox || !issuerPrefixes.some((prefix) => issuer.startsWith(prefix))) return undefined;
  const tenant = URL.parse(issuer)?.pathname.split('/')[1] ?? '';
  return /^[\w.-]{1,100}$/.test(tenant) ? `https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys` : undefined;
}

async function fetchedKeys(services: Services, url: string): Promise<JSONWebKeySet | undefined> {
  const answer = await services.outbound.send({ method: 'GET', url, headers: {}, timeoutMilliseconds: 10_000 });
  if (answer.kind === 'failure' || answer.status !== 200) {
    services.log.warn('The keys of an issuer of access tokens could not be read.', { url });
    return undefined;
  }
  try {
    const keys: Json = parseJson(new TextDecoder().decode(answer.body));
    return isJsonObject(keys) && isJsonArray(keys.keys) ? (keys as unknown as JSONWebKeySet) : undefined;
  } catch {
    return undefined;
  }
}
