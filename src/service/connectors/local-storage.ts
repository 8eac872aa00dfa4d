/**
 * Blobs and table entities kept on this server, by storage account.
 *
 * Owns: the operations of `azureblob` and `azuretables` towards local accounts. Does not own: which account a connection
 * means (its parameters). Source: connectors reference 3.6.
 *
 * Invariants
 * LS1. A connection reaches the account it names and no other, whatever its operations say.
 * LS2. Entities change under one lock each, so two merges lose nothing of each other.
 */
import type { OperationOutcome, ServiceAnswer } from '#connectors';
import {
  formatTime,
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  stringifyJson,
  textMember,
} from '#foundation';
import { planFilter } from '#query';
import { inTurn } from '../in-turn.ts';
import type { LocalOperation, OperationCall } from './operation-call.ts';

const json = { 'content-type': 'application/json; charset=utf-8' } as const;
const mostBytes = 64 * 1024 * 1024;
const mostListed = 5_000;

function answer(status: number, body?: Json): ServiceAnswer {
  return { status, headers: json, ...(body === undefined ? {} : { body }) };
}

// --- Tables -----------------------------------------------------------------------------------------------------

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

const entityOperations: Readonly<Record<string, LocalOperation>> = {
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

// --- Blobs ------------------------------------------------------------------------------------------------------

const blobCollection = 'storageBlobs';

/** `/container/folder/name`, without double slashes; the connector's id is this path, encoded. */
function blobPath(folder: string, name: string): string {
  return `/${folder}/${name}`.replaceAll(/\/{2,}/g, '/');
}

function idOf(path: string): string {
  return Buffer.from(encodeURIComponent(path)).toString('base64');
}

function pathOfId(id: string): string {
  const decoded = Buffer.from(id, 'base64').toString();
  try {
    return id.startsWith('/') ? id : decodeURIComponent(decoded);
  } catch {
    return id;
  }
}

function blobKey({ values }: OperationCall, path: string): string {
  return `${(values.get('accountname') ?? '').toLowerCase()}${path}`;
}

interface Blob {
  readonly path: string;
  readonly type: string;
  /** Base64. */
  readonly content: string;
  readonly size: number;
  readonly time: number;
}

function findBlob(call: OperationCall, path: string): Blob | undefined {
  const document = call.services.store.documents.get(blobCollection, blobKey(call, path));
  if (document === undefined) return undefined;
  const { path: kept, type, size } = document.body as unknown as Blob;
  return {
    path: kept,
    type,
    size,
    content: textMember(document.secrets ?? null, 'content') ?? '',
    time: document.time,
  };
}

function metadata({ path, type, size, time }: Omit<Blob, 'content'>): JsonObject {
  const name = path.split('/').at(-1) ?? '';
  return {
    Id: idOf(path),
    Name: name,
    DisplayName: name,
    Path: path,
    LastModified: formatTime(time),
    Size: size,
    MediaType: type,
    IsFolder: false,
    ETag: `"0x${time.toString(16).toUpperCase()}"`,
    FileLocator: idOf(path),
  };
}

function contentOf(body: Json | undefined): { readonly type: string; readonly bytes: Buffer } {
  if (typeof body === 'string') return { type: 'text/plain', bytes: Buffer.from(body) };
  const type = memberOf(body ?? null, '$content-type');
  const content = memberOf(body ?? null, '$content');
  if (typeof type === 'string' && typeof content === 'string') return { type, bytes: Buffer.from(content, 'base64') };
  return { type: 'application/json', bytes: Buffer.from(body === undefined ? '' : stringifyJson(body)) };
}

async function putBlob(call: OperationCall, path: string): Promise<OperationOutcome> {
  const { services, input } = call;
  const { type, bytes } = contentOf(input.body);
  if (path.split('/').length < 3) return answer(400, { status: 400, message: 'A blob needs a container and a name.' });
  if (bytes.length > mostBytes)
    return answer(413, { status: 413, message: `A blob has at most ${mostBytes} bytes here.` });
  const now = services.clock.now();
  const body = { path, type, size: bytes.length };
  await services.store.commit([
    {
      kind: 'putDocument',
      document: {
        collection: blobCollection,
        key: blobKey(call, path),
        parent: blobKey(call, path.slice(0, path.lastIndexOf('/'))),
        time: now,
        status: '',
        body,
        secrets: { content: bytes.toString('base64') },
      },
    },
  ]);
  return answer(200, metadata({ ...body, time: now }));
}

const noBlob = answer(404, { status: 404, message: 'The specified blob does not exist.' });

function contentAnswer(blob: Blob | undefined): ServiceAnswer {
  if (blob === undefined) return noBlob;
  const headers = { 'content-type': blob.type };
  if (/^text\/|json|xml/.test(blob.type)) {
    const text = Buffer.from(blob.content, 'base64').toString();
    return { status: 200, headers, body: /json/.test(blob.type) ? (parsed(text) ?? text) : text };
  }
  return { status: 200, headers, body: { '$content-type': blob.type, $content: blob.content } };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

async function listFolder(call: OperationCall): Promise<OperationOutcome> {
  const path = pathOfId(call.input.path['id'] ?? '').replace(/\/+$/, '');
  const found = call.services.store.documents.list({
    collection: blobCollection,
    parent: blobKey(call, path),
    top: mostListed,
    oldestFirst: true,
  });
  return answer(200, {
    value: found.map(({ body, time }) => metadata({ ...(body as unknown as Omit<Blob, 'content' | 'time'>), time })),
    nextLink: null,
  });
}

const byId = (call: OperationCall): string => pathOfId(call.input.path['id'] ?? '');

const blobOperations: Readonly<Record<string, LocalOperation>> = {
  CreateFile: (call) => putBlob(call, blobPath(call.input.query['folderPath'] ?? '', call.input.query['name'] ?? '')),
  UpdateFile: (call) => putBlob(call, byId(call)),
  DeleteFile: async (call) => {
    const key = blobKey(call, byId(call));
    if (findBlob(call, byId(call)) === undefined) return noBlob;
    await call.services.store.commit([{ kind: 'deleteDocument', collection: blobCollection, key }]);
    return answer(200);
  },
  GetFileMetadata: async (call) => {
    const blob = findBlob(call, byId(call));
    return blob === undefined ? noBlob : answer(200, metadata(blob));
  },
  GetFileContent: async (call) => contentAnswer(findBlob(call, byId(call))),
  GetFileContentByPath: async (call) => contentAnswer(findBlob(call, blobPath('', call.input.query['path'] ?? ''))),
  ListFolder: listFolder,
};

/** Both generations of each operation's name. */
function both(operations: Readonly<Record<string, LocalOperation>>): Readonly<Record<string, LocalOperation>> {
  return Object.fromEntries(
    Object.entries(operations).flatMap(([name, operation]) => [
      [name, operation],
      [`${name}_V2`, operation],
    ]),
  );
}

export const tableOperations = both(entityOperations);
export const blobStorageOperations = both(blobOperations);
