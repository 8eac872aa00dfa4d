/**
 * Compressed answers, unpacked within a bound.
 *
 * Owns: gzip, deflate and br. Does not own: when an answer stays packed (`outbound-client.ts`).
 * Source: engine reference 1.1 (`DisableAutomaticDecompression`).
 */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import type { OutboundResponse } from '#foundation';

/** Largest message taken or sent in one piece, in bytes (engine reference 1.2). */
export const answerLimit = 100 * 1024 * 1024;

interface Bounds {
  readonly maxOutputLength: number;
}

const unpackers: Readonly<Record<string, (bytes: Uint8Array, bounds: Bounds) => Promise<Uint8Array>>> = {
  gzip: (bytes, bounds) => promisify(gunzip)(bytes, bounds),
  'x-gzip': (bytes, bounds) => promisify(gunzip)(bytes, bounds),
  br: (bytes, bounds) => promisify(brotliDecompress)(bytes, bounds),
  // Some servers send raw deflate under the name of the zlib format.
  deflate: (bytes, bounds) =>
    ((bytes[0] ?? 0) & 0x0f) === 8 ? promisify(inflate)(bytes, bounds) : promisify(inflateRaw)(bytes, bounds),
};

/** The answer with its content encodings undone, last one first; one with an encoding nobody knows stays as it is. */
export async function unpacked(answer: OutboundResponse, limit: number): Promise<OutboundResponse> {
  const encodings = (answer.headers['content-encoding'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (encodings.length === 0 || answer.body.length === 0) return answer;
  if (encodings.length > 3 || encodings.some((name) => !Object.hasOwn(unpackers, name))) return answer;
  let { body } = answer;
  for (const name of encodings.toReversed()) body = (await unpackers[name]?.(body, { maxOutputLength: limit })) ?? body;
  const { 'content-encoding': _, 'content-length': __, ...headers } = answer.headers;
  return { ...answer, headers, body };
}
