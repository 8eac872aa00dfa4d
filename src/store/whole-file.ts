/**
 * Small files that are there whole or not at all: keys, tokens, certificates.
 *
 * Owns: writing under another name, syncing, renaming. A crash or a full disk in between leaves the file as it was: an empty
 * key would refuse every later start.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/** Writes the file, readable as `mode` says. Throws what the file system throws; nothing is left behind then. */
export function writeWholeFile(file: string, text: string, mode: number): void {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const handle = openSync(unfinished, 'wx', mode);
  try {
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
