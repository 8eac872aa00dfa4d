/**
 * Blobs of Amazon S3, or of a store that speaks as it does: a container is a bucket.
 *
 * Owns: its requests, with buckets in the path. Does not own: signatures (`aws-signature.ts`), the port (`blob-account.ts`).
 * Source: Amazon S3 API reference.
 */
import { type Fault, fault, isFault } from '#foundation';
import { awsEncoded, type AwsKey, awsHeaders, awsSignedUrl } from './aws-signature.ts';
import {
  type BlobAccount,
  type BlobContent,
  type BlobEntry,
  type BlobPlace,
  type BlobRefusal,
  findBlob,
  isResponse,
  type LinkWish,
  mostPages,
  readBlob,
  readListing,
  searchOf,
  storeCall,
  type StoreCalls,
  urlOf,
} from './blob-account.ts';

/** The longest that a signed address of S3 may last, in seconds. */
const longestLink = 7 * 24 * 60 * 60;

export class S3Blobs implements BlobAccount {
  readonly #calls: StoreCalls;
  readonly #key: AwsKey;
  readonly #now: () => number;

  constructor(calls: Omit<StoreCalls, 'sign'>, key: AwsKey, now: () => number = Date.now) {
    this.#calls = { ...calls, sign: (request) => awsHeaders(key, { ...request, now: now() }) };
    this.#key = key;
    this.#now = now;
  }

  async put(place: BlobPlace, { type, bytes }: BlobContent): Promise<BlobEntry | BlobRefusal> {
    const url = urlOf(this.#calls.endpoint, place, awsEncoded);
    if (isFault(url)) return url;
    const answer = await storeCall(this.#calls, 'PUT', url, { 'content-type': type }, bytes);
    if (!isResponse(answer)) return answer;
    const modified = new Date(this.#now()).toUTCString();
    return { ...place, size: bytes.length, type, modified, etag: answer.headers['etag'] ?? '', isFolder: false };
  }

  read(place: BlobPlace): Promise<BlobContent | BlobRefusal> {
    return readBlob(this.#calls, urlOf(this.#calls.endpoint, place, awsEncoded));
  }

  find(place: BlobPlace): Promise<BlobEntry | BlobRefusal> {
    return findBlob(this.#calls, urlOf(this.#calls.endpoint, place, awsEncoded), place);
  }

  /** S3 is silent about what was not there; the connector is not. */
  async remove(place: BlobPlace): Promise<BlobRefusal | undefined> {
    const found = await this.find(place);
    if (!('etag' in found)) return found;
    const url = urlOf(this.#calls.endpoint, place, awsEncoded);
    if (isFault(url)) return url;
    const answer = await storeCall(this.#calls, 'DELETE', url);
    return isResponse(answer) ? undefined : answer;
  }

  async list({ container, name }: BlobPlace): Promise<readonly BlobEntry[] | BlobRefusal> {
    const entries: BlobEntry[] = [];
    let next = '';
    for (let page = 0; page < mostPages; page += 1) {
      const url = urlOf(this.#calls.endpoint, { container, name: '' });
      if (isFault(url)) return url;
      if (container !== '') {
        const prefix = name === '' ? {} : { prefix: `${name.replace(/\/+$/, '')}/` };
        const token = next === '' ? {} : { 'continuation-token': next };
        url.search = searchOf({ 'list-type': '2', delimiter: '/', ...prefix, ...token });
      }
      const answer = await storeCall(this.#calls, 'GET', url);
      if (!isResponse(answer)) return answer;
      const { items, texts } = await readListing(answer.body, ['Contents', 'CommonPrefixes', 'Bucket']);
      for (const [kind, item] of items) {
        const folder = { size: 0, type: '', etag: '', modified: item.get('CreationDate') ?? '', isFolder: true };
        const path = (item.get('Key') ?? item.get('Prefix') ?? '').replace(/\/+$/, '');
        if (kind === 'Bucket') entries.push({ container: item.get('Name') ?? '', name: '', ...folder });
        else if (kind === 'CommonPrefixes') entries.push({ container, name: path, ...folder });
        else {
          const [size, modified, etag] = ['Size', 'LastModified', 'ETag'].map((part) => item.get(part) ?? '');
          entries.push({
            container,
            name: path,
            type: '',
            size: Number(size),
            modified: modified ?? '',
            etag: etag ?? '',
            isFolder: false,
          });
        }
      }
      next = texts.get('IsTruncated') === 'true' ? (texts.get('NextContinuationToken') ?? '') : '';
      if (next === '') return entries;
    }
    return fault('InvalidRequestContent', `The folder has more than ${mostPages} pages of blobs.`);
  }

  link(place: BlobPlace, { permissions, start, expiry, addresses }: LinkWish): string | Fault {
    const now = this.#now();
    if (permissions !== 'r' || addresses !== undefined || (start !== undefined && start > now)) {
      return fault(
        'InvalidRequestContent',
        'A signed address of S3 reads one object, from now, for everybody who has it.',
      );
    }
    const seconds = Math.floor((expiry - now) / 1000);
    if (seconds < 1 || seconds > longestLink) {
      return fault('InvalidRequestContent', 'A signed address of S3 lasts a second to seven days.');
    }
    const url = urlOf(this.#calls.endpoint, place, awsEncoded);
    return isFault(url) ? url : awsSignedUrl(this.#key, url, seconds, now).href;
  }
}
