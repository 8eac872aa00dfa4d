/**
 * Opening a data folder: lock, schema, integrity, key, threads.
 *
 * Owns: the order of these steps and their refusals.
 *
 * Invariants
 * OP1. A folder that is refused (in use, too new, damaged, wrong key) is left as it was.
 * OP2. What is wrong with the disk, not with the store, is told as such (`folder-trouble.ts`), and helped by mending the disk.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Log, TocsinError } from '#foundation';
import { openConnection } from './connection.ts';
import { filesOf } from './folder-files.ts';
import { folderTrouble } from './folder-trouble.ts';
import { lockFolder } from './folder-lock.ts';
import { checkPages, damaged } from './integrity.ts';
import { checkSchema, migrate, readMigrations } from './migrate.ts';
import type { Seal } from './seal.ts';
import { prepareSeal } from './secret-key.ts';
import { type DurableStore, SqliteStore } from './sqlite-store.ts';
import { WriterClient } from './writer-client.ts';

export interface StoreOptions {
  /** The data folder; made, readable by its owner only, when it does not exist. */
  readonly folder: string;
  readonly log: Log;
  /** Notes the time of blobs, which retention compares; the system's clock unless given. */
  readonly now?: () => number;
}

/** Files up to this size are checked page by page on every open (30 ms at most); larger ones by `checkStore`. */
const checkedOnOpen = 8 * 1024 * 1024;

/**
 * Opens the store of a data folder and makes it on first use.
 * @throws TocsinError `StoreInUse`, `StoreTooNew`, `StoreDamaged`, `StoreKeyInvalid`, `StoreUnavailable` (OP2).
 */
export async function openStore(options: StoreOptions): Promise<DurableStore> {
  try {
    return open(options);
  } catch (error) {
    throw folderTrouble(options.folder, error) ?? error;
  }
}

function open(options: StoreOptions): DurableStore {
  const { folder, log } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  try {
    const { database, seal } = prepareFolder(folder);
    const { database: file } = filesOf(folder);
    const writer = new WriterClient(file);
    log.debug('The store is open.', { folder, bytes: statSync(file).size });
    return new SqliteStore({ folder, database, writer, seal, lock, now: options.now ?? Date.now });
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface PreparedFolder {
  /** For reading only from here on. */
  readonly database: DatabaseSync;
  readonly seal: Seal;
}

function prepareFolder(folder: string): PreparedFolder {
  const files = filesOf(folder);
  const database = openChecked(files.database);
  try {
    const seal = prepareSeal(database, files.key);
    database.exec('PRAGMA query_only = ON');
    return { database, seal };
  } catch (error) {
    database.close();
    throw error;
  }
}

function openChecked(file: string): DatabaseSync {
  const existed = existsSync(file) && statSync(file).size > 0;
  const migrations = readMigrations();
  const newest = migrations.at(-1)?.number ?? 0;
  let database: DatabaseSync | undefined;
  try {
    database = openConnection(file, (opened) => checkSchema(opened, newest));
    migrate(database, migrations);
    if (existed && statSync(file).size <= checkedOnOpen) checkPages(database, 'quick_check');
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof TocsinError) throw error;
    throw folderTrouble(dirname(file), error) ?? damaged(file, error);
  }
}
