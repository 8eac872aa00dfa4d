/**
 * The body of an ingestion request becomes batches of records: one JSON value, a list, or lines, plain or compressed.
 *
 * Owns: the choice between the three forms, batches of lines, positions of syntax faults, the limits of each form.
 * Does not own: decompression (`unfold-body.ts`), cutting bytes into lines (`LineSplitter`), what records mean.
 *
 * Invariants
 * B1. Lines are never kept beyond their batch: a body of lines may have any length. Every other form is read whole and is
 *     refused beyond its limit.
 * B2. A body that is wrong as a whole gives a fault with its position; a wrong line among lines gives a fault of its own.
 * B3. Lines that came are handed on within a moment, also when the body goes on and sends nothing.
 * Source: own API reference, ingestion; design section 4.
 */
import { isUtf8 } from 'node:buffer';
import { setTimeout as delay } from 'node:timers/promises';
import { fromBinaryMode, recordsIn } from '#events';
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  JsonSyntaxError,
  LineSplitter,
  parseJson,
  raise,
  TocsinError,
} from '#foundation';
import { unfolded } from './unfold-body.ts';

export interface IngestionBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Told how many more bytes of a body that must be read whole are kept; may refuse them by throwing. */
  readonly onHeld?: (bytes: number) => void;
  readonly limits?: Partial<IngestionLimits>;
}

export interface IngestionLimits {
  /** Bytes of a body that is one JSON value, after decompression. */
  readonly document: number;
  /** Bytes of one line. */
  readonly line: number;
  /** A batch ends with this many records, or with this many bytes. */
  readonly batchRecords: number;
  readonly batchBytes: number;
  /** Milliseconds that lines wait for others to share their batch. */
  readonly batchWait: number;
}

const usualLimits: IngestionLimits = {
  document: 64 * 1024 * 1024,
  line: 16 * 1024 * 1024,
  batchRecords: 1_000,
  batchBytes: 4 * 1024 * 1024,
  batchWait: 200,
};

export interface RecordBatch {
  /** A record that is not JSON is its fault. */
  readonly records: readonly (Json | Fault)[];
  /** Nothing follows. */
  readonly last: boolean;
}

/** The records of a body in order, in batches. @throws TocsinError for a body that is wrong as a whole (B2). */
export async function* readIngestion(body: IngestionBody): AsyncGenerator<RecordBatch, void, undefined> {
  const limits = { ...usualLimits, ...body.limits };
  const source = unfolded(body.chunks, body.headers, limits.document)[Symbol.asyncIterator]();
  try {
    const start = await readStart(source, body, limits);
    if (start.kind === 'document') yield* documentBatches(start.bytes, body, limits);
    else yield* lineBatches(start.bytes, source, limits);
  } finally {
    // Not waited for: the body may send nothing for long.
    source.return?.().catch(() => {});
  }
}

// --- Which form -------------------------------------------------------------------------------------------------

interface Start {
  readonly kind: 'document' | 'lines';
  /** The whole body of a document; what has been read of lines. */
  readonly bytes: Uint8Array;
}

const lineTypes = /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq|stream\+json)\b/i;

/** How much of a body is looked at before lines are believed in whose first one is broken. */
const probeBytes = 1024 * 1024;

async function readStart(
  source: AsyncIterator<Uint8Array>,
  { headers, onHeld }: IngestionBody,
  limits: IngestionLimits,
): Promise<Start> {
  if (lineTypes.test(headers['content-type'] ?? '')) return { kind: 'lines', bytes: new Uint8Array(0) };
  const pieces: Uint8Array[] = [];
  let size = 0;
  let probedAt = 0;
  for (;;) {
    const next = await source.next();
    if (next.done === true) break;
    const { value } = next;
    pieces.push(value);
    size += value.length;
    if (size > limits.document)
      raise('RequestEntityTooLarge', `The body is over the limit of ${limits.document} bytes.`);
    onHeld?.(value.length);
    // Looked at again when twice as much is there, so that looking stays cheap however small the pieces are.
    if (size < probedAt * 2 || probedAt >= probeBytes) continue;
    probedAt = size;
    const start = Buffer.concat(pieces, size);
    if (startsLines(start)) return { kind: 'lines', bytes: start };
  }
  const bytes = Buffer.concat(pieces, size);
  return { kind: startsLines(bytes) ? 'lines' : 'document', bytes };
}

/** Whether the first line is a whole JSON object and another line has begun; or, far enough in, whether most lines are. */
function startsLines(bytes: Buffer): boolean {
  const first = firstContent(bytes);
  if (first < 0 || bytes[first] !== 0x7b) return false;
  const end = bytes.indexOf(0x0a, first);
  if (end < 0 || firstContent(bytes.subarray(end)) < 0) return false;
  if (isObjectText(bytes.subarray(first, end))) return true;
  if (bytes.length < probeBytes) return false;
  const lines = linesOf(bytes.subarray(first, bytes.lastIndexOf(0x0a)));
  return mostlyObjects(lines.map((line) => parsedBytes(line)));
}

