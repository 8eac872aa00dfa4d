/**
 * The plain bytes of a body that may be compressed, piece by piece.
 *
 * Owns: which encodings are taken, decompression, the bound on what a small body may unfold to.
 *
 * Invariants
 * U1. Never more than some pieces are in memory, whatever they unfold to.
 * U2. Beyond `freeBytes` a body that unfolds more than `ratioLimit` times is refused: nothing real does.
 */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { raise } from '#foundation';

const ratioLimit = 500;
const pieceSize = 64 * 1024;

/** @throws TocsinError `UnsupportedMediaType`, `InvalidRequestContent`, `RequestEntityTooLarge`. */
export async function* unfolded(
  chunks: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>>,
  freeBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (!['gzip', 'x-gzip', 'identity', ''].includes(encoding)) {
    raise(
      'UnsupportedMediaType',
      `The content encoding '${encoding.slice(0, 40)}' is not supported: use gzip or none.`,
    );
  }
  const source = chunks[Symbol.asyncIterator]();
  try {
    const head = await headOf(source);
    const isNamed = encoding.endsWith('gzip') && head.length > 0;
    if (isNamed || (head[0] === 0x1f && head[1] === 0x8b)) yield* gunzipped(head, source, freeBytes);
    else yield* rest(head, source);
  } finally {
    await source.return?.();
  }
}

/** At least the two bytes that tell a gzip file, where the body has them. */
async function headOf(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const next = await source.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* rest(
  head: Uint8Array,
  source: AsyncIterator<Uint8Array>,
  onPiece?: (size: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  onPiece?.(head.length);
  if (head.length > 0) yield head;
  for (;;) {
    const next = await source.next();
    if (next.done === true) return;
    onPiece?.(next.value.length);
    yield next.value;
  }
}

async function* gunzipped(
  head: Uint8Array,
  source: AsyncIterator<Uint8Array>,
  freeBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let folded = 0;
  let plain = 0;
  const count = (size: number): void => {
    folded += size;
  };
  const gunzip = createGunzip({ chunkSize: pieceSize });
  pipeline(Readable.from(rest(head, source, count), { objectMode: true, highWaterMark: 2 }), gunzip, () => {});
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      plain += piece.length;
      if (plain > freeBytes && plain > folded * ratioLimit) {
        raise('RequestEntityTooLarge', `The body unfolds to more than ${ratioLimit} times its size.`);
      }
      yield piece;
    }
  } catch (error) {
    if (isGzipError(error)) raise('InvalidRequestContent', 'The body is not valid gzip.');
    throw error;
  }
}

function isGzipError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
