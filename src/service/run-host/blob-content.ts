/**
 * Contents on the store's blobs: what is large goes by hash into the commit of the step that made it.
 *
 * Owns: the `ContentStore` of the embedded host, the cache of loaded values.
 * Does not own: writing blobs (the host puts them into commits), forgetting them (`#store`).
 *
 * Invariants
 * BC1. A value's hash is the SHA-256 of its compact JSON; values of at most the threshold are never blobs.
 * BC2. A blob that a step kept can be loaded at once, before its commit is durable and whatever the cache drops.
 * BC3. Each run puts the blobs it refers to itself (S5): a run's `Kept` says which ones it has put.
 */
import { createHash } from 'node:crypto';
import { inlineThreshold } from '#engine';
import {
  type BlobStore,
  type Content,
  type ContentStore,
  type Json,
  jsonSizeBound,
  parseJson,
  raise,
  stringifyJson,
  type Write,
} from '#foundation';

/** The hashes a run has put. */
export type Kept = Set<string>;

/** Bytes of JSON text behind the values the cache holds. */
const cacheBytes = 16 * 1024 * 1024;

interface Cached {
  readonly value: Json;
  readonly size: number;
}

interface NewBlob {
  readonly text: string;
  readonly value: Json;
  /** Commits under way that put it. */
  commits: number;
}

export class BlobContent implements ContentStore {
  readonly #blobs: BlobStore;
  readonly #cache = new Map<string, Cached>();
  #cached = 0;
  readonly #new = new Map<string, NewBlob>();
  #kept: Kept = new Set();
  #writes: string[] = [];

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /** What is kept from now on belongs to the run that owns `kept`, until `take`. */
  begin(kept: Kept): void {
    this.#kept = kept;
  }

  /** The hashes of blobs kept since the last `take` that their run had not put yet. */
  take(): readonly string[] {
    const writes = this.#writes;
    if (writes.length > 0) this.#writes = [];
    return writes;
  }

  /** The writes of taken blobs for their run, sealed for one that holds secrets; each is held until `settled`. */
  writesOf(hashes: readonly string[], run: { readonly key: string; readonly isSecret: boolean }): Write[] {
    return hashes.map((hash) => {
      const blob = this.#new.get(hash) as NewBlob;
      blob.commits += 1;
      const write = { kind: 'putBlob', hash, bytes: Buffer.from(blob.text, 'utf8'), run: run.key } as const;
      return run.isSecret ? { ...write, secret: true } : write;
    });
  }

  /** The commit of taken blobs is over, one way or the other. */
  settled(hashes: readonly string[]): void {
    for (const hash of hashes) {
      const blob = this.#new.get(hash);
      if (blob === undefined) continue;
      blob.commits -= 1;
      if (blob.commits <= 0) this.#new.delete(hash);
    }
  }

  keep(value: Json): Content {
    if (jsonSizeBound(value, inlineThreshold) <= inlineThreshold) return { value };
    const text = stringifyJson(value);
    // No character takes more than three bytes.
    if (text.length * 3 <= inlineThreshold) return { value };
    const size = Buffer.byteLength(text);
    if (size <= inlineThreshold) return { value };
    const hash = createHash('sha256').update(text).digest('hex');
    if (!this.#kept.has(hash)) {
      this.#kept.add(hash);
      this.#writes.push(hash);
      if (!this.#new.has(hash)) this.#new.set(hash, { text, value, commits: 0 });
    }
    this.#remember(hash, value, size);
    return { blob: hash, size };
  }

  load(content: Content): Json {
    if ('value' in content) return content.value;
    const { blob: hash, size } = content;
    const cached = this.#cache.get(hash);
    if (cached !== undefined) return cached.value;
    const unsaved = this.#new.get(hash);
    if (unsaved !== undefined) return unsaved.value;
    const bytes = this.#blobs.read(hash);
    if (bytes === undefined) return raise('NotFound', `The content ${hash} is no longer kept.`);
    const value = parseJson(new TextDecoder().decode(bytes));
    this.#remember(hash, value, size);
    return value;
  }

  /** Drops what was kept since the last `take`: by a replay, whose blobs are in the store, or by a step that failed. */
  discard(): void {
    for (const hash of this.take()) {
      if (this.#new.get(hash)?.commits === 0) this.#new.delete(hash);
    }
  }

  #remember(hash: string, value: Json, size: number): void {
    if (this.#cache.has(hash)) return;
    this.#cache.set(hash, { value, size });
    this.#cached += size;
    for (const [oldest, entry] of this.#cache) {
      if (this.#cached <= cacheBytes) break;
      this.#cache.delete(oldest);
      this.#cached -= entry.size;
    }
  }
}
