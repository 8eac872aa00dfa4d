/**
 * Copies of a store, taken while it is in use, and putting one back.
 *
 * Owns: the copy's folder: database, secret key, the small files that other parts keep in the data folder (tokens,
 * certificates), manifest. Does not own: who may ask for one (`#cli`).
 * The copy is made by `VACUUM INTO` on a thread of its own: it reads one moment's state beside the writer. SQLite's
 * page-wise backup was the road not taken: it starts again whenever another connection writes, and under load never ends.
 *
 * Invariants
 * BK1. A backup folder appears under its name only when it is complete and synced.
 * BK2. `restoreStore` changes nothing unless the backup passes every check and the data folder has no store and no user.
 * BK3. A key that the operator keeps elsewhere, behind a symbolic link, is not copied: the link is.
 */
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { isJsonObject, parseJson, raise, TocsinError } from '#foundation';
import { filesOf } from './folder-files.ts';
import { lockFolder } from './folder-lock.ts';
import { checkPages, damaged } from './integrity.ts';
import { checkSchema, readMigrations } from './migrate.ts';
import { checkKey } from './secret-key.ts';

const manifestName = 'backup.json';

export interface StoreCheck {
  /** Number of the schema. */
  readonly schema: number;
  readonly runs: number;
  readonly resources: number;
  readonly documents: number;
}

/**
 * Copies the store of a data folder, in use or not, into the new folder `target`. The copy holds the secret key, unless
 * that is kept elsewhere (BK3): keep it as safe as the data folder.
 * @throws TocsinError `Conflict` when `target` exists, `StoreDamaged` when there is no sound store in `folder`.
 */
export async function backupStore(folder: string, target: string): Promise<void> {
  const source = filesOf(folder);
  if (existsSync(target)) raise('Conflict', `The backup folder ${target} already exists.`);
  if (!existsSync(source.database)) raise('StoreDamaged', `There is no store in ${folder}.`);
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const copy = filesOf(unfinished);
  try {
    await vacuumInto(source.database, copy.database);
    chmodSync(copy.database, 0o600);
    copyKey(source.key, copy.key);
    copyOthers(folder, unfinished);
    const manifest = { product: 'tocsin', time: new Date().toISOString(), ...checkStore(unfinished) };
    writeFileSync(join(unfinished, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
    for (const file of [copy.database, copy.key, join(unfinished, manifestName), unfinished]) sync(file);
    renameSync(unfinished, target);
    sync(dirname(target));
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** BK3. */
function copyKey(from: string, to: string): void {
  rmSync(to, { force: true });
  if (lstatSync(from).isSymbolicLink()) {
    symlinkSync(realpathSync(from), to);
    return;
  }
  copyFileSync(from, to);
  chmodSync(to, 0o600);
}

/** Copies what is not there yet of the files beside the store; folders a level deep, no links. */
function copyOthers(from: string, to: string, below = ''): void {
  for (const entry of readdirSync(join(from, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory() && below === '') {
      if (isSameFolder(join(from, path), to)) continue;
      copyOthers(from, to, path);
    } else if (entry.isFile() && !isOfStore(path) && !existsSync(join(to, path))) {
      mkdirSync(join(to, below), { recursive: true, mode: 0o700 });
      copyFileSync(join(from, path), join(to, path));
    }
  }
}

function isOfStore(path: string): boolean {
  return /^(?:tocsin\.db.*|secret-key|lock(?:\..*)?|backup\.json)$/.test(path);
}

function isSameFolder(left: string, right: string): boolean {
  return resolve(left) === resolve(right);
}

async function vacuumInto(file: string, target: string): Promise<void> {
  const worker = new Worker(new URL('./backup-writer.ts', import.meta.url), {
    workerData: { file, target },
    name: 'store-backup',
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('error', (error) => reject(damaged(file, error)));
    worker.once('exit', () => resolve());
  });
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Checks every page of the store in `folder`, its schema and its key; for backups and for folders not in use.
 * @throws TocsinError `StoreDamaged`, `StoreTooNew`, `StoreKeyInvalid`.
 */
export function checkStore(folder: string): StoreCheck {
  const files = filesOf(folder);
  if (!existsSync(files.database)) raise('StoreDamaged', `There is no store in ${folder}.`);
  const database = new DatabaseSync(files.database, { readOnly: true, timeout: 10_000 });
  try {
    const schema = checkSchema(database, readMigrations().at(-1)?.number ?? 0);
    checkPages(database, 'integrity_check');
    checkKey(database, files.key);
    const count = (table: string): number =>
      Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']);
    return { schema, runs: count('runs'), resources: count('resources'), documents: count('documents') };
  } catch (error) {
    throw error instanceof TocsinError ? error : damaged(files.database, error);
  } finally {
    database.close();
  }
}

/**
 * Puts a backup's store into a data folder that has none.
 * @throws TocsinError `Conflict` when the folder has a store, `StoreInUse`, and those of `checkStore`.
 */
export function restoreStore(backup: string, folder: string): StoreCheck {
  if (!isBackup(backup)) raise('StoreDamaged', `There is no backup in ${backup}.`);
  const check = checkStore(backup);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  try {
    const from = filesOf(backup);
    const to = filesOf(folder);
    if (existsSync(to.database) || differs(from.key, to.key)) {
      raise('Conflict', `The data folder ${folder} already has a store; move it away first.`);
    }
    copyKey(from.key, to.key);
    // The database comes last and by one rename: with it the folder has a store.
    copyFileSync(from.database, `${to.database}.restoring`);
    sync(`${to.database}.restoring`);
    sync(to.key);
    copyOthers(backup, folder);
    renameSync(`${to.database}.restoring`, to.database);
    sync(folder);
    return check;
  } finally {
    lock.release();
  }
}

/** A key left by a restore that was cut short is the backup's own and may stay. */
function differs(from: string, to: string): boolean {
  return existsSync(to) && !readFileSync(from).equals(readFileSync(to));
}

function isBackup(folder: string): boolean {
  const file = join(folder, manifestName);
  if (!existsSync(file)) return false;
  const manifest = parseJson(readFileSync(file, 'utf8'));
  return isJsonObject(manifest) && manifest['product'] === 'tocsin';
}
