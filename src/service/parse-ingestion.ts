/**
 * The body of an ingestion request becomes records: one JSON value, a list, or lines, plain or compressed.
 *
 * Owns: decompression with a bound, the choice between the three forms, positions of syntax faults.
 *
 * Invariants
 * B1. A compressed body never unfolds beyond the limit of a plain one.
 * B2. A body that is wrong as a whole gives a fault with its position; a wrong line among lines gives a fault of its own.
 */
import { constants, gunzipSync } from 'node:zlib';
import { fromBinaryMode } from '#events';
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  JsonSyntaxError,
  parseJson,
} from '#foundation';

export interface IngestionBody {
  readonly bytes: Uint8Array;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Most bytes of text, after decompression; 64 MiB unless set. */
  readonly limit?: number;
}

const usualLimit = 64 * 1024 * 1024;

/** Most records of one request. */
export const recordLimit = 50_000;

/** The records of a body in order; a line that is not JSON is its fault. */
export function parseIngestion(body: IngestionBody): readonly (Json | Fault)[] | Fault {
  const limit = body.limit ?? usualLimit;
  const bytes = decompressed(body, limit);
  if (isFault(bytes)) return bytes;
  if (bytes.length > limit) return tooLarge(limit);
  const text = decodedText(bytes);
  if (isFault(text)) return text;
  const records = recordsOf(text, body.headers);
  if (!isFault(records) && records.length > recordLimit) {
    return fault('RequestEntityTooLarge', `A request may carry ${recordLimit} events; this one has ${records.length}.`);
  }
  return records;
}

function decompressed({ bytes, headers }: IngestionBody, limit: number): Uint8Array | Fault {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const gzipped = encoding === 'gzip' || (encoding === 'identity' && bytes[0] === 0x1f && bytes[1] === 0x8b);
  if (encoding !== 'gzip' && encoding !== 'identity' && encoding !== '') {
    return fault('UnsupportedMediaType', `The content encoding '${encoding}' is not supported: use gzip or none.`);
  }
  if (!gzipped) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: limit, finishFlush: constants.Z_FINISH });
  } catch (error) {
    if (error instanceof RangeError) return tooLarge(limit);
    return fault('InvalidRequestContent', 'The body is not valid gzip.');
  }
}

function tooLarge(limit: number): Fault {
  return fault('RequestEntityTooLarge', `The body is over the limit of ${limit} bytes.`);
}

function decodedText(bytes: Uint8Array): string | Fault {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fault('InvalidRequestContent', 'The body is not UTF-8 text.');
  }
}

function recordsOf(text: string, headers: IngestionBody['headers']): readonly (Json | Fault)[] | Fault {
  if (text.trim() === '') return fault('InvalidRequestContent', 'The body is empty: it must hold JSON.');
  const whole = parsed(text);
  if (!isFault(whole)) {
    const enveloped = fromBinaryMode(headers, whole);
    if (enveloped !== undefined) return [enveloped];
    return isJsonArray(whole) ? whole : [whole];
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return whole;
  const records = lines.map(parsed);
  // Mostly lines that are no objects: one broken document over several lines, not a list of broken records.
  const objects = records.filter((record) => !isFault(record) && isJsonObject(record));
  return objects.length * 2 < lines.length ? whole : records;
}

function parsed(text: string): Json | Fault {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line, column } = error.fault;
    return fault('InvalidRequestContent', `The content is not JSON: ${error.message}`, {
      target: `line ${line}, column ${column}`,
    });
  }
}