/** Where the first byte is that is no blank and no byte order mark; -1 for none. */
function firstContent(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && isBlank(bytes[at] as number)) at += 1;
  return at < bytes.length ? at : -1;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isObjectText(bytes: Uint8Array): boolean {
  return isJsonObject(orNull(parsedBytes(bytes)));
}

function orNull(value: Json | Fault): Json {
  return isFault(value) ? null : value;
}

function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const splitter = new LineSplitter(bytes.length);
  const lines = [...splitter.push(bytes), ...splitter.end()];
  return lines.filter((line) => line !== 'tooLong');
}

/** Mostly lines that are no objects: one broken document over several lines, not a list of broken records. */
function mostlyObjects(records: readonly (Json | Fault)[]): boolean {
  if (records.length < 2) return false;
  const objects = records.filter((record) => !isFault(record) && isJsonObject(record));
  return objects.length * 2 >= records.length;
}

// --- One JSON value, or a list ----------------------------------------------------------------------------------

function* documentBatches(
  bytes: Uint8Array,
  { headers }: IngestionBody,
  limits: IngestionLimits,
): Generator<RecordBatch, void, undefined> {
  const text = decodedText(bytes);
  if (isFault(text)) throw new TocsinError(text);
  const records = documentRecords(text, headers);
  if (isFault(records)) throw new TocsinError(records);
  const size = Math.max(
    1,
    Math.min(limits.batchRecords, Math.ceil((limits.batchBytes * records.length) / bytes.length)),
  );
  for (let from = 0; from < records.length || from === 0; from += size) {
    yield { records: records.slice(from, from + size), last: from + size >= records.length };
  }
}

/** UTF-8, or UTF-16 where a byte order mark says so, as shells of Windows write it. */
function decodedText(bytes: Uint8Array): string | Fault {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return fault('InvalidRequestContent', 'The body is not UTF-8 text.');
  }
}

function documentRecords(text: string, headers: IngestionBody['headers']): readonly (Json | Fault)[] | Fault {
  if (text.trim() === '') return fault('InvalidRequestContent', 'The body is empty: it must hold JSON.');
  const whole = parsed(text);
  if (!isFault(whole)) {
    const enveloped = fromBinaryMode(headers, whole);
    if (enveloped !== undefined) return [enveloped];
    return isJsonArray(whole) ? whole : (recordsIn(whole) ?? [whole]);
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const records = lines.length < 2 ? [] : lines.map(parsed);
  return mostlyObjects(records) ? records : whole;
}

// --- Lines ------------------------------------------------------------------------------------------------------

async function* lineBatches(
  start: Uint8Array,
  source: AsyncIterator<Uint8Array>,
  limits: IngestionLimits,
): AsyncGenerator<RecordBatch, void, undefined> {
  const splitter = new LineSplitter(limits.line);
  const batch = new LineBatch(limits);
  let seen = 0;
  for (const line of splitter.push(start)) {
    if (!batch.add(line)) continue;
    seen += batch.size;
    yield batch.take(false);
  }
  let next = nextOf(source);
  for (;;) {
    const step = batch.isEmpty ? await next : await Promise.race([next, delay(limits.batchWait, 'waited' as const)]);
    if (step === 'waited') {
      seen += batch.size;
      yield batch.take(false);
      continue;
    }
    if (step.done === true) break;
    for (const line of splitter.push(step.value)) {
      if (!batch.add(line)) continue;
      seen += batch.size;
      yield batch.take(false);
    }
    next = nextOf(source);
  }
  for (const line of splitter.end()) batch.add(line);
  if (seen + batch.size === 0 && start.length === 0) {
    raise('InvalidRequestContent', 'The body is empty: it must hold JSON.');
  }
  yield batch.take(true);
}

/** The next piece; a failure that nobody waits for any more is none. */
function nextOf(source: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  const next = source.next();
  next.catch(() => {});
  return next;
}

class LineBatch {
  readonly #limits: IngestionLimits;
  #records: (Json | Fault)[] = [];
  #bytes = 0;

  constructor(limits: IngestionLimits) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  get size(): number {
    return this.#records.length;
  }

  /** Adds a line unless it is blank; whether the batch is full. */
  add(line: Uint8Array | 'tooLong'): boolean {
    if (line === 'tooLong') {
      this.#records.push(fault('RequestEntityTooLarge', `The line is over the limit of ${this.#limits.line} bytes.`));
    } else {
      if (firstContent(line) < 0) return false;
      this.#records.push(parsedBytes(line));
      this.#bytes += line.length;
    }
    return this.#records.length >= this.#limits.batchRecords || this.#bytes >= this.#limits.batchBytes;
  }

  take(last: boolean): RecordBatch {
    const records = this.#records;
    this.#records = [];
    this.#bytes = 0;
    return { records, last };
  }
}

// --- JSON -------------------------------------------------------------------------------------------------------

function parsedBytes(line: Uint8Array): Json | Fault {
  if (!isUtf8(line)) return fault('InvalidRequestContent', 'The line is not UTF-8 text.');
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8');
  return parsed(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
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
