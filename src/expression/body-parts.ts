/**
 * The fields of form bodies and the parts of multipart bodies.
 *
 * Owns: reading them, from `$formdata` and `$multipart` where the receiver made these, else from the content's bytes.
 * Does not own: envelopes (`content-envelope.ts`).
 *
 * Source: expression reference 4.5, 6.7; RFC 2046 5.1, URL standard (form encoding).
 */
import type { Json } from '#foundation';
import { base64FromBytes } from './base64.ts';
import { envelopeAsText, envelopeBytes, isEnvelope, mediaType } from './content-envelope.ts';
import { isArray, isObject, type ObjectValue, type Value } from './values.ts';

export interface FormField {
  readonly key: string;
  readonly value: Value;
}

/** The fields of a form body in order; undefined when the body is no form. */
export function formFields(body: Value): readonly FormField[] | undefined {
  const listed = isObject(body) && Object.hasOwn(body, '$formdata') ? body['$formdata'] : undefined;
  if (isArray(listed)) return listed.flatMap(fieldOf);
  if (!isEnvelope(body)) return undefined;
  if (mediaType(body['$content-type']) === 'application/x-www-form-urlencoded') {
    const text = envelopeAsText(body);
    return text === undefined ? undefined : [...new URLSearchParams(text)].map(([key, value]) => ({ key, value }));
  }
  return undefined;
}

function fieldOf(entry: Value): readonly FormField[] {
  if (!isObject(entry) || typeof entry['key'] !== 'string') return [];
  return [{ key: entry['key'], value: entry['value'] ?? null }];
}

/** The parts of a multipart body, each `{headers, body}`; undefined when the body has none. */
export function multipartParts(body: Value): readonly ObjectValue[] | undefined {
  const listed = isObject(body) && Object.hasOwn(body, '$multipart') ? body['$multipart'] : undefined;
  if (isArray(listed)) return listed.filter((part) => isObject(part));
  if (!isEnvelope(body) || !mediaType(body['$content-type']).startsWith('multipart/')) return undefined;
  const boundary = boundaryOf(body['$content-type']);
  const bytes = envelopeBytes(body);
  return boundary === undefined || bytes === undefined ? undefined : splitParts(bytes, boundary);
}

function boundaryOf(contentType: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/** Bytes as text, one unit each: positions in it are positions in the bytes. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function splitParts(bytes: Uint8Array, boundary: string): readonly ObjectValue[] {
  const text = `\r\n${latin1(bytes)}`;
  const delimiter = `\r\n--${boundary}`;
  const parts: ObjectValue[] = [];
  let at = text.indexOf(delimiter);
  while (at >= 0) {
    const start = text.indexOf('\r\n', at + delimiter.length);
    if (start < 0 || text.startsWith('--', at + delimiter.length)) break;
    const next = text.indexOf(delimiter, start);
    if (next < 0) break;
    parts.push(readPart(text, start + 2, next));
    at = next;
  }
  return parts;
}

function readPart(text: string, start: number, end: number): ObjectValue {
  const blank = text.startsWith('\r\n', start) ? start : text.indexOf('\r\n\r\n', start);
  const noHeaders = blank === start;
  const headersEnd = blank < 0 || blank > end ? end : blank;
  const bodyStart = Math.min(end, headersEnd + (noHeaders ? 2 : 4));
  const headers: { [name: string]: Json } = {};
  for (const line of text.slice(start, headersEnd).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) Object.assign(headers, { [line.slice(0, colon).trim()]: line.slice(colon + 1).trim() });
  }
  const content = Uint8Array.from(text.slice(bodyStart, end), (unit) => unit.charCodeAt(0));
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const contentType = typeof type === 'string' ? type : 'text/plain';
  return { headers, body: { '$content-type': contentType, $content: base64FromBytes(content) } };
}
