/**
 * The syntax of `$filter`: text to tree.
 *
 * Owns: tokens, precedence, limits. Does not own: meaning (`filter.ts`).
 */
import { type Fault, fault, isFault, type Json } from '#foundation';

export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly left: FilterNode; readonly right: FilterNode }
  | { readonly kind: 'not'; readonly inner: FilterNode }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: FilterNode; readonly right: FilterNode }
  | { readonly kind: 'in'; readonly left: FilterNode; readonly values: readonly Json[] }
  /** `name` in lower case; `at` is its place in the text, from 0. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly FilterNode[]; readonly at: number }
  /** `path/any(x: …)`, `path/all(x: …)`; the variable as written. Without a condition, `any()` asks for an item at all. */
  | {
      readonly kind: 'lambda';
      readonly quantifier: 'any' | 'all';
      readonly path: string;
      readonly at: number;
      readonly variable: string;
      readonly inner: FilterNode | undefined;
    }
  | { readonly kind: 'literal'; readonly value: Json }
  /** Parts joined by slashes, case as written. */
  | { readonly kind: 'path'; readonly path: string; readonly at: number };

type Token =
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'word'; readonly value: string; readonly at: number }
  | { readonly kind: 'mark'; readonly value: string; readonly at: number };

const longest = 8192;
const deepest = 64;

/** Parses a filter; `InvalidParameter` with the place of the fault (from 1) otherwise. */
export function parseFilter(text: string): FilterNode | Fault {
  if (text.length > longest) return broken('the filter is too long', longest);
  const tokens = tokenize(text);
  if (isFault(tokens)) return tokens;
  const parser = new Parser(tokens, text.length);
  const node = parser.either(0);
  if (isFault(node)) return node;
  const rest = parser.peek();
  return rest === undefined ? node : broken(`'${rest.value}' is not expected`, rest.at);
}

function broken(what: string, at: number): Fault {
  return fault('InvalidParameter', `The filter is not valid: ${what} (position ${at + 1}).`, { target: '$filter' });
}

function tokenize(text: string): readonly Token[] | Fault {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at++;
    } else if ('(),'.includes(char)) {
      tokens.push({ kind: 'mark', value: char, at });
      at++;
    } else if (char === "'") {
      const end = endOfText(text, at + 1);
      if (end < 0) return broken('a text has no closing quote', at);
      tokens.push({ kind: 'text', value: text.slice(at + 1, end).replaceAll("''", "'"), at });
      at = end + 1;
    } else {
      const word = wordAt(text, at);
      tokens.push({ kind: 'word', value: word, at });
      at += word.length;
    }
  }
  return tokens;
}

function endOfText(text: string, from: number): number {
  let end = text.indexOf("'", from);
  while (end >= 0 && text.charAt(end + 1) === "'") end = text.indexOf("'", end + 2);
  return end;
}

