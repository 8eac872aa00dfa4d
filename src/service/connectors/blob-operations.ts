/**
 * Operations of the blob connector, whichever store is behind it.
 *
 * Owns: the connector's ids, paths and metadata, and which store a connection means. Does not own: the stores
 * (`local-blobs.ts`, `#connectors`). Source: connectors reference 2, 3.6.
 *
 * Invariants
 * BO1. A connection reaches the account it names and no other, whatever its operations say.
 */
import {
  AzureBlobs,
  type BlobAccount,
  type BlobContent,
  type BlobEntry,
  type BlobPlace,
  type BlobRefusal,
  endpointOf,
  type OperationOutcome,
  S3Blobs,
  type ServiceAnswer,
} from '#connectors';
import {
  type Fault,
  fault,
  formatTime,
  isFault,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  parseJson,
  stringifyJson,
  textMember,
} from '#foundation';
import { localAccount } from './local-accounts.ts';
import { LocalBlobs } from './local-blobs.ts';
import type { LocalOperation, OperationCall } from './operation-call.ts';

const json = { 'content-type': 'application/json; charset=utf-8' } as const;

function answer(status: number, body?: Json): ServiceAnswer {
  return { status, headers: json, ...(body === undefined ? {} : { body }) };
}

// --- Which store ------------------------------------------------------------------------------------------------

async function storeOf(call: OperationCall): Promise<BlobAccount | OperationOutcome> {
  const { services, values, signal } = call;
  const { outbound } = services;
  const s3 = values.get('s3endpoint');
  if (s3 !== undefined) {
    const endpoint = endpointOf('{s3Endpoint}', new Map([['s3endpoint', s3]]));
    if (isFault(endpoint)) return endpoint;
    const key = {
      id: values.get('s3accesskeyid') ?? '',
      secret: values.get('s3secretaccesskey') ?? '',
      region: values.get('s3region') ?? 'us-east-1',
    };
    return new S3Blobs({ outbound, endpoint, signal }, key);
  }
  const account = values.get('accountname') ?? '';
  const key = values.get('accesskey');
  const local = await localAccount(call, account, key);
  if (local !== 'elsewhere') return local === 'here' ? new LocalBlobs(services, account) : local;
  const endpoint = endpointOf('https://{accountName}.blob.core.windows.net', values);
  if (isFault(endpoint)) return endpoint;
  const token = values.get('token');
  if (key === undefined && token === undefined) {
    return fault(
      'InvalidRequestContent',
      `The connection has neither a key nor a token for the storage account '${account}'.`,
    );
  }
  const name = accountIn(account, endpoint);
  const credential =
    key === undefined
      ? ({ kind: 'token', token: token ?? '' } as const)
      : ({ kind: 'key', account: name, key } as const);
  return new AzureBlobs({ outbound, endpoint, signal }, credential);
}

/** The account of a name, or of an address: its first label. */
export function accountIn(given: string, endpoint: URL): string {
  return /^[\w-]+$/.test(given) ? given : (endpoint.hostname.split('.')[0] ?? '');
}

function isStore(value: BlobAccount | OperationOutcome): value is BlobAccount {
  return 'put' in value;
}

function withStore(act: (store: BlobAccount, call: OperationCall) => Promise<OperationOutcome>): LocalOperation {
  return async (call) => {
    const store = await storeOf(call);
    return isStore(store) ? act(store, call) : store;
  };
}

// --- Ids and metadata -------------------------------------------------------------------------------------------

/** The connector's id of a blob is its path, encoded. */
function idOf(path: string): string {
  return Buffer.from(encodeURIComponent(path)).toString('base64');
}

function pathOfId(id: string): string {
  if (id.startsWith('/')) return id;
  try {
    return decodeURIComponent(Buffer.from(id, 'base64').toString());
  } catch {
    return id;
  }
}

/** `/container/folder/name`, with or without its first slash, double ones merged. */
function placeOf(path: string): BlobPlace {
  const [container = '', ...name] = path.split('/').filter((part) => part !== '');
  return { container, name: name.join('/') };
}

function metadata(entry: BlobEntry): JsonObject {
  const path = `/${entry.container}${entry.name === '' ? '' : `/${entry.name}`}`;
  const name = path.split('/').at(-1) ?? '';
  const modified = Date.parse(entry.modified);
  return {
    Id: idOf(path),
    Name: name,
    DisplayName: name,
    Path: path,
    LastModified: Number.isNaN(modified) ? null : formatTime(modified),
    Size: entry.size,
    MediaType: entry.type,
    IsFolder: entry.isFolder,
    ETag: entry.etag,
    FileLocator: idOf(path),
  };
}

