/**
 * A place in the words of a query, and what may be taken there.
 *
 * Owns: looking, taking, demanding; the bound on nesting. Does not own: the grammar (`parse-*.ts`).
 */
import { syntaxError } from './kql-fault.ts';
import { type Token, tokenize } from './tokens.ts';
import { type KqlType, typeNamed } from './types.ts';

const deepest = 200;
const last: Token = { kind: 'end', value: '', at: 0, end: 0 };

export class Cursor {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokenize(text);
  }

  /** Where the cursor stands; may be set back to a place it has been at. */
  get position(): number {
    return this.#at;
  }

  set position(at: number) {
    this.#at = at;
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1) ?? last;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** Goes on at most `deepest` levels into one another. */
  nested<T>(read: () => T): T {
    if (++this.#depth > deepest) throw syntaxError('The query is nested too deeply.', this.peek().at);
    const result = read();
    this.#depth--;
    return result;
  }

  isMark(mark: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'mark' && token.value === mark;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'name' && token.value === word;
  }

  takeMark(mark: string): boolean {
    if (!this.isMark(mark)) return false;
    this.#at++;
    return true;
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#at++;
    return true;
  }

  mark(mark: string): Token {
    if (!this.isMark(mark)) throw this.unexpected(`'${mark}'`);
    return this.next();
  }

  word(word: string): Token {
    if (!this.isWord(word)) throw this.unexpected(`'${word}'`);
    return this.next();
  }

  /** A name, bare or `['…']`. */
  name(): string {
    if (this.isBracketName()) {
      const name = this.peek(1).value;
      this.#at += 3;
      return name;
    }
    if (this.peek().kind !== 'name') throw this.unexpected('a name');
    return this.next().value;
  }

  isName(): boolean {
    return this.peek().kind === 'name' || this.isBracketName();
  }

  isBracketName(ahead = 0): boolean {
    return this.isMark('[', ahead) && this.peek(ahead + 1).kind === 'text' && this.isMark(']', ahead + 2);
  }

  type(): KqlType {
    const token = this.peek();
    const type = token.kind === 'name' ? typeNamed(token.value) : undefined;
    if (type === undefined) throw this.unexpected('a type');
    this.#at++;
    return type;
  }

  /** Words joined by hyphens without blanks, such as `mv-expand`. */
  hyphened(): string {
    let [name, ahead] = [this.peek().value, 1];
    while (this.#touches(ahead) && this.isMark('-', ahead) && this.#touches(ahead + 1)) {
      if (this.peek(ahead + 1).kind !== 'name') break;
      name += `-${this.peek(ahead + 1).value}`;
      ahead += 2;
    }
    return name;
  }

  skip(tokens: number): void {
    this.#at += tokens;
  }

  /** Whether the token `ahead` follows the one before it without a blank. */
  #touches(ahead: number): boolean {
    return this.peek(ahead).at === this.peek(ahead - 1).end;
  }

  /** A run of names and stars without blanks: `Extended*`. */
  pattern(): { readonly pattern: string; readonly at: number } {
    const { at } = this.peek();
    if (this.isBracketName()) return { pattern: this.name(), at };
    let pattern = '';
    while ((this.peek().kind === 'name' || this.isMark('*')) && (pattern === '' || this.#touches(0))) {
      pattern += this.next().value;
    }
    if (pattern === '') throw this.unexpected('a column name');
    return { pattern, at };
  }

  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.takeMark(',')) items.push(read());
    return items;
  }

  unexpected(wanted: string): Error {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end of the query' : `'${this.text.slice(token.at, token.end)}'`;
    return syntaxError(`${wanted} is expected, found ${found}.`, token.at);
  }
}
