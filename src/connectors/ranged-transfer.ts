/**
 * Content that goes in pieces: an answer in ranges, a body in chunks.
 *
 * Owns: the follow-up requests of a 206, the protocol of chunked uploads, their bounds.
 * Does not own: sending (`outbound-client.ts`), trying again (`#engine`).
 * Source: engine reference 4.1 (chunking), 1.2 (sizes).
 *
 * Invariants
 * G1. A transfer ends: every range moves on, ranges are few, and all of them together have a bound in bytes and time.
 * G2. A failure, or an answer of 400 or more, of any piece is the transfer's.
 */
import type { Outbound, OutboundFailure, OutboundRequest, OutboundResponse } from '#foundation';
import { unpacked } from './content-encodings.ts';

/** What `contentTransfer` asks for; sizes in bytes. */
export interface ContentTransfer {
  readonly uploadChunkSize?: number;
  readonly downloadChunkSize?: number;
}

type Answer = OutboundResponse | OutboundFailure;

/** Azure allows 1 GB; a text in base64 cannot hold that much here. */
export const transferLimit = 256 * 1024 * 1024;
const mostPieces = 10_000;
const usualChunk = 8 * 1024 * 1024;
const longestMilliseconds = 3_600_000;

/** Sends a request; `transfer` is set when its content is to go in pieces. */
export async function sendInPieces(
  outbound: Outbound,
  request: OutboundRequest,
  transfer: ContentTransfer | undefined,
): Promise<Answer> {
  if (transfer !== undefined && request.body !== undefined && /^(POST|PUT)$/.test(request.method)) {
    return upload(outbound, request, request.body, transfer);
  }
  const isRangeOfAuthor = request.headers['range'] !== undefined;
  if (request.method !== 'GET' || isRangeOfAuthor) return outbound.send(request);
  const size = transfer?.downloadChunkSize;
  const first = size === undefined ? request : withHeaders(request, { range: `bytes=0-${size - 1}` });
  const answer = await outbound.send(first);
  if (answer.kind === 'failure' || answer.status !== 206) return answer;
  return download(outbound, request, answer);
}

function withHeaders(request: OutboundRequest, headers: Record<string, string>): OutboundRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

function broken(message: string): OutboundFailure {
  return { kind: 'failure', code: 'InvalidProtocolResponse', message, retryable: true };
}

function tooLarge(what: string): OutboundFailure {
  const message = `The ${what} is larger than the limit of ${transferLimit} bytes.`;
  return { kind: 'failure', code: 'BadRequest', message, retryable: false };
}

// --- Download ---------------------------------------------------------------------------------------------------

interface Range {
  readonly from: number;
  /** Behind the last byte. */
  readonly to: number;
  /** Undefined while the server does not know it. */
  readonly total: number | undefined;
}

function rangeOf(answer: OutboundResponse): Range | undefined {
  const [, from, last, total] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(answer.headers['content-range'] ?? '') ?? [];
  if (from === undefined || last === undefined) return undefined;
  const range = { from: Number(from), to: Number(last) + 1, total: total === '*' ? undefined : Number(total) };
  return range.to - range.from === answer.body.length ? range : undefined;
}

/** The whole of which `first` is the beginning; an answer of other ranges is left as it is. */
async function download(outbound: Outbound, request: OutboundRequest, first: OutboundResponse): Promise<Answer> {
  const start = rangeOf(first);
  if (start === undefined || start.from !== 0) return first;
  const size = Math.max(start.to, 1);
  const end = Date.now() + longestMilliseconds;
  const pieces = [first.body];
  let at = start.to;
  let last = first;
  while (start.total === undefined ? last.status === 206 : at < start.total) {
    if ((start.total ?? at) > transferLimit) return tooLarge('content to download');
    if (pieces.length >= mostPieces || Date.now() > end) return broken('The content came in too many ranges.');
    const answer = await outbound.send(withHeaders(request, { range: `bytes=${at}-${at + size - 1}` }));
    if (answer.kind === 'failure') return answer;
    if (answer.status === 416 && start.total === undefined) break;
    if (answer.status !== 206) return answer.status >= 400 ? answer : broken('A range was not answered with 206.');
    const range = rangeOf(answer);
    if (range === undefined || range.from !== at || range.to === at)
      return broken('A range was not the one asked for.');
    if (answer.headers['etag'] !== first.headers['etag']) return broken('The content changed while it was read.');
    pieces.push(answer.body);
    at = range.to;
    last = answer;
  }
  const { 'content-range': _, 'content-length': __, ...headers } = last.headers;
  const whole = { ...first, headers: { ...headers, 'content-length': String(at) }, body: Buffer.concat(pieces) };
  return request.decompress === false ? whole : unpacked(whole, transferLimit);
}

// --- Upload -----------------------------------------------------------------------------------------------------

async function upload(
  outbound: Outbound,
  request: OutboundRequest,
  body: Uint8Array,
  { uploadChunkSize }: ContentTransfer,
): Promise<Answer> {
  if (body.length > transferLimit) return tooLarge('content to upload');
  const { body: _, ...rest } = request;
  const opening = { 'x-ms-transfer-mode': 'chunked', 'x-ms-content-length': String(body.length) };
  const opened = await outbound.send(withHeaders(rest, opening));
  if (opened.kind === 'failure' || opened.status >= 400) return opened;
  const location = URL.parse(opened.headers['location'] ?? '', request.url);
  if (location === null || opened.headers['location'] === undefined) {
    return broken('The server opened no chunked upload: its answer has no Location.');
  }
  const contentType = request.headers['content-type'];
  const end = Date.now() + longestMilliseconds;
  let answer: OutboundResponse = opened;
  let size = uploadChunkSize ?? usualChunk;
  for (let at = 0; at < body.length; ) {
    if (Date.now() > end) return broken('The chunked upload took too long.');
    size = chunkSize(answer, size, body.length);
    const to = Math.min(at + size, body.length);
    const sent = await outbound.send({
      ...withHeaders(rest, {
        'content-range': `bytes=${at}-${to - 1}/${body.length}`,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      }),
      method: 'PATCH',
      url: location.href,
      body: body.subarray(at, to),
    });
    if (sent.kind === 'failure' || sent.status >= 400) return sent;
    answer = sent;
    at = to;
  }
  return answer;
}

/** What the server said last wins over the author's wish; never so small that the pieces become too many. */
function chunkSize(answer: OutboundResponse, wanted: number, total: number): number {
  const asked = Number(answer.headers['x-ms-chunk-size']);
  const size = Number.isSafeInteger(asked) && asked > 0 ? asked : wanted;
  return Math.max(size, Math.ceil(total / mostPieces));
}
