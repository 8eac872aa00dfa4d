/**
 * Reads a regular expression of the kind JSON schemas use into a tree.
 *
 * Owns: the grammar: literals, classes, groups, alternatives, repetition, anchors, word boundaries.
 * Does not own: matching (`pattern.ts`). Look-around, back references and inline options are refused: they cannot be
 * matched in linear time, or change the meaning of what follows.
 *
 * Invariants
 * PS1. Any text gives a tree or the reason why not; nesting beyond 50 is refused.
 */

/** Whether a UTF-16 unit is meant. */
export type UnitTest = (unit: number) => boolean;

export type PatternTree =
  | { readonly kind: 'unit'; readonly test: UnitTest }
  | { readonly kind: 'start' | 'end' | 'veryEnd' | 'boundary' | 'noBoundary' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'either'; readonly options: readonly PatternTree[] }
  | { readonly kind: 'repeat'; readonly part: PatternTree; readonly least: number; readonly most: number };

const deepest = 50;
const longestPattern = 4_096;

/** Thrown inside this file only. */
class Refusal extends Error {}

/** The tree of a pattern, or why it cannot be used. */
export function parsePattern(text: string): PatternTree | string {
  if (text.length > longestPattern) return `the pattern is longer than '${longestPattern}' characters`;
  try {
    return new PatternParser(text).parse();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

const digit: UnitTest = (unit) => unit >= 48 && unit <= 57;
const letter: UnitTest = (unit) => /\p{L}/u.test(String.fromCharCode(unit));
const mark: UnitTest = (unit) => /[\p{Mn}\p{Pc}]/u.test(String.fromCharCode(unit));
const space: UnitTest = (unit) => /\s/.test(String.fromCharCode(unit)) && unit !== 0xfeff;
const asciiWord: UnitTest = (unit) =>
  (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || digit(unit) || unit === 95;
/** Letters, digits, joining marks and `_`, as .NET counts them. */
export const isWordUnit: UnitTest = (unit) => asciiWord(unit) || (unit > 127 && (letter(unit) || mark(unit)));

const not =
  (test: UnitTest): UnitTest =>
  (unit) =>
    !test(unit);

const classEscapes: Readonly<Record<string, UnitTest>> = {
  d: digit,
  D: not(digit),
  w: isWordUnit,
  W: not(isWordUnit),
  s: space,
  S: not(space),
};

const unitEscapes: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7, e: 27, 0: 0 };

class PatternParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): PatternTree {
    const tree = this.#either();
    if (this.#at < this.#text.length) throw new Refusal("a ')' closes no group");
    return tree;
  }

  get #next(): string {
    return this.#text.charAt(this.#at);
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #either(): PatternTree {
    this.#depth += 1;
    if (this.#depth > deepest) throw new Refusal(`the groups of the pattern nest deeper than '${deepest}'`);
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    this.#depth -= 1;
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'either', options };
  }

  #sequence(): PatternTree {
    const parts: PatternTree[] = [];
    while (this.#at < this.#text.length && this.#next !== '|' && this.#next !== ')') {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #repeated(part: PatternTree): PatternTree {
    const range = this.#quantifier();
    if (range === undefined) return part;
    // A lazy quantifier finds the same texts; a possessive or doubled one does not exist in .NET.
    this.#take('?');
    if (this.#quantifier() !== undefined) throw new Refusal('a quantifier follows a quantifier');
    return { kind: 'repeat', part, ...range };
  }

  #quantifier(): { least: number; most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { least: 0, most: 1 };
    const counted = /^\{(\d{1,5})(,(\d{1,5})?)?\}/.exec(this.#text.slice(this.#at, this.#at + 14));
    if (counted === null) return undefined;
    this.#at += counted[0].length;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : Number(counted[3] ?? Number.POSITIVE_INFINITY);
    if (most < least) throw new Refusal('a quantifier has its bounds in the wrong order');
    return { least, most };
  }

  #atom(): PatternTree {
    const character = this.#next;
    this.#at += 1;
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'unit', test: this.#class() };
      case '\\':
        return this.#escape();
      case '.':
        return { kind: 'unit', test: (unit) => unit !== 10 };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '*':
      case '+':
      case '?':
        throw new Refusal('a quantifier follows nothing');
      default: {
        const wanted = character.charCodeAt(0);
        return { kind: 'unit', test: (unit) => unit === wanted };
      }
    }
  }

  #group(): PatternTree {
    if (this.#take('?')) {
      const named = /^<[A-Za-z_]\w{0,63}>/.exec(this.#text.slice(this.#at, this.#at + 66));
      if (named !== null) this.#at += named[0].length;
      else if (!this.#take(':')) throw new Refusal('look-around and inline options are not supported');
    }
    const tree = this.#either();
    if (!this.#take(')')) throw new Refusal('a group is not closed');
    return tree;
  }

  #escape(): PatternTree {
    const character = this.#next;
    if (character === 'b' || character === 'B') {
      this.#at += 1;
      return { kind: character === 'b' ? 'boundary' : 'noBoundary' };
    }
    if (character === 'A' || character === 'Z' || character === 'z') {
      this.#at += 1;
      return { kind: character === 'A' ? 'start' : character === 'Z' ? 'end' : 'veryEnd' };
    }
    if (/[1-9k]/.test(character)) throw new Refusal('references back to groups are not supported');
    const meant = this.#escapedUnits();
    return { kind: 'unit', test: typeof meant === 'number' ? (unit) => unit === meant : meant };
  }

  /** What stands behind a backslash: one unit, or a class of them. */
  #escapedUnits(): number | UnitTest {
    const character = this.#next;
    if (character === '') throw new Refusal('the pattern ends with a backslash');
    this.#at += 1;
    const named = classEscapes[character];
    if (named !== undefined) return named;
    if (character === 'p' || character === 'P') return this.#category(character === 'P');
    if (character === 'x') return this.#hexadecimal(2);
    if (character === 'u') return this.#hexadecimal(4);
    if (Object.hasOwn(unitEscapes, character)) return unitEscapes[character] ?? 0;
    if (/[A-Za-z0-9]/.test(character)) throw new Refusal(`the escape '\\${character}' is not supported`);
    return character.charCodeAt(0);
  }

  #category(negated: boolean): UnitTest {
    const found = /^\{([LMNPSZC][a-z]?)\}/.exec(this.#text.slice(this.#at, this.#at + 4));
    if (found === null) throw new Refusal('only general categories such as \\p{L} are supported');
    this.#at += found[0].length;
    let category: RegExp;
    try {
      category = new RegExp(`\\p{${found[1] ?? ''}}`, 'u');
    } catch {
      throw new Refusal(`there is no category '${found[1] ?? ''}'`);
    }
    const test: UnitTest = (unit) => category.test(String.fromCharCode(unit));
    return negated ? not(test) : test;
  }

  #hexadecimal(digits: number): number {
    const text = this.#text.slice(this.#at, this.#at + digits);
    if (text.length < digits || !/^[\da-f]+$/i.test(text)) throw new Refusal('an escape lacks hexadecimal digits');
    this.#at += digits;
    return Number.parseInt(text, 16);
  }

  #class(): UnitTest {
    const negated = this.#take('^');
    const tests: UnitTest[] = [];
    for (let first = true; first || this.#next !== ']'; first = false) {
      if (this.#at >= this.#text.length) throw new Refusal('a character class is not closed');
      tests.push(this.#classMember());
    }
    this.#at += 1;
    const test: UnitTest = (unit) => tests.some((one) => one(unit));
    return negated ? not(test) : test;
  }

  #classMember(): UnitTest {
    const from = this.#classUnit();
    if (typeof from !== 'number') return from;
    if (this.#next !== '-' || this.#text.charAt(this.#at + 1) === ']' || this.#at + 1 >= this.#text.length) {
      return (unit) => unit === from;
    }
    this.#at += 1;
    const to = this.#classUnit();
    if (typeof to !== 'number') throw new Refusal('a range in a character class ends with a class');
    if (to < from) throw new Refusal('a range in a character class is in the wrong order');
    return (unit) => unit >= from && unit <= to;
  }

  #classUnit(): number | UnitTest {
    if (this.#take('\\')) {
      if (this.#take('b')) return 8;
      return this.#escapedUnits();
    }
    const unit = this.#text.charCodeAt(this.#at);
    this.#at += 1;
    return unit;
  }
}