function wordAt(text: string, from: number): string {
  let end = from;
  while (end < text.length && !/[\s(),']/.test(text.charAt(end))) end++;
  return text.slice(from, end);
}

const operators = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

class Parser {
  readonly #tokens: Token[];
  readonly #end: number;
  #at = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = [...tokens];
    this.#end = end;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  either(depth: number): FilterNode | Fault {
    return this.#chain('or', depth, (inner) => this.#both(inner));
  }

  #both(depth: number): FilterNode | Fault {
    return this.#chain('and', depth, (inner) => this.#negated(inner));
  }

  #chain(kind: 'and' | 'or', depth: number, next: (depth: number) => FilterNode | Fault): FilterNode | Fault {
    if (depth > deepest) return broken('it is nested too deeply', this.#place());
    let left = next(depth);
    while (!isFault(left) && this.#takeWord(kind)) {
      const right = next(depth);
      if (isFault(right)) return right;
      left = { kind, left, right };
    }
    return left;
  }

  #negated(depth: number): FilterNode | Fault {
    if (depth > deepest) return broken('it is nested too deeply', this.#place());
    if (!this.#takeWord('not')) return this.#primary(depth);
    const inner = this.#negated(depth + 1);
    return isFault(inner) ? inner : { kind: 'not', inner };
  }

  #primary(depth: number): FilterNode | Fault {
    if (this.#takeMark('(')) {
      const inner = this.either(depth + 1);
      if (isFault(inner)) return inner;
      return this.#takeMark(')') ? inner : broken("')' is missing", this.#place());
    }
    const left = this.#operand(depth);
    if (isFault(left)) return left;
    const token = this.peek();
    const word = token?.kind === 'word' ? token.value.toLowerCase() : '';
    if (operators.has(word)) {
      this.#at++;
      const right = this.#operand(depth);
      return isFault(right) ? right : { kind: 'compare', operator: word, left, right };
    }
    return word === 'in' ? this.#membership(left) : left;
  }

  #membership(left: FilterNode): FilterNode | Fault {
    this.#at++;
    if (!this.#takeMark('(')) return broken("'(' is missing", this.#place());
    const values: Json[] = [];
    do {
      const value = this.#operand(deepest);
      if (isFault(value)) return value;
      if (value.kind !== 'literal') return broken('a list holds values only', this.#place());
      values.push(value.value);
    } while (this.#takeMark(','));
    return this.#takeMark(')') ? { kind: 'in', left, values } : broken("')' is missing", this.#place());
  }

  #operand(depth: number): FilterNode | Fault {
    const token = this.peek();
    if (token === undefined) return broken('something is missing at the end', this.#end);
    if (token.kind === 'mark') return broken(`'${token.value}' is not expected`, token.at);
    this.#at++;
    if (token.kind === 'text') return { kind: 'literal', value: token.value };
    const next = this.peek();
    if (next?.kind === 'mark' && next.value === '(') return this.#call(token, depth);
    return wordNode(token, next, () => this.#at++);
  }

  #call({ value: name, at }: Token, depth: number): FilterNode | Fault {
    if (depth > deepest) return broken('it is nested too deeply', this.#place());
    this.#at++;
    const lambda = /^(.+)\/(any|all)$/i.exec(name);
    if (lambda !== null)
      return this.#lambda(lambda[1] ?? '', lambda[2]?.toLowerCase() === 'all' ? 'all' : 'any', at, depth);
    const args: FilterNode[] = [];
    if (!this.#takeMark(')')) {
      do {
        const arg = this.#operand(depth + 1);
        if (isFault(arg)) return arg;
        args.push(arg);
      } while (this.#takeMark(','));
      if (!this.#takeMark(')')) return broken("')' is missing", this.#place());
    }
    return { kind: 'call', name: name.toLowerCase(), args, at };
  }

  /** `x: x/name eq 'a'`, behind the bracket; the variable may touch what follows it. */
  #lambda(path: string, quantifier: 'any' | 'all', at: number, depth: number): FilterNode | Fault {
    const base = { kind: 'lambda', quantifier, path: path.replaceAll('.', '/'), at } as const;
    if (quantifier === 'any' && this.#takeMark(')')) return { ...base, variable: '', inner: undefined };
    const token = this.peek();
    const head = token?.kind === 'word' ? /^([a-z_]\w*):(.*)$/i.exec(token.value) : null;
    if (token === undefined || head === null) return broken(`'${quantifier}' needs a variable`, this.#place());
    const rest = head[2] ?? '';
    if (rest === '') this.#at++;
    else this.#replace({ kind: 'word', value: rest, at: token.at + token.value.length - rest.length });
    const inner = this.either(depth + 1);
    if (isFault(inner)) return inner;
    return this.#takeMark(')') ? { ...base, variable: head[1] ?? '', inner } : broken("')' is missing", this.#place());
  }

  #place(): number {
    return this.peek()?.at ?? this.#end;
  }

  #replace(token: Token): void {
    this.#tokens[this.#at] = token;
  }

  #takeWord(word: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'word' || token.value.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }

  #takeMark(mark: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'mark' || token.value !== mark) return false;
    this.#at++;
    return true;
  }
}

/** A word that is no call: keyword, number, time, `datetime'…'`, or a path. */
function wordNode(token: Token, next: Token | undefined, take: () => void): FilterNode | Fault {
  const { value } = token;
  const lower = value.toLowerCase();
  if (lower === 'true' || lower === 'false') return { kind: 'literal', value: lower === 'true' };
  if (lower === 'null') return { kind: 'literal', value: null };
  if ((lower === 'datetime' || lower === 'guid') && next?.kind === 'text') {
    take();
    return { kind: 'literal', value: next.value };
  }
  // `100L`: the number of a 64-bit property.
  if (/^-?\d+L$/i.test(value)) return { kind: 'literal', value: Number(value.slice(0, -1)) };
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return { kind: 'literal', value: Number(value) };
  if (/^\d/.test(value)) return { kind: 'literal', value };
  if (!/^[$@a-z_][\w$@:.\-/[\]*]*$/i.test(value)) return broken(`'${value}' is not expected`, token.at);
  return { kind: 'path', path: value.replaceAll('.', '/'), at: token.at };
}
