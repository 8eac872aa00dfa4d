/**
 * Follows one growing log file and sends its lines, over rotation, truncation and restarts, without loss or repeat.
 *
 * Owns: reading whole lines from a place, seeing that the file is no longer the one that was read, the order of its parts.
 * Does not own: sending (`event-sender.ts`), cursors (`cursors.ts`), where rotated files are (`rotated-files.ts`).
 *
 * Invariants
 * F1. The cursor moves only over lines that the server has said to be durable.
 * F2. A line without its end is left until the end comes, or until its file was rotated away and is quiet.
 * F3. Parts are sent in the order in which they were written: the rotated file to its end, those rotated after it, the new one.
 * F4. Before bytes are taken for the continuation of what was read, the bytes before them are compared.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cursor, type CursorFile, digest, tailBytes } from './cursors.ts';
import { findPlace, hasPlace, openRotated, type RotatedFile, rotatedForms } from './rotated-files.ts';

export interface FollowOptions {
  readonly path: string;
  readonly cursors: CursorFile;
  /** Sends whole lines; resolves when they are durable. */
  readonly send: (lines: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Something that a person should know. */
  readonly onNote: (text: string) => void;
  /** A file that was never followed is followed from its end. */
  readonly fromEnd: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds between looks at the file; and how long a rotated file must be quiet. */
  readonly poll?: number;
  readonly grace?: number;
}

/** Bytes read at once; a longer line is read up to the second limit and left out beyond it. */
const readBytes = 1024 * 1024;
const lineLimit = 16 * 1024 * 1024;

/** A file being read, under the name that it had when it was opened. */
interface Part {
  readonly handle: FileHandle;
  readonly close: () => Promise<void>;
  readonly dev: number;
  readonly ino: number;
}

type Place = Pick<Cursor, 'offset' | 'tail' | 'tailLength'>;

const start: Place = { offset: 0, tail: '', tailLength: 0 };

