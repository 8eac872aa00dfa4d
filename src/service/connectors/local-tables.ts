/**
 * Table entities kept on this server, by storage account.
 *
 * Owns: the operations of `azuretables` towards local accounts. Does not own: which account a connection
 * means (`table-operations.ts`). Source: connectors reference 3.6.
 *
 * Invariants
 * LS1. A connection reaches the account it names and no other, whatever its operations say.
 * LS2. Entities change under one lock each, so two merges lose nothing of each other.
 */
import type { OperationOutcome, ServiceAnswer } from '#connectors';
import { formatTime, isFault, isJsonObject, type Json, type JsonObject, memberOf } from '#foundation';
import { planFilter } from '#query';
import { inTurn } from '../in-turn.ts';
import type { LocalOperation, OperationCall } from './operation-call.ts';

const json = { 'content-type': 'application/json; charset=utf-8' } as const;
export const mostListed = 5_000;

function answer(status: number, body?: Json): ServiceAnswer {
  return { status, headers: json, ...(body === undefined ? {} : { body }) };
}

const entityCollection = 'tableEntities';

function tableOf({ values, input: { path } }: OperationCall): string {
  return `${values.get('storageaccount') ?? ''}/${path['table'] ?? ''}`.toLowerCase();
}

function entityKey(call: OperationCall, partition: string, row: string): string {
  return `${tableOf(call)}/${encodeURIComponent(partition)}/${encodeURIComponent(row)}`;
}

function tableError(status: number, code: string, message: string): ServiceAnswer {
  return answer(status, { 'odata.error': { code, message: { lang: 'en-US', value: message } } });
}

const noEntity = tableError(404, 'ResourceNotFound', 'The specified resource does not exist.');

function entityIn(call: OperationCall): JsonObject | undefined {
  const { path } = call.input;
  const key = entityKey(call, path['partitionKey'] ?? '', path['rowKey'] ?? '');
  return call.services.store.documents.get(entityCollection, key)?.body;
}

async function writeEntity(
  call: OperationCall,
  partition: string,
  row: string,
  change: (old: JsonObject | undefined) => JsonObject | ServiceAnswer,
): Promise<JsonObject | ServiceAnswer> {
  const { services } = call;
  const key = entityKey(call, partition, row);
  return inTurn(services.store, `/tables/${key}`, async () => {
    const changed = change(services.store.documents.get(entityCollection, key)?.body);
    if (isAnswer(changed)) return changed;
    const now = services.clock.now();
    const body = { ...changed, PartitionKey: partition, RowKey: row, Timestamp: formatTime(now) };
    const document = { collection: entityCollection, key, parent: tableOf(call), time: now, status: '', body };
    await services.store.commit([{ kind: 'putDocument', document }]);
    return body;
  });
}

function isAnswer(value: JsonObject | ServiceAnswer): value is ServiceAnswer {
  return typeof value['status'] === 'number' && 'headers' in value;
}

function bodyOf({ input: { body } }: OperationCall): JsonObject {
  return isJsonObject(body) ? body : {};
}

function change(mode: 'merge' | 'mergeExisting' | 'replace'): LocalOperation {
  return async (call) => {
    const { path } = call.input;
    const outcome = await writeEntity(call, path['partitionKey'] ?? '', path['rowKey'] ?? '', (old) => {
      if (mode === 'mergeExisting' && old === undefined) return noEntity;
      return mode === 'replace' ? bodyOf(call) : { ...old, ...bodyOf(call) };
    });
    return isAnswer(outcome) ? outcome : answer(204);
  };
}

async function createEntity(call: OperationCall): Promise<OperationOutcome> {
  const { PartitionKey, RowKey, ...members } = bodyOf(call);
  if (typeof PartitionKey !== 'string' || typeof RowKey !== 'string') {
    return tableError(400, 'PropertiesNeedValue', "The entity has no text 'PartitionKey' and 'RowKey'.");
  }
  const outcome = await writeEntity(call, PartitionKey, RowKey, (old) =>
    old === undefined ? members : tableError(409, 'EntityAlreadyExists', 'The specified entity already exists.'),
  );
  return isAnswer(outcome) ? outcome : answer(201, outcome);
}

async function deleteEntity(call: OperationCall): Promise<OperationOutcome> {
  const { path } = call.input;
  if (entityIn(call) === undefined) return noEntity;
  const key = entityKey(call, path['partitionKey'] ?? '', path['rowKey'] ?? '');
  await call.services.store.commit([{ kind: 'deleteDocument', collection: entityCollection, key }]);
  return answer(204);
}

/** `$filter` and `$select` as the service reads them: texts compare by their characters, a property that an entity lacks fits nothing. */
async function listEntities(call: OperationCall): Promise<OperationOutcome> {
  const { query } = call.input;
  const fits = planFilter<JsonObject>(query['$filter'] ?? '', {
    field: (path) => (entity) => memberOf(entity, path),
    exactTexts: true,
  });
  if (isFault(fits)) return tableError(400, 'InvalidInput', fits.message);
  const top = Math.min(Number(query['$top'] ?? 1_000) || 1_000, mostListed);
  const names = (query['$select'] ?? '').split(',').flatMap((name) => name.trim() || []);
  const value: Json[] = [];
  for (const entity of entitiesOf(call)) {
    if (!fits(entity)) continue;
    value.push(names.length === 0 || names.includes('*') ? entity : selected(entity, names));
    if (value.length === top) break;
  }
  return answer(200, { value });
}

function selected(entity: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, memberOf(entity, name) ?? null]));
}

/** All of a table, in the order they were written. */
function* entitiesOf(call: OperationCall): Iterable<JsonObject> {
  let after: { readonly time: number; readonly key: string } | undefined;
  for (;;) {
    const page = call.services.store.documents.list({
      collection: entityCollection,
      parent: tableOf(call),
      top: 500,
      oldestFirst: true,
      ...(after === undefined ? {} : { after }),
    });
    for (const { body } of page) yield body;
    const last = page.at(-1);
    if (last === undefined || page.length < 500) return;
    after = { time: last.time, key: last.key };
  }
}

/** By the name of the operation in either generation. */
export const localEntityOperations: Readonly<Record<string, LocalOperation>> = {
  GetEntity: async (call) => {
    const entity = entityIn(call);
    return entity === undefined ? noEntity : answer(200, entity);
  },
  GetEntities: listEntities,
  CreateEntity: createEntity,
  InsertMergeEntity: change('merge'),
  MergeEntity: change('mergeExisting'),
  InsertReplaceEntity: change('replace'),
  DeleteEntity: deleteEntity,
};
