/**
 * Signatures of Azure Storage: Shared Key of requests, and signed addresses of blobs.
 *
 * Owns: the texts that are signed. Does not own: requests (`azure-blobs.ts`, `azure-tables.ts`).
 * Source: "Authorize with Shared Key" and "Create a service SAS" of Azure Storage's REST reference.
 */
import { createHmac } from 'node:crypto';

export interface AccountKey {
  readonly account: string;
  /** Base64. */
  readonly key: string;
}

/** What is signed of a request; names of headers in lower case. */
export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body. */
  readonly length: number;
}

function hmac({ key }: AccountKey, text: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
}

const plainHeaders = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
];

/** `Authorization` of a request to the blob service; the date stands in `x-ms-date`. */
export function sharedKey(key: AccountKey, { method, url, headers, length }: SignedRequest): string {
  const given: Readonly<Record<string, string>> = { ...headers, 'content-length': length === 0 ? '' : String(length) };
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .toSorted()
    .map((name) => `${name}:${headers[name]?.trim()}`);
  const queries = [...Map.groupBy(url.searchParams, ([name]) => name.toLowerCase())]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(
      ([name, values]) =>
        `\n${name}:${values
          .map(([, value]) => value)
          .toSorted()
          .join(',')}`,
    );
  const text = [
    method,
    ...plainHeaders.map((name) => given[name] ?? ''),
    ...own,
    `/${key.account}${url.pathname}${queries.join('')}`,
  ].join('\n');
  return `SharedKey ${key.account}:${hmac(key, text)}`;
}

/** `Authorization` of a request to the table service, which signs date and resource only. */
export function tableSharedKey(key: AccountKey, url: URL, date: string): string {
  const comp = url.searchParams.get('comp');
  const resource = `/${key.account}${url.pathname}${comp === null ? '' : `?comp=${comp}`}`;
  return `SharedKeyLite ${key.account}:${hmac(key, `${date}\n${resource}`)}`;
}

export interface BlobGrant {
  readonly container: string;
  readonly name: string;
  /** `r`, `rw`: in the service's own order. */
  readonly permissions: string;
  /** ISO times to the second. */
  readonly start?: string;
  readonly expiry: string;
  readonly httpsOnly: boolean;
  readonly addresses?: string;
}

export const storageVersion = '2023-11-03';

/** Queries that let whoever has them use a blob. */
export function blobSignature(key: AccountKey, grant: BlobGrant): URLSearchParams {
  const { container, name, permissions, start = '', expiry, httpsOnly, addresses = '' } = grant;
  const protocol = httpsOnly ? 'https' : 'https,http';
  const text = [
    permissions,
    start,
    expiry,
    `/blob/${key.account}/${container}/${name}`,
    '',
    addresses,
    protocol,
    storageVersion,
    'b',
    // Snapshot, encryption scope and five headers of the answer: none.
    '\n\n\n\n\n\n',
  ].join('\n');
  return new URLSearchParams({
    sv: storageVersion,
    spr: protocol,
    ...(start === '' ? {} : { st: start }),
    se: expiry,
    ...(addresses === '' ? {} : { sip: addresses }),
    sr: 'b',
    sp: permissions,
    sig: hmac(key, text),
  });
}
