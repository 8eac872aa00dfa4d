/**
 * Reads a request's body from its socket and makes of it what the route asked for.
 *
 * Owns: the limit while reading, content encodings of JSON routes, JSON faults with their position.
 * Does not own: limits themselves (`listener.ts`), lenient JSON and gzip of routes that take text or bytes.
 *
 * Invariants
 * B1. Never more than the limit is kept in memory, whatever `Content-Length` said.
 * B2. What handlers get of a JSON body is bounded in depth, so that they may recurse over it.
 */
import type { IncomingMessage } from 'node:http';
import { type ArmRequest, type Fault, fault, JsonSyntaxError, parseJson } from '#foundation';
import { deepestBody, isTooDeep } from './json-depth.ts';
import type { Route } from './route.ts';

export type RequestBody = Pick<ArmRequest, 'body' | 'rawBody' | 'rawBytes' | 'bodyStream'>;

/** The raw bytes; `RequestEntityTooLarge` beyond `limit`; undefined when the caller went away meanwhile. */
export function readBytes(message: IncomingMessage, limit: number): Promise<Uint8Array | Fault | undefined> {
  const declared = message.headers['content-length'];
  if (declared === undefined && message.headers['transfer-encoding'] === undefined) return Promise.resolve(empty);
  if (declared !== undefined && Number(declared) > limit) return Promise.resolve(tooLarge(limit));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (result: Uint8Array | Fault | undefined): void => {
      message.off('data', onData).off('end', onEnd).off('close', onGone);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) settle(tooLarge(limit));
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size));
    const onGone = (): void => settle(undefined);
    message.on('data', onData).once('end', onEnd).once('close', onGone).once('error', onGone);
  });
}

/** What is thrown away of a body nobody wants, in bytes and milliseconds, before its connection is cut. */
const discardedBytes = 64 * 1024 * 1024;
const discardMilliseconds = 3_000;

/** Lets a refused caller finish sending, within bounds: cut off in the middle it would never see the answer. */
export function discardRest(message: IncomingMessage): Promise<void> {
  if (message.complete || message.destroyed) return Promise.resolve();
  if (Number(message.headers['content-length'] ?? 0) > discardedBytes) return Promise.resolve();
  return new Promise((resolve) => {
    let size = 0;
    const done = (): void => {
      clearTimeout(limit);
      message.off('data', onData).off('end', done).off('close', done);
      resolve();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > discardedBytes) done();
    };
    const limit = setTimeout(done, discardMilliseconds);
    message.on('data', onData).once('end', done).once('close', done);
  });
}

const empty = new Uint8Array(0);

function tooLarge(limit: number): Fault {
  return fault('RequestEntityTooLarge', `The request body is over the limit of ${limit} bytes.`);
}

/** The body in the form of the route. */
export function bodyOf(
  route: Route,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): RequestBody | Fault {
  if (route.body === 'bytes') return { rawBytes: bytes };
  const encoding = headers['content-encoding']?.toLowerCase();
  if (encoding !== undefined && encoding !== 'identity' && encoding !== '') {
    return fault('UnsupportedMediaType', `The content encoding '${encoding.slice(0, 40)}' is not supported here.`);
  }
  if (bytes.length === 0) return route.body === 'text' ? { rawBody: '' } : {};
  const text = decode(bytes);
  if (text === undefined) return fault('InvalidRequestContent', 'The request content is not valid UTF-8 text.');
  if (route.body === 'text') return { rawBody: text };
  if (text.trim() === '') return {};
  if (isTooDeep(text)) {
    return fault('InvalidRequestContent', `The request content is nested deeper than ${deepestBody} levels.`);
  }
  try {
    return { body: parseJson(text), rawBody: text };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return notJson(error);
    throw error;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text without a byte order mark, undefined when the bytes are no UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function notJson({ fault: syntax }: JsonSyntaxError): Fault {
  return fault(
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: '${syntax.message}. Line ${syntax.line}, position ` +
      `${syntax.column}.'`,
  );
}