function contentOf(body: Json | undefined): BlobContent {
  if (typeof body === 'string') return { type: 'text/plain', bytes: Buffer.from(body) };
  const type = textMember(body ?? null, '$content-type');
  const content = textMember(body ?? null, '$content');
  if (type !== undefined && content !== undefined) return { type, bytes: Buffer.from(content, 'base64') };
  return { type: 'application/json', bytes: Buffer.from(body === undefined ? '' : stringifyJson(body)) };
}

function described(entry: BlobEntry | BlobRefusal): OperationOutcome {
  return 'etag' in entry ? answer(200, metadata(entry)) : entry;
}

function contentAnswer(content: BlobContent | BlobRefusal): OperationOutcome {
  if (!('bytes' in content)) return content;
  const { bytes, type } = content;
  const headers = { 'content-type': type };
  if (/^text\/|json|xml/.test(type)) {
    const text = Buffer.from(bytes).toString();
    return { status: 200, headers, body: /json/.test(type) ? parsed(text) : text };
  }
  return { status: 200, headers, body: { '$content-type': type, $content: Buffer.from(bytes).toString('base64') } };
}

function parsed(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

// --- Operations -------------------------------------------------------------------------------------------------

async function put(store: BlobAccount, call: OperationCall, path: string): Promise<OperationOutcome> {
  const place = placeOf(path);
  if (place.name === '') return answer(400, { status: 400, message: 'A blob needs a container and a name.' });
  return described(await store.put(place, contentOf(call.input.body)));
}

const byId = (call: OperationCall): BlobPlace => placeOf(pathOfId(call.input.path['id'] ?? ''));
const byPath = (call: OperationCall): BlobPlace => placeOf(call.input.query['path'] ?? '');

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Letters of the permissions' names, in the order that the service wants. */
function permissionsOf(names: string): string {
  const letters: Readonly<Record<string, string>> = { read: 'r', add: 'a', create: 'c', write: 'w', delete: 'd' };
  const wanted = new Set(
    names
      .toLowerCase()
      .split(/[\s,]+/)
      .map((name) => letters[name]),
  );
  return ['r', 'a', 'c', 'w', 'd'].filter((letter) => wanted.has(letter)).join('');
}

async function share(store: BlobAccount, call: OperationCall): Promise<OperationOutcome> {
  const wish = (name: string): string => {
    const value = memberIgnoringCase(call.input.body ?? null, name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const permissions = permissionsOf(wish('Permissions') || 'Read');
  const [start, expiry] = [Date.parse(wish('StartTime')), Date.parse(wish('ExpiryTime'))];
  if (permissions === '') return fault('InvalidRequestContent', `'${wish('Permissions')}' is no permission of a blob.`);
  const addresses = wish('IpAddressOrRange');
  const link: string | Fault = store.link(byPath(call), {
    permissions,
    ...(Number.isNaN(start) ? {} : { start }),
    expiry: Number.isNaN(expiry) ? call.services.clock.now() + dayMilliseconds : expiry,
    httpsOnly: !/http$/i.test(wish('AccessProtocol')),
    ...(addresses === '' ? {} : { addresses }),
  });
  return isFault(link) ? link : answer(200, { WebUrl: link });
}

const operations: Readonly<Record<string, LocalOperation>> = {
  CreateFile: withStore((store, call) => {
    const { folderPath = '', name = '' } = call.input.query;
    return put(store, call, name === '' ? '' : `${folderPath}/${name}`);
  }),
  UpdateFile: withStore((store, call) => put(store, call, pathOfId(call.input.path['id'] ?? ''))),
  DeleteFile: withStore(async (store, call) => (await store.remove(byId(call))) ?? answer(200)),
  GetFileMetadata: withStore(async (store, call) => described(await store.find(byId(call)))),
  GetFileMetadataByPath: withStore(async (store, call) => described(await store.find(byPath(call)))),
  GetFileContent: withStore(async (store, call) => contentAnswer(await store.read(byId(call)))),
  GetFileContentByPath: withStore(async (store, call) => contentAnswer(await store.read(byPath(call)))),
  ListFolder: withStore(async (store, call) => {
    const entries = await store.list(byId(call));
    return Array.isArray(entries)
      ? answer(200, { value: (entries as readonly BlobEntry[]).map(metadata), nextLink: null })
      : (entries as BlobRefusal);
  }),
  CreateShareLinkByPath: withStore(share),
};

/** Both generations of each operation's name. */
export const blobOperations: Readonly<Record<string, LocalOperation>> = Object.fromEntries(
  Object.entries(operations).flatMap(([name, operation]) => [
    [name, operation],
    [`${name}_V2`, operation],
  ]),
);
