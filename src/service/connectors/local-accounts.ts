/**
 * Storage accounts of the inventory: which a connection may use.
 *
 * Owns: the check before operations on blobs and tables. Does not own: the operations (`blob-operations.ts`, `table-operations.ts`), the keys.
 *
 * Invariants
 * LA1. An account is used with one of its keys from a connection of its own subscription, or by an identity that may list
 *      them; one that the inventory does not have is not here.
 */
import { isJsonArray, type Json, memberOf, type ResourceDocument, textMember } from '#foundation';
import type { OperationOutcome } from '#connectors';
import { listKeys } from '../effects/resource-keys.ts';
import type { Services } from '../services.ts';
import { armSender, identityOf } from './arm-sender.ts';
import type { OperationCall } from './operation-call.ts';

const accountType = 'Microsoft.Storage/storageAccounts';

/** Whether a connection's account is kept here and it may use it: `elsewhere`, or the refusal, if not. */
export async function localAccount(
  call: OperationCall,
  name: string,
  key: string | undefined,
): Promise<'here' | 'elsewhere' | OperationOutcome> {
  const account = findAccount(call.services, name);
  if (account === undefined) return 'elsewhere';
  const mayUse = key === undefined ? await mayListKeys(call, account) : hasKey(call, account, key);
  if (mayUse) return 'here';
  const message =
    'Server failed to authenticate the request. Make sure the key of the connection is one of the account.';
  return {
    status: 403,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { status: 403, message, error: { code: 'AuthenticationFailed', message } },
  };
}

function findAccount(services: Services, name: string): ResourceDocument | undefined {
  const lower = name.toLowerCase();
  return services.store.resources.list({ type: accountType }).find((account) => account.name.toLowerCase() === lower);
}

function hasKey({ services, connection }: OperationCall, account: ResourceDocument, key: string): boolean {
  if (account.subscriptionId?.toLowerCase() !== connection.document.subscriptionId?.toLowerCase()) return false;
  const keys = memberOf(listKeys(services, account, 'listKeys') ?? null, 'keys');
  return (isJsonArray(keys) ? keys : []).some((one: Json) =>
    services.secrets.equal(textMember(one, 'value') ?? '', key),
  );
}

async function mayListKeys(call: OperationCall, account: ResourceDocument): Promise<boolean> {
  if ('code' in (await identityOf(call))) return false;
  const answer = await armSender(call)({ method: 'POST', path: `${account.id}/listKeys?api-version=2022-09-01` });
  return !('kind' in answer) && answer.status === 200;
}
