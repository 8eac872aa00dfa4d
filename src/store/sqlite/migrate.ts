/**
 * The schema of a database file: making it, raising it, refusing it.
 *
 * Owns: numbered SQL files in `migrations/`, applied in order, each in a transaction of its own.
 *
 * Invariants
 * X1. A released migration file is never edited.
 * X2. A file with a higher number than this program knows is refused unchanged; so is a file that is not ours.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DatabaseSync } from 'node:sqlite';
import { raise } from '#foundation';

/** `Tocs`, in the file's header where SQLite keeps an application's mark. */
export const applicationId = 0x546f6373;

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** All migrations in order. */
export function readMigrations(): readonly Migration[] {
  const folder = fileURLToPath(new URL('./migrations/', import.meta.url));
  return readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), name, sql: readFileSync(`${folder}/${name}`, 'utf8') }));
}

/**
 * Brings an open database to the newest schema.
 * @throws TocsinError `StoreTooNew`, or `StoreDamaged` for a file of another program.
 */
export function migrate(database: DatabaseSync, migrations: readonly Migration[] = readMigrations()): void {
  const current = checkSchema(database, migrations.at(-1)?.number ?? 0);
  for (const migration of migrations.filter(({ number }) => number > current)) {
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(migration.sql);
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migration.number}`);
      database.exec('COMMIT');
    } catch (error) {
      // A full disk ends the transaction by itself.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** The schema's number, 0 for an empty file. */
export function checkSchema(database: DatabaseSync, newest: number): number {
  const current = pragma(database, 'user_version');
  const mark = pragma(database, 'application_id');
  const empty = pragma(database, 'schema_version') === 0;
  if (mark !== applicationId && !empty) raise('StoreDamaged', 'The database file belongs to another program.');
  if (current > newest) {
    raise('StoreTooNew', `The store has schema ${current}; this version of the program knows ${newest} at most.`);
  }
  return current;
}

function pragma(database: DatabaseSync, name: string): number {
  const row = database.prepare(`PRAGMA ${name}`).get();
  return Number(row?.[name] ?? 0);
}
