/**
 * Data folders as text: what a server of some version left behind, kept in the repository for later versions to open.
 *
 * Owns: the form (`tocsin.sql` and `secret-key` in a folder named by the schema), writing and restoring it.
 * Does not own: what is in one (`record.ts`), what must hold of it (`test/e2e/upgrade.test.ts`).
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export const recordings = join(import.meta.dirname, 'folders');

/** Names of the recorded folders, oldest schema first. */
export function recordedFolders(): readonly string[] {
  return readdirSync(recordings).sort();
}

/** Writes the closed data folder as text; answers the name of the recording. */
export function record(dataFolder: string): string {
  const database = new DatabaseSync(join(dataFolder, 'tocsin.db'), { readOnly: true });
  const number = (name: string): number => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  const schema = number('user_version');
  const lines = [
    'PRAGMA page_size = 8192;',
    'PRAGMA auto_vacuum = INCREMENTAL;',
    'BEGIN;',
    `PRAGMA application_id = ${number('application_id')};`,
    `PRAGMA user_version = ${schema};`,
  ];
  const parts = database.prepare(
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type <> 'table'",
  );
  for (const { type, name, sql } of parts.all() as unknown as readonly Record<'type' | 'name' | 'sql', string>[]) {
    lines.push(`${sql};`);
    if (type !== 'table') continue;
    for (const row of database.prepare(`SELECT * FROM ${name}`).all()) {
      lines.push(
        `INSERT INTO ${name} (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')});`,
      );
    }
  }
  database.close();
  const folder = join(recordings, `schema-${String(schema).padStart(4, '0')}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tocsin.sql'), `${lines.join('\n')}\nCOMMIT;\n`);
  writeFileSync(join(folder, 'secret-key'), readFileSync(join(dataFolder, 'secret-key')));
  return folder;
}

/** Makes a data folder from a recording. */
export function restoreRecorded(name: string, dataFolder: string): void {
  const database = new DatabaseSync(join(dataFolder, 'tocsin.db'));
  database.exec(readFileSync(join(recordings, name, 'tocsin.sql'), 'utf8'));
  database.close();
  writeFileSync(join(dataFolder, 'secret-key'), readFileSync(join(recordings, name, 'secret-key')), { mode: 0o600 });
}

/** What a server needs in its environment to go on at the moment of the recording (`recorded-clock.ts`). */
export function recordedEnvironment(name: string): NodeJS.ProcessEnv {
  const database = new DatabaseSync(':memory:');
  database.exec(readFileSync(join(recordings, name, 'tocsin.sql'), 'utf8'));
  const { at } = database.prepare('SELECT max(changed_time) AS at FROM resources').get() as { readonly at: number };
  database.close();
  const clock = new URL('recorded-clock.ts', import.meta.url).href;
  return { NODE_OPTIONS: `--import ${clock}`, RECORDED_AT: String(at) };
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`;
  if (typeof value !== 'string') throw new TypeError(`a cell of type ${typeof value}`);
  return `'${value.replaceAll("'", "''")}'`;
}
