/**
 * Which of many texts occur in one text, in one pass over it: the index behind `Contains`, `StartsWith` and `EndsWith`.
 *
 * Owns: the gram tables and the edge tables. Does not own: case folding (texts come in folded).
 *
 * Each pattern is filed under one of its own runs of three characters (of two or one when it is shorter), the run whose
 * bucket is emptiest when the pattern arrives; the scan hashes every run of the text and compares the few patterns filed
 * there. An Aho-Corasick automaton scans as fast but has to be built again, 50 ms for 10,000 patterns, whenever an
 * automation is saved; here a save touches one bucket.
 *
 * Invariants
 * G1. Adding and removing cost the length of the pattern, the growth of the table apart.
 * G2. The scan visits a pattern at least once for a text that contains it, and never for one that does not.
 */

interface Filed<T> {
  readonly text: string;
  readonly anchor: number;
  readonly value: T;
  bucket: number;
}

const firstSize = 64;
/** Runs of a pattern considered for its bucket; more would not spread better. */
const anchorLimit = 64;

function hashRun(first: number, second: number, third: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}

/** Patterns of at least `run` characters, filed by one run of that many characters. */
class GramTable<T> {
  readonly #run: 1 | 2 | 3;
  #buckets: (Filed<T>[] | undefined)[] = [];
  #mask = 0;
  #filed = new Map<string, Filed<T>>();

  constructor(run: 1 | 2 | 3) {
    this.#run = run;
  }

  get size(): number {
    return this.#filed.size;
  }

  add(text: string, value: T): void {
    if (this.#filed.size * 4 >= this.#buckets.length) this.#grow();
    this.#file(text, value);
  }

  remove(text: string): void {
    const filed = this.#filed.get(text);
    if (filed === undefined) return;
    this.#filed.delete(text);
    const rest = this.#buckets[filed.bucket]?.filter((other) => other !== filed);
    this.#buckets[filed.bucket] = rest?.length === 0 ? undefined : rest;
  }

  scan(text: string, visit: (value: T) => void): void {
    const run = this.#run;
    const buckets = this.#buckets;
    const mask = this.#mask;
    const length = text.length;
    if (this.#filed.size === 0 || length < run) return;
    let first = 0;
    let second = run === 3 ? text.charCodeAt(0) : 0;
    let third = run === 3 ? text.charCodeAt(1) : run === 2 ? text.charCodeAt(0) : 0;
    for (let at = run - 1; at < length; at += 1) {
      first = run === 3 ? second : 0;
      second = run === 1 ? 0 : third;
      third = text.charCodeAt(at);
      const bucket = buckets[hashRun(first, second, third) & mask];
      if (bucket === undefined) continue;
      for (const filed of bucket) {
        const start = at - run + 1 - filed.anchor;
        if (start >= 0 && text.startsWith(filed.text, start)) visit(filed.value);
      }
    }
  }

  #grow(): void {
    const size = Math.max(firstSize, this.#buckets.length * 4);
    const before = this.#filed;
    this.#buckets = Array.from({ length: size });
    this.#mask = size - 1;
    this.#filed = new Map();
    for (const filed of before.values()) this.#file(filed.text, filed.value);
  }

  #file(text: string, value: T): void {
    const run = this.#run;
    let anchor = 0;
    let best = -1;
    let bestCount = Number.POSITIVE_INFINITY;
    const last = Math.min(text.length - run, anchorLimit);
    for (let at = 0; at <= last && bestCount > 0; at += 1) {
      const bucket = this.#bucketAt(text, at);
      const count = this.#buckets[bucket]?.length ?? 0;
      if (count < bestCount) {
        anchor = at;
        best = bucket;
        bestCount = count;
      }
    }
    const filed = { text, anchor, value, bucket: best };
    const bucket = this.#buckets[best];
    if (bucket === undefined) this.#buckets[best] = [filed];
    else bucket.push(filed);
    this.#filed.set(text, filed);
  }

  #bucketAt(text: string, at: number): number {
    const run = this.#run;
    const first = run === 3 ? text.charCodeAt(at) : 0;
    const second = run === 1 ? 0 : text.charCodeAt(at + run - 2);
    return hashRun(first, second, text.charCodeAt(at + run - 1)) & this.#mask;
  }
}

/** Finds which of its texts occur anywhere in a text. A text is in it at most once. */
export class SubstringIndex<T> {
  readonly #tables = [new GramTable<T>(1), new GramTable<T>(2), new GramTable<T>(3)] as const;
  #everywhere: { readonly value: T } | undefined;

  add(text: string, value: T): void {
    if (text === '') this.#everywhere = { value };
    else this.#table(text).add(text, value);
  }

  remove(text: string): void {
    if (text === '') this.#everywhere = undefined;
    else this.#table(text).remove(text);
  }

  /** Calls `visit` for each text that `text` contains, possibly several times for one that occurs often. */
  scan(text: string, visit: (value: T) => void): void {
    if (this.#everywhere !== undefined) visit(this.#everywhere.value);
    for (const table of this.#tables) table.scan(text, visit);
  }

  #table(text: string): GramTable<T> {
    return this.#tables[text.length >= 3 ? 2 : text.length === 2 ? 1 : 0];
  }
}

/** Finds which of its texts a text starts with, or ends with: one look-up per distinct length. */
export class EdgeIndex<T> {
  readonly #edge: 'start' | 'end';
  readonly #byLength = new Map<number, Map<string, T>>();

  constructor(edge: 'start' | 'end') {
    this.#edge = edge;
  }

  add(text: string, value: T): void {
    const same = this.#byLength.get(text.length);
    if (same === undefined) this.#byLength.set(text.length, new Map([[text, value]]));
    else same.set(text, value);
  }

  remove(text: string): void {
    const same = this.#byLength.get(text.length);
    same?.delete(text);
    if (same?.size === 0) this.#byLength.delete(text.length);
  }

  scan(text: string, visit: (value: T) => void): void {
    for (const [length, texts] of this.#byLength) {
      if (length > text.length) continue;
      const edge = this.#edge === 'start' ? text.slice(0, length) : text.slice(text.length - length);
      const found = texts.get(edge);
      if (found !== undefined) visit(found);
    }
  }
}
