/**
 * The store in memory: for tests and for tools that keep nothing.
 *
 * Owns: the same rules as the durable one, in the plainest form. Bodies are kept as JSON text, so that callers never
 * share objects with the store.
 *
 * Invariants: S1 to S4 of the port, "durable" meaning as long as the object lives.
 */
import { raise, type Store, type Write } from '#foundation';
import { MemoryDocuments } from './memory-documents.ts';
import { MemoryHistory } from './memory-history.ts';
import { MemoryLogs } from './memory-logs.ts';
import { MemoryPolicyRecords } from './memory-policy-records.ts';
import { MemoryResources } from './memory-resources.ts';
import { MemoryTallies } from './memory-tallies.ts';
import { put, type Undo } from './undo.ts';

export function memoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly resources = new MemoryResources();
  readonly documents = new MemoryDocuments();
  readonly history = new MemoryHistory();
  readonly policyRecords = new MemoryPolicyRecords();
  readonly logs = new MemoryLogs();
  readonly tallies = new MemoryTallies({
    documents: (collection) => this.documents.list({ collection }),
    runs: () => this.history.rows(),
  });
  readonly #blobs = new Map<string, Uint8Array>();
  readonly blobs = { read: (hash: string) => this.#blobs.get(hash) };
  #open = true;

  async commit(writes: readonly Write[]): Promise<void> {
    if (!this.#open) raise('StoreUnavailable', 'The store is closed.');
    const undo: Undo[] = [];
    try {
      for (const write of writes) undo.push(this.#apply(write));
    } catch (error) {
      for (const step of undo.reverse()) step();
      const message = error instanceof Error ? error.message : String(error);
      raise('StoreRefused', `The commit was refused and changed nothing: ${message}`);
    }
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #apply(write: Write): Undo {
    switch (write.kind) {
      case 'putResource':
        return this.resources.put(write.resource);
      case 'deleteResource':
        return this.resources.delete(write.id);
      case 'putDocument':
        return this.documents.put(write.document);
      case 'deleteDocument':
        return this.documents.delete(write.collection, write.key);
      case 'putRun':
        return this.history.put(write.run);
      case 'deleteRun':
        return this.history.delete(write.key);
      case 'appendJournal':
        return this.history.append(write.row);
      case 'putBlob':
        return put(this.#blobs, write.hash, Uint8Array.from(write.bytes));
      case 'putLogTable':
      case 'deleteLogTable':
      case 'appendLogRows':
      case 'forgetLogRows':
        return this.logs.apply(write);
      default:
        return this.policyRecords.apply(write);
    }
  }
}
