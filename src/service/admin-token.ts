/**
 * The admin token: given by the operator, or made once and kept in the data folder.
 *
 * Owns: the file `DATA/admin-token`.
 *
 * Invariants
 * A1. The file is readable by its owner only and is never overwritten; the token is never logged.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { raise } from '#foundation';
import { writeWholeFile } from '#store';
import type { Secrets } from './secrets.ts';

/** The token in force. @throws TocsinError `InvalidRequestFormat` when the file holds none. */
export function adminToken(folder: string, given: string | undefined, secrets: Secrets): string {
  if (given !== undefined) return given;
  const file = join(folder, 'admin-token');
  if (!existsSync(file)) writeWholeFile(file, `${secrets.randomKey(32)}\n`, 0o600);
  const token = readFileSync(file, 'utf8').trim();
  if (token.length >= 8) return token;
  return raise('InvalidRequestFormat', `The file '${file}' holds no token; remove it to have a new one made.`);
}
