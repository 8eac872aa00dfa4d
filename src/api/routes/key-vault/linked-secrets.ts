/**
 * Secrets of vaults in linked subscriptions, under the same addresses as those of vaults kept here.
 *
 * Owns: who may. Does not own: the call on the vault (`linked-vaults.ts` of `#service`).
 *
 * Invariants
 * LS1. A secret is read for identities whose role grants it and is assigned at the linked subscription or below it; a role held
 *      above does not count, nor does the admin token's.
 */
import { type ArmResponse, raise } from '#foundation';
import { callLinkedVault, findLinkedVault, type LinkedVault, secretType } from '#service';
import { callerOf, segment } from '../../call-values.ts';
import type { RouteCall } from '../../route.ts';

export function notFound(message: string): ArmResponse {
  return { status: 404, body: { error: { code: 'SecretNotFound', message } } };
}

/** A secret with its value; 404 where no vault has the name. */
export async function linkedValue(call: RouteCall): Promise<ArmResponse> {
  const vault = await vaultOf(call);
  if (vault === undefined) return noVault(call);
  const secret = segment(call, 'secret');
  const version = call.path['version'];
  const below = `/secrets/${encodeURIComponent(secret)}`;
  const path = version === undefined ? below : `${below}/${encodeURIComponent(version)}`;
  const answer = await read(call, vault, {
    path,
    operation: `${secretType}/getSecret/action`,
    scope: `${vault.id}/secrets/${secret}`,
  });
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}

/** Names and attributes of the secrets. */
export async function linkedList(call: RouteCall): Promise<ArmResponse> {
  const vault = await vaultOf(call);
  if (vault === undefined) return noVault(call);
  return read(call, vault, { path: '/secrets', operation: `${secretType}/readMetadata/action`, scope: vault.id });
}

function noVault({ path }: RouteCall): ArmResponse {
  return notFound(
    `The key vault '${path['vault']}' exists neither on this server nor in a linked subscription that the caller can see.`,
  );
}

function vaultOf(call: RouteCall): Promise<LinkedVault | undefined> {
  return findLinkedVault(call.services, callerOf(call), call.path['vault'] ?? '', (scope) => call.visible(scope));
}

function read(
  call: RouteCall,
  vault: LinkedVault,
  { path, operation, scope }: { readonly path: string; readonly operation: string; readonly scope: string },
): Promise<ArmResponse> {
  const { request, services } = call;
  const within = `/subscriptions/${vault.link.subscriptionId}`;
  if (!call.allowedWithin(operation, scope, within)) {
    const { displayName, objectId } = request.identity;
    raise(
      'LinkedAuthorizationFailed',
      `The client '${displayName}' with object id '${objectId}' has no role for the action '${operation}' that is assigned at the linked ` +
        `subscription '${within}' or below it. Secrets of a linked subscription need one, whatever is held above.`,
    );
  }
  const { 'api-version': _, ...query } = request.query;
  return callLinkedVault(services, {
    caller: callerOf(call),
    vault,
    here: `${request.baseUrl}/keyvault/${vault.name}`,
    path,
    query,
    operation,
    resourceId: scope,
  });
}
