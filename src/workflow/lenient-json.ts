/**
 * JSON text as the ParseJson action reads it: as leniently as Newtonsoft's reader, with its messages.
 *
 * Owns: the leniency (single quotes, unquoted names, comments, stray commas, numbers in other bases, containers left
 * open at the end of the text), the wording of errors and their positions.
 * Does not own: strict JSON (`#foundation`), number texts (`lenient-number.ts`), what an action makes of an error.
 *
 * Invariants
 * LJ1. Text that is strict JSON gives what the strict parser gives.
 * LJ2. No recursion: nesting is bounded by `deepest`, never by the stack.
 * LJ3. What follows the first value is not looked at.
 *
 * Source: engine reference 4.5.
 */
import { JsonSyntaxError, type Json, parseJson, setMember } from '#foundation';
import { readNumber } from './lenient-number.ts';
import { type Place, pathText } from './schema/place.ts';

export type LenientJson =
  /** White space alone reads as null. */
  | { readonly kind: 'parsed'; readonly value: Json }
  /** `message` as the reader words it: `Unexpected character encountered while parsing value: x. Path '', line 1, position 1.` */
  | { readonly kind: 'invalid'; readonly code: 'InvalidJSON'; readonly message: string };

const deepest = 1_000;

/** Reads JSON text leniently; never throws. */
export function lenientJson(text: string): LenientJson {
  const strict = strictly(text);
  if (strict !== undefined && !mayBeTooDeep(text)) return { kind: 'parsed', value: strict };
  try {
    return { kind: 'parsed', value: new LenientReader(text).read() };
  } catch (error) {
    if (error instanceof ReaderFault) return { kind: 'invalid', code: 'InvalidJSON', message: error.message };
    throw error;
  }
}

function strictly(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** Whether so many brackets are open at some point; brackets inside strings count too, so this may err on the safe side. */
function mayBeTooDeep(text: string): boolean {
  if (text.length <= 2 * deepest) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 91 || unit === 123) {
      depth += 1;
      if (depth > deepest) return true;
    } else if (unit === 93 || unit === 125) {
      depth -= 1;
    }
  }
  return false;
}

class ReaderFault extends Error {}

type Container =
  | { readonly kind: 'object'; readonly members: { [name: string]: Json }; name: string | undefined }
  | { readonly kind: 'array'; readonly items: Json[] };

/** What the reader has in front of it: the start of a value, a member, or what follows a value. */
type Expecting = 'value' | 'member' | 'separator';

const endOfText = '';
const words: readonly (readonly [word: string, value: Json, what: string])[] = [
  ['true', true, 'boolean'],
  ['false', false, 'boolean'],
  ['null', null, 'null'],
  ['undefined', null, 'undefined'],
  ['NaN', 'NaN', 'NaN'],
  ['Infinity', 'Infinity', 'Infinity'],
  ['-Infinity', '-Infinity', '-Infinity'],
];
const simpleEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '/': '/',
};

class LenientReader {
  readonly #text: string;
  readonly #open: Container[] = [];
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #root: Json | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Json {
    let expecting: Expecting = 'value';
    while (this.#root === undefined) {
      this.#skipBlanks();
      if (this.#next === endOfText) return this.#ended(expecting);
      if (expecting === 'value') expecting = this.#value();
      else if (expecting === 'member') expecting = this.#member();
      else expecting = this.#separator();
    }
    return this.#root;
  }

