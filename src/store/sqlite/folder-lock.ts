/**
 * One process per data folder.
 *
 * Owns: the lock, and naming its holder in the refusal.
 * The lock is an exclusive transaction on a small SQLite file: the operating system drops it with the process, so a
 * dead holder never blocks anybody. A file with a process number was the road not taken: numbers are reused, and in
 * containers every server is number 1.
 *
 * Invariants
 * Q1. Only SQLite opens the lock's file: closing any other handle on it would drop the lock.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { raise } from '#foundation';
import { folderTrouble } from './folder-trouble.ts';

export interface FolderLock {
  release(): void;
}

/** Takes the lock. @throws TocsinError `StoreInUse` naming the holder; what the disk says when it cannot be taken. */
export function lockFolder(folder: string): FolderLock {
  const holderFile = join(folder, 'lock.holder');
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(holderFile, `${JSON.stringify({ process: process.pid, since: new Date().toISOString() })}\n`);
  } catch (error) {
    database.close();
    if (isBusy(error)) return raise('StoreInUse', `The data folder ${folder} is in use${describeHolder(holderFile)}.`);
    const trouble = folderTrouble(folder, error);
    if (trouble !== undefined) throw trouble;
    return raise('StoreDamaged', `The lock of ${folder} cannot be taken: ${messageOf(error)}.`);
  }
  return { release: () => database.close() };
}

const sqliteBusy = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === sqliteBusy;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describeHolder(file: string): string {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as { process?: unknown; since?: unknown };
    return ` by process ${String(holder.process)} since ${String(holder.since)}`;
  } catch {
    // The holder takes the lock first and writes its name next: between the two there is no name to tell.
    return '';
  }
}