export class FollowedFile {
  readonly #options: FollowOptions;
  readonly #poll: number;
  readonly #grace: number;
  #part: Part | undefined;
  #place: Place = start;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#poll = options.poll ?? 250;
    this.#grace = options.grace ?? 2_000;
  }

  /** Follows until the signal comes. @throws what `send` throws, but for the end that the signal makes. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    try {
      await this.#resume();
      while (!signal.aborted) {
        if (this.#part !== undefined && (await this.#sendNext(this.#part))) continue;
        if (await this.#turn()) continue;
        await this.#pause();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await this.#part?.close();
    }
  }

  // --- Where to begin -------------------------------------------------------------------------------------------

  async #resume(): Promise<void> {
    const cursor = this.#options.cursors.read();
    if (cursor === undefined) {
      if (this.#options.fromEnd) await this.#skipToEnd();
      return;
    }
    this.#place = { offset: cursor.offset, tail: cursor.tail, tailLength: cursor.tailLength };
    const current = await openPart(this.#options.path);
    if (current !== undefined) {
      const isSame = current.dev === cursor.dev && current.ino === cursor.ino;
      const isThere = cursor.tailLength === 0 ? isSame : await hasPlace(current.handle, cursor);
      if (isThere) {
        this.#part = current;
        return;
      }
      await current.close();
    }
    await this.#finishRotated(cursor);
  }

  async #skipToEnd(): Promise<void> {
    const part = await openPart(this.#options.path);
    if (part === undefined) return;
    this.#part = part;
    const { size } = await part.handle.stat();
    const bytes = await bytesAt(part.handle, Math.max(0, size - readBytes), Math.min(size, readBytes));
    const offset = size - bytes.length + bytes.lastIndexOf(0x0a) + 1;
    await this.#moveTo(part, offset);
  }

  // --- Lines ----------------------------------------------------------------------------------------------------

  /** Sends the next whole lines of a part. @returns whether there were any. */
  async #sendNext(part: Part, isFinal = false): Promise<boolean> {
    const { offset, tail, tailLength } = this.#place;
    let length = readBytes;
    for (;;) {
      const bytes = await bytesAt(part.handle, offset - tailLength, tailLength + length);
      if (bytes.length <= tailLength || digest(bytes.subarray(0, tailLength)) !== (tail || digest(new Uint8Array(0)))) {
        return false;
      }
      const fresh = bytes.subarray(tailLength);
      const end = fresh.lastIndexOf(0x0a) + 1;
      const isLast = fresh.length < length;
      if (end > 0 || (isFinal && isLast)) {
        await this.#sendLines(part, fresh.subarray(0, isFinal && isLast ? fresh.length : end), bytes);
        return true;
      }
      if (isLast) return false;
      if (length >= lineLimit) return this.#skipLine(part, offset, fresh);
      length *= 2;
    }
  }

  async #sendLines(part: Part, lines: Uint8Array<ArrayBuffer>, read: Uint8Array): Promise<void> {
    const { offset, tailLength } = this.#place;
    // A writer that goes on at its old place in a truncated file leaves a hole of zeros in front.
    const content = lines.findIndex((byte) => byte !== 0);
    if (content >= 0) await this.#options.send(lines.subarray(content));
    this.#move(part, offset + lines.length, read.subarray(0, tailLength + lines.length));
  }

  /** A line over every limit is left out, and said to be. */
  async #skipLine(part: Part, offset: number, begun: Uint8Array): Promise<boolean> {
    let at = offset + begun.length;
    for (;;) {
      const bytes = await bytesAt(part.handle, at, readBytes);
      const end = bytes.indexOf(0x0a);
      if (end < 0 && bytes.length < readBytes) return false;
      at += end < 0 ? bytes.length : end + 1;
      if (end >= 0) break;
    }
    this.#options.onNote(`${this.#options.path}: a line of ${at - offset} bytes at ${offset} is too long and left out`);
    await this.#moveTo(part, at);
    return true;
  }

  async #moveTo(part: Part, offset: number): Promise<void> {
    this.#move(part, offset, await bytesAt(part.handle, Math.max(0, offset - tailBytes), Math.min(offset, tailBytes)));
  }

  /** Notes a place on disk; `before` ends with the bytes in front of it. */
  #move({ dev, ino }: Part, offset: number, before: Uint8Array): void {
    const tail = before.subarray(Math.max(0, before.length - tailBytes));
    this.#place = { offset, tail: tail.length === 0 ? '' : digest(tail), tailLength: tail.length };
    this.#options.cursors.write({ path: this.#options.path, dev, ino, ...this.#place });
  }

  // --- Rotation -------------------------------------------------------------------------------------------------

  /** Looks whether the file is still the one that is read, and turns to what came after it. @returns whether it did. */
  async #turn(): Promise<boolean> {
    const named = await openPart(this.#options.path);
    const part = this.#part;
    if (part === undefined) {
      this.#part = named;
      return named !== undefined;
    }
    try {
      if (named !== undefined && named.dev === part.dev && named.ino === part.ino) {
        return await this.#afterTruncation(part);
      }
    } finally {
      await named?.close();
    }
    // The file may be gone for a moment between its renaming and the making of the new one; the old one is read meanwhile.
    if (named === undefined && rotatedForms(this.#options.path).every(({ ino }) => ino !== part.ino)) return false;
    return this.#leave(part);
  }

  /** Reads a renamed file until it is quiet, then turns to those rotated after it. */
  async #leave(part: Part): Promise<boolean> {
    const { signal } = this.#options;
    let quietSince = performance.now();
    while (performance.now() - quietSince < this.#grace && !signal.aborted) {
      if (await this.#sendNext(part)) quietSince = performance.now();
      else await this.#pause();
    }
    if (signal.aborted) return false;
    while (await this.#sendNext(part, true));
    const { mtimeMs } = await part.handle.stat();
    await this.#finishLater(part, mtimeMs);
    return this.#beginNew();
  }

  /** A file that is shorter than what was read of it, or other there, was emptied: what was left of it may be in a copy. */
  async #afterTruncation(part: Part): Promise<boolean> {
    const { tailLength } = this.#place;
    if (tailLength === 0 || (await hasPlace(part.handle, this.#cursorOf(part)))) return false;
    const copy = await findPlace(this.#options.path, this.#cursorOf(part));
    if (copy !== undefined) await this.#sendAll(copy);
    return this.#beginNew();
  }

  /** What was followed last is not there under its name: it was rotated while nobody looked. */
  async #finishRotated(cursor: Cursor): Promise<void> {
    const { path, onNote } = this.#options;
    const found = await findPlace(path, cursor);
    if (found === undefined) {
      onNote(`${path}: the file that was read up to ${cursor.offset} is gone; going on with the one that is there`);
    } else {
      await this.#sendAll(found);
      await this.#finishLater(found, found.modified);
    }
    await this.#beginNew();
  }

  /** Files that were rotated after one, each from its start. */
  async #finishLater(after: Pick<Part, 'dev' | 'ino'>, modified: number): Promise<void> {
    const current = await openPart(this.#options.path);
    await current?.close();
    const isOther = (one: RotatedFile, other: Pick<Part, 'dev' | 'ino'> | undefined): boolean =>
      one.ino !== other?.ino || one.dev !== other.dev;
    const later = rotatedForms(this.#options.path).filter(
      (form) => form.modified > modified && isOther(form, after) && isOther(form, current),
    );
    for (const form of later) {
      this.#place = start;
      await this.#sendAll(form);
    }
  }

  /** Sends a file that grows no more, from the place on. */
  async #sendAll({ path, dev, ino }: RotatedFile): Promise<void> {
    const opened = await openRotated(path);
    try {
      const part = { ...opened, dev, ino };
      while (!this.#options.signal.aborted && (await this.#sendNext(part, true)));
      this.#options.signal.throwIfAborted();
    } finally {
      await opened.close();
    }
  }

  async #beginNew(): Promise<boolean> {
    await this.#part?.close();
    this.#part = undefined;
    this.#place = start;
    this.#part = await openPart(this.#options.path);
    if (this.#part !== undefined) this.#move(this.#part, 0, new Uint8Array(0));
    return this.#part !== undefined;
  }

  #cursorOf({ dev, ino }: Part): Cursor {
    return { path: this.#options.path, dev, ino, ...this.#place };
  }

  async #pause(): Promise<void> {
    await delay(this.#poll, undefined, { signal: this.#options.signal });
  }
}

async function openPart(path: string): Promise<Part | undefined> {
  try {
    const handle = await open(path, 'r');
    const { dev, ino } = await handle.stat();
    return { handle, close: () => handle.close(), dev, ino };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let size = 0;
  while (size < length) {
    const { bytesRead } = await handle.read(bytes, size, length - size, position + size);
    if (bytesRead === 0) break;
    size += bytesRead;
  }
  return bytes.subarray(0, size);
}
