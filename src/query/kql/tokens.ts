/**
 * The words of a query.
 *
 * Owns: tokens and where they stand, every form of text literal, numbers, timespans, typed literals `datetime(…)`.
 * Does not own: what they mean together (`parser.ts`).
 */
import { syntaxError } from './kql-fault.ts';

export type TokenKind = 'name' | 'text' | 'long' | 'real' | 'timespan' | 'typed' | 'mark' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Text literals without quotes and escapes; numbers and marks as written; typed literals the part in brackets. */
  readonly value: string;
  /** The type of a typed literal, in lower case. */
  readonly type?: string;
  readonly at: number;
  readonly end: number;
}

const longest = 1_000_000;
const typedLiterals =
  /(?:datetime|date|timespan|time|guid|uniqueid|long|int|real|double|decimal|bool|boolean)[ \t\r\n]*\(/y;
const number = /0[xX][0-9a-fA-F]+|\d+(?:\.(?!\.)\d*)?(?:[eE][+-]?\d+)?/y;
const unit =
  /(?:d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?|ms|millis?|milliseconds?|micros?|microseconds?|nanos?|nanoseconds?|ticks?)(?![\w])/y;
const name = /[$A-Za-z_][\w]*/y;
const marks = ['!in~', '<|', '!=', '!~', '=~', '==', '<>', '<=', '>=', '=>', '..', '::'];
const single = '()[]{},;:|=<>+-*/%.!?&@~';
const blank = /(?:[ \t\r\n\f\v\u00a0\ufeff]|\/\/[^\n]*)+/y;

/** All tokens of a query, an `end` token last. */
export function tokenize(text: string): readonly Token[] {
  if (text.length > longest) throw syntaxError(`A query has at most ${longest} characters.`, longest);
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(blank, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const token = readToken(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', value: '', at: text.length, end: text.length });
  return tokens;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function readToken(text: string, at: number): Token {
  const literal = readText(text, at);
  if (literal !== undefined) return literal;
  if (/\d/.test(text.charAt(at))) return readNumber(text, at);
  const typed = matchAt(typedLiterals, text, at);
  if (typed !== undefined) return readTyped(text, at, typed);
  const word = matchAt(name, text, at);
  if (word !== undefined) return { kind: 'name', value: word, at, end: at + word.length };
  const mark = marks.find((each) => text.startsWith(each, at)) ?? text.charAt(at);
  if (mark.length === 1 && !single.includes(mark)) throw syntaxError(`'${mark}' is not expected.`, at);
  return { kind: 'mark', value: mark, at, end: at + mark.length };
}

function readNumber(text: string, at: number): Token {
  const digits = matchAt(number, text, at) ?? '';
  const after = at + digits.length;
  const suffix = matchAt(unit, text, after);
  if (suffix !== undefined && !/[xX]/.test(digits)) {
    return { kind: 'timespan', value: digits + suffix, at, end: after + suffix.length };
  }
  const word = matchAt(/\w+/y, text, after);
  if (word !== undefined) return { kind: 'name', value: digits + word, at, end: after + word.length };
  const kind = /^0[xX]|^\d+$/.test(digits) ? 'long' : 'real';
  return { kind, value: digits, at, end: after };
}

function readTyped(text: string, at: number, opening: string): Token {
  const from = at + opening.length;
  const type = opening.slice(0, -1).trim().toLowerCase();
  const quoted = readText(text, from + (matchAt(blank, text, from)?.length ?? 0));
  const close = text.indexOf(')', quoted?.end ?? from);
  if (close < 0) throw syntaxError(`')' is missing after '${type}('.`, at);
  const value = quoted === undefined ? text.slice(from, close).trim() : quoted.value;
  return { kind: 'typed', type, value, at, end: close + 1 };
}

/** Any form of text literal at `at`: plain, verbatim (`@`), hidden (`h`), of several lines (three backticks or tildes). */
function readText(text: string, at: number): Token | undefined {
  let from = at;
  if (/[hH]/.test(text.charAt(from)) && /["'@`~]/.test(text.charAt(from + 1))) from++;
  for (const fence of ['```', '~~~']) {
    if (!text.startsWith(fence, from)) continue;
    const close = text.indexOf(fence, from + 3);
    if (close < 0) throw syntaxError('A text has no closing mark.', at);
    return { kind: 'text', value: text.slice(from + 3, close), at, end: close + 3 };
  }
  const verbatim = text.charAt(from) === '@';
  if (verbatim) from++;
  const quote = text.charAt(from);
  if (quote !== '"' && quote !== "'") return undefined;
  return verbatim ? readVerbatim(text, at, from, quote) : readEscaped(text, at, from, quote);
}

function readVerbatim(text: string, at: number, from: number, quote: string): Token {
  let close = text.indexOf(quote, from + 1);
  while (close >= 0 && text.charAt(close + 1) === quote) close = text.indexOf(quote, close + 2);
  if (close < 0) throw syntaxError('A text has no closing quote.', at);
  const value = text.slice(from + 1, close).replaceAll(quote + quote, quote);
  return { kind: 'text', value, at, end: close + 1 };
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  0: '\0',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '/': '/',
};

function readEscaped(text: string, at: number, from: number, quote: string): Token {
  let value = '';
  let next = from + 1;
  for (;;) {
    const char = text.charAt(next);
    if (char === '' || char === '\n') throw syntaxError('A text has no closing quote.', at);
    if (char === quote) return { kind: 'text', value, at, end: next + 1 };
    if (char !== '\\') {
      value += char;
      next++;
      continue;
    }
    const code = /^(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(text.slice(next + 1, next + 6));
    const plain = escapes[text.charAt(next + 1)];
    if (code === null && plain === undefined) throw syntaxError(`'\\${text.charAt(next + 1)}' is no escape.`, next);
    value += code === null ? plain : String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? '', 16));
    next += code === null ? 2 : 1 + code[0].length;
  }
}
