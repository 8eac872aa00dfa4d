/**
 * Sends files once, piece by piece, and adds up what came of them.
 *
 * Owns: the order of files, taking a sending up again, the tally. Does not own: what is printed (`commands/send.ts`).
 *
 * Invariants
 * N1. A file that is refused does not keep the others from being sent; a server that cannot be reached ends the sending.
 */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '#foundation';
import { RequestError } from '../command.ts';
import { unreadable } from '../named-file.ts';
import { CursorFile, digest, tailBytes } from './cursors.ts';
import type { EventSender, Receipt } from './event-sender.ts';
import { type FilePiece, filePieces } from './file-pieces.ts';
import type { Progress } from './progress.ts';

/** Files of a folder are sent in the order of their names; other files as they were given. @throws RequestError */
export function filesOf(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    if (word === '-' || !isFolder(word)) return [word];
    const names = readdirSync(word).filter((name) => /\.(json|ndjson|jsonl)(\.gz)?$/i.test(name));
    if (names.length === 0) throw new RequestError(`The folder '${word}' holds no .json, .jsonl or .ndjson file.`);
    return names.sort().map((name) => join(word, name));
  });
}

function isFolder(word: string): boolean {
  try {
    return statSync(word).isDirectory();
  } catch (error) {
    throw unreadable(word, error);
  }
}

/** Bytes of all files; undefined when one has no known size. */
export function totalSize(files: readonly string[]): number | undefined {
  if (files.includes('-')) return undefined;
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

export interface Tally {
  accepted: number;
  duplicates: number;
  discarded: number;
  /** Events and rejections that are not listed. */
  omitted: number;
  readonly rejected: JsonObject[];
  readonly events: Json[];
  /** Files that were refused, and why. */
  readonly failed: { readonly file: string; readonly message: string }[];
}

export function newTally(): Tally {
  return { accepted: 0, duplicates: 0, discarded: 0, omitted: 0, rejected: [], events: [], failed: [] };
}

/** Events, and rejections, that a tally lists. */
const listed = 100_000;

export interface SendFilesOptions {
  readonly files: readonly string[];
  readonly sender: EventSender;
  readonly progress: Progress;
  /** Where cursors are kept, when sendings are to be taken up again. */
  readonly cursors?: { readonly folder: string; readonly target: string };
}

/** @throws RequestError when the server cannot be reached in time. */
export async function sendFiles(options: SendFilesOptions, tally: Tally): Promise<void> {
  for (const file of options.files) {
    options.progress.label(file);
    try {
      await sendFile(options, file, tally);
    } catch (error) {
      if (!(error instanceof RequestError) || error.status === undefined || error.status >= 500) throw error;
      if (error.status === 401 || error.status === 403) throw error;
      tally.failed.push({ file, message: error.message });
    }
  }
}

async function sendFile({ sender, progress, cursors }: SendFilesOptions, file: string, tally: Tally): Promise<void> {
  const place =
    cursors === undefined || file === '-'
      ? undefined
      : new Place(file, new CursorFile(cursors.folder, cursors.target, realpathSync(file)));
  const from = place?.from ?? 0;
  if (place?.isDone === true) return progress.read(statSync(file).size);
  for await (const piece of filePieces(file, { from, onRead: (bytes) => progress.read(bytes) })) {
    const receipt = await sender.send(piece);
    add(tally, receipt, file, piece.firstIndex);
    place?.moveTo(piece);
    progress.sent(receipt.accepted + receipt.duplicates);
  }
  place?.end();
}

/** How far a file was sent before, and how far it is now. */
class Place {
  readonly #cursors: CursorFile;
  readonly #about: { readonly path: string; readonly dev: number; readonly ino: number };
  #last: { readonly offset: number; readonly tail: string; readonly tailLength: number } | undefined;
  readonly from: number;
  readonly isDone: boolean;

  constructor(file: string, cursors: CursorFile) {
    const { dev, ino, size } = statSync(file);
    this.#cursors = cursors;
    this.#about = { path: file, dev, ino };
    const known = cursors.read();
    const isSame = known !== undefined && known.dev === dev && known.ino === ino;
    // A finished file is noted with its size as the length of the tail.
    this.isDone = isSame && known.tail === doneMark && known.tailLength === size;
    this.from = isSame && known.tail !== doneMark ? known.offset : 0;
  }

  moveTo({ end, tail }: FilePiece): void {
    const last = tail.subarray(Math.max(0, tail.length - tailBytes));
    this.#last = { offset: end, tail: digest(last), tailLength: last.length };
    this.#cursors.write({ ...this.#about, ...this.#last });
  }

  end(): void {
    const { size } = statSync(this.#about.path);
    this.#cursors.write({ ...this.#about, offset: this.#last?.offset ?? 0, tail: doneMark, tailLength: size });
  }
}

const doneMark = 'done';

function add(tally: Tally, receipt: Receipt, file: string, firstIndex: number): void {
  tally.accepted += receipt.accepted;
  tally.duplicates += receipt.duplicates;
  tally.discarded += receipt.discarded;
  tally.omitted += receipt.omitted;
  for (const one of receipt.rejected) list(tally, tally.rejected, { file, ...placed(one, firstIndex) });
  for (const event of receipt.events) list(tally, tally.events, event);
}

function placed(rejection: Json, firstIndex: number): JsonObject {
  const { index, ...rest } = rejection as JsonObject;
  return { index: Number(index ?? 0) + firstIndex, ...rest };
}

function list<T>(tally: Tally, items: T[], item: T): void {
  if (items.length < listed) items.push(item);
  else tally.omitted += 1;
}
