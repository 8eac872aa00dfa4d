/**
 * The grammar of regular expressions (RE2's).
 *
 * Owns: text to tree, classes of characters, flags. Does not own: running (`regex.ts`).
 * A class is judged for one character at a time, so that JavaScript's own engine, used for that alone, has nothing to go back over.
 */
export type CharTest = (code: number) => boolean;

export type RegexNode =
  | { readonly kind: 'char'; readonly test: CharTest }
  | {
      readonly kind: 'assert';
      readonly what: 'start' | 'end' | 'line-start' | 'line-end' | 'boundary' | 'no-boundary';
    }
  | { readonly kind: 'group'; readonly index: number; readonly inner: RegexNode }
  | { readonly kind: 'sequence' | 'either'; readonly items: readonly RegexNode[] }
  | {
      readonly kind: 'repeat';
      readonly inner: RegexNode;
      readonly least: number;
      readonly most: number | undefined;
      readonly lazy: boolean;
    };

interface Flags {
  readonly ignoreCase: boolean;
  readonly lines: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}

class RegexFault extends Error {}

const longest = 10_000;
const deepest = 100;

/** The tree and the number of groups, or why the text is no pattern. */
export function parseRegex(pattern: string): { readonly tree: RegexNode; readonly groups: number } | string {
  if (pattern.length > longest) return `it has more than ${longest} characters`;
  try {
    const parser = new RegexParser(pattern);
    return { tree: parser.whole(), groups: parser.groups };
  } catch (error) {
    if (error instanceof RegexFault) return error.message;
    throw error;
  }
}

