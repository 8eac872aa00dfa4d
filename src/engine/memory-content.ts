/**
 * Contents kept in memory: the `ContentStore` of the in-memory host.
 *
 * Owns: `MemoryContent`. Does not own: the port (`#foundation`).
 *
 * Invariants
 * MC1. The same value gives the same content, in this store and in any other with the same threshold.
 */
import type { Content, ContentStore, Json } from '#foundation';
import { jsonSizeBound, parseJson, stringifyJson } from '#foundation';

/** Bytes of compact JSON up to which a value stays inline. */
export const inlineThreshold = 16 * 1024;

export class MemoryContent implements ContentStore {
  readonly #threshold: number;
  readonly #texts = new Map<string, string>();
  readonly #values = new Map<string, Json>();

  constructor(threshold: number = inlineThreshold) {
    this.#threshold = threshold;
  }

  keep(value: Json): Content {
    if (jsonSizeBound(value, this.#threshold) <= this.#threshold) return { value };
    const text = stringifyJson(value);
    const size = utf8Length(text);
    if (size <= this.#threshold) return { value };
    const blob = this.#keyOf(text);
    this.#texts.set(blob, text);
    return { blob, size };
  }

  load(content: Content): Json {
    if ('value' in content) return content.value;
    let value = this.#values.get(content.blob);
    if (value === undefined) {
      const text = this.#texts.get(content.blob);
      if (text === undefined) throw new RangeError(`no content ${content.blob}`);
      value = parseJson(text);
      this.#values.set(content.blob, value);
    }
    return value;
  }

  /** A key by hash; texts that collide get different keys, so that a weak hash is enough. */
  #keyOf(text: string): string {
    const hash = hashText(text);
    for (let number = 0; ; number += 1) {
      const key = number === 0 ? hash : `${hash}-${number}`;
      const known = this.#texts.get(key);
      if (known === undefined || known === text) return key;
    }
  }
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    length += 1;
    // A surrogate pair is two units and four bytes, any other unit beyond U+07FF three bytes.
    if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) length += 1;
  }
  return length;
}

/** 106 bits of a fast, non-cryptographic hash (two runs of cyrb53). */
function hashText(text: string): string {
  return [0, 0x9e3779b9].map((seed) => cyrb53(text, seed).toString(16).padStart(14, '0')).join('');
}

function cyrb53(text: string, seed: number): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
