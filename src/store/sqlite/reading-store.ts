/**
 * A store's files opened once more, for reading only: another thread's view of them.
 *
 * Owns: the connection and one moment for all reads of a piece of work. Does not own: the files, which the store that writes
 * keeps locked.
 *
 * Invariants
 * RS1. All reads within `atOneMoment` see the same commits, and every commit that was durable when it began.
 * RS2. What a statement sorts or groups beside its memory goes to temporary files, which SQLite deletes by itself.
 */
import { DatabaseSync } from 'node:sqlite';
import { raise, type Store } from '#foundation';
import { SqliteDocuments } from './document-reader.ts';
import { filesOf } from './folder-files.ts';
import { SqliteHistory } from './history-reader.ts';
import { SqliteLogs } from './log-reader.ts';
import { SqlitePolicyRecords } from './policy-record-reader.ts';
import { Reading } from './reading.ts';
import { SqliteResources } from './resource-reader.ts';
import { checkKey } from './secret-key.ts';
import { SqliteTallies } from './tally-reader.ts';

export interface ReadingStore extends Store {
  atOneMoment<T>(work: () => T): T;
}

/** Opens the store of a data folder that is in use. @throws TocsinError `StoreKeyInvalid`. */
export function openReadingStore(folder: string): ReadingStore {
  const files = filesOf(folder);
  const database = new DatabaseSync(files.database, { readOnly: true, timeout: 10_000 });
  database.exec('PRAGMA cache_size = -32768; PRAGMA temp_store = FILE; PRAGMA trusted_schema = OFF');
  const seal = checkKey(database, files.key);
  const reading = new Reading(database);
  const refuse = (): never => raise('StoreRefused', 'This view of the store is for reading.');
  return {
    resources: new SqliteResources(reading, seal),
    documents: new SqliteDocuments(reading, seal),
    history: new SqliteHistory(reading, seal),
    policyRecords: new SqlitePolicyRecords(reading),
    logs: new SqliteLogs(database),
    tallies: new SqliteTallies(reading),
    blobs: { read: refuse },
    commit: () => Promise.resolve().then(refuse),
    close: () => Promise.resolve(database.close()),
    atOneMoment: (work) => {
      database.exec('BEGIN');
      try {
        return work();
      } finally {
        if (database.isTransaction) database.exec('COMMIT');
      }
    },
  };
}
