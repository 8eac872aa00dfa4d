/**
 * Tables that are asked with words from outside.
 *
 * Invariants
 * W1. Only what was written into a table is in it: `constructor` and `__proto__` are words like any other.
 */

/** The entries without anything an object has by itself. */
export function wordTable<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}
