/**
 * Bodies of HTTP messages as Logic Apps shows them, and back.
 *
 * Owns: decoding by content type (JSON, text, form, multipart, everything else as an envelope) and encoding.
 * Does not own: headers beyond the content type, transfer encodings.
 * Source: engine reference 2.5 (bodies by content type) and 4.1 (bodies sent); expression reference 4.5, 4.6.
 *
 * Invariants
 * B1. `encodeBody(decodeBody(bytes, type))` gives the same bytes for every non-JSON type.
 */
import { createHash } from 'node:crypto';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberOf,
  parseJson,
  stringifyJson,
} from '#foundation';

export type DecodedBody =
  /** `body` is absent for an empty body. */
  | { readonly kind: 'decoded'; readonly body?: Json }
  /** A JSON content type with text that is no JSON. */
  | { readonly kind: 'malformed'; readonly message: string };

const utf8 = new TextDecoder('utf-8', { ignoreBOM: false });

export function decodeBody(bytes: Uint8Array, contentType: string | undefined): DecodedBody {
  if (bytes.length === 0) return { kind: 'decoded' };
  const type = contentType?.trim() ?? '';
  const media = mediaTypeOf(type);
  if (media === 'application/json' || media.endsWith('+json') || media === 'text/json') {
    return decodeJson(bytes, type);
  }
  if (media.startsWith('text/')) return { kind: 'decoded', body: decodeText(bytes, type) };
  const envelope = envelopeOf(bytes, type === '' ? 'application/octet-stream' : type);
  if (media === 'application/x-www-form-urlencoded') {
    return { kind: 'decoded', body: { ...envelope, $formdata: decodeForm(utf8.decode(bytes)) } };
  }
  if (media === 'multipart/form-data' || media.startsWith('multipart/')) {
    const parts = decodeMultipart(bytes, type);
    return { kind: 'decoded', body: parts === undefined ? envelope : { ...envelope, $multipart: parts } };
  }
  return { kind: 'decoded', body: envelope };
}

export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function decodeJson(bytes: Uint8Array, contentType: string): DecodedBody {
  try {
    return { kind: 'decoded', body: parseJson(decodeText(bytes, contentType)) };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { kind: 'malformed', message: error.message };
    throw error;
  }
}

function decodeText(bytes: Uint8Array, contentType: string): string {
  const charset = /;\s*charset="?([^\s";]+)/i.exec(contentType)?.[1];
  if (charset === undefined) return utf8.decode(bytes);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return utf8.decode(bytes);
  }
}

function envelopeOf(bytes: Uint8Array, contentType: string): { [name: string]: Json } {
  return { '$content-type': contentType, $content: Buffer.from(bytes).toString('base64') };
}

function decodeForm(text: string): Json {
  return [...new URLSearchParams(text)].map(([key, value]) => ({ key, value }));
}

/** At most this many parts of one multipart body are taken apart. */
const partLimit = 1_000;

function decodeMultipart(bytes: Uint8Array, contentType: string): Json | undefined {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined || mark.length > 70) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const delimiter = Buffer.from(`--${mark}`);
  const parts: Json[] = [];
  let start = buffer.indexOf(delimiter);
  while (start >= 0 && parts.length < partLimit) {
    const from = start + delimiter.length;
    const end = buffer.indexOf(delimiter, from);
    if (end < 0) break;
    const part = decodePart(buffer.subarray(from, end));
    if (part !== undefined) parts.push(part);
    start = end;
  }
  return parts;
}

function decodePart(section: Buffer): Json | undefined {
  const split = section.indexOf('\r\n\r\n');
  if (split < 0) return undefined;
  const headers: { [name: string]: Json } = {};
  for (const line of section.subarray(0, split).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  const content = section.subarray(split + 4, section.length - 2);
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const decoded = decodeBody(content, typeof type === 'string' ? type : 'text/plain');
  return { headers, body: decoded.kind === 'decoded' ? (decoded.body ?? '') : content.toString('utf8') };
}

// --- Encoding ---------------------------------------------------------------------------------------------------

export interface EncodedBody {
  readonly bytes: Uint8Array;
  /** The type to send when the caller gave none. */
  readonly contentType: string;
}

/**
 * A value as the bytes of a message body; undefined for an absent or null body.
 * @param explicit the content type the author gave: its boundary is that of the parts.
 */
export function encodeBody(body: Json | undefined, explicit?: string): EncodedBody | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') {
    return { bytes: Buffer.from(body), contentType: 'text/plain; charset=utf-8' };
  }
  if (isJsonObject(body)) {
    const special = encodeEnvelope(body, explicit);
    if (special !== undefined) return special;
  }
  return { bytes: Buffer.from(stringifyJson(body)), contentType: 'application/json; charset=utf-8' };
}

function encodeEnvelope(body: JsonObject, explicit: string | undefined): EncodedBody | undefined {
  const type = memberOf(body, '$content-type');
  const content = memberOf(body, '$content');
  const form = memberOf(body, '$formdata');
  const multipart = memberOf(body, '$multipart');
  if (typeof type === 'string' && typeof content === 'string') {
    return { bytes: Buffer.from(content, 'base64'), contentType: type };
  }
  if (isJsonArray(form)) {
    const fields = new URLSearchParams();
    for (const field of form) fields.append(textOf(memberOf(field, 'key')), textOf(memberOf(field, 'value')));
    const contentType = typeof type === 'string' ? type : 'application/x-www-form-urlencoded';
    return { bytes: Buffer.from(fields.toString()), contentType };
  }
  if (isJsonArray(multipart)) {
    const own = typeof type === 'string' ? type : undefined;
    return encodeMultipart(multipart, explicit !== undefined && isMultipart(explicit) ? explicit : own);
  }
  return undefined;
}

export function isMultipart(contentType: string): boolean {
  return mediaTypeOf(contentType).startsWith('multipart/');
}

function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : stringifyJson(value);
}

/** A boundary follows from the parts: no text that an alert brings can have been written to contain it. */
function encodeMultipart(parts: readonly Json[], type: string | undefined): EncodedBody {
  const sections = parts.map(encodePart);
  const given = type === undefined ? undefined : /;\s*boundary="?([^\s";]+)/i.exec(type)?.[1];
  const boundary = given ?? `tocsin-${createHash('sha256').update(Buffer.concat(sections)).digest('hex').slice(0, 40)}`;
  const chunks = sections.flatMap((section) => [Buffer.from(`--${boundary}\r\n`), section, Buffer.from('\r\n')]);
  const bytes = Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]);
  const base = type === undefined ? 'multipart/form-data' : mediaTypeOf(type);
  return { bytes, contentType: `${base}; boundary=${boundary}` };
}

function encodePart(part: Json): Buffer {
  const encoded = encodeBody(memberOf(part, 'body'));
  const headers = memberOf(part, 'headers');
  const lines = Object.entries(isJsonObject(headers) ? headers : {}).map(([name, value]) =>
    `${name}: ${textOf(value)}`.replace(/[\r\n]/g, ' '),
  );
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), encoded?.bytes ?? Buffer.alloc(0)]);
}
