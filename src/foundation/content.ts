/**
 * Contents of inputs and outputs: small values inline, large ones by the hash of their bytes.
 *
 * Owns: the `Content` value and the `ContentStore` port of the engine.
 * Does not own: where blobs are kept (`#store`).
 *
 * Invariants
 * C1. A content is immutable: the same hash always loads the same value, so loading is not an effect.
 * C2. `keep` is deterministic: the same value gives the same content.
 */
import type { Json } from './json.ts';

/** A value in run state or history: itself, or a link to its blob. `size` is the length of its compact JSON in bytes. */
export type Content = { readonly value: Json } | { readonly blob: string; readonly size: number };

/** Turns values into contents and back. Implementations collect new blobs for the next commit. */
export interface ContentStore {
  /** Inline below the threshold (16 KiB of compact JSON unless set), else by hash. */
  keep(value: Json): Content;
  load(content: Content): Json;
}
