/**
 * A file of events as pieces to send: its lines in groups, or the whole of it.
 *
 * Owns: telling lines from one JSON value, unpacking, the size of groups. Does not own: sending (`event-sender.ts`).
 *
 * Invariants
 * P1. Of lines never more than a group is in memory, whatever the length of the file.
 * P2. The lines of a compliance scan go in one request, because the server adds up what counts for one control in a request.
 */
import { createReadStream, statSync } from 'node:fs';
import process from 'node:process';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isJsonObject, JsonSyntaxError, LineSplitter, parseJson } from '#foundation';
import type { Piece } from './event-sender.ts';

export interface FilePiece extends Piece {
  /** Records in front of this piece. */
  readonly firstIndex: number;
  /** Plain bytes of the file up to the end of this piece. */
  readonly end: number;
  /** Bytes that end there, by which the place is known again. */
  readonly tail: Uint8Array;
}

export interface PieceOptions {
  /** Plain bytes to leave out: they were sent before. */
  readonly from?: number;
  /** Told how many bytes of the file itself were read. */
  readonly onRead: (bytes: number) => void;
}

const groupBytes = 1024 * 1024;
const groupLines = 2_000;
/** A longer line is cut off here and refused by the server. */
const lineLimit = 32 * 1024 * 1024;
const probeBytes = 1024 * 1024;

/** The pieces of a file, `-` being standard input. */
export async function* filePieces(file: string, options: PieceOptions): AsyncGenerator<FilePiece, void, undefined> {
  const chunks = plainChunks(file, options)[Symbol.asyncIterator]();
  const { bytes, more } = await probe(chunks);
  const kind = kindOf(bytes);
  if (kind === 'document') return yield documentPiece(bytes, more ? chunks : undefined);
  if (kind === 'scan' && file !== '-' && (options.from ?? 0) === 0) {
    await chunks.return?.();
    return yield scanPiece(file, options);
  }
  yield* linePieces(bytes, chunks, options.from ?? 0);
}

// --- Reading ----------------------------------------------------------------------------------------------------

async function* plainChunks(file: string, { onRead }: PieceOptions): AsyncGenerator<Buffer, void, undefined> {
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 });
  const raw = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await raw.next();
  if (first.done === true) return;
  async function* counted(): AsyncGenerator<Buffer, void, undefined> {
    for (let next = first; next.done !== true; next = await raw.next()) {
      onRead(next.value.length);
      yield next.value;
    }
  }
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) return yield* counted();
  const gunzip = createGunzip();
  pipeline(Readable.from(counted()), gunzip, () => {});
  yield* gunzip as AsyncIterable<Buffer>;
}

interface Probed {
  readonly bytes: Buffer;
  /** Whether the file may go on. */
  readonly more: boolean;
}

/** As much as tells what the file is: up to the second line, or everything. */
async function probe(chunks: AsyncIterator<Buffer>): Promise<Probed> {
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return { bytes, more: false };
    bytes = Buffer.concat([bytes, next.value]);
    if (bytes.length > probeBytes || kindOf(bytes) !== 'document') return { bytes, more: true };
  }
}

type Kind = 'document' | 'lines' | 'scan';

/** Lines begin with one that is a whole JSON object, and go on behind it. */
function kindOf(bytes: Buffer): Kind {
  const text = bytes
    .subarray(0, probeBytes)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  const end = text.indexOf('\n');
  if (!text.startsWith('{') || end < 0 || text.slice(end).trim() === '') return 'document';
  const line = text.slice(0, end);
  try {
    if (!isJsonObject(parseJson(line))) return 'document';
  } catch (error) {
    if (error instanceof JsonSyntaxError) return 'document';
    throw error;
  }
  return /"compliance"\s*:\s*\{/i.test(line) ? 'scan' : 'lines';
}

// --- Pieces -----------------------------------------------------------------------------------------------------

const lineType = 'application/x-ndjson';

async function documentPiece(begun: Buffer, rest: AsyncIterator<Buffer> | undefined): Promise<FilePiece> {
  const parts = [begun];
  for (;;) {
    const next = await rest?.next();
    if (next === undefined || next.done === true) break;
    parts.push(next.value);
  }
  const bytes = Uint8Array.from(Buffer.concat(parts));
  return { content: () => bytes, contentType: 'application/json', firstIndex: 0, end: bytes.length, tail: bytes };
}

/** The whole file as it is, compressed or not, read anew for every attempt. */
function scanPiece(file: string, { onRead }: PieceOptions): FilePiece {
  let counted = 0;
  const content = (): ReadableStream => {
    let read = 0;
    const pass = new PassThrough();
    pass.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read > counted) {
        onRead(read - counted);
        counted = read;
      }
    });
    pipeline(createReadStream(file), pass, () => {});
    return Readable.toWeb(pass) as unknown as ReadableStream;
  };
  return { content, contentType: lineType, firstIndex: 0, end: statSync(file).size, tail: new Uint8Array(0) };
}

async function* linePieces(
  begun: Buffer,
  chunks: AsyncIterator<Buffer>,
  from: number,
): AsyncGenerator<FilePiece, void, undefined> {
  const splitter = new LineSplitter(lineLimit);
  const group = new LineGroup(from);
  for (
    let next: IteratorResult<Buffer> = { done: false, value: begun };
    next.done !== true;
    next = await chunks.next()
  ) {
    for (const line of splitter.push(next.value)) if (group.add(line, 1)) yield group.take();
  }
  for (const line of splitter.end()) group.add(line, 0);
  if (!group.isEmpty) yield group.take();
}

class LineGroup {
  readonly #from: number;
  #lines: Uint8Array[] = [];
  #size = 0;
  #end = 0;
  /** Records seen so far, and those in front of the group. */
  #records = 0;
  #first = 0;

  constructor(from: number) {
    this.#from = from;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Adds a line with so many bytes of line end; whether the group is full. */
  add(line: Uint8Array | 'tooLong', ending: number): boolean {
    const bytes = line === 'tooLong' ? Buffer.from('"This line was too long to be sent."') : line;
    this.#end += (line === 'tooLong' ? lineLimit : line.length) + ending;
    if (bytes.some((byte) => byte > 0x20)) this.#records += 1;
    if (this.#end <= this.#from) {
      this.#first = this.#records;
      return false;
    }
    this.#lines.push(bytes);
    this.#size += bytes.length;
    return this.#size >= groupBytes || this.#lines.length >= groupLines;
  }

  take(): FilePiece {
    const bytes = new Uint8Array(this.#size + this.#lines.length);
    let at = 0;
    for (const line of this.#lines) {
      bytes.set(line, at);
      at += line.length;
      bytes[at] = 0x0a;
      at += 1;
    }
    const piece = { content: () => bytes, contentType: lineType, firstIndex: this.#first, end: this.#end, tail: bytes };
    this.#first = this.#records;
    this.#lines = [];
    this.#size = 0;
    return piece;
  }
}
