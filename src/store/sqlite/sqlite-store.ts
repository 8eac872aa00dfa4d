/**
 * The store on SQLite: reads on this thread, writes on the writer's.
 *
 * Owns: putting readers, writer, seal and lock together. Does not own: opening (`open-store.ts`).
 *
 * Invariants: S1 to S4 of the port; N1 to N7 of `wire.ts`, `write-session.ts` and `writer-client.ts`.
 */
import type { DatabaseSync } from 'node:sqlite';
import type {
  BlobStore,
  DocumentReader,
  HistoryStore,
  LogReader,
  PolicyRecordReader,
  ResourceReader,
  Store,
  TallyReader,
  TocsinError,
  Write,
} from '#foundation';
import { backupStore } from './backup.ts';
import { SqliteDocuments } from './document-reader.ts';
import type { FolderLock } from './folder-lock.ts';
import { SqliteHistory } from './history-reader.ts';
import { SqliteLogs } from './log-reader.ts';
import { SqlitePolicyRecords } from './policy-record-reader.ts';
import { type PrunePlan, type PrunePosition, type PruneSlice, startOfPruning } from './prune.ts';
import { Reading } from './reading.ts';
import { SqliteResources } from './resource-reader.ts';
import type { Seal } from './seal.ts';
import { readBlob } from './statements/read-blob.ts';
import { SqliteTallies } from './tally-reader.ts';
import { blobBinding, encodeCall } from './wire.ts';
import type { WriterClient } from './writer-client.ts';

export interface PruneResult {
  readonly runs: number;
  readonly blobs: number;
}

/** The embedded store: the port, and the care its files need. */
export interface DurableStore extends Store {
  /** The data folder it lives in. */
  readonly folder: string;
  /** Resolves when the store can never write again; the process should end and leave the rest to the next start. */
  readonly died: Promise<TocsinError>;
  /**
   * Deletes ended runs by age and size with their journals and the blobs nobody needs any more, and gives the space back to
   * the disk. Works in slices between commits; resolves when done.
   * Source: engine reference 1.2, history is kept for a time counted from the start of the run.
   */
  pruneRuns(plan: PrunePlan): Promise<PruneResult>;
  /** Writes a consistent copy into a new folder while the store is in use; see `restoreStore`. */
  backup(target: string): Promise<void>;
}

export interface StoreParts {
  readonly folder: string;
  readonly database: DatabaseSync;
  readonly writer: WriterClient;
  readonly seal: Seal;
  readonly lock: FolderLock;
  readonly now: () => number;
}

export class SqliteStore implements DurableStore {
  readonly folder: string;
  readonly died: Promise<TocsinError>;
  readonly resources: ResourceReader;
  readonly documents: DocumentReader;
  readonly history: HistoryStore;
  readonly blobs: BlobStore;
  readonly policyRecords: PolicyRecordReader;
  readonly logs: LogReader;
  readonly tallies: TallyReader;
  readonly #parts: StoreParts;
  #open = true;

  constructor(parts: StoreParts) {
    const reading = new Reading(parts.database);
    this.#parts = parts;
    this.folder = parts.folder;
    this.died = parts.writer.died;
    this.resources = new SqliteResources(reading, parts.seal);
    this.documents = new SqliteDocuments(reading, parts.seal);
    this.history = new SqliteHistory(reading, parts.seal);
    this.policyRecords = new SqlitePolicyRecords(reading);
    this.logs = new SqliteLogs(parts.database);
    this.tallies = new SqliteTallies(reading);
    this.blobs = {
      read: (hash) => {
        const row = reading.statement(readBlob).get(hash);
        const bytes = row?.['bytes'] as Uint8Array | undefined;
        return bytes === undefined || row?.['sealed'] === 0 ? bytes : parts.seal.openBytes(bytes, blobBinding(hash));
      },
    };
  }

  async commit(writes: readonly Write[]): Promise<void> {
    const { writer, seal, now } = this.#parts;
    // Encoded within the call: what the caller does to its objects later has no effect, and mistakes reject.
    await writer.commit(encodeCall(writer.nextId(), writes, seal, now()));
  }

  async pruneRuns(plan: PrunePlan): Promise<PruneResult> {
    let runs = 0;
    let blobs = 0;
    for (let from: PrunePosition | undefined = startOfPruning; from !== undefined; ) {
      const slice: PruneSlice = await this.#parts.writer.prune(plan, from);
      runs += slice.runs;
      blobs += slice.blobs;
      from = slice.next;
    }
    return { runs, blobs };
  }

  async backup(target: string): Promise<void> {
    await this.#parts.writer.idle();
    await backupStore(this.folder, target);
  }

  async close(): Promise<void> {
    await this.#parts.writer.close();
    if (!this.#open) return;
    this.#open = false;
    this.#parts.database.close();
    this.#parts.lock.release();
  }
}
