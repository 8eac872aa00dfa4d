/**
 * What keeps a data folder from being used though nothing in it is wrong: a full disk, a read-only one, missing rights.
 *
 * Owns: telling these apart from damage, and the words for them. A person who reads "damaged" restores a backup; one who reads
 * "no space left" makes room.
 */
import { statfsSync } from 'node:fs';
import { Fault, TocsinError } from '#foundation';

const bySystem: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left on its disk',
  EDQUOT: 'its disk quota is used up',
  EROFS: 'its file system is read-only',
  EACCES: 'the server has no right to',
  EPERM: 'the server has no right to',
  EEXIST: 'a file that is no folder has its name',
  ENOTDIR: 'a part of its path is no folder',
  ENOENT: 'a part of its path cannot be made',
  EMFILE: 'too many files are open',
  EIO: 'its disk reports a fault',
};

/** By SQLite's primary result code. */
const bySqlite: Readonly<Record<number, string>> = {
  3: 'the server has no right to',
  8: 'it is read-only',
  10: 'its disk reports a fault',
  13: 'there is no space left on its disk',
  14: 'its files cannot be opened or made',
};

/** The fault for an error of the file system or of SQLite that is about the folder, not about what is in it; else undefined. */
export function folderTrouble(folder: string, error: unknown): TocsinError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  const known =
    typeof errcode === 'number' ? bySqlite[errcode & 0xff] : typeof code === 'string' ? bySystem[code] : undefined;
  // SQLite calls it a fault of the disk when the file it shares between connections cannot grow.
  const reason = known === bySqlite[10] && isFull(folder) ? bySqlite[13] : known;
  if (reason === undefined) return undefined;
  const message = `The data folder ${folder} cannot be used: ${reason} (${error.message}).`;
  return new TocsinError(new Fault('StoreUnavailable', message), error);
}

function isFull(folder: string): boolean {
  try {
    return statfsSync(folder).bavail < 16;
  } catch {
    return false;
  }
}
