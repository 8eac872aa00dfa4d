/**
 * Secrets of local key vaults: `Microsoft.KeyVault/vaults/secrets`, written through ARM, read at the vault.
 *
 * Owns: saving, reading a value, who may. Does not own: the vault itself (a generic resource), routes.
 * Source: connectors reference 3.1, 5; the published REST description of Key Vault 7.4.
 *
 * Invariants
 * VS1. A value is sealed and never part of a resource's answer.
 * VS2. A value is read by those whose role grants it at the secret, or whom an access policy of the vault names.
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
import { sealVaultSecret, storedSecret } from './secret-versions.ts';

export const secretType = 'Microsoft.KeyVault/vaults/secrets';
const vaultType = 'Microsoft.KeyVault/vaults';

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
  const given = memberOf(body, 'properties');
  const value = memberOf(given ?? null, 'value');
  if (existing === undefined && typeof value !== 'string')
    return raise('InvalidRequestContent', "The secret has no 'properties.value'.");
  const { value: _, attributes, ...open } = isJsonObject(given) ? given : {};
  const now = services.clock.now();
  const uri = `${vaultUri(vault)}secrets/${parsed.name}`;
  const version =
    typeof value === 'string'
      ? services.random.uuid().replaceAll('-', '')
      : (textMember(existing?.body ?? null, 'version') ?? '');
  const document: ResourceDocument = {
    id: parsed.text,
    type: secretType,
    name: parsed.name,
    ...(parsed.subscriptionId === undefined ? {} : { subscriptionId: parsed.subscriptionId }),
    ...(parsed.resourceGroup === undefined ? {} : { resourceGroup: parsed.resourceGroup }),
    ...(vault.location === undefined ? {} : { location: vault.location }),
    body: {
      tags: memberOf(body, 'tags') ?? existing?.body['tags'] ?? {},
      version,
      properties: {
        ...open,
        attributes: {
          enabled: true,
          ...(isJsonObject(attributes) ? attributes : {}),
          created: Math.floor((existing?.createdTime ?? now) / 1000),
          updated: Math.floor(now / 1000),
        },
        secretUri: uri,
        secretUriWithVersion: `${uri}/${version}`,
      },
    },
    secrets: sealVaultSecret({
      id,
      body: isJsonObject(body) ? body : {},
      secrets: existing?.secrets,
      newVersion: version,
    }).secrets,
    etag: `"${services.random.uuid()}"`,
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
  await services.store.commit([{ kind: 'putResource', resource: document }]);
  return { document, created: existing === undefined };
}

function vaultUri(vault: ResourceDocument): string {
  return textMember(memberOf(vault.body, 'properties') ?? null, 'vaultUri') ?? `https://${vault.name}.vault.azure.net/`;
}

/** As ARM shows it (VS1). */
export function vaultSecretAnswer({ id, name, type, location, body }: ResourceDocument): JsonObject {
  return { id, name, type, location: location ?? '', tags: body['tags'] ?? {}, properties: body['properties'] ?? {} };
}

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

/** A secret as its vault gives it, value included; undefined for a version that is not kept. */
export function vaultSecretBundle(secret: ResourceDocument, version?: string): JsonObject | undefined {
  const { name, body } = secret;
  const value = storedSecret(secret, version);
  if (value === undefined) return undefined;
  const properties = memberOf(body, 'properties') ?? null;
  const uri = textMember(properties, 'secretUri') ?? name;
  return {
    value,
    ...vaultSecretItem(secret),
    id: `${uri}/${version ?? textMember(body, 'version') ?? ''}`,
  };
}

/** A secret of a list: without its value. */
export function vaultSecretItem({ name, body }: ResourceDocument): JsonObject {
  const properties = memberOf(body, 'properties') ?? null;
  return {
    id: textMember(properties, 'secretUri') ?? name,
    contentType: memberOf(properties, 'contentType') ?? null,
    attributes: { recoveryLevel: 'Recoverable+Purgeable', ...(memberOf(properties, 'attributes') as JsonObject) },
    tags: body['tags'] ?? {},
  };
}

/** Whether a secret may be used now: enabled, within its time. */
export function isUsable({ body }: ResourceDocument, now: number): boolean {
  const attributes = memberOf(memberOf(body, 'properties') ?? null, 'attributes') ?? null;
  const seconds = now / 1000;
  const from = Number(memberOf(attributes, 'nbf') ?? 0);
  const until = Number(memberOf(attributes, 'exp') ?? Number.POSITIVE_INFINITY);
  return memberOf(attributes, 'enabled') !== false && from <= seconds && seconds < until;
}
