/**
 * Which of many texts occur in one text, in one pass over it: the index behind `Contains`, `StartsWith` and `EndsWith`.
 *
 * Owns: the gram tables and the edge tables. Does not own: case folding (texts come in folded).
 *
 * Each pattern is filed under one of its own runs of six characters (of fewer when it is shorter), the run whose bucket
 * is emptiest when the pattern arrives; the scan hashes every run of the text and compares the few patterns filed
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
  /** Its first and last UTF-16 unit. */
  readonly first: number;
  readonly last: number;
  readonly value: T;
  readonly hash: number;
}

const firstSize = 64;
/** Sieve cells per bucket. */
const sieveFineness = 8;
const sieveTop = 255;
/** Lengths of runs: a pattern is filed by one of the longest that fit. Long runs tell apart words of few syllables. */
const runLengths = [1, 2, 3, 6] as const;
/** Runs of a pattern considered for its bucket; more would not spread better. */
const anchorLimit = 64;

/** Base of the rolling hash of a run, and the mixing that spreads it over buckets and sieve. */
const base = 0x01000193;

function mix(rolled: number): number {
  const mixed = Math.imul(rolled, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** Patterns of at least `run` characters, filed by one run of that many characters. */
class GramTable<T> {
  readonly #run: number;
  /** What the character that leaves a run weighs in its rolling hash. */
  readonly #leaving: number;
  #buckets: (Filed<T>[] | undefined)[] = [];
  /**
   * How many patterns have a run of this hash, counting to 255 and never down from there: a first look, finer than the
   * buckets and small enough for the processor's cache, that spares most positions of a text the comparison.
   */
  #sieve = new Uint8Array(0);
  #mask = 0;
  #filed = new Map<string, Filed<T>>();

  constructor(run: number) {
    this.#run = run;
    let leaving = 1;
    for (let at = 0; at < run; at += 1) leaving = Math.imul(leaving, base);
    this.#leaving = leaving;
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
    const bucket = filed.hash & this.#mask;
    const rest = this.#buckets[bucket]?.filter((other) => other !== filed);
    this.#buckets[bucket] = rest?.length === 0 ? undefined : rest;
    const cell = filed.hash & (this.#sieve.length - 1);
    const count = this.#sieve[cell] as number;
    if (count < sieveTop) this.#sieve[cell] = count - 1;
  }

  scan(text: string, visit: (value: T) => void): void {
    const run = this.#run;
    const leaving = this.#leaving;
    const sieve = this.#sieve;
    const fine = sieve.length - 1;
    const length = text.length;
    if (this.#filed.size === 0 || length < run) return;
    let rolled = 0;
    for (let at = 0; at < run - 1; at += 1) rolled = (Math.imul(rolled, base) + text.charCodeAt(at)) | 0;
    for (let at = run - 1; at < length; at += 1) {
      rolled = (Math.imul(rolled, base) + text.charCodeAt(at)) | 0;
      if (at >= run) rolled = (rolled - Math.imul(text.charCodeAt(at - run), leaving)) | 0;
      const hash = mix(rolled);
      if (sieve[hash & fine] !== 0) this.#compare(hash & this.#mask, text, at - run + 1, visit);
    }
  }

  #compare(bucket: number, text: string, at: number, visit: (value: T) => void): void {
    const candidates = this.#buckets[bucket];
    if (candidates === undefined) return;
    for (const filed of candidates) {
      const start = at - filed.anchor;
      const end = start + filed.text.length - 1;
      // The two edges reject most candidates for a tenth of what `startsWith` costs.
      if (start < 0 || text.charCodeAt(end) !== filed.last || text.charCodeAt(start) !== filed.first) continue;
      if (text.startsWith(filed.text, start)) visit(filed.value);
    }
  }

  #grow(): void {
    const size = Math.max(firstSize, this.#buckets.length * 4);
    const before = this.#filed;
    this.#buckets = Array.from({ length: size });
    this.#sieve = new Uint8Array(size * sieveFineness);
    this.#mask = size - 1;
    this.#filed = new Map();
    for (const filed of before.values()) this.#file(filed.text, filed.value);
  }

  #file(text: string, value: T): void {
    const run = this.#run;
    let anchor = 0;
    let best = 0;
    let bestCount = Number.POSITIVE_INFINITY;
    const last = Math.min(text.length - run, anchorLimit);
    for (let at = 0; at <= last && bestCount > 0; at += 1) {
      const hash = this.#hashAt(text, at);
      const count = this.#buckets[hash & this.#mask]?.length ?? 0;
      if (count < bestCount) {
        anchor = at;
        best = hash;
        bestCount = count;
      }
    }
    const filed = {
      text,
      anchor,
      first: text.charCodeAt(0),
      last: text.charCodeAt(text.length - 1),
      value,
      hash: best,
    };
    const bucket = this.#buckets[best & this.#mask];
    if (bucket === undefined) this.#buckets[best & this.#mask] = [filed];
    else bucket.push(filed);
    const cell = best & (this.#sieve.length - 1);
    this.#sieve[cell] = Math.min(sieveTop, (this.#sieve[cell] as number) + 1);
    this.#filed.set(text, filed);
  }

  #hashAt(text: string, at: number): number {
    let rolled = 0;
    for (let offset = 0; offset < this.#run; offset += 1) {
      rolled = (Math.imul(rolled, base) + text.charCodeAt(at + offset)) | 0;
    }
    return mix(rolled);
  }
}

/** Finds which of its texts occur anywhere in a text. A text is in it at most once. */
export class SubstringIndex<T> {
  readonly #tables = runLengths.map((run) => new GramTable<T>(run));
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
    const at = runLengths.findLastIndex((run) => run <= text.length);
    return this.#tables[at] as GramTable<T>;
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
