/**
 * JSON text as a tree that knows where everything stands.
 *
 * Owns: reading text into values with offsets. Does not own: changing it (`document.ts`).
 *
 * Invariants
 * T1. Every value's slice of the text, read by `JSON.parse`, is the value; numbers keep their spelling as `raw`.
 * T2. Text that JSON does not allow is a fault with its offset, never a tree (portal reference 6.3 I4).
 *
 * Offsets count UTF-16 units of the text, a byte-order mark included; ends are exclusive.
 */
export type Json =
  | { readonly kind: 'object'; readonly start: number; readonly end: number; readonly members: readonly Member[] }
  | { readonly kind: 'array'; readonly start: number; readonly end: number; readonly items: readonly Json[] }
  | { readonly kind: 'string'; readonly start: number; readonly end: number; readonly value: string }
  | { readonly kind: 'literal'; readonly start: number; readonly end: number; readonly raw: string };

export interface Member {
  readonly key: string;
  /** Of the key with its quotes. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: Json;
}

export interface TreeFault {
  readonly message: string;
  readonly offset: number;
}

export type TreeResult = { readonly ok: true; readonly tree: Json } | { readonly ok: false; readonly fault: TreeFault };

/** Deeper than any definition that a server takes; keeps hostile text off the stack. */
const depthLimit = 500;

const blank = /[ \t\r\n]*/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these characters inside a string.
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;

/** Reads a whole text. */
export function parseTree(text: string): TreeResult {
  try {
    const reader = new Reader(text);
    const tree = reader.value(0);
    reader.blank();
    if (reader.at < text.length) throw new Stop('Nothing may follow the value', reader.at);
    return { ok: true, tree };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, fault: { message: error.message, offset: error.offset } };
    throw error;
  }
}

/** The member of that exact name; the last one counts where a name stands twice, as for every JSON reader. */
export function memberOf(json: Json | undefined, key: string): Member | undefined {
  return json?.kind === 'object' ? json.members.findLast((member) => member.key === key) : undefined;
}

/** The member of that name, ignoring case where none has it exactly. */
export function looseMemberOf(json: Json | undefined, key: string): Member | undefined {
  const exact = memberOf(json, key);
  if (exact !== undefined || json?.kind !== 'object') return exact;
  const wanted = key.toLowerCase();
  return json.members.findLast((member) => member.key.toLowerCase() === wanted);
}

export const textOf = (json: Json | undefined): string | undefined =>
  json?.kind === 'string' ? json.value : undefined;

class Stop extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

class Reader {
  at: number;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  blank(): void {
    blank.lastIndex = this.at;
    blank.test(this.#text);
    this.at = blank.lastIndex;
  }

  value(depth: number): Json {
    if (depth > depthLimit) throw new Stop(`Values are nested deeper than ${depthLimit}`, this.at);
    this.blank();
    const start = this.at;
    switch (this.#text[start]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return { kind: 'string', start, value: this.#string(), end: this.at };
      default: {
        scalar.lastIndex = start;
        const raw = scalar.exec(this.#text)?.[0];
        if (raw === undefined) throw new Stop('A value is missing here', start);
        this.at += raw.length;
        return { kind: 'literal', start, end: this.at, raw };
      }
    }
  }

  #object(depth: number): Json {
    const start = this.at++;
    const members: Member[] = [];
    this.blank();
    if (!this.#take('}')) {
      do {
        this.blank();
        const keyStart = this.at;
        const key = this.#string();
        const keyEnd = this.at;
        this.blank();
        if (!this.#take(':')) throw new Stop("A ':' is missing here", this.at);
        members.push({ key, keyStart, keyEnd, value: this.value(depth + 1) });
        this.blank();
      } while (this.#take(','));
      if (!this.#take('}')) throw new Stop("A ',' or '}' is missing here", this.at);
    }
    return { kind: 'object', start, end: this.at, members };
  }

  #array(depth: number): Json {
    const start = this.at++;
    const items: Json[] = [];
    this.blank();
    if (!this.#take(']')) {
      do {
        items.push(this.value(depth + 1));
        this.blank();
      } while (this.#take(','));
      if (!this.#take(']')) throw new Stop("A ',' or ']' is missing here", this.at);
    }
    return { kind: 'array', start, end: this.at, items };
  }

  #string(): string {
    string.lastIndex = this.at;
    const found = string.exec(this.#text)?.[0];
    if (found === undefined) throw new Stop('A text in quotes is missing here', this.at);
    this.at += found.length;
    return found.includes('\\') ? (JSON.parse(found) as string) : found.slice(1, -1);
  }

  #take(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }
}
