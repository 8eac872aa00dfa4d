/**
 * External OpenID issuers: their documents and keys, their tokens, and who those say somebody is.
 *
 * Owns: fetching and keeping documents and keys, judging tokens, the object ids of people of other issuers.
 * Does not own: which issuers there are (`issuer-settings.ts`), the way through a browser (`external-sign-in.ts`).
 * Source: OpenID Connect Core 1.0, Discovery 1.0.
 *
 * Invariants
 * EI1. A token counts only when a key of its issuer signed it, it names that issuer, it is for this server, and its time has
 *      come and not gone (a minute either way, for clocks that differ). Nothing the token brings is a key.
 * EI2. Keys are kept an hour; a key that is not among them is looked for again, at most every half minute. Documents whose
 *      `issuer` is another are not believed.
 * EI3. Nobody of another issuer can have the object id of somebody here: it is made of issuer and subject, unless the
 *      operator says that the issuer's object ids are trusted.
 */
import type { JSONWebKeySet, JWTPayload } from 'jose';
import {
  type Clock,
  type Fault,
  fault,
  type Identity,
  isJsonArray,
  isJsonObject,
  type Json,
  type Log,
  memberOf,
  parseJson,
  textMember,
  nameUuid,
  type Outbound,
} from '#foundation';
import type { IssuerSettings } from './issuer-settings.ts';

export interface IssuerDocument {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly keysAddress: string;
}

/** Who a token is of, and until when; milliseconds since the epoch. */
export interface ExternalIdentity {
  readonly identity: Identity;
  readonly expires: number;
  readonly claims: JWTPayload;
}

/** What asking an issuer needs. */
interface Fetching {
  readonly outbound: Outbound;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const keptMilliseconds = 60 * 60_000;
const againMilliseconds = 30_000;
const toleranceSeconds = 60;

interface KeptKeys {
  readonly keys: JSONWebKeySet;
  readonly time: number;
}

export class ExternalIssuer {
  readonly settings: IssuerSettings;
  #document: { readonly value: IssuerDocument; readonly time: number } | undefined;
  #keys: KeptKeys | undefined;
  #asked = Number.NEGATIVE_INFINITY;

  constructor(settings: IssuerSettings) {
    this.settings = settings;
  }

  /** The issuer's OpenID document; undefined when it cannot be read. */
  async document(services: Fetching): Promise<IssuerDocument | undefined> {
    const now = services.clock.now();
    if (this.#document !== undefined && now - this.#document.time < keptMilliseconds) return this.#document.value;
    const { issuer } = this.settings;
    const found = await fetchJson(services, `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`);
    const text = (name: string): string => textMember(found, name) ?? '';
    const value = {
      authorizationEndpoint: text('authorization_endpoint'),
      tokenEndpoint: text('token_endpoint'),
      keysAddress: text('jwks_uri'),
    };
    if (found === undefined || text('issuer') !== issuer || value.keysAddress === '') {
      if (found !== undefined)
        services.log.warn('The document of an issuer names another issuer or no keys.', { issuer });
      return this.#document?.value;
    }
    this.#document = { value, time: now };
    return value;
  }

  /** Judges a token; `nonce` must be in it where given. */
  async verify(services: Fetching, token: string, nonce?: string): Promise<ExternalIdentity | Fault> {
    const { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } = await import('jose');
    const { issuer, clientId, audiences } = this.settings;
    try {
      const { kid } = decodeProtectedHeader(token);
      const keys = await this.#keysWith(services, kid);
      if (keys === undefined) return fault('InvalidAuthenticationToken', `The keys of '${issuer}' cannot be read now.`);
      const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
        algorithms,
        issuer,
        audience: [clientId, ...audiences],
        currentDate: new Date(services.clock.now()),
        clockTolerance: toleranceSeconds,
        requiredClaims: ['exp', 'sub'],
      });
      if (nonce !== undefined && payload['nonce'] !== nonce) return invalid();
      return { identity: this.#identityOf(payload), expires: (payload.exp ?? 0) * 1000, claims: payload };
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        return fault('ExpiredAuthenticationToken', 'The access token has expired.');
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
        return fault('InvalidAuthenticationTokenAudience', 'The access token has been obtained for another audience.');
      }
      return invalid();
    }
  }

