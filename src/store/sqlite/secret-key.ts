/**
 * The data folder's secret key: making it once, and telling a wrong one.
 *
 * Owns: the key file and the check kept in the database. Does not own: sealing (`seal.ts`).
 *
 * Invariants
 * Y2. The key file is readable by its owner only and is never written over.
 * Y3. A store that was sealed with a key opens with that key only: a lost key is never papered over with a new one.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { raise } from '#foundation';
import { writeWholeFile } from '../whole-file.ts';
import { createSeal, keyLength, type Seal } from './seal.ts';
import { readKeyCheck } from './statements/read-key-check.ts';
import { writeKeyCheck } from './statements/write-key-check.ts';

const checkText = 'tocsin';
const checkBinding = 'store\nsecret key';

/** The seal of the folder's key; makes the key on first use. @throws TocsinError `StoreKeyInvalid`. */
export function prepareSeal(database: DatabaseSync, file: string): Seal {
  if (storedCheck(database) !== undefined) return checkKey(database, file);
  const seal = createSeal(readKey(file) ?? createKey(file));
  database.prepare(writeKeyCheck).run(seal.close(checkText, checkBinding));
  return seal;
}

/** The seal of the folder's key, which must be the one the store was made with. @throws TocsinError `StoreKeyInvalid`. */
export function checkKey(database: DatabaseSync, file: string): Seal {
  const key = readKey(file);
  if (key === undefined) {
    return raise('StoreKeyInvalid', `The file ${file} is missing: without it the store's secrets do not open.`);
  }
  const seal = createSeal(key);
  const check = storedCheck(database);
  if (check !== undefined) seal.open(check, checkBinding);
  return seal;
}

function storedCheck(database: DatabaseSync): Uint8Array | undefined {
  return database.prepare(readKeyCheck).get()?.['key_check'] as Uint8Array | undefined;
}

function readKey(file: string): Uint8Array | undefined {
  if (!existsSync(file)) return undefined;
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== keyLength) return raise('StoreKeyInvalid', `The file ${file} does not hold a 256-bit key.`);
  return key;
}

function createKey(file: string): Uint8Array {
  const key = randomBytes(keyLength);
  writeWholeFile(file, `${key.toString('base64')}\n`, 0o600);
  return key;
}
