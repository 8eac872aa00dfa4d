/**
 * Content envelopes: `{"$content-type", "$content"}`, which stand for bytes whose media type is not JSON or plain text.
 *
 * Owns: telling, making and reading envelopes, and turning bytes of a media type into a value.
 * Does not own: the parts of form and multipart bodies (`body-parts.ts`).
 *
 * Source: expression reference 4.5, 4.6, 2.8.
 */
import { type Json, JsonSyntaxError, parseJson } from '#foundation';
import { base64FromBytes, bytesFromBase64, utf8Bytes, utf8Text } from './base64.ts';
import { isObject, type Value } from './values.ts';

export interface Envelope {
  readonly [name: string]: Value;
  readonly '$content-type': string;
  readonly $content: string;
}

export function isEnvelope(value: Value | undefined): value is Envelope {
  return (
    isObject(value) &&
    Object.hasOwn(value, '$content') &&
    typeof value['$content'] === 'string' &&
    typeof value['$content-type'] === 'string'
  );
}

export function envelope(contentType: string, base64: string): Envelope {
  return { '$content-type': contentType, $content: base64 };
}

/** The envelope of bytes without a media type of their own. */
export function binaryEnvelope(bytes: Uint8Array): Envelope {
  return envelope('application/octet-stream', base64FromBytes(bytes));
}

export function binaryEnvelopeOfText(text: string): Envelope {
  return binaryEnvelope(utf8Bytes(text));
}

/** The envelope's bytes; undefined when `$content` is not base64. */
export function envelopeBytes(value: Envelope): Uint8Array | undefined {
  return bytesFromBase64(value.$content);
}

/** `text/plain; charset=utf-8` as `text/plain`, in lower case. */
export function mediaType(contentType: string): string {
  const end = contentType.indexOf(';');
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

function namesText(contentType: string): boolean {
  const type = mediaType(contentType);
  return (
    type.startsWith('text/') ||
    isJsonType(type) ||
    type === 'application/xml' ||
    type.endsWith('+xml') ||
    type === 'application/x-www-form-urlencoded' ||
    /;\s*charset=/i.test(contentType)
  );
}

function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json');
}

/** Decoded text when the content type names text, else the base64 as it is. */
export function envelopeText(value: Envelope): string {
  if (!namesText(value['$content-type'])) return value.$content;
  const bytes = envelopeBytes(value);
  return bytes === undefined ? value.$content : utf8Text(bytes);
}

/** The envelope's bytes read as UTF-8, whatever its type says: for functions that take text. */
export function envelopeAsText(value: Envelope): string | undefined {
  const bytes = envelopeBytes(value);
  return bytes === undefined ? undefined : utf8Text(bytes);
}

/**
 * A received content as a value: JSON parsed, text as text, everything else an envelope. JSON that does not parse stays
 * an envelope, so that nothing is lost.
 */
export function valueOfContent(contentType: string, bytes: Uint8Array): Json {
  const type = mediaType(contentType);
  if (isJsonType(type)) return parsedOrUndefined(utf8Text(bytes)) ?? stored(contentType, bytes);
  if (type.startsWith('text/') && type !== 'text/xml') return utf8Text(bytes);
  return stored(contentType, bytes);
}

function stored(contentType: string, bytes: Uint8Array): Json {
  return { '$content-type': contentType, $content: base64FromBytes(bytes) };
}

function parsedOrUndefined(text: string): Json | undefined {
  try {
    return parseJson(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** An envelope's value by its own content type, for the parts of a multipart body. */
export function openEnvelope(value: Value): Value {
  if (!isEnvelope(value)) return value;
  const bytes = envelopeBytes(value);
  return bytes === undefined ? value : valueOfContent(value['$content-type'], bytes);
}
