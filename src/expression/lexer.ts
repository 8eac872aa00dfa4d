/**
 * Cuts the text of one expression into tokens.
 *
 * Owns: the token kinds, their names in messages, number and string literals.
 * Does not own: grammar (`parse.ts`), template strings (`template.ts`).
 *
 * Source: expression reference 3.
 */
import type { JsonNumber } from '#foundation';
import type { Span } from './ast.ts';
import { isWhiteSpace } from './dotnet-text.ts';
import { fitsInt64, floatValue, integerFromBigInt } from './values.ts';

/** Spelled as Azure's messages name them. */
export type TokenKind =
  | 'StringLiteral'
  | 'Integer'
  | 'Float'
  | 'Identifier'
  | 'Dot'
  | 'Comma'
  | 'LeftParenthesis'
  | 'RightParenthesis'
  | 'LeftSquareBracket'
  | 'RightSquareBracket'
  | 'QuestionMark'
  | 'EndOfData';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** The source text. */
  readonly text: string;
  /** What a literal means. */
  readonly value?: string | number | JsonNumber;
}

/** Why the text cannot be cut, and where. */
export interface LexicalFault extends Span {
  readonly message: string;
}

const punctuation: { readonly [character: string]: TokenKind } = {
  '.': 'Dot',
  ',': 'Comma',
  '(': 'LeftParenthesis',
  ')': 'RightParenthesis',
  '[': 'LeftSquareBracket',
  ']': 'RightSquareBracket',
  '?': 'QuestionMark',
};

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

const notInIdentifiers = new Set(".,(){}[]@?'".split('').map((character) => character.charCodeAt(0)));

function isIdentifierUnit(unit: number): boolean {
  return !Number.isNaN(unit) && !notInIdentifiers.has(unit) && !isWhiteSpace(unit);
}

/**
 * The tokens of `text` between `from` and `to`, with an EndOfData at the end; or the first fault.
 * `text` is the whole template string: positions are positions in it.
 */
export function tokenize(text: string, from: number, to: number): readonly Token[] | LexicalFault {
  const tokens: Token[] = [];
  let at = from;
  while (at < to) {
    const unit = text.charCodeAt(at);
    if (isWhiteSpace(unit)) {
      at++;
      continue;
    }
    const token = readToken(text, at, to);
    if ('message' in token) return token;
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'EndOfData', text: '', start: to, end: to });
  return tokens;
}

function readToken(text: string, at: number, to: number): Token | LexicalFault {
  const character = text.charAt(at);
  const mark = punctuation[character];
  if (mark !== undefined) return { kind: mark, text: character, start: at, end: at + 1 };
  if (character === "'") return readString(text, at, to);
  if (character === '"') return doubleQuoteFault(at);
  const unit = text.charCodeAt(at);
  const signed = character === '+' || character === '-';
  if (isDigit(unit) || (signed && at + 1 < to && isDigit(text.charCodeAt(at + 1)))) return readNumber(text, at, to);
  if (isIdentifierUnit(unit)) return readIdentifier(text, at, to);
  return { message: `the character '${character}' at position '${at}' is not expected`, start: at, end: at + 1 };
}

function doubleQuoteFault(at: number): LexicalFault {
  const message = `the string character '"' at position '${at}' is not expected; write text in single quotes`;
  return { message, start: at, end: at + 1 };
}

function readString(text: string, at: number, to: number): Token | LexicalFault {
  let close = at + 1;
  for (; ; close += 2) {
    close = text.indexOf("'", close);
    if (close < 0 || close >= to) {
      return { message: `the string that starts at position '${at}' has no closing quote`, start: at, end: to };
    }
    if (close + 1 >= to || text.charAt(close + 1) !== "'") break;
  }
  const source = text.slice(at, close + 1);
  return {
    kind: 'StringLiteral',
    text: source,
    value: source.slice(1, -1).replaceAll("''", "'"),
    start: at,
    end: close + 1,
  };
}

const numberPattern = /[+-]?(\d+)(\.\d*)?([eE][+-]?\d+)?/y;

function readNumber(text: string, at: number, to: number): Token | LexicalFault {
  numberPattern.lastIndex = at;
  const match = numberPattern.exec(text);
  const source = (match?.[0] ?? '').slice(0, to - at);
  const end = at + source.length;
  if (end < to && isIdentifierUnit(text.charCodeAt(end))) {
    return { message: `the number at position '${at}' is followed by '${text.charAt(end)}'`, start: at, end: end + 1 };
  }
  const isFloat = match?.[2] !== undefined || match?.[3] !== undefined;
  const value = isFloat ? floatOf(source) : integerOf(source);
  if (value === undefined) {
    return { message: `the number '${source}' at position '${at}' is out of range`, start: at, end };
  }
  return { kind: isFloat ? 'Float' : 'Integer', text: source, value, start: at, end };
}

function floatOf(source: string): number | JsonNumber | undefined {
  const value = Number(source);
  return Number.isFinite(value) ? floatValue(value) : undefined;
}

function integerOf(source: string): number | JsonNumber | undefined {
  const value = BigInt(source.startsWith('+') ? source.slice(1) : source);
  return fitsInt64(value) ? integerFromBigInt(value) : undefined;
}

function readIdentifier(text: string, at: number, to: number): Token | LexicalFault {
  let end = at;
  while (end < to && isIdentifierUnit(text.charCodeAt(end))) {
    if (text.charAt(end) === '"') return doubleQuoteFault(end);
    end++;
  }
  return { kind: 'Identifier', text: text.slice(at, end), start: at, end };
}
