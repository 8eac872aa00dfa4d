/**
 * A memory of what was derived from names and patterns that users choose.
 *
 * Owns: the class. Does not own: what is kept (patterns, cultures).
 *
 * Invariants
 * BC1. Never holds more than its limit: a flood of new keys costs time, never memory.
 */

/** Forgets everything once full: simpler than ageing, and real definitions use few patterns. */
export class BoundedCache<V> {
  readonly #limit: number;
  readonly #entries = new Map<string, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The kept value of `key`, or a new one by `make`; undefined values are kept as well. */
  get(key: string, make: (key: string) => V): V {
    const known = this.#entries.get(key);
    if (known !== undefined || this.#entries.has(key)) return known as V;
    if (this.#entries.size >= this.#limit) this.#entries.clear();
    const made = make(key);
    this.#entries.set(key, made);
    return made;
  }
}
