/**
 * Where a text stops being JSON.
 *
 * Owns: finding the offset of the first fault, since the parser of the run time names it only for some texts.
 * Does not own: parsing (`json.ts`).
 *
 * Invariants
 * O1. Linear in the text, and no recursion: hostile depth costs an array, not the stack.
 */

const blank = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these characters inside a string.
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const literal = /true|false|null/y;

/** The offset of the first character that cannot stand there; the length of the text when it ends too soon. */
export function jsonFaultOffset(text: string): number {
  const scan = new Scan(text);
  while (scan.step());
  return scan.at;
}

/** What may come next. */
type Expectation = 'value' | 'valueOrEnd' | 'name' | 'nameOrEnd' | 'colon' | 'commaOrEnd' | 'end';

class Scan {
  at = 0;
  readonly #text: string;
  readonly #open: ('{' | '[')[] = [];
  #next: Expectation = 'value';

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads one token; false at the first fault or at the end. */
  step(): boolean {
    this.#match(blank);
    const character = this.#text[this.at];
    if (character === undefined) return false;
    switch (this.#next) {
      case 'value':
        return this.#value(character);
      case 'valueOrEnd':
        return character === ']' ? this.#close() : this.#value(character);
      case 'nameOrEnd':
        return character === '}' ? this.#close() : this.#name();
      case 'name':
        return this.#name();
      case 'colon':
        return character === ':' && this.#take('value');
      case 'commaOrEnd':
        return this.#commaOrEnd(character);
      case 'end':
        return false;
    }
  }

  #value(character: string): boolean {
    if (character === '{' || character === '[') {
      this.#open.push(character);
      return this.#take(character === '{' ? 'nameOrEnd' : 'valueOrEnd');
    }
    if (!this.#match(string) && !this.#match(number) && !this.#match(literal)) return false;
    this.#next = this.#afterValue();
    return true;
  }

  #name(): boolean {
    if (!this.#match(string)) return false;
    this.#next = 'colon';
    return true;
  }

  #commaOrEnd(character: string): boolean {
    const inside = this.#open.at(-1);
    if (character === ',') return this.#take(inside === '{' ? 'name' : 'value');
    return character === (inside === '{' ? '}' : ']') && this.#close();
  }

  #close(): boolean {
    this.#open.pop();
    return this.#take(this.#afterValue());
  }

  #afterValue(): Expectation {
    return this.#open.length === 0 ? 'end' : 'commaOrEnd';
  }

  #take(next: Expectation): true {
    this.at += 1;
    this.#next = next;
    return true;
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.#text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }
}
