/**
 * Operations of the table connector, whichever account is behind it.
 *
 * Owns: which account a connection means, the operations towards accounts elsewhere. Does not own: local ones
 * (`local-tables.ts`), requests (`#connectors`). Source: connectors reference 2, 3.6.
 */
import { AzureTables, endpointOf, type OperationOutcome } from '#connectors';
import { fault, isFault, isJsonObject, type JsonObject } from '#foundation';
import { accountIn } from './blob-operations.ts';
import { localAccount } from './local-accounts.ts';
import { localEntityOperations, mostListed } from './local-tables.ts';
import type { LocalOperation, OperationCall } from './operation-call.ts';

type Remote = (tables: AzureTables, call: OperationCall) => Promise<OperationOutcome>;

const tableOf = ({ input: { path } }: OperationCall): string => path['table'] ?? '';
const keyOf = ({ input: { path } }: OperationCall) => ({
  partition: path['partitionKey'] ?? '',
  row: path['rowKey'] ?? '',
});
const bodyOf = ({ input: { body } }: OperationCall): JsonObject => (isJsonObject(body) ? body : {});

function change(how: 'merge' | 'replace', existing: boolean): Remote {
  return (tables, call) => tables.change(how, tableOf(call), keyOf(call), bodyOf(call), existing);
}

const remote: Readonly<Record<string, Remote>> = {
  GetEntity: (tables, call) => tables.read(tableOf(call), keyOf(call)),
  GetEntities: (tables, call) => {
    const { $filter = '', $select = '', $top = '' } = call.input.query;
    const most = Math.min(Number($top) || 1_000, mostListed);
    const queries = { ...($filter === '' ? {} : { $filter }), ...($select === '' ? {} : { $select }) };
    return tables.list(tableOf(call), { ...queries, $top: String(Math.min(most, 1_000)) }, most);
  },
  CreateEntity: (tables, call) => tables.insert(tableOf(call), bodyOf(call)),
  InsertMergeEntity: change('merge', false),
  MergeEntity: change('merge', true),
  InsertReplaceEntity: change('replace', false),
  DeleteEntity: (tables, call) => tables.remove(tableOf(call), keyOf(call)),
};

function operation(name: string, local: LocalOperation): LocalOperation {
  return async (call) => {
    const { values, services, signal } = call;
    const account = values.get('storageaccount') ?? '';
    const key = values.get('sharedkey');
    const place = await localAccount(call, account, key);
    if (place !== 'elsewhere') return place === 'here' ? local(call) : place;
    const endpoint = endpointOf('https://{storageaccount}.table.core.windows.net', values);
    if (isFault(endpoint)) return endpoint;
    const token = values.get('token');
    if (key === undefined && token === undefined) {
      return fault(
        'InvalidRequestContent',
        `The connection has neither a key nor a token for the storage account '${account}'.`,
      );
    }
    const credential =
      key === undefined
        ? ({ kind: 'token', token: token ?? '' } as const)
        : ({ kind: 'key', account: accountIn(account, endpoint), key } as const);
    const tables = new AzureTables(services.outbound, endpoint, credential, signal);
    return remote[name]?.(tables, call) ?? local(call);
  };
}

/** Both generations of each operation's name. */
export const tableOperations: Readonly<Record<string, LocalOperation>> = Object.fromEntries(
  Object.entries(localEntityOperations).flatMap(([name, local]) => [
    [name, operation(name, local)],
    [`${name}_V2`, operation(name, local)],
  ]),
);
