/**
 * Where the sending of a file has got to, kept on disk.
 *
 * Owns: the cursor's form, its file, how a place in a file is recognised again.
 *
 * Invariants
 * C1. A cursor never stands behind what the server has said to be durable when it was written; at worst it stands before.
 * C2. A cursor file is replaced whole and flushed: a crash leaves the old one or the new one.
 * C3. A cursor holds no text of the file, only a digest of the bytes before its place.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

export interface Cursor {
  readonly path: string;
  /** Device and number of the file. */
  readonly dev: number;
  readonly ino: number;
  /** Bytes that are durable at the server. */
  readonly offset: number;
  /** Digest of the last bytes before `offset`, and how many they are. */
  readonly tail: string;
  readonly tailLength: number;
}

/** Bytes before a place by which it is known again: several lines, since lines of one log often end alike. */
export const tailBytes = 16 * 1024;

export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `$XDG_STATE_HOME/tocsin`, or `~/.local/state/tocsin`. */
export function stateFolder(): string {
  const base = process.env.XDG_STATE_HOME;
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.local', 'state'), 'tocsin');
}

export class CursorFile {
  readonly #folder: string;
  readonly #file: string;

  /** @param target what is sent to: the same file may go to several servers. */
  constructor(folder: string, target: string, path: string) {
    this.#folder = folder;
    this.#file = join(folder, `cursor-${digest(Buffer.from(`${target}\n${path}`)).slice(0, 32)}.json`);
  }

  /** The cursor; undefined when there is none or it cannot be understood. */
  read(): Cursor | undefined {
    try {
      const found = JSON.parse(readFileSync(this.#file, 'utf8')) as Partial<Cursor>;
      const { path, dev, ino, offset, tail, tailLength } = found;
      if (typeof path !== 'string' || typeof dev !== 'number' || typeof ino !== 'number') return undefined;
      if (typeof offset !== 'number' || typeof tail !== 'string' || typeof tailLength !== 'number') return undefined;
      return { path, dev, ino, offset, tail, tailLength };
    } catch {
      return undefined;
    }
  }

  /** Replaces the cursor (C2). */
  write(cursor: Cursor): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const draft = `${this.#file}.${process.pid}`;
    const file = openSync(draft, 'w', 0o600);
    try {
      writeSync(file, JSON.stringify(cursor));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, this.#file);
  }
}
