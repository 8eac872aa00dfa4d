/**
 * What is sealed of a vault's secret: its values, version by version.
 *
 * Owns: taking the value out of what is stored in clear, versions, reading one. Does not own: who may read (`secrets.ts`,
 * `deployments/vault-references.ts`), the secret's document (`secrets.ts`). Source: the type's published REST API; invariant 8 of the architecture.
 *
 * Invariants
 * VS1. A value is kept sealed and never answered: GET shows the addresses of the secret and of its newest version.
 * VS2. Every value put makes a version; the newest twenty are kept.
 */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  type ResourceDocument,
  textMember,
} from '#foundation';
import type { Services } from '../services.ts';

const secretType = 'microsoft.keyvault/vaults/secrets';
const keptVersions = 20;

export function isVaultSecret(type: string): boolean {
  return type.toLowerCase() === secretType;
}

interface SecretState {
  readonly id: string;
  readonly body: JsonObject;
  /** What is sealed so far. */
  readonly secrets: JsonObject | undefined;
  readonly newVersion: string;
}

/** A body as it may be stored and what of it is to be sealed. */
export function sealVaultSecret({ id, body, secrets, newVersion }: SecretState): {
  readonly body: JsonObject;
  readonly secrets: JsonObject;
} {
  const properties = memberOf(body, 'properties');
  const { value, ...rest } = isJsonObject(properties) ? properties : {};
  const known = versionsOf(secrets);
  const given = typeof value === 'string' ? value : undefined;
  const versions = given === undefined ? known : [...known, [newVersion, given] as const].slice(-keptVersions);
  const newest = versions.at(-1)?.[0];
  const name = id.slice(id.lastIndexOf('/') + 1);
  const vault = /\/vaults\/([^/]+)/i.exec(id)?.[1] ?? '';
  const uri = `https://${vault.toLowerCase()}.vault.azure.net/secrets/${name}`;
  return {
    body: {
      ...body,
      properties: {
        attributes: { enabled: true },
        ...rest,
        secretUri: uri,
        ...(newest === undefined ? {} : { secretUriWithVersion: `${uri}/${newest}` }),
      },
    },
    secrets: { versions: Object.fromEntries(versions) },
  };
}

/** The value of a version, the newest unless one is named; undefined for a version that is not kept. */
export function storedSecret({ secrets }: Pick<ResourceDocument, 'secrets'>, version?: string): string | undefined {
  const versions = versionsOf(secrets);
  const wanted = version === undefined || version === '' ? versions.at(-1)?.[0] : version;
  return textMember(Object.fromEntries(versions), wanted ?? '');
}

function versionsOf(secrets: JsonObject | undefined): readonly (readonly [string, Json])[] {
  const versions = memberOf(secrets, 'versions');
  return isJsonObject(versions) ? Object.entries(versions) : [];
}

export type FoundSecret =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** The value of a secret: the newest version unless one is named. */
export function secretValue(
  services: Pick<Services, 'store'>,
  vaultId: string,
  name: string,
  version?: string,
): FoundSecret {
  const document = services.store.resources.get(`${vaultId}/secrets/${name}`);
  if (document === undefined) return { kind: 'missing', reason: `the vault has no secret '${name}'.` };
  const attributes = memberIgnoringCase(memberOf(document.body, 'properties'), 'attributes');
  if (memberIgnoringCase(attributes, 'enabled') === false) {
    return { kind: 'missing', reason: `the secret '${name}' is disabled.` };
  }
  const value = storedSecret(document, version);
  if (value !== undefined) return { kind: 'value', value };
  const reason = version === undefined ? `the secret '${name}' has no value.` : `there is no version '${version}'.`;
  return { kind: 'missing', reason };
}
