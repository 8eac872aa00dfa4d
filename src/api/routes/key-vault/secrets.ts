/**
 * Secrets of local key vaults: through ARM, and at the vault's own surface under `/keyvault/{vault}`.
 *
 * Owns: the mapping. Source: the published REST descriptions of `Microsoft.KeyVault` and of Key Vault 7.4.
 */
import { type ArmResponse, type Identity, type JsonObject, raise, type ResourceDocument } from '#foundation';
import {
  commitWithGone,
  findVault,
  grantsAccess,
  listVaultSecrets,
  putVaultSecret,
  secretType,
  secretValue,
  vaultSecretAnswer,
  vaultSecretBundle,
  vaultSecretItem,
} from '#service';
import { segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';
import { linkedList, linkedValue, notFound } from './linked-secrets.ts';

const apiVersions = ['2016-10-01', '2018-02-14', '2019-09-01', '2021-10-01', '2022-07-01', '2023-07-01'];
const vaultPath = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}';

function vaultId({ path }: RouteCall): string {
  return `/subscriptions/${path['subscription']}/resourceGroups/${path['group']}/providers/Microsoft.KeyVault/vaults/${path['vault']}`;
}

function secretOf(call: RouteCall): ResourceDocument {
  const id = `${vaultId(call)}/secrets/${segment(call, 'secret')}`;
  return call.services.store.resources.get(id) ?? raise('ResourceNotFound', `The Resource '${id}' was not found.`);
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const id = `${vaultId(call)}/secrets/${segment(call, 'secret')}`;
  const { document, created } = await putVaultSecret(call.services, id, call.request.body ?? null);
  return { status: created ? 201 : 200, body: vaultSecretAnswer(document) };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const { id } = secretOf(call);
  await commitWithGone(call.services, { ids: [id] }, [{ kind: 'deleteResource', id }]);
  return { status: 200 };
}

// --- The vault's own surface ------------------------------------------------------------------------------------

/** Refused as a vault does it. */
function forbidden({ objectId, displayName }: Identity, vault: ResourceDocument, permission: string): ArmResponse {
  const message = `The user, group or application '${displayName};oid=${objectId}' does not have secrets ${permission} permission on key vault '${vault.name}'.`;
  return { status: 403, body: { error: { code: 'Forbidden', message, innererror: { code: 'AccessDenied' } } } };
}

function getValue(call: RouteCall): ArmResponse | Promise<ArmResponse> {
  const { services, request, path } = call;
  const vault = findVault(services, path['vault'] ?? '');
  if (vault === undefined) return linkedValue(call);
  const name = segment(call, 'secret');
  const secret = services.store.resources.get(`${vault.id}/secrets/${name}`);
  const scope = `${vault.id}/secrets/${name}`;
  if (!call.allowed(`${secretType}/getSecret/action`, scope) && !grantsAccess(vault, request.identity, 'get')) {
    return forbidden(request.identity, vault, 'get');
  }
  const version = path['version'];
  const found = secret === undefined ? undefined : secretValue(secret, services.clock.now(), version);
  if (found?.kind === 'disabled') return disabled;
  if (secret === undefined || found?.kind !== 'value') {
    return notFound(
      `A secret with (name/id) ${name}${version === undefined ? '' : `/${version}`} was not found in this key vault.`,
    );
  }
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: vaultSecretBundle(secret, found) };
}

const disabled: ArmResponse = {
  status: 403,
  body: {
    error: {
      code: 'Forbidden',
      message: 'Operation get is not allowed on a disabled secret.',
      innererror: { code: 'SecretDisabled' },
    },
  },
};

function listValues(call: RouteCall): ArmResponse | Promise<ArmResponse> {
  const { services, request, path } = call;
  const vault = findVault(services, path['vault'] ?? '');
  if (vault === undefined) return linkedList(call);
  if (!call.allowed(`${secretType}/readMetadata/action`, vault.id) && !grantsAccess(vault, request.identity, 'list')) {
    return forbidden(request.identity, vault, 'list');
  }
  return {
    status: 200,
    body: pageOfList(request, listVaultSecrets(services, vault), (secret): JsonObject => vaultSecretItem(secret)),
  };
}

const signedIn: Permission = { signedIn: true };

export const vaultSecretRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: `${vaultPath}/secrets`,
    permission: { action: `${secretType}/read` },
    apiVersions,
    handle: (call) => {
      const vault = call.services.store.resources.get(vaultId(call));
      const secrets = vault === undefined ? [] : listVaultSecrets(call.services, vault);
      return {
        status: 200,
        body: pageOfList(call.request, secrets, (secret): JsonObject => vaultSecretAnswer(secret)),
      };
    },
  },
  {
    method: 'GET',
    pattern: `${vaultPath}/secrets/{secret}`,
    permission: { action: `${secretType}/read` },
    apiVersions,
    handle: (call) => ({ status: 200, body: vaultSecretAnswer(secretOf(call)) }),
  },
  {
    method: 'PUT',
    pattern: `${vaultPath}/secrets/{secret}`,
    permission: { action: `${secretType}/write` },
    apiVersions,
    handle: put,
  },
  {
    method: 'DELETE',
    pattern: `${vaultPath}/secrets/{secret}`,
    permission: { action: `${secretType}/delete` },
    apiVersions,
    handle: remove,
  },
  { method: 'GET', pattern: '/keyvault/{vault}/secrets', permission: signedIn, handle: listValues },
  { method: 'GET', pattern: '/keyvault/{vault}/secrets/{secret}', permission: signedIn, handle: getValue },
  { method: 'GET', pattern: '/keyvault/{vault}/secrets/{secret}/{version}', permission: signedIn, handle: getValue },
];
