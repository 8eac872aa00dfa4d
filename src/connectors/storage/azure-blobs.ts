/**
 * Blobs of an Azure storage account, or of anything that speaks as one.
 *
 * Owns: its requests. Does not own: signatures (`azure-signature.ts`), the port (`blob-account.ts`).
 * Source: Azure Blob Storage REST reference.
 */
import { type Fault, fault, isFault } from '#foundation';
import { type AccountKey, blobSignature, sharedKey, storageVersion } from './azure-signature.ts';
import {
  type BlobAccount,
  type BlobContent,
  type BlobEntry,
  type BlobPlace,
  type BlobRefusal,
  findBlob,
  isResponse,
  type LinkWish,
  type ListingItem,
  mostPages,
  readBlob,
  readListing,
  searchOf,
  type SignRequest,
  storeCall,
  type StoreCalls,
  urlOf,
} from './blob-account.ts';

/** A key of the account, or a token of an identity that may use it. */
export type AzureStorageCredential =
  | ({ readonly kind: 'key' } & AccountKey)
  | { readonly kind: 'token'; readonly token: string };

function signer(credential: AzureStorageCredential): SignRequest {
  return ({ method, url, headers, body }) => {
    const own = { ...headers, 'x-ms-date': new Date().toUTCString(), 'x-ms-version': storageVersion };
    const authorization =
      credential.kind === 'token'
        ? `Bearer ${credential.token}`
        : sharedKey(credential, { method, url, headers: own, length: body.length });
    return { ...own, authorization };
  };
}

export class AzureBlobs implements BlobAccount {
  readonly #calls: StoreCalls;
  readonly #credential: AzureStorageCredential;

  constructor(calls: Omit<StoreCalls, 'sign'>, credential: AzureStorageCredential) {
    this.#calls = { ...calls, sign: signer(credential) };
    this.#credential = credential;
  }

  async put(place: BlobPlace, { type, bytes }: BlobContent): Promise<BlobEntry | BlobRefusal> {
    const url = urlOf(this.#calls.endpoint, place);
    if (isFault(url)) return url;
    const headers = { 'content-type': type, 'x-ms-blob-type': 'BlockBlob' };
    const answer = await storeCall(this.#calls, 'PUT', url, headers, bytes);
    if (!isResponse(answer)) return answer;
    const { etag = '', 'last-modified': modified = '' } = answer.headers;
    return { ...place, size: bytes.length, type, modified, etag, isFolder: false };
  }

  read(place: BlobPlace): Promise<BlobContent | BlobRefusal> {
    return readBlob(this.#calls, urlOf(this.#calls.endpoint, place));
  }

  find(place: BlobPlace): Promise<BlobEntry | BlobRefusal> {
    return findBlob(this.#calls, urlOf(this.#calls.endpoint, place), place);
  }

  async remove(place: BlobPlace): Promise<BlobRefusal | undefined> {
    const url = urlOf(this.#calls.endpoint, place);
    if (isFault(url)) return url;
    const answer = await storeCall(this.#calls, 'DELETE', url);
    return isResponse(answer) ? undefined : answer;
  }

  async list({ container, name }: BlobPlace): Promise<readonly BlobEntry[] | BlobRefusal> {
    const entries: BlobEntry[] = [];
    let marker = '';
    for (let page = 0; page < mostPages; page += 1) {
      const url = urlOf(this.#calls.endpoint, { container, name: '' });
      if (isFault(url)) return url;
      const queries: Record<string, string> = { comp: 'list', ...(marker === '' ? {} : { marker }) };
      if (container !== '') {
        Object.assign(queries, { restype: 'container', delimiter: '/' });
        if (name !== '') queries['prefix'] = `${name.replace(/\/+$/, '')}/`;
      }
      url.search = searchOf(queries);
      const answer = await storeCall(this.#calls, 'GET', url);
      if (!isResponse(answer)) return answer;
      const listing = await readListing(answer.body, ['Blob', 'BlobPrefix', 'Container']);
      entries.push(...listing.items.map(([kind, item]) => entryOf(kind, item, container)));
      marker = listing.texts.get('NextMarker') ?? '';
      if (marker === '') return entries;
    }
    return fault('InvalidRequestContent', `The folder has more than ${mostPages} pages of blobs.`);
  }

  link(place: BlobPlace, { permissions, start, expiry, httpsOnly, addresses }: LinkWish): string | Fault {
    if (this.#credential.kind !== 'key') {
      return fault('InvalidRequestContent', 'A shared link needs a connection with a key of the storage account.');
    }
    const url = urlOf(this.#calls.endpoint, place);
    if (isFault(url)) return url;
    url.search = blobSignature(this.#credential, {
      ...place,
      permissions,
      ...(start === undefined ? {} : { start: secondsOf(start) }),
      expiry: secondsOf(expiry),
      httpsOnly,
      ...(addresses === undefined ? {} : { addresses }),
    }).toString();
    return url.href;
  }
}

function secondsOf(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}

function entryOf(kind: string, item: ListingItem, container: string): BlobEntry {
  const name = item.get('Name') ?? '';
  const text = (path: string): string => item.get(`Properties/${path}`) ?? '';
  const folder = { size: 0, type: '', etag: text('Etag'), modified: text('Last-Modified'), isFolder: true };
  if (kind === 'Container') return { container: name, name: '', ...folder };
  if (kind === 'BlobPrefix') return { container, name: name.replace(/\/+$/, ''), ...folder };
  return {
    container,
    name,
    ...folder,
    size: Number(text('Content-Length')),
    type: text('Content-Type'),
    isFolder: false,
  };
}
