/**
 * The tolerant JSON reader of deployment bodies and template files.
 *
 * Owns: comments, unquoted names, trailing commas, raw line breaks and single quotes in strings, byte-order marks, UTF-16;
 * positions of all values. Does not own: what a template means.
 *
 * Invariants
 * L1. Strict JSON reads as `parseJson` reads it, number texts included.
 * L2. Nesting and length are bounded; the reader never recurses deeper than `depthLimit`.
 * L3. A member called `__proto__` is ordinary data; with a name given twice the last value wins, as in strict JSON.
 *
 * Source: ARM reference 8.4.
 */
import { type Json, JsonSyntaxError, numberFromText, setMember } from '#foundation';
import { PositionTable, type TextPosition } from './text-position.ts';

export interface LenientDocument {
  readonly value: Json;
  readonly positions: PositionTable;
}

const depthLimit = 512;

/** Bytes of a template file as text: UTF-8, or UTF-16 by its byte-order mark or by its zero bytes. */
export function decodeTemplateBytes(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0 && bytes[3] === 0) return 'utf-16le';
  if (first === 0 && second !== 0 && bytes[2] === 0) return 'utf-16be';
  return 'utf-8';
}

/** Reads tolerant JSON. @throws JsonSyntaxError with the position of the fault. */
export function parseLenientJson(text: string): LenientDocument {
  return new LenientReader(text).read();
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const bareName = /[A-Za-z_$][\w$]*/y;
const numberText = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

class LenientReader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #counted = 0;
  #positions = new PositionTable({ line: 1, column: 1 });

  constructor(text: string) {
    this.#text = text;
  }

  read(): LenientDocument {
    if (this.#text.charCodeAt(0) === 0xfeff) this.#at = 1;
    this.#skip();
    this.#positions = new PositionTable(this.#here());
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) this.#fail(`Unexpected '${this.#text.charAt(this.#at)}' behind the value`);
    return { value, positions: this.#positions };
  }

  #here(): TextPosition {
    for (; this.#counted < this.#at; this.#counted += 1) {
      if (this.#text.charCodeAt(this.#counted) === 0x0a) {
        this.#line += 1;
        this.#lineStart = this.#counted + 1;
      }
    }
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #fail(message: string): never {
    const offset = Math.min(this.#at, this.#text.length);
    throw new JsonSyntaxError({ message, offset, ...this.#here() });
  }

  #skip(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || unit === 0xa0 || unit === 0xfeff) this.#at += 1;
      else if (unit === 0x2f && this.#skipComment()) continue;
      else return;
    }
  }

  #skipComment(): boolean {
    const next = this.#text.charAt(this.#at + 1);
    if (next === '/') {
      const end = this.#text.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#text.length : end + 1;
      return true;
    }
    if (next !== '*') return false;
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end < 0) this.#fail('The comment does not end');
    this.#at = end + 2;
    return true;
  }

  #value(depth: number): Json {
    if (depth > depthLimit) this.#fail(`The value nests deeper than ${depthLimit} levels`);
    const character = this.#text.charAt(this.#at);
    if (character === '{') return this.#object(depth);
    if (character === '[') return this.#array(depth);
    if (character === '"' || character === "'") return this.#string(character);
    if (character === '') return this.#fail('Unexpected end of the text');
    numberText.lastIndex = this.#at;
    const number = numberText.exec(this.#text)?.[0];
    if (number !== undefined) {
      this.#at += number.length;
      return numberFromText(number);
    }
    return this.#word();
  }

  #word(): Json {
    const word = this.#bareName();
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    if (word !== undefined) this.#at -= word.length;
    return this.#fail(`Unexpected '${word ?? this.#text.charAt(this.#at)}'`);
  }

  #bareName(): string | undefined {
    bareName.lastIndex = this.#at;
    const name = bareName.exec(this.#text)?.[0];
    if (name !== undefined) this.#at += name.length;
    return name;
  }

  #object(depth: number): Json {
    const members: { [name: string]: Json } = {};
    this.#at += 1;
    this.#skip();
    while (this.#text.charAt(this.#at) !== '}') {
      const quote = this.#text.charAt(this.#at);
      const name = quote === '"' || quote === "'" ? this.#string(quote) : this.#bareName();
      if (name === undefined) this.#fail(`Unexpected '${quote}', expected a member name`);
      this.#skip();
      if (this.#text.charAt(this.#at) !== ':') this.#fail(`Expected ':' after the member name '${name}'`);
      this.#at += 1;
      this.#skip();
      this.#positions.keep(members, name, this.#here());
      setMember(members, name, this.#value(depth + 1));
      this.#separator('}');
    }
    this.#at += 1;
    return members;
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    this.#at += 1;
    this.#skip();
    while (this.#text.charAt(this.#at) !== ']') {
      this.#positions.keep(items, items.length, this.#here());
      items.push(this.#value(depth + 1));
      this.#separator(']');
    }
    this.#at += 1;
    return items;
  }

  #separator(close: string): void {
    this.#skip();
    const character = this.#text.charAt(this.#at);
    if (character === ',') {
      this.#at += 1;
      this.#skip();
    } else if (character !== close) {
      this.#fail(character === '' ? 'Unexpected end of the text' : `Expected ',' or '${close}', not '${character}'`);
    }
  }

  #string(quote: string): string {
    let text = '';
    this.#at += 1;
    let from = this.#at;
    for (;;) {
      const character = this.#text.charAt(this.#at);
      if (character === '') this.#fail('The string does not end');
      if (character === quote) {
        text += this.#text.slice(from, this.#at);
        this.#at += 1;
        return text;
      }
      if (character === '\\') {
        text += this.#text.slice(from, this.#at) + this.#escape();
        from = this.#at;
      } else this.#at += 1;
    }
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at + 1);
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail('The escape \\u needs four hexadecimal digits');
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (!'"\'\\/bfnrt'.includes(letter) || letter === '') this.#fail(`The escape '\\${letter}' is not known`);
    this.#at += 2;
    return escapes[letter] ?? letter;
  }
}
