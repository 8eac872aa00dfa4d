/**
 * Parameters whose values are secrets of a key vault.
 *
 * Owns: which vaults may be asked, by whom, and what is said when a secret cannot be had.
 * Does not own: how a vault keeps its secrets (`vault/secrets.ts`, `linked/linked-vaults.ts`), masking of answers (`prepare-deployment.ts`).
 * Source: template reference 6; ARM reference 8.3.
 *
 * Invariants
 * K1. The caller needs `Microsoft.KeyVault/vaults/deploy/action` on the vault, and the vault must be open to templates. For a
 *     vault of a linked subscription a role that is assigned there must grant it: the operator's credential reads the secret.
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
import { callLinkedVault, isOpenToTemplates, type LinkedVault, linkedVaultOf } from '../linked/linked-vaults.ts';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { secretValue } from '../vault/secrets.ts';

export interface ResolvedParameters {
  /** `{ name: { value } }` for all. */
  readonly given: Json | undefined;
  /** References by lower-case parameter name. */
  readonly references: ReadonlyMap<string, JsonObject>;
}

export interface VaultReader {
  readonly caller: Caller;
  readonly allowed: (action: string, scope: string) => boolean;
  /** The same by roles that are assigned at a scope or below it alone. */
  readonly allowedWithin: (action: string, scope: string, within: string) => boolean;
}

/** Puts secrets in place of references. @throws TocsinError `KeyVaultParameterReference…`. */
export async function resolveVaultReferences(
  services: Services,
  reader: VaultReader,
  parameters: Json | undefined,
): Promise<ResolvedParameters> {
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
    setMember(given, name, { value: await secretOf(services, reader, name, reference) });
  }
  return { given, references };
}

const deployAction = 'Microsoft.KeyVault/vaults/deploy/action';

interface AskedSecret {
  readonly parameter: string;
  readonly vaultId: string;
  readonly name: string;
  readonly version: string | undefined;
}

async function secretOf(
  services: Services,
  reader: VaultReader,
  parameter: string,
  reference: JsonObject,
): Promise<string> {
  const vaultId = textMember(memberIgnoringCase(reference, 'keyVault'), 'id') ?? '';
  const name = textMember(reference, 'secretName') ?? '';
  if (vaultId === '' || name === '') {
    return raise(
      'InvalidRequestContent',
      `The reference of the parameter '${parameter}' needs 'keyVault.id' and 'secretName'.`,
    );
  }
  const asked = { parameter, vaultId, name, version: textMember(reference, 'secretVersion') };
  const linked = linkedVaultOf(services, vaultId);
  return linked === undefined ? localSecret(services, reader, asked) : linkedSecret(services, reader, asked, linked);
}

function localSecret(
  services: Services,
  { allowed }: VaultReader,
  { parameter, vaultId, name, version }: AskedSecret,
): string {
  const vault = vaultOf(services, vaultId);
  if (!allowed(deployAction, vault?.id ?? vaultId)) return refused(parameter, vaultId);
  if (vault === undefined) {
    return raise(
      'KeyVaultParameterReferenceNotFound',
      `The specified KeyVault '${vaultId}' of the parameter '${parameter}' could not be found.`,
    );
  }
  if (memberIgnoringCase(memberOf(vault.body, 'properties'), 'enabledForTemplateDeployment') !== true)
    return closed(parameter, vault.name);
  const secret = services.store.resources.get(`${vault.id}/secrets/${name}`);
  if (secret === undefined) return failed(parameter, `the vault has no secret '${name}'.`);
  const found = secretValue(secret, services.clock.now(), version);
  return found.kind === 'value' ? found.value : failed(parameter, found.reason);
}

async function linkedSecret(
  services: Services,
  { caller, allowedWithin }: VaultReader,
  { parameter, name, version }: AskedSecret,
  vault: LinkedVault,
): Promise<string> {
  const within = `/subscriptions/${vault.link.subscriptionId}`;
  if (!allowedWithin(deployAction, vault.id, within)) return refused(parameter, vault.id);
  if (!(await isOpenToTemplates(services, caller, vault))) return closed(parameter, vault.name);
  const answer = await callLinkedVault(services, {
    caller,
    vault,
    here: '',
    path: `/secrets/${encodeURIComponent(name)}${version === undefined ? '' : `/${encodeURIComponent(version)}`}`,
    operation: deployAction,
    resourceId: vault.id,
  });
  const reason = textMember(memberOf(answer.body, 'error'), 'message') ?? `the vault answered ${answer.status}.`;
  return textMember(answer.body ?? null, 'value') ?? failed(parameter, reason);
}

function refused(parameter: string, vaultId: string): never {
  return raise(
    'KeyVaultParameterReferenceAuthorizationFailed',
    `The caller does not have permission to perform action '${deployAction}' on the vault '${vaultId}' of the parameter '${parameter}'.`,
  );
}

function closed(parameter: string, vault: string): never {
  return failed(parameter, `the vault '${vault}' is not enabled for template deployment.`);
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