  /** EI2. */
  async #keysWith(services: Fetching, kid: string | undefined): Promise<JSONWebKeySet | undefined> {
    const now = services.clock.now();
    const kept = this.#keys;
    const known = kept !== undefined && (kid === undefined || kept.keys.keys.some((key) => key.kid === kid));
    if (kept !== undefined && known && now - kept.time < keptMilliseconds) return kept.keys;
    if (now - this.#asked < againMilliseconds) return kept?.keys;
    this.#asked = now;
    const document = await this.document(services);
    const found = document === undefined ? undefined : await fetchJson(services, document.keysAddress);
    if (!isJsonArray(memberOf(found, 'keys'))) return kept?.keys;
    const keys = found as unknown as JSONWebKeySet;
    this.#keys = { keys, time: now };
    return keys;
  }

  /** EI3. */
  #identityOf(payload: JWTPayload): Identity {
    const { issuer, groupsClaim, groups, trustsObjectIds } = this.settings;
    const text = (name: string): string | undefined => {
      const value = payload[name];
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const own = text('oid');
    const objectId =
      trustsObjectIds && own !== undefined && guid.test(own)
        ? own.toLowerCase()
        : nameUuid(namespace, `${issuer}\n${payload.sub ?? ''}`);
    const userName = text('preferred_username') ?? text('upn') ?? text('email');
    const named = payload[groupsClaim];
    const ids = (Array.isArray(named) ? named : []).flatMap((group: unknown) => {
      if (typeof group !== 'string' || group === '') return [];
      const mapped = groups.get(group);
      if (mapped !== undefined) return [mapped];
      return [
        trustsObjectIds && guid.test(group) ? group.toLowerCase() : nameUuid(namespace, `${issuer}\ngroup\n${group}`),
      ];
    });
    const isApplication = payload['idtyp'] === 'app';
    return {
      kind: isApplication ? 'ServicePrincipal' : 'User',
      objectId,
      displayName: text('name') ?? userName ?? payload.sub ?? '',
      ...(userName === undefined ? {} : { userName }),
      ...(isApplication && text('appid') !== undefined ? { appId: text('appid') ?? '' } : {}),
      ...(ids.length === 0 ? {} : { groups: [...new Set(ids)].slice(0, mostGroups) }),
    };
  }
}

const mostGroups = 1000;
const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Of the names that object ids of strangers are made of. */
const namespace = '5d1d0f52-0f0b-4c8c-9c53-6f7c1c5a1f0e';

function invalid(): Fault {
  return fault('InvalidAuthenticationToken', 'The access token is invalid.');
}

async function fetchJson({ outbound, log }: Fetching, url: string): Promise<Json | undefined> {
  const answer = await outbound.send({
    method: 'GET',
    url,
    headers: { accept: 'application/json' },
    timeoutMilliseconds: 10_000,
  });
  if (answer.kind === 'failure' || answer.status !== 200) {
    const reason = answer.kind === 'failure' ? answer.message : `status ${answer.status}`;
    log.warn('An OpenID issuer did not answer.', { url, reason });
    return undefined;
  }
  return jsonOf(answer.body);
}

/** The object of a JSON text; undefined when it is none. */
export function jsonOf(bytes: Uint8Array): Json | undefined {
  try {
    const value = parseJson(new TextDecoder().decode(bytes));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The issuers of a server by what tokens and addresses call them. */
export class ExternalIssuers {
  readonly #issuers: readonly ExternalIssuer[];

  constructor(settings: readonly IssuerSettings[] = []) {
    this.#issuers = settings.map((one) => new ExternalIssuer(one));
  }

  get all(): readonly ExternalIssuer[] {
    return this.#issuers;
  }

  named(name: string): ExternalIssuer | undefined {
    return this.#issuers.find(({ settings }) => settings.name.toLowerCase() === name.toLowerCase());
  }

  /** The issuer that a token names, which proves nothing yet. */
  async of(token: string): Promise<ExternalIssuer | undefined> {
    if (this.#issuers.length === 0) return undefined;
    const { decodeJwt } = await import('jose');
    try {
      const { iss } = decodeJwt(token);
      return this.#issuers.find(({ settings }) => settings.issuer === iss);
    } catch {
      return undefined;
    }
  }
}
