/**
 * Signature Version 4 of requests and addresses, for S3 and for stores that speak as it does.
 *
 * Owns: the texts that are signed. Does not own: requests (`s3-blobs.ts`).
 * Source: "Signature Version 4" of the Amazon S3 API reference.
 */
import { createHash, createHmac } from 'node:crypto';

export interface AwsKey {
  readonly id: string;
  readonly secret: string;
  readonly region: string;
}

export interface AwsRequest {
  readonly method: string;
  readonly url: URL;
  /** Headers that are signed, names in lower case, `host` aside. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

function hashOf(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Uint8Array | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** RFC 3986, which leaves less alone than JavaScript does. */
export function awsEncoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function stampOf(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
}

function queriesOf(queries: Iterable<readonly [string, string]>): string {
  return [...queries]
    .map(([name, value]) => `${awsEncoded(name)}=${awsEncoded(value)}`)
    .toSorted()
    .join('&');
}

interface Canonical {
  readonly method: string;
  readonly url: URL;
  readonly queries: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

function signatureOf(
  key: AwsKey,
  stamp: string,
  canonical: Canonical,
): { readonly names: string; readonly signature: string } {
  const names = Object.keys(canonical.headers).toSorted();
  const path = canonical.url.pathname
    .split('/')
    .map((segment) => awsEncoded(decodeURIComponent(segment)))
    .join('/');
  const text = [
    canonical.method,
    path,
    canonical.queries,
    ...names.map((name) => `${name}:${canonical.headers[name]?.trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    canonical.payload,
  ].join('\n');
  const scope = scopeOf(key, stamp);
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, hashOf(text)].join('\n');
  const signing = scope.split('/').reduce<Uint8Array | string>((by, part) => hmac(by, part), `AWS4${key.secret}`);
  return { names: names.join(';'), signature: hmac(signing, toSign).toString('hex') };
}

function scopeOf({ region }: AwsKey, stamp: string): string {
  return `${stamp.slice(0, 8)}/${region}/s3/aws4_request`;
}

/** The headers that a request is sent with, its own among them. */
export function awsHeaders(key: AwsKey, { method, url, headers, body, now }: AwsRequest): Record<string, string> {
  const stamp = stampOf(now);
  const payload = hashOf(body);
  const own = { ...headers, 'x-amz-content-sha256': payload, 'x-amz-date': stamp };
  const { names, signature } = signatureOf(key, stamp, {
    method,
    url,
    queries: queriesOf(url.searchParams),
    headers: { ...own, host: url.host },
    payload,
  });
  const credential = `${key.id}/${scopeOf(key, stamp)}`;
  return {
    ...own,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names},Signature=${signature}`,
  };
}

/** An address that lets whoever has it read what is there, for so many seconds. */
export function awsSignedUrl(key: AwsKey, url: URL, seconds: number, now: number): URL {
  const stamp = stampOf(now);
  const queries: readonly (readonly [string, string])[] = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${key.id}/${scopeOf(key, stamp)}`],
    ['X-Amz-Date', stamp],
    ['X-Amz-Expires', String(seconds)],
    ['X-Amz-SignedHeaders', 'host'],
  ];
  const canonical = queriesOf(queries);
  const { signature } = signatureOf(key, stamp, {
    method: 'GET',
    url,
    queries: canonical,
    headers: { host: url.host },
    payload: 'UNSIGNED-PAYLOAD',
  });
  const signed = new URL(url);
  signed.search = `${canonical}&X-Amz-Signature=${signature}`;
  return signed;
}
