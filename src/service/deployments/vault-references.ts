/**
 * Parameters whose values are secrets of a key vault.
 *
 * Owns: which vaults may be asked, by whom, and what is said when a secret cannot be had.
 * Does not own: how a vault keeps its secrets (`resource-write.ts`), masking of answers (`prepare-deployment.ts`).
 * Source: template reference 6; ARM reference 8.3.
 *
 * Invariants
 * K1. The caller needs `Microsoft.KeyVault/vaults/deploy/action` on the vault, and the vault must be open to templates.
 * K2. A secret is a value for the deployment only: of the parameter the reference is shown, never the value.
 */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  raise,
  type ResourceDocument,
  setMember,
  textMember,
} from '#foundation';
import type { Services } from '../services.ts';
import { secretValue } from '../vault/secret-versions.ts';

export interface ResolvedParameters {
  /** `{ name: { value } }` for all. */
  readonly given: Json | undefined;
  /** References by lower-case parameter name. */
  readonly references: ReadonlyMap<string, JsonObject>;
}

export interface VaultReader {
  readonly allowed: (action: string, scope: string) => boolean;
}

/** Puts secrets in place of references. @throws TocsinError `KeyVaultParameterReference…`. */
export function resolveVaultReferences(
  services: Services,
  reader: VaultReader,
  parameters: Json | undefined,
): ResolvedParameters {
  const references = new Map<string, JsonObject>();
  if (!isJsonObject(parameters)) return { given: parameters, references };
  const given: { [name: string]: Json } = {};
  for (const [name, entry] of Object.entries(parameters)) {
    const reference = memberIgnoringCase(entry, 'reference');
    if (!isJsonObject(reference)) {
      setMember(given, name, entry);
      continue;
    }
    if (memberIgnoringCase(entry, 'value') !== undefined) {
      raise('InvalidRequestContent', `The parameter '${name}' may have one of 'value' and 'reference'.`);
    }
    references.set(name.toLowerCase(), reference);
    setMember(given, name, { value: secretOf(services, reader, name, reference) });
  }
  return { given, references };
}

function secretOf(services: Services, { allowed }: VaultReader, parameter: string, reference: JsonObject): string {
  const vaultId = textMember(memberIgnoringCase(reference, 'keyVault'), 'id') ?? '';
  const secretName = textMember(reference, 'secretName') ?? '';
  if (vaultId === '' || secretName === '') {
    return raise(
      'InvalidRequestContent',
      `The reference of the parameter '${parameter}' needs 'keyVault.id' and 'secretName'.`,
    );
  }
  const vault = vaultOf(services, vaultId);
  if (!allowed('Microsoft.KeyVault/vaults/deploy/action', vault?.id ?? vaultId)) {
    return raise(
      'KeyVaultParameterReferenceAuthorizationFailed',
      `The caller does not have permission to perform action 'Microsoft.KeyVault/vaults/deploy/action' on the vault '${vaultId}' of the parameter '${parameter}'.`,
    );
  }
  if (vault === undefined) {
    return raise(
      'KeyVaultParameterReferenceNotFound',
      `The specified KeyVault '${vaultId}' of the parameter '${parameter}' could not be found.`,
    );
  }
  if (memberIgnoringCase(memberOf(vault.body, 'properties'), 'enabledForTemplateDeployment') !== true) {
    return failed(parameter, `the vault '${vault.name}' is not enabled for template deployment.`);
  }
  const found = secretValue(services, vault.id, secretName, textMember(reference, 'secretVersion'));
  return found.kind === 'value' ? found.value : failed(parameter, found.reason);
}

function failed(parameter: string, reason: string): never {
  return raise(
    'KeyVaultParameterReferenceSecretRetrieveFailed',
    `The secret of KeyVault parameter '${parameter}' cannot be retrieved: ${reason}`,
  );
}

function vaultOf({ store }: Services, id: string): ResourceDocument | undefined {
  const found = store.resources.get(id);
  return found?.type.toLowerCase() === 'microsoft.keyvault/vaults' ? found : undefined;
}