class RegexParser {
  readonly #text: string;
  #at = 0;
  #flags: Flags = { ignoreCase: false, lines: false, dotAll: false, ungreedy: false };
  #depth = 0;
  groups = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): RegexNode {
    const tree = this.#either();
    if (this.#at < this.#text.length) throw new RegexFault("')' has no '('");
    return tree;
  }

  #either(): RegexNode {
    if (++this.#depth > deepest) throw new RegexFault('it is nested too deeply');
    const before = this.#flags;
    const items = [this.#sequence()];
    while (this.#take('|')) items.push(this.#sequence());
    this.#flags = before;
    this.#depth--;
    return items.length === 1 ? (items[0] as RegexNode) : { kind: 'either', items };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text.charAt(this.#at))) {
      const atom = this.#atom();
      if (atom !== undefined) items.push(this.#repeated(atom));
    }
    return { kind: 'sequence', items };
  }

  #repeated(given: RegexNode): RegexNode {
    let inner = given;
    for (;;) {
      const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(this.#text.slice(this.#at, this.#at + 20));
      if (found === null) return inner;
      const [sign, from, comma, to] = found;
      this.#at += sign.length;
      const least = from === undefined ? Number(sign === '+') : Number(from);
      const most =
        from === undefined
          ? sign === '?'
            ? 1
            : undefined
          : comma === undefined
            ? least
            : to === ''
              ? undefined
              : Number(to);
      if (least > 1000 || (most ?? 0) > 1000 || (most !== undefined && most < least))
        throw new RegexFault(`'${sign}' is no count`);
      inner = { kind: 'repeat', inner, least, most, lazy: this.#take('?') !== this.#flags.ungreedy };
    }
  }

  #atom(): RegexNode | undefined {
    const char = this.#next();
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'char', test: this.#class() };
      case '.':
        return { kind: 'char', test: this.#flags.dotAll ? () => true : (code) => code !== 10 };
      case '^':
        return { kind: 'assert', what: this.#flags.lines ? 'line-start' : 'start' };
      case '$':
        return { kind: 'assert', what: this.#flags.lines ? 'line-end' : 'end' };
      case '*':
      case '+':
      case '?':
        throw new RegexFault(`'${char}' has nothing to repeat`);
      case '\\':
        return this.#escape();
      default:
        return { kind: 'char', test: this.#literal(char) };
    }
  }

  #literal(char: string): CharTest {
    const code = char.codePointAt(0) ?? 0;
    if (!this.#flags.ignoreCase) return (each) => each === code;
    const lower = char.toLowerCase();
    return (each) => each === code || String.fromCodePoint(each).toLowerCase() === lower;
  }

  #group(): RegexNode | undefined {
    let index = -1;
    if (this.#take('?')) {
      const opening = /^(?:P?<\w+>|[imsU]*(?:-[imsU]+)?[:)])/.exec(this.#text.slice(this.#at))?.[0];
      if (opening === undefined) throw new RegexFault('it looks ahead or behind, or has an unknown group');
      this.#at += opening.length;
      if (opening.endsWith('>')) index = ++this.groups;
      else {
        const before = this.#flags;
        this.#flags = withFlags(before, opening.slice(0, -1));
        if (opening.endsWith(')')) return undefined;
        const inner = this.#closed();
        this.#flags = before;
        return inner;
      }
    } else index = ++this.groups;
    return { kind: 'group', index, inner: this.#closed() };
  }

  #closed(): RegexNode {
    const inner = this.#either();
    if (!this.#take(')')) throw new RegexFault("')' is missing");
    return inner;
  }

  #escape(): RegexNode {
    const start = this.#at - 1;
    const char = this.#next();
    if (char === 'b') return { kind: 'assert', what: 'boundary' };
    if (char === 'B') return { kind: 'assert', what: 'no-boundary' };
    if (char === 'A') return { kind: 'assert', what: 'start' };
    if (char === 'z') return { kind: 'assert', what: 'end' };
    if (/[1-9]/.test(char)) throw new RegexFault('it refers back to a group');
    this.#at = start;
    return { kind: 'char', test: classTest(`[${this.#classEscape()}]`, this.#flags.ignoreCase) };
  }

  /** An escape at the cursor in the spelling of JavaScript's classes. */
  #classEscape(): string {
    const rest = this.#text.slice(this.#at, this.#at + 48);
    const named = /^\\[pP](?:\{\^?\w+\}|\w)/.exec(rest)?.[0];
    if (named !== undefined) {
      this.#at += named.length;
      return named.length === 3 ? `${named.slice(0, 2)}{${named.slice(2)}}` : named;
    }
    const code = /^\\x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(rest);
    if (code !== null) {
      this.#at += code[0].length;
      return `\\u{${code[1] ?? code[2] ?? ''}}`;
    }
    this.#at++;
    const char = this.#next();
    if (/[dDwWsSnrtfv]/.test(char)) return `\\${char}`;
    if (char === 'a') return '\\u{7}';
    if (/[a-zA-Z0-9]/.test(char)) throw new RegexFault(`'\\${char}' is no escape`);
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  }

  #class(): CharTest {
    let source = this.#take('^') ? '[^' : '[';
    for (let first = true; ; first = false) {
      if (this.#at >= this.#text.length) throw new RegexFault("']' is missing");
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.#text.slice(this.#at, this.#at + 16));
      if (posix !== null) {
        this.#at += posix[0].length;
        source += posixClass(posix[2] ?? '', posix[1] === '^');
        continue;
      }
      const char = this.#next();
      if (char === ']' && !first) return classTest(`${source}]`, this.#flags.ignoreCase);
      if (char === '\\') {
        this.#at--;
        source += this.#classEscape();
      } else source += char === '-' ? '-' : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
    }
  }

  #next(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new RegexFault('it ends too early');
    const char = String.fromCodePoint(code);
    this.#at += char.length;
    return char;
  }

  #take(char: string): boolean {
    if (this.#text.charAt(this.#at) !== char) return false;
    this.#at++;
    return true;
  }
}

function withFlags(flags: Flags, text: string): Flags {
  const [on = '', off = ''] = text.split('-');
  const set = (flag: string, now: boolean): boolean => (on.includes(flag) ? true : off.includes(flag) ? false : now);
  return {
    ignoreCase: set('i', flags.ignoreCase),
    lines: set('m', flags.lines),
    dotAll: set('s', flags.dotAll),
    ungreedy: set('U', flags.ungreedy),
  };
}

const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: '0-9A-Za-z',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t-\\r ',
  blank: '\\t ',
  punct: '!-\\/:-@\\[-`\\{-~',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

function posixClass(name: string, negated: boolean): string {
  const members = posixClasses[name];
  if (members === undefined || negated) throw new RegexFault(`'[:${name}:]' is not known`);
  return members;
}

/** A class in JavaScript's spelling as a test; the first 128 characters are judged beforehand. */
function classTest(source: string, ignoreCase: boolean): CharTest {
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^${source}$`, ignoreCase ? 'iu' : 'u');
  } catch {
    throw new RegexFault(`the class ${source} is not valid`);
  }
  const known = Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
  return (code) => (code < 128 ? known[code] === true : pattern.test(String.fromCodePoint(code)));
}
