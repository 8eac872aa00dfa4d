/**
 * What is known of events while batches of them are on their way: what is stored, and what will be.
 *
 * Owns: the register of documents under way, shared by the batches of one store.
 * Does not own: what a batch makes of what it knows (`take-event.ts`).
 *
 * Invariants
 * K1. A document on its way in another batch counts as known; who met it waits for that batch's commit before answering.
 * K2. `settle` clears what the batch had under way, and nothing of others.
 * K3. Of two batches with the same document the later one's stays, in whichever order they commit.
 */
import type { Store, StoredDocument, Write } from '#foundation';

interface Known {
  readonly document: StoredDocument;
  /** Resolves when it is durable. */
  readonly durable: Promise<void>;
  /** What another batch had under way under the same name. */
  readonly replaced?: Known;
}

const underWay = new WeakMap<Store, Map<string, Known>>();

/** Documents whose batch is over. */
const over = new WeakSet<Known>();

function nameOf(collection: string, key: string): string {
  return `${collection} ${key}`;
}

/** Documents looked at in one go. */
const page = 100;

export class KnownEvents {
  readonly #store: Store;
  readonly #others: Map<string, Known>;
  readonly #own = new Map<string, Known>();
  readonly #waits = new Set<Promise<void>>();
  readonly #durable: Promise<void>;
  #settle: (failure?: unknown) => void = () => {};

  constructor(store: Store) {
    this.#store = store;
    this.#others = underWay.get(store) ?? new Map<string, Known>();
    underWay.set(store, this.#others);
    this.#durable = new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
    this.#durable.catch(() => {});
  }

  /** How many documents the batch holds. */
  get size(): number {
    return this.#own.size;
  }

  get(collection: string, key: string): StoredDocument | undefined {
    const name = nameOf(collection, key);
    const own = this.#own.get(name);
    if (own !== undefined) return own.document;
    const other = this.#others.get(name);
    if (other === undefined) return this.#store.documents.get(collection, key);
    this.#waits.add(other.durable);
    return other.document;
  }

  /** From now on the document is known, here and to other batches. */
  put(document: StoredDocument): void {
    const name = nameOf(document.collection, document.key);
    const before = this.#others.get(name);
    const replaced = before === this.#own.get(name) ? before?.replaced : before;
    const known = { document, durable: this.#durable, ...(replaced === undefined ? {} : { replaced }) };
    this.#own.set(name, known);
    this.#others.set(name, known);
  }

  /** Whether the write is of a document that another batch has put meanwhile: it must not be written over (K3). */
  isSuperseded(write: Write): boolean {
    if (write.kind !== 'putDocument') return false;
    const name = nameOf(write.document.collection, write.document.key);
    const own = this.#own.get(name);
    const current = this.#others.get(name);
    if (own === undefined || current === own) return false;
    if (current !== undefined) this.#waits.add(current.durable);
    return true;
  }

  /** Whether a document below the key has the status, stored or on its way. */
  hasBelow(collection: string, key: string, status: string): boolean {
    const has = (each: string): boolean => this.get(collection, each)?.status === status;
    const start = `${nameOf(collection, key)}/`;
    for (const name of this.#others.keys()) {
      if (name.startsWith(start) && has(name.slice(collection.length + 1))) return true;
    }
    const query = { collection, below: key, status, top: page };
    let found = this.#store.documents.list(query);
    for (;;) {
      if (found.some((document) => has(document.key))) return true;
      const last = found.at(-1);
      if (last === undefined || found.length < page) return false;
      found = this.#store.documents.list({ ...query, after: { time: last.time, key: last.key } });
    }
  }

  /** Resolves when everything that was met under way elsewhere is durable. */
  async othersDurable(): Promise<void> {
    await Promise.all(this.#waits);
  }

  /** The commit is over: what was on its way is stored, or never was (K2). */
  settle(failure?: unknown): void {
    for (const [name, known] of this.#own) {
      over.add(known);
      if (this.#others.get(name) !== known) continue;
      const { replaced } = known;
      // What another batch still has under way is the last word again when this one failed.
      if (failure !== undefined && replaced !== undefined && !over.has(replaced)) this.#others.set(name, replaced);
      else this.#others.delete(name);
    }
    this.#settle(failure);
  }
}
