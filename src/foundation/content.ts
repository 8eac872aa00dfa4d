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

/**
 * An upper bound of the bytes of a value's compact JSON, counted no further than `limit`: six bytes is the longest a
 * character can take, escaped or encoded. Spares printing most values just to learn that they are small.
 */
export function jsonSizeBound(value: Json, limit: number): number {
  if (typeof value === 'string') return value.length * 6 + 2;
  if (typeof value !== 'object' || value === null) return 25;
  let bound = 2;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      bound += jsonSizeBound(item, limit) + 1;
      if (bound > limit) return bound;
    }
    return bound;
  }
  const object = value as { readonly [name: string]: Json };
  for (const name of Object.keys(object)) {
    bound += name.length * 6 + 4 + jsonSizeBound(object[name] ?? null, limit);
    if (bound > limit) return bound;
  }
  return bound;
}
