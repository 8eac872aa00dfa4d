/**
 * Applications and their service principals: who may get a token with a secret or a certificate.
 *
 * Owns: their documents, making, changing and removing them, checking a secret.
 * Does not own: tokens (`token-service.ts`), certificates (`principal-certificates.ts`), roles (role assignments name the
 * object id).
 * Source: own API reference, "Identity".
 *
 * Invariants
 * P1. A secret's value is answered once, when it is made; what is kept is a digest.
 * P2. A removed or disabled principal is refused at the next request, whatever tokens it still holds.
 * P3. Changes of one principal happen one after the other: two secrets added at once are both there.
 */
import {
  formatTime,
  isJsonArray,
  type JsonObject,
  memberOf,
  raise,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import { checkDisplayName } from './display-name.ts';
import { inTurn } from './in-turn.ts';
import { assignmentRemovals } from './role-holders.ts';
import type { Services } from './services.ts';

const collection = 'principals';
const byApplication = 'principalApplications';

export interface Principal {
  readonly objectId: string;
  readonly appId: string;
  readonly displayName: string;
  readonly enabled: boolean;
  /** Milliseconds since the epoch. */
  readonly createdTime: number;
  readonly secrets: readonly PrincipalSecret[];
  readonly certificates: readonly PrincipalCertificate[];
  /** The object id of the application, which Microsoft Graph tells from that of its service principal. */
  readonly applicationId: string;
  /** Where the answers of interactive sign-ins may be sent. */
  readonly redirectUris: readonly string[];
  /** An installed application, which can keep no secret and needs none to sign a person in. */
  readonly publicClient: boolean;
  /** False for an application that Graph made and that has no service principal yet: it gets no tokens. */
  readonly inUse: boolean;
}

/** A certificate that client assertions may be signed with; public, so kept open. */
export interface PrincipalCertificate {
  readonly keyId: string;
  readonly displayName: string;
  /** DER, base64. */
  readonly certificate: string;
  /** Digests of the DER in hex, lower case. */
  readonly sha1: string;
  readonly sha256: string;
  /** Milliseconds since the epoch. */
  readonly starts: number;
  readonly expires: number;
}

export interface PrincipalSecret {
  readonly keyId: string;
  readonly displayName: string;
  readonly digest: string;
  /** Milliseconds since the epoch; the first is not known of those that earlier versions made. */
  readonly starts?: number;
  readonly expires: number;
}

/** A secret as it is answered, once. */
export interface NewSecret {
  readonly keyId: string;
  readonly value: string;
  readonly expiresOn: string;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;
const mostSecrets = 20;

export interface NewPrincipal {
  readonly displayName: string;
  readonly redirectUris?: readonly string[];
  readonly publicClient?: boolean;
  readonly inUse?: boolean;
  readonly certificates?: readonly PrincipalCertificate[];
}

/** A new principal without a secret. @throws TocsinError `InvalidParameter` for a bad name or redirect address. */
export async function createBarePrincipal(services: Services, wanted: NewPrincipal): Promise<Principal> {
  const principal = newPrincipal(services, wanted, []);
  await services.store.commit(principalWrites(principal));
  return principal;
}

/** A new principal with its first secret. @throws TocsinError `InvalidParameter` for a bad name or lifetime. */
export async function createPrincipal(
  services: Services,
  wanted: NewPrincipal & { readonly lifetimeDays?: number },
): Promise<{ readonly principal: Principal; readonly secret: NewSecret }> {
  const made = newSecret(services, 'initial', wanted.lifetimeDays);
  const principal = newPrincipal(services, wanted, [made.kept]);
  await services.store.commit(principalWrites(principal));
  return { principal, secret: made.answered };
}

function newPrincipal(services: Services, wanted: NewPrincipal, secrets: readonly PrincipalSecret[]): Principal {
  checkDisplayName(wanted.displayName);
  checkRedirectUris(wanted.redirectUris ?? []);
  return {
    objectId: services.random.uuid(),
    appId: services.random.uuid(),
    applicationId: services.random.uuid(),
    displayName: wanted.displayName,
    enabled: true,
    createdTime: services.clock.now(),
    secrets,
    certificates: wanted.certificates ?? [],
    redirectUris: wanted.redirectUris ?? [],
    publicClient: wanted.publicClient ?? false,
    inUse: wanted.inUse ?? true,
  };
}

const mostRedirectUris = 50;

/** Absolute, without fragment, https or a loopback address or a scheme of an installed application. */
function checkRedirectUris(uris: readonly string[]): void {
  if (uris.length > mostRedirectUris) {
    raise('InvalidParameter', `An application has at most ${mostRedirectUris} redirect addresses.`, {
      target: 'redirectUris',
    });
  }
  for (const uri of uris) {
    const url = URL.parse(uri);
    const plain = url?.protocol === 'http:' && !/^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
    const unsafe = url !== null && /^(?:javascript|data|file|vbscript|blob|about):$/.test(url.protocol);
    if (url !== null && !plain && !unsafe && url.hash === '' && !uri.includes('*') && uri.length <= 2048) continue;
    raise('InvalidParameter', `The redirect address '${uri.slice(0, 200)}' must be https, or http on this machine.`, {
      target: 'redirectUris',
    });
  }
}

export function findPrincipal(services: Pick<Services, 'store'>, objectId: string): Principal | undefined {
  const document = services.store.documents.get(collection, objectId.toLowerCase());
  return document === undefined ? undefined : principalOf(document);
}

/** The principal of an application id. */
export function findApplication(services: Pick<Services, 'store'>, appId: string): Principal | undefined {
  const found = services.store.documents.get(byApplication, appId.toLowerCase());
  const objectId = textMember(found?.body, 'objectId');
  return objectId === undefined ? undefined : findPrincipal(services, objectId);
}

/** @throws TocsinError `NotFound`. */
export function requirePrincipal(services: Pick<Services, 'store'>, objectId: string): Principal {
  return findPrincipal(services, objectId) ?? raise('NotFound', `The principal '${objectId}' does not exist.`);
}

export function listPrincipals(services: Pick<Services, 'store'>): readonly Principal[] {
  return services.store.documents.list({ collection }).map(principalOf);
}

export type PrincipalChange = Partial<
  Pick<Principal, 'displayName' | 'enabled' | 'redirectUris' | 'publicClient' | 'inUse'>
>;

/** Changes what is given. @throws TocsinError `NotFound`, `InvalidParameter`. */
export function changePrincipal(services: Services, objectId: string, change: PrincipalChange): Promise<Principal> {
  if (change.displayName !== undefined) checkDisplayName(change.displayName);
  if (change.redirectUris !== undefined) checkRedirectUris(change.redirectUris);
  return rewritePrincipal(services, objectId, (principal) => ({ ...principal, ...change }));
}

/** Reads, changes and writes one principal in its turn (P3); nothing is written when it comes back the same. */
export function rewritePrincipal(
  services: Services,
  objectId: string,
  rewrite: (principal: Principal) => Principal,
): Promise<Principal> {
  return inTurn(services.store, `/principals/${objectId}`, async () => {
    const before = requirePrincipal(services, objectId);
    const principal = rewrite(before);
    if (principal !== before) await services.store.commit(principalWrites(principal));
    return principal;
  });
}

/** Removes it with its role assignments. @returns whether it was there. */
export function deletePrincipal(services: Services, objectId: string): Promise<boolean> {
  return inTurn(services.store, `/principals/${objectId}`, async () => {
    const principal = findPrincipal(services, objectId);
    if (principal === undefined) return false;
    await services.store.commit([
      { kind: 'deleteDocument', collection, key: principal.objectId },
      { kind: 'deleteDocument', collection: byApplication, key: principal.appId },
      ...assignmentRemovals(services.store, principal.objectId),
    ]);
    return true;
  });
}

/** A further secret. @throws TocsinError `NotFound`, `Conflict` when it has too many. */
export async function addSecret(
  services: Services,
  objectId: string,
  wanted: { readonly displayName: string; readonly lifetimeDays?: number },
): Promise<NewSecret> {
  const made = newSecret(services, wanted.displayName, wanted.lifetimeDays);
  await rewritePrincipal(services, objectId, (principal) => {
    const current = principal.secrets.filter(({ expires }) => expires > services.clock.now());
    if (current.length >= mostSecrets) raise('Conflict', `A principal has at most ${mostSecrets} secrets.`);
    return { ...principal, secrets: [...current, made.kept] };
  });
  return made.answered;
}

/** @returns whether there was such a secret. @throws TocsinError `NotFound` without the principal. */
export async function deleteSecret(services: Services, objectId: string, keyId: string): Promise<boolean> {
  let found = false;
  await rewritePrincipal(services, objectId, (principal) => {
    const secrets = principal.secrets.filter((secret) => secret.keyId !== keyId.toLowerCase());
    found = secrets.length < principal.secrets.length;
    return found ? { ...principal, secrets } : principal;
  });
  return found;
}

export type SecretCheck = 'good' | 'wrong' | 'expired';

/** Compares a secret with the principal's, in constant time each. */
export function checkSecret(
  services: Pick<Services, 'secrets' | 'clock'>,
  principal: Principal,
  value: string,
): SecretCheck {
  const digest = services.secrets.digest(value);
  const found = principal.secrets.filter((secret) => services.secrets.equal(secret.digest, digest));
  if (found.length === 0) return 'wrong';
  return found.some(({ expires }) => expires > services.clock.now()) ? 'good' : 'expired';
}

function newSecret(
  services: Services,
  displayName: string,
  lifetimeDays = 365,
): { readonly kept: PrincipalSecret; readonly answered: NewSecret } {
  if (!Number.isFinite(lifetimeDays) || lifetimeDays <= 0 || lifetimeDays > 3650) {
    raise('InvalidParameter', 'A secret lives more than 0 and at most 3,650 days.', { target: 'lifetimeDays' });
  }
  const value = services.secrets.randomKey(32);
  const keyId = services.random.uuid();
  const expires = services.clock.now() + lifetimeDays * dayMilliseconds;
  return {
    kept: { keyId, displayName, digest: services.secrets.digest(value), starts: services.clock.now(), expires },
    answered: { keyId, value, expiresOn: formatTime(expires) },
  };
}

function principalWrites(principal: Principal): readonly Write[] {
  const { objectId, appId, createdTime, secrets, ...shown } = principal;
  const base = { parent: '', time: createdTime, status: '' };
  const certificates = shown.certificates.map((certificate): JsonObject => ({ ...certificate }));
  const body: JsonObject = { ...shown, appId, certificates };
  const kept = secrets.map((secret): JsonObject => ({ ...secret }));
  return [
    { kind: 'putDocument', document: { ...base, collection, key: objectId, body, secrets: { secrets: kept } } },
    { kind: 'putDocument', document: { ...base, collection: byApplication, key: appId, body: { objectId } } },
  ];
}

function principalOf(document: StoredDocument): Principal {
  const { body } = document;
  const redirectUris = memberOf(body, 'redirectUris');
  return {
    objectId: document.key,
    appId: textMember(body, 'appId') ?? '',
    // Documents of earlier versions have none; the two ids are then one.
    applicationId: textMember(body, 'applicationId') ?? document.key,
    displayName: textMember(body, 'displayName') ?? '',
    enabled: memberOf(body, 'enabled') !== false,
    createdTime: document.time,
    secrets: (document.secrets?.['secrets'] ?? []) as unknown as readonly PrincipalSecret[],
    certificates: (memberOf(body, 'certificates') ?? []) as unknown as readonly PrincipalCertificate[],
    redirectUris: isJsonArray(redirectUris) ? redirectUris.filter((uri) => typeof uri === 'string') : [],
    publicClient: memberOf(body, 'publicClient') === true,
    inUse: memberOf(body, 'inUse') !== false,
  };
}
