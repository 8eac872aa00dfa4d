/**
 * Secrets of local key vaults: `Microsoft.KeyVault/vaults/secrets`, written through ARM or by templates, read at the vault.
 *
 * Owns: what of a secret is sealed, version by version, saving, reading a value, who may. Does not own: the vault itself (a generic
 * resource), vaults of linked subscriptions (`linked/linked-vaults.ts`), routes.
 * Source: connectors reference 3.1, 5; the published REST descriptions of the type and of Key Vault 7.4; invariant 8 of the architecture.
 *
 * Invariants
 * VS1. A value is sealed and never part of a resource's answer, which shows the addresses of the secret and of its newest version.
 * VS2. A value is read by those whose role grants it at the secret, or whom an access policy of the vault names.
 * VS3. Every value put makes a version; the newest twenty are kept.
 */
import {
  type Identity,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  parseArmId,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import type { Services } from '../services.ts';

export const secretType = 'Microsoft.KeyVault/vaults/secrets';
const vaultType = 'Microsoft.KeyVault/vaults';
const keptVersions = 20;

export function isVaultSecret(type: string): boolean {
  return type.toLowerCase() === secretType.toLowerCase();
}

// --- Saving -----------------------------------------------------------------------------------------------------

interface SecretState {
  readonly id: string;
  readonly body: JsonObject;
  /** What is sealed so far. */
  readonly secrets: JsonObject | undefined;
  readonly newVersion: string;
}

/** A body as it may be stored and what of it is to be sealed (VS1, VS3). */
export function sealVaultSecret({ id, body, secrets, newVersion }: SecretState): {
  readonly body: JsonObject;
  readonly secrets: JsonObject;
} {
  const properties = memberOf(body, 'properties');
  const { value, attributes, ...rest } = isJsonObject(properties) ? properties : {};
  const known = versionsOf(secrets);
  const versions = typeof value === 'string' ? [...known, [newVersion, value] as const].slice(-keptVersions) : known;
  const newest = versions.at(-1)?.[0];
  const name = id.slice(id.lastIndexOf('/') + 1);
  const vault = /\/vaults\/([^/]+)/i.exec(id)?.[1] ?? '';
  const uri = `https://${vault.toLowerCase()}.vault.azure.net/secrets/${name}`;
  return {
    body: {
      ...body,
      properties: {
        ...rest,
        attributes: { enabled: true, ...(isJsonObject(attributes) ? attributes : {}) },
        secretUri: uri,
        ...(newest === undefined ? {} : { secretUriWithVersion: `${uri}/${newest}` }),
      },
    },
    secrets: { versions: Object.fromEntries(versions) },
  };
}

/** PUT through ARM. A body without a value keeps the stored one. @throws TocsinError. */
export async function putVaultSecret(
  services: Services,
  id: string,
  body: Json,
): Promise<{ readonly document: ResourceDocument; readonly created: boolean }> {
  const existing = services.store.resources.get(id);
  const parsed = parseArmId(existing?.id ?? id);
  const vaultId = id.replace(/\/secrets\/[^/]+$/i, '');
  const vault = services.store.resources.get(vaultId);
  if (parsed === undefined || vault === undefined)
    return raise('ResourceNotFound', `The Resource '${vaultId}' was not found.`);
  if (!/^[0-9A-Za-z-]{1,127}$/.test(parsed.name))
    return raise('InvalidResourceName', `'${parsed.name}' is no name of a secret.`);
  const properties = memberOf(body, 'properties');
  if (existing === undefined && typeof memberOf(properties ?? null, 'value') !== 'string')
    return raise('InvalidRequestContent', "The secret has no 'properties.value'.");
  const now = services.clock.now();
  const sealed = sealVaultSecret({
    id: parsed.text,
    body: {
      tags: memberOf(body, 'tags') ?? existing?.body['tags'] ?? {},
      properties: isJsonObject(properties) ? properties : {},
    },
    secrets: existing?.secrets,
    newVersion: services.random.uuid().replaceAll('-', ''),
  });
  const document: ResourceDocument = {
    id: parsed.text,
    type: secretType,
    name: parsed.name,
    ...(parsed.subscriptionId === undefined ? {} : { subscriptionId: parsed.subscriptionId }),
    ...(parsed.resourceGroup === undefined ? {} : { resourceGroup: parsed.resourceGroup }),
    ...(vault.location === undefined ? {} : { location: vault.location }),
    ...sealed,
    etag: `"${services.random.uuid()}"`,
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
  await services.store.commit([{ kind: 'putResource', resource: document }]);
  return { document, created: existing === undefined };
}

// --- Vaults and who may -----------------------------------------------------------------------------------------

/** Vaults are known by name alone at their own address; names are the same in no two places. */
export function findVault(services: Services, name: string): ResourceDocument | undefined {
  return services.store.resources
    .list({ type: vaultType })
    .find((vault) => vault.name.toLowerCase() === name.toLowerCase());
}

/** The secrets of a vault, in the order of their names. */
export function listVaultSecrets(services: Services, vault: ResourceDocument): readonly ResourceDocument[] {
  return services.store.resources.list({ type: secretType, scope: vault.id });
}

/** Whether an access policy of the vault grants `permission` on secrets (VS2). */
export function grantsAccess(vault: ResourceDocument, identity: Identity, permission: 'get' | 'list' | 'set'): boolean {
  const policies = memberOf(memberOf(vault.body, 'properties') ?? null, 'accessPolicies');
  const holders = [identity.objectId, ...(identity.groups ?? [])].filter((id) => id !== '');
  return (isJsonArray(policies) ? policies : []).some((policy) => {
    const secrets = memberIgnoringCase(memberIgnoringCase(policy, 'permissions') ?? null, 'secrets');
    const granted = (isJsonArray(secrets) ? secrets : []).map((one) =>
      typeof one === 'string' ? one.toLowerCase() : '',
    );
    return (
      holders.includes(textMember(policy, 'objectId') ?? '-') &&
      (granted.includes(permission) || granted.includes('all'))
    );
  });
}

// --- Reading ----------------------------------------------------------------------------------------------------

export type FoundSecret =
  | { readonly kind: 'value'; readonly value: string; readonly version: string }
  | { readonly kind: 'missing' | 'disabled'; readonly reason: string };

/** The value of a secret: the newest version unless one is named. */
export function secretValue(secret: ResourceDocument, now: number, version?: string): FoundSecret {
  if (!isUsable(secret, now)) return { kind: 'disabled', reason: `the secret '${secret.name}' is disabled.` };
  const versions = versionsOf(secret.secrets);
  const wanted = version === undefined || version === '' ? versions.at(-1)?.[0] : version;
  const value = textMember(Object.fromEntries(versions), wanted ?? '');
  if (value !== undefined && wanted !== undefined) return { kind: 'value', value, version: wanted };
  const reason =
    version === undefined ? `the secret '${secret.name}' has no value.` : `there is no version '${version}'.`;
  return { kind: 'missing', reason };
}

/** Whether a secret may be used now: enabled, within its time. */
function isUsable({ body }: ResourceDocument, now: number): boolean {
  const attributes = memberIgnoringCase(memberOf(body, 'properties') ?? null, 'attributes') ?? null;
  const seconds = now / 1000;
  const from = Number(memberOf(attributes, 'nbf') ?? 0);
  const until = Number(memberOf(attributes, 'exp') ?? Number.POSITIVE_INFINITY);
  return memberIgnoringCase(attributes, 'enabled') !== false && from <= seconds && seconds < until;
}

function versionsOf(secrets: JsonObject | undefined): readonly (readonly [string, Json])[] {
  const versions = memberOf(secrets, 'versions');
  return isJsonObject(versions) ? Object.entries(versions) : [];
}

// --- Answers ----------------------------------------------------------------------------------------------------

/** With the times that the vault adds, in seconds. */
function attributesOf({ body, createdTime, changedTime }: ResourceDocument): JsonObject {
  const given = memberOf(memberOf(body, 'properties') ?? null, 'attributes');
  const seconds = (time: number): number => Math.floor(time / 1000);
  return { ...(isJsonObject(given) ? given : {}), created: seconds(createdTime), updated: seconds(changedTime) };
}

/** As ARM shows it (VS1). */
export function vaultSecretAnswer(secret: ResourceDocument): JsonObject {
  const { id, name, type, location, body } = secret;
  const properties = memberOf(body, 'properties');
  const shown = { ...(isJsonObject(properties) ? properties : {}), attributes: attributesOf(secret) };
  return { id, name, type, location: location ?? '', tags: body['tags'] ?? {}, properties: shown };
}

/** A secret as its vault gives it, value included. */
export function vaultSecretBundle(
  secret: ResourceDocument,
  { value, version }: Extract<FoundSecret, { kind: 'value' }>,
): JsonObject {
  const uri = textMember(memberOf(secret.body, 'properties') ?? null, 'secretUri') ?? secret.name;
  return { value, ...vaultSecretItem(secret), id: `${uri}/${version}` };
}

/** A secret of a list: without its value. */
export function vaultSecretItem(secret: ResourceDocument): JsonObject {
  const { name, body } = secret;
  const properties = memberOf(body, 'properties') ?? null;
  return {
    id: textMember(properties, 'secretUri') ?? name,
    contentType: memberOf(properties, 'contentType') ?? null,
    attributes: { recoveryLevel: 'Recoverable+Purgeable', ...attributesOf(secret) },
    tags: body['tags'] ?? {},
  };
}
