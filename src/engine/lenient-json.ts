/**
 * JSON as ParseJson reads it: as leniently as the service's reader.
 *
 * Owns: the lenient reader. Does not own: strict JSON (`#foundation`), which is tried first.
 * Source: engine reference 4.5: single quotes, unquoted names, comments, trailing commas, containers left open at the end.
 *
 * Invariants
 * LJ1. Linear in the text; nesting is bounded.
 * LJ2. Strict JSON reads as `parseJson` reads it, digits of numbers included.
 */
import { type Json, JsonSyntaxError, numberFromText, parseJson, setMember } from '#foundation';

const depthLimit = 256;

/** Why a text is no JSON, even leniently. `offset` counts UTF-16 units from 0. */
export interface LenientFault {
  readonly kind: 'fault';
  readonly message: string;
  readonly offset: number;
}

export function isLenientFault(value: unknown): value is LenientFault {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'fault';
}

/** Reads a text; blank text is null. */
export function parseLenientJson(text: string): { readonly value: Json } | LenientFault {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
  }
  const reader = new Reader(text);
  try {
    return { value: reader.document() };
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'fault', message: error.message, offset: error.offset };
    throw error;
  }
}

/** Unwinds the reader; never leaves this file. */
class Refusal extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const literals: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', null],
]);

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    this.#skip();
    if (this.#ended) return null;
    const value = this.#value(0);
    this.#skip();
    if (!this.#ended) this.#refuse('Additional text found after the end of the JSON value.');
    return value;
  }

  get #ended(): boolean {
    return this.#at >= this.#text.length;
  }

  #refuse(message: string): never {
    throw new Refusal(message, this.#at);
  }

  /** Blanks and comments. */
  #skip(): void {
    for (;;) {
      while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
      if (this.#text.startsWith('//', this.#at)) {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end === -1 ? this.#text.length : end;
      } else if (this.#text.startsWith('/*', this.#at)) {
        const end = this.#text.indexOf('*/', this.#at + 2);
        if (end === -1) this.#refuse('Unexpected end while reading a comment.');
        this.#at = end + 2;
      } else return;
    }
  }

  #value(depth: number): Json {
    if (depth > depthLimit) this.#refuse(`The text nests deeper than ${depthLimit}.`);
    const first = this.#text.charAt(this.#at);
    switch (first) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
      case "'":
        return this.#string(first);
      default:
        return this.#word();
    }
  }

  #object(depth: number): Json {
    const object: { [name: string]: Json } = {};
    this.#at += 1;
    for (;;) {
      this.#skip();
      if (this.#closes('}')) return object;
      const name = this.#name();
      this.#skip();
      if (this.#ended) this.#refuse('Unexpected end after a property name.');
      if (this.#text.charAt(this.#at) !== ':') this.#refuse(`Invalid character after the property name '${name}'.`);
      this.#at += 1;
      this.#skip();
      if (this.#ended) this.#refuse(`Unexpected end where the value of '${name}' should be.`);
      setMember(object, name, this.#value(depth + 1));
      this.#separator('}');
    }
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    this.#at += 1;
    for (;;) {
      this.#skip();
      if (this.#closes(']')) return items;
      items.push(this.#value(depth + 1));
      this.#separator(']');
    }
  }

  /** True at the closing bracket, which is passed, and at the end of the text, which closes everything. */
  #closes(bracket: string): boolean {
    if (this.#ended) return true;
    if (this.#text.charAt(this.#at) !== bracket) return false;
    this.#at += 1;
    return true;
  }

  #separator(bracket: string): void {
    this.#skip();
    if (this.#ended || this.#text.charAt(this.#at) === bracket) return;
    if (this.#text.charAt(this.#at) !== ',') this.#refuse('A comma or a closing bracket is expected.');
    this.#at += 1;
  }

  #name(): string {
    const first = this.#text.charAt(this.#at);
    if (first === '"' || first === "'") return this.#string(first);
    const start = this.#at;
    while (/[\w$]/.test(this.#text.charAt(this.#at))) this.#at += 1;
    if (this.#at === start) this.#refuse('Invalid character where a property name should be.');
    return this.#text.slice(start, this.#at);
  }

  #string(quote: string): string {
    const parts: string[] = [];
    this.#at += 1;
    let start = this.#at;
    for (;;) {
      if (this.#ended) this.#refuse('Unterminated string.');
      const character = this.#text.charAt(this.#at);
      if (character === quote) break;
      if (character === '\\') {
        parts.push(this.#text.slice(start, this.#at), this.#escape());
        start = this.#at;
      } else this.#at += 1;
    }
    parts.push(this.#text.slice(start, this.#at));
    this.#at += 1;
    return parts.join('');
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at + 1);
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[\da-f]{4}$/i.test(digits)) this.#refuse('Invalid Unicode escape in a string.');
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    if (character === undefined) this.#refuse(`Bad escape sequence: \\${letter}.`);
    this.#at += 2;
    return character;
  }

  /** A number or one of the literals. */
  #word(): Json {
    const start = this.#at;
    while (/[\w+.$-]/.test(this.#text.charAt(this.#at))) this.#at += 1;
    const word = this.#text.slice(start, this.#at);
    const literal = literals.get(word);
    if (literal !== undefined) return literal;
    if (/^-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,5})?$/.test(word)) return numberFromText(word);
    if (/^0x[\da-f]{1,13}$/i.test(word)) return Number.parseInt(word, 16);
    this.#at = start;
    return this.#refuse(word === '' ? 'Unexpected character.' : `'${word.slice(0, 40)}' is no JSON value.`);
  }
}
