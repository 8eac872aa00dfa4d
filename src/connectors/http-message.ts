/**
 * The message of an HTTP action: from evaluated inputs to bytes on the wire, and from the answer to outputs.
 *
 * Owns: URL and queries, headers that are dropped, body encoding, authentication schemes that need no other service.
 * Does not own: sending (`outbound-client.ts`), tokens of managed identities (`#service`).
 * Source: engine reference 4.1, 9.
 *
 * Invariants
 * M1. Headers that an author may not set are dropped without a word, as Azure does.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonObject,
  type Json,
  memberIgnoringCase,
  type OutboundRequest,
  type OutboundResponse,
  textMember,
} from '#foundation';
import { decodeBody, encodeBody, isMultipart } from './message-body.ts';

const dropped = new Set([
  'allow',
  'cookie',
  'expires',
  'host',
  'last-modified',
  'origin',
  'set-cookie',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'expect',
  'upgrade',
  'te',
  'trailer',
]);
const keptContent = new Set(['content-disposition', 'content-encoding', 'content-type']);

function isDropped(name: string): boolean {
  if (dropped.has(name) || name.startsWith('accept-')) return true;
  return name.startsWith('content-') && !keptContent.has(name);
}

/** The text of a header, query or path value; objects as compact JSON. */
export function wireText(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}

/** Characters (engine reference 1.2). */
const urlLimit = 16_384;

/** The URL of an action: its `uri` with `queries` appended, percent-encoded. */
export function actionUrl(inputs: Json): string | Fault {
  const uri = memberIgnoringCase(inputs, 'uri');
  if (typeof uri !== 'string' || !URL.canParse(uri) || !/^https?:/i.test(uri)) {
    return fault(
      'InvalidParameter',
      `The URI '${uri === undefined ? '' : wireText(uri)}' is not an absolute http or https address.`,
    );
  }
  const url = new URL(uri);
  const queries = memberIgnoringCase(inputs, 'queries');
  for (const [name, value] of Object.entries(isJsonObject(queries) ? queries : {})) {
    const text = `${encodeURIComponent(name)}=${encodeURIComponent(wireText(value))}`;
    url.search = url.search === '' ? `?${text}` : `${url.search}&${text}`;
  }
  if (url.href.length > urlLimit) {
    return fault(
      'InvalidParameter',
      `The URI has '${url.href.length}' characters and exceeds the limit of '${urlLimit}'.`,
    );
  }
  return url.href;
}

/** Headers as the author wrote them, without those that are not theirs to set (M1). */
export function actionHeaders(inputs: Json): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  const given = memberIgnoringCase(inputs, 'headers');
  for (const [name, value] of Object.entries(isJsonObject(given) ? given : {})) {
    const lower = name.trim().toLowerCase();
    const valid = /^[!#$%&'*+.^_`|~\w-]+$/.test(lower);
    if (valid && !isDropped(lower)) headers[lower] = wireText(value).replace(/[\r\n\0]+/g, ' ');
  }
  const cookie = memberIgnoringCase(inputs, 'cookie');
  if (typeof cookie === 'string' && cookie !== '') headers.cookie = cookie.replace(/[\r\n\0]+/g, ' ');
  return headers;
}

/** The request of an HTTP action. `Authorization` comes from `authentication` unless that needs a token. */
export function actionRequest(inputs: Json): OutboundRequest | Fault {
  const url = actionUrl(inputs);
  if (isFault(url)) return url;
  const method = memberIgnoringCase(inputs, 'method');
  if (typeof method !== 'string' || !/^[A-Za-z]{1,20}$/.test(method)) {
    return fault('InvalidParameter', `The method '${wireText(method ?? '')}' of the action is not an HTTP method.`);
  }
  const headers = actionHeaders(inputs);
  const authentication = memberIgnoringCase(inputs, 'authentication');
  if (isJsonObject(authentication)) {
    delete headers.authorization;
    const authorization = plainAuthorization(authentication);
    if (authorization !== undefined) headers.authorization = authorization;
  }
  const explicit = headers['content-type'];
  const body = memberIgnoringCase(inputs, 'body');
  const encoded = /^(get|head)$/i.test(method) ? undefined : encodeBody(body, explicit);
  if (encoded !== undefined) {
    // Parts need a boundary: one the author did not give is added.
    const isBoundary = explicit !== undefined && isMultipart(explicit) && isMultipart(encoded.contentType);
    headers['content-type'] = isBoundary ? encoded.contentType : (explicit ?? encoded.contentType);
  }
  return {
    method: method.toUpperCase(),
    url,
    headers,
    ...(encoded === undefined ? {} : { body: encoded.bytes }),
  };
}

/** Basic and Raw; the other schemes need a token or a certificate and are not answered here. */
function plainAuthorization(authentication: Json): string | undefined {
  const type = (textMember(authentication, 'type') ?? '').toLowerCase();
  const text = (name: string) => wireText(memberIgnoringCase(authentication, name) ?? '');
  if (type === 'basic') {
    return `Basic ${Buffer.from(`${text('username')}:${text('password')}`).toString('base64')}`;
  }
  if (type === 'raw') {
    const value = text('value');
    return value !== '' ? value : `${text('scheme')} ${text('parameter')}`.trim();
  }
  return undefined;
}

/** An answer as an action's outputs, or why it has none. */
export type ActionAnswer =
  | { readonly kind: 'outputs'; readonly headers: Record<string, string>; readonly body?: Json }
  | { readonly kind: 'malformed'; readonly message: string };

export function actionAnswer(response: Pick<OutboundResponse, 'headers' | 'body'>): ActionAnswer {
  const decoded = decodeBody(response.body, response.headers['content-type']);
  if (decoded.kind === 'malformed') return decoded;
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [canonicalHeaderName(name), value]),
  );
  return {
    kind: 'outputs',
    headers,
    ...(decoded.body === undefined ? {} : { body: decoded.body }),
  };
}

/** `content-type` as `Content-Type`, the form Logic Apps shows; vendor headers keep their lower case. */
export function canonicalHeaderName(name: string): string {
  const known = canonicalNames.get(name);
  if (known !== undefined) return known;
  const canonical = name.startsWith('x-') ? name : name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase());
  if (canonicalNames.size < mostCanonicalNames) canonicalNames.set(name, canonical);
  return canonical;
}

/** The same few names come with every call; strangers' are not kept without end. */
const canonicalNames = new Map<string, string>();
const mostCanonicalNames = 1000;
