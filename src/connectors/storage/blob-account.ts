/**
 * A store of blobs in containers, as one port, and what its implementations share.
 *
 * Owns: the shape of blobs and of outcomes, listings of both kinds of service (XML). Does not own: the services
 * (`azure-blobs.ts`, `s3-blobs.ts`).
 *
 * Invariants
 * BA1. A call goes to the account's own origin; names of blobs are encoded segment by segment, none of them `..`.
 */
import {
  type Fault,
  isFault,
  fault,
  type Json,
  type Outbound,
  type OutboundFailure,
  type OutboundResponse,
} from '#foundation';

export interface BlobPlace {
  readonly container: string;
  /** Without a slash at its beginning; empty for the container itself. */
  readonly name: string;
}

export interface BlobEntry extends BlobPlace {
  readonly size: number;
  readonly type: string;
  /** As the service writes it; empty for folders. */
  readonly modified: string;
  readonly etag: string;
  readonly isFolder: boolean;
}

export interface BlobContent {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** An answer of a store before it is an action's outputs. */
export interface StoreAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/** What the service answered instead, or why it did not. */
export type BlobRefusal = StoreAnswer | OutboundFailure | Fault;

export interface LinkWish {
  /** Letters of Azure's permissions: `r`, `rw`. */
  readonly permissions: string;
  /** Milliseconds since the epoch. */
  readonly start?: number;
  readonly expiry: number;
  readonly httpsOnly: boolean;
  readonly addresses?: string;
}

export interface BlobAccount {
  put(place: BlobPlace, content: BlobContent): Promise<BlobEntry | BlobRefusal>;
  read(place: BlobPlace): Promise<BlobContent | BlobRefusal>;
  find(place: BlobPlace): Promise<BlobEntry | BlobRefusal>;
  /** Undefined when it is gone. */
  remove(place: BlobPlace): Promise<BlobRefusal | undefined>;
  /** What is directly below; containers where the place names none. */
  list(place: BlobPlace): Promise<readonly BlobEntry[] | BlobRefusal>;
  link(place: BlobPlace, wish: LinkWish): string | Fault;
}

/** Puts the credential on a request. */
export type SignRequest = (request: {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}) => Record<string, string>;

export interface StoreCalls {
  readonly outbound: Outbound;
  readonly endpoint: URL;
  readonly sign: SignRequest;
  readonly signal?: AbortSignal;
}

const nothing = new Uint8Array();

/** One signed request; answers of 300 and more are refusals. */
export async function storeCall(
  { outbound, sign, signal }: StoreCalls,
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>> = {},
  body: Uint8Array = nothing,
): Promise<OutboundResponse | BlobRefusal> {
  const answer = await outbound.send({
    method,
    url: url.href,
    headers: sign({ method, url, headers, body }),
    ...(body.length === 0 && method !== 'PUT' ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
    // Signatures are about the bytes as they are stored.
    decompress: false,
  });
  return answer.kind === 'failure' || answer.status < 300 ? answer : refusalOf(answer);
}

export function isResponse(value: OutboundResponse | BlobRefusal): value is OutboundResponse {
  return 'kind' in value && value.kind === 'response';
}

/** Errors of both services are XML with `Code` and `Message`; answers to HEAD have no body. */
function refusalOf({ status, headers, body }: OutboundResponse): StoreAnswer {
  const text = Buffer.from(body).toString();
  const code = headers['x-ms-error-code'] ?? tagIn(text, 'Code') ?? (status === 404 ? 'BlobNotFound' : 'StorageError');
  const usual = status === 404 ? 'The specified blob does not exist.' : `The storage service answered ${status}.`;
  const message = (tagIn(text, 'Message') ?? usual).slice(0, 1_000);
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: { status, message, error: { code, message } },
  };
}

function tagIn(text: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1];
}

/** The address of a place below the endpoint (BA1). */
export function urlOf(
  endpoint: URL,
  { container, name }: BlobPlace,
  encoded: (segment: string) => string = encodeURIComponent,
): URL | Fault {
  const segments = [container, ...name.split('/')];
  if (segments.some((segment) => segment === '..' || segment === '.')) {
    return fault('InvalidRequestContent', `'${name.slice(0, 200)}' is no name of a blob.`);
  }
  const path = (name === '' ? [container] : segments).map((segment) => encoded(segment)).join('/');
  return new URL(`${endpoint.href.replace(/\/+$/, '')}/${path}`);
}

/** Queries with blanks as `%20`: a plus is not a blank to every service. */
export function searchOf(queries: Readonly<Record<string, string>>): string {
  return new URLSearchParams(queries).toString().replaceAll('+', '%20');
}

// --- Listings ---------------------------------------------------------------------------------------------------

/** An element of a listing: its texts by their paths below it, `Properties/Etag`. */
export type ListingItem = ReadonlyMap<string, string>;

/** Elements of these names anywhere in a listing, and the texts of the listing itself. */
export async function readListing(
  body: Uint8Array,
  items: readonly string[],
): Promise<{ readonly items: readonly (readonly [string, ListingItem])[]; readonly texts: ListingItem }> {
  const { DOMParser } = await import('@xmldom/xmldom');
  const root = new DOMParser({ onError: () => {} }).parseFromString(
    Buffer.from(body).toString(),
    'text/xml',
  ).documentElement;
  const found: [string, ListingItem][] = [];
  const collect = (element: ElementLike, into: Map<string, string>, prefix: string): void => {
    for (let child = element.firstChild; child !== null; child = child.nextSibling) {
      if (child.nodeType !== 1) continue;
      if (items.includes(child.nodeName)) {
        const own = new Map<string, string>();
        collect(child, own, '');
        found.push([child.nodeName, own]);
        continue;
      }
      const path = `${prefix}${child.nodeName}`;
      into.set(path, child.textContent ?? '');
      collect(child, into, `${path}/`);
    }
  };
  const texts = new Map<string, string>();
  if (root !== null) collect(root, texts, '');
  return { items: found, texts };
}

interface ElementLike {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly firstChild: ElementLike | null;
  readonly nextSibling: ElementLike | null;
}

/** A blob's content: both kinds of stores answer it alike. */
export async function readBlob(calls: StoreCalls, url: URL | Fault): Promise<BlobContent | BlobRefusal> {
  if (isFault(url)) return url;
  const answer = await storeCall(calls, 'GET', url);
  if (!isResponse(answer)) return answer;
  return { bytes: answer.body, type: answer.headers['content-type'] ?? 'application/octet-stream' };
}

/** What the headers tell of a blob, by HEAD. */
export async function findBlob(
  calls: StoreCalls,
  url: URL | Fault,
  place: BlobPlace,
): Promise<BlobEntry | BlobRefusal> {
  if (isFault(url)) return url;
  const answer = await storeCall(calls, 'HEAD', url);
  if (!isResponse(answer)) return answer;
  const {
    etag = '',
    'last-modified': modified = '',
    'content-length': size = '0',
    'content-type': type = '',
  } = answer.headers;
  return { ...place, size: Number(size), type, modified, etag, isFolder: false };
}

/** Pages of a listing that are followed. */
export const mostPages = 50;
