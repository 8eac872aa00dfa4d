/**
 * Service principals: who may get a token with a secret.
 *
 * Owns: their documents, making, changing and removing them, checking a secret.
 * Does not own: tokens (`token-service.ts`), roles (role assignments name the object id).
 * Source: own API reference, "Identity".
 *
 * Invariants
 * P1. A secret's value is answered once, when it is made; what is kept is a digest.
 * P2. A removed or disabled principal is refused at the next request, whatever tokens it still holds.
 */
import { formatTime, type JsonObject, memberOf, raise, type StoredDocument, textMember, type Write } from '#foundation';
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
}

export interface PrincipalSecret {
  readonly keyId: string;
  readonly displayName: string;
  readonly digest: string;
  /** Milliseconds since the epoch. */
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

/** A new principal with its first secret. @throws TocsinError `InvalidParameter` for a bad name. */
export async function createPrincipal(
  services: Services,
  wanted: { readonly displayName: string; readonly lifetimeDays?: number },
): Promise<{ readonly principal: Principal; readonly secret: NewSecret }> {
  checkName(wanted.displayName);
  const made = newSecret(services, 'initial', wanted.lifetimeDays);
  const principal: Principal = {
    objectId: services.random.uuid(),
    appId: services.random.uuid(),
    displayName: wanted.displayName,
    enabled: true,
    createdTime: services.clock.now(),
    secrets: [made.kept],
  };
  await services.store.commit(principalWrites(principal));
  return { principal, secret: made.answered };
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

/** Changes the name or whether it may sign in. @throws TocsinError `NotFound`, `InvalidParameter`. */
export async function changePrincipal(
  services: Services,
  objectId: string,
  change: { readonly displayName?: string; readonly enabled?: boolean },
): Promise<Principal> {
  if (change.displayName !== undefined) checkName(change.displayName);
  const principal: Principal = { ...requirePrincipal(services, objectId), ...change };
  await services.store.commit(principalWrites(principal));
  return principal;
}

/** Removes it with its role assignments. @returns whether it was there. */
export async function deletePrincipal(services: Services, objectId: string): Promise<boolean> {
  const principal = findPrincipal(services, objectId);
  if (principal === undefined) return false;
  const assignments = services.store.resources
    .list({ type: 'Microsoft.Authorization/roleAssignments' })
    .filter(({ body }) => {
      const holder = textMember(memberOf(body, 'properties'), 'principalId');
      return holder?.toLowerCase() === principal.objectId;
    });
  await services.store.commit([
    { kind: 'deleteDocument', collection, key: principal.objectId },
    { kind: 'deleteDocument', collection: byApplication, key: principal.appId },
    ...assignments.map(({ id }): Write => ({ kind: 'deleteResource', id })),
  ]);
  return true;
}

/** A further secret. @throws TocsinError `NotFound`, `Conflict` when it has too many. */
export async function addSecret(
  services: Services,
  objectId: string,
  wanted: { readonly displayName: string; readonly lifetimeDays?: number },
): Promise<NewSecret> {
  const principal = requirePrincipal(services, objectId);
  const current = principal.secrets.filter(({ expires }) => expires > services.clock.now());
  if (current.length >= mostSecrets) raise('Conflict', `A principal has at most ${mostSecrets} secrets.`);
  const made = newSecret(services, wanted.displayName, wanted.lifetimeDays);
  await services.store.commit(principalWrites({ ...principal, secrets: [...current, made.kept] }));
  return made.answered;
}

/** @returns whether there was such a secret. @throws TocsinError `NotFound` without the principal. */
export async function deleteSecret(services: Services, objectId: string, keyId: string): Promise<boolean> {
  const principal = requirePrincipal(services, objectId);
  const secrets = principal.secrets.filter((secret) => secret.keyId !== keyId.toLowerCase());
  if (secrets.length === principal.secrets.length) return false;
  await services.store.commit(principalWrites({ ...principal, secrets }));
  return true;
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
    kept: { keyId, displayName, digest: services.secrets.digest(value), expires },
    answered: { keyId, value, expiresOn: formatTime(expires) },
  };
}

function checkName(name: string): void {
  if (name.trim() === '' || name.length > 256) {
    raise('InvalidParameter', "The member 'displayName' must be 1 to 256 characters long.", { target: 'displayName' });
  }
}

function principalWrites(principal: Principal): readonly Write[] {
  const { objectId, appId, displayName, enabled, createdTime, secrets } = principal;
  const document = (name: string, key: string, body: JsonObject, sealed?: JsonObject): Write => ({
    kind: 'putDocument',
    document: {
      collection: name,
      key,
      parent: '',
      time: createdTime,
      status: '',
      body,
      ...(sealed === undefined ? {} : { secrets: sealed }),
    },
  });
  const kept = secrets.map((secret): JsonObject => ({ ...secret }));
  return [
    document(collection, objectId, { appId, displayName, enabled }, { secrets: kept }),
    document(byApplication, appId, { objectId }),
  ];
}

function principalOf(document: StoredDocument): Principal {
  const { body } = document;
  return {
    objectId: document.key,
    appId: textMember(body, 'appId') ?? '',
    displayName: textMember(body, 'displayName') ?? '',
    enabled: memberOf(body, 'enabled') !== false,
    createdTime: document.time,
    secrets: (document.secrets?.['secrets'] ?? []) as unknown as readonly PrincipalSecret[],
  };
}