  get #next(): string {
    return this.#text.charAt(this.#at);
  }

  get #container(): Container | undefined {
    return this.#open.at(-1);
  }

  // --- Structure ------------------------------------------------------------------------------------------------

  #value(): Expecting {
    const character = this.#next;
    if (character === '{') return this.#start({ kind: 'object', members: {}, name: undefined }, 'member');
    if (character === '[') return this.#start({ kind: 'array', items: [] }, 'value');
    if (character === ']') return this.#close('array');
    // An empty place between commas is a value; the comma itself is read next.
    if (character === ',') return this.#done(null);
    if (character === '"' || character === "'") return this.#done(this.#string(character));
    const word = this.#word(character);
    if (word !== undefined) return this.#done(word);
    if (/[\d.-]/.test(character)) return this.#done(this.#number());
    return this.#fail(`Unexpected character encountered while parsing value: ${character}.`);
  }

  #start(container: Container, then: Expecting): Expecting {
    if (this.#open.length >= deepest) this.#fail(`The reader's MaxDepth of ${deepest} has been exceeded.`);
    this.#open.push(container);
    this.#at += 1;
    return then;
  }

  #done(value: Json): Expecting {
    const container = this.#container;
    if (container === undefined) this.#root = value;
    else if (container.kind === 'array') container.items.push(value);
    else if (container.name !== undefined) setMember(container.members, container.name, value);
    return 'separator';
  }

  #close(kind: Container['kind']): Expecting {
    const container = this.#container;
    this.#at += 1;
    if (container?.kind !== kind) {
      const token = kind === 'array' ? 'EndArray' : 'EndObject';
      const open = container === undefined ? 'None' : container.kind === 'array' ? 'Array' : 'Object';
      return this.#fail(`JsonToken ${token} is not valid for closing JsonType ${open}.`);
    }
    this.#open.pop();
    return this.#done(container.kind === 'array' ? container.items : container.members);
  }

  #separator(): Expecting {
    const character = this.#next;
    if (character === '}') return this.#close('object');
    if (character === ']') return this.#close('array');
    if (character === ',') {
      this.#at += 1;
      return this.#container?.kind === 'object' ? 'member' : 'value';
    }
    return this.#fail(`After parsing a value an unexpected character was encountered: ${character}.`);
  }

  #member(): Expecting {
    const character = this.#next;
    if (character === '}') return this.#close('object');
    const quoted = character === '"' || character === "'";
    const name = quoted ? this.#string(character) : this.#bareName();
    this.#skipBlanks();
    if (this.#next !== ':') {
      this.#fail(`Invalid character after parsing property name. Expected ':' but got: ${this.#next}.`);
    }
    this.#at += 1;
    const container = this.#container;
    if (container?.kind === 'object') container.name = name;
    return 'value';
  }

  /** A name without quotes goes to the colon or the next blank. */
  #bareName(): string {
    const start = this.#at;
    if (!/[\p{L}\p{Nd}_$]/u.test(this.#next)) {
      this.#fail(`Invalid property identifier character: ${this.#next}.`);
    }
    while (/[\p{L}\p{Nd}_$]/u.test(this.#next)) this.#at += 1;
    if (this.#next === endOfText) this.#fail('Unexpected end while parsing unquoted property name.');
    if (this.#next !== ':' && !/\s/.test(this.#next)) {
      this.#fail(`Invalid JavaScript property identifier character: ${this.#next}.`);
    }
    return this.#text.slice(start, this.#at);
  }

  /** Containers may stay open when the text ends directly behind a value. */
  #ended(expecting: Expecting): Json {
    if (this.#open.length === 0) return null;
    if (expecting !== 'separator') {
      throw new ReaderFault(`Unexpected end when reading token. Path '${pathText(this.#containerPlace())}'.`);
    }
    while (this.#open.length > 0) this.#close(this.#container?.kind ?? 'array');
    return this.#root ?? null;
  }

  // --- Tokens ---------------------------------------------------------------------------------------------------

  #word(first: string): Json | undefined {
    const negative = first === '-' && this.#text.charAt(this.#at + 1) === 'I';
    if (first === '-' && !negative) return undefined;
    const found = words.find(
      ([word]) => word.startsWith(first) && (first !== 'n' || this.#text.charAt(this.#at + 1) === 'u'),
    );
    if (found === undefined) return undefined;
    const [word, value, what] = found;
    let length = 0;
    while (length < word.length && this.#text.charAt(this.#at + length) === word.charAt(length)) length += 1;
    this.#at += length;
    if (length < word.length && this.#next === endOfText) this.#fail('Unexpected end when reading JSON.');
    if (length < word.length || !/^[\s,/})\]]?$/.test(this.#next)) this.#fail(`Error parsing ${what} value.`);
    return value;
  }

  #number(): Json {
    const start = this.#at;
    while (/[\da-fA-FxX+.-]/.test(this.#next)) this.#at += 1;
    const text = this.#text.slice(start, this.#at);
    if (!/^[\s,/})\]]?$/.test(this.#next)) {
      this.#fail(`Unexpected character encountered while parsing number: ${this.#next}.`);
    }
    const value = readNumber(text);
    if (value !== undefined) return value;
    // The reader has counted the value before it looks at the digits.
    this.#done(null);
    return this.#fail(`Input string '${text}' is not a valid number.`);
  }

  #string(quote: string): string {
    this.#at += 1;
    let value = '';
    for (;;) {
      const character = this.#next;
      if (character === endOfText) this.#fail(`Unterminated string. Expected delimiter: ${quote}.`);
      this.#at += 1;
      if (character === quote) return value.toWellFormed();
      if (character === '\\') value += this.#escape(quote);
      else value += character;
      if (character === '\n' || (character === '\r' && this.#next !== '\n')) this.#newLine();
    }
  }

  #escape(quote: string): string {
    const character = this.#next;
    if (character === endOfText) this.#fail(`Unterminated string. Expected delimiter: ${quote}.`);
    this.#at += 1;
    if (character === 'u') return this.#unicode();
    const meant = Object.hasOwn(simpleEscapes, character) ? simpleEscapes[character] : undefined;
    return meant ?? this.#fail(`Bad JSON escape sequence: \\${character}.`);
  }

  #unicode(): string {
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (digits.length < 4) {
      this.#at = this.#text.length;
      this.#fail('Unexpected end while parsing Unicode escape sequence.');
    }
    if (!/^[\da-f]{4}$/i.test(digits)) this.#fail(`Invalid Unicode escape sequence: \\u${digits}.`);
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  // --- Blanks and places ----------------------------------------------------------------------------------------

  #skipBlanks(): void {
    for (;;) {
      const character = this.#next;
      if (character === '/') {
        this.#comment();
      } else if (character !== endOfText && /[\s\u0085]/.test(character)) {
        this.#at += 1;
        if (character === '\n' || (character === '\r' && this.#next !== '\n')) this.#newLine();
      } else {
        return;
      }
    }
  }

  #comment(): void {
    const second = this.#text.charAt(this.#at + 1);
    if (second === '/') {
      while (this.#next !== endOfText && this.#next !== '\n' && this.#next !== '\r') this.#at += 1;
      return;
    }
    if (second !== '*') {
      this.#at = Math.min(this.#at + 1, this.#text.length);
      this.#fail(
        second === '' ? 'Unexpected end while parsing comment.' : `Error parsing comment. Expected: *, got ${second}.`,
      );
    }
    const end = this.#text.indexOf('*/', this.#at + 2);
    const stop = end < 0 ? this.#text.length : end + 2;
    while (this.#at < stop) {
      const character = this.#next;
      this.#at += 1;
      if (character === '\n' || (character === '\r' && this.#next !== '\n')) this.#newLine();
    }
    if (end < 0) this.#fail('Unexpected end while parsing comment.');
  }

  #newLine(): void {
    this.#line += 1;
    this.#lineStart = this.#at;
  }

  #fail(message: string): never {
    const position = this.#at - this.#lineStart;
    const untouched = this.#open.length === 0 && position === 0 && this.#line === 1;
    const line = untouched ? 0 : this.#line;
    throw new ReaderFault(`${message} Path '${pathText(this.#place())}', line ${line}, position ${position}.`);
  }

  /** The last value or name that was read. */
  #place(): Place | undefined {
    const container = this.#container;
    const above = this.#containerPlace();
    if (container === undefined) return undefined;
    if (container.kind === 'object') return container.name === undefined ? above : { above, step: container.name };
    return container.items.length === 0 ? above : { above, step: container.items.length - 1 };
  }

  #containerPlace(): Place | undefined {
    let place: Place | undefined;
    for (const container of this.#open.slice(0, -1)) {
      const step = container.kind === 'object' ? (container.name ?? '') : container.items.length;
      place = { above: place, step };
    }
    return place;
  }
}
