/**
 * Text of a template expression → tree.
 *
 * Owns: the grammar, when a string is an expression at all. Does not own: which functions exist.
 *
 * Invariants
 * X1. Length and nesting are bounded.
 *
 * Source: template reference 3 and 15.
 */
import type { TemplateExpression } from './ast.ts';
import { EvaluationStop, isStop } from './stop.ts';

export const expressionLengthLimit = 24_576;
const depthLimit = 64;
const accessorLimit = 256;

/** A string is an expression when it starts with one `[` and ends with `]`. */
export function isExpressionText(text: string): boolean {
  return text.startsWith('[') && text.endsWith(']') && text.charAt(1) !== '[';
}

/** `[[…` is text with one bracket taken away; everything else is as it stands. */
export function plainText(text: string): string {
  return text.startsWith('[[') ? text.slice(1) : text;
}

type TokenKind =
  | 'Identifier'
  | 'LeftParenthesis'
  | 'RightParenthesis'
  | 'LeftSquareBracket'
  | 'RightSquareBracket'
  | 'Dot'
  | 'Comma'
  | 'Literal'
  | 'Integer'
  | 'EndOfData';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const punctuation: Readonly<Record<string, TokenKind>> = {
  '(': 'LeftParenthesis',
  ')': 'RightParenthesis',
  '[': 'LeftSquareBracket',
  ']': 'RightSquareBracket',
  '.': 'Dot',
  ',': 'Comma',
};
const blankEnd = /\s*$/y;
const tokenText = /\s*(?:([A-Za-z_$][\w$]*)|(-?\d+)|'((?:[^']|'')*)'|([()[\].,]))/y;

function tokens(text: string): readonly Token[] | EvaluationStop {
  const found: Token[] = [];
  tokenText.lastIndex = 0;
  for (let at = 0; ; at = tokenText.lastIndex) {
    blankEnd.lastIndex = at;
    if (blankEnd.test(text)) return [...found, { kind: 'EndOfData', text: '' }];
    const match = tokenText.exec(text);
    if (match === null) {
      const character = text.slice(at).trimStart().charAt(0);
      return syntaxStop(
        text,
        `the character '${character}' at position '${text.indexOf(character, at)}' is not expected.`,
      );
    }
    const [, name, integer, literal, mark] = match;
    if (name !== undefined) found.push({ kind: 'Identifier', text: name });
    else if (integer !== undefined) found.push({ kind: 'Integer', text: integer });
    else if (literal !== undefined) found.push({ kind: 'Literal', text: literal.replaceAll("''", "'") });
    else found.push({ kind: punctuation[mark ?? ''] ?? 'EndOfData', text: mark ?? '' });
  }
}

function syntaxStop(text: string, reason: string): EvaluationStop {
  return new EvaluationStop(`Unable to parse language expression '${text}': ${reason}`, { syntax: true });
}

/** Parses the text between the outer brackets. */
export function parseExpression(text: string): TemplateExpression | EvaluationStop {
  if (text.length > expressionLengthLimit) {
    return syntaxStop(`${text.slice(0, 40)}…`, `it is longer than '${expressionLengthLimit}' characters.`);
  }
  const list = tokens(text);
  return isStop(list) ? list : new Parser(text, list).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, list: readonly Token[]) {
    this.#text = text;
    this.#tokens = list;
  }

  parse(): TemplateExpression | EvaluationStop {
    const expression = this.#expression();
    if (isStop(expression)) return expression;
    return this.#expect('EndOfData') ?? expression;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'EndOfData', text: '' };
  }

  #expect(kind: TokenKind): EvaluationStop | undefined {
    if (this.#token.kind !== kind) {
      return syntaxStop(this.#text, `expected token '${kind}' and actual '${this.#token.kind}'.`);
    }
    this.#at += 1;
    return undefined;
  }

  #expression(): TemplateExpression | EvaluationStop {
    this.#depth += 1;
    if (this.#depth > depthLimit) return syntaxStop(this.#text, `it nests deeper than '${depthLimit}' levels.`);
    let result = this.#primary();
    for (let accessors = 0; !isStop(result); accessors += 1) {
      if (accessors > accessorLimit)
        return syntaxStop(this.#text, `it has more than '${accessorLimit}' accessors in a row.`);
      if (this.#token.kind === 'Dot') result = this.#member(result);
      else if (this.#token.kind === 'LeftSquareBracket') result = this.#index(result);
      else break;
    }
    this.#depth -= 1;
    return result;
  }

  #member(object: TemplateExpression): TemplateExpression | EvaluationStop {
    this.#at += 1;
    const name = this.#token.text;
    return this.#expect('Identifier') ?? { kind: 'member', object, name };
  }

  #index(object: TemplateExpression): TemplateExpression | EvaluationStop {
    this.#at += 1;
    const index = this.#expression();
    if (isStop(index)) return index;
    return this.#expect('RightSquareBracket') ?? { kind: 'index', object, index };
  }

  #primary(): TemplateExpression | EvaluationStop {
    const token = this.#token;
    if (token.kind === 'Literal') {
      this.#at += 1;
      return { kind: 'literal', value: token.text };
    }
    if (token.kind === 'Integer') {
      this.#at += 1;
      const value = Number(token.text);
      if (!Number.isSafeInteger(value)) return syntaxStop(this.#text, `the integer '${token.text}' is out of range.`);
      return { kind: 'literal', value };
    }
    return this.#expect('Identifier') ?? this.#call(token.text);
  }

  #call(first: string): TemplateExpression | EvaluationStop {
    let name = first;
    let namespace: string | undefined;
    if (this.#token.kind === 'Dot') {
      this.#at += 1;
      namespace = first;
      name = this.#token.text;
      const wrong = this.#expect('Identifier');
      if (wrong !== undefined) return wrong;
    }
    const open = this.#expect('LeftParenthesis');
    if (open !== undefined) return open;
    const list: TemplateExpression[] = [];
    while (this.#token.kind !== 'RightParenthesis') {
      const argument = this.#expression();
      if (isStop(argument)) return argument;
      list.push(argument);
      if (this.#token.kind !== 'Comma') break;
      this.#at += 1;
      const after: string = this.#token.kind;
      if (after === 'RightParenthesis')
        return syntaxStop(this.#text, "expected token 'Literal' and actual 'RightParenthesis'.");
    }
    const close = this.#expect('RightParenthesis');
    if (close !== undefined) return close;
    return { kind: 'call', ...(namespace === undefined ? {} : { namespace }), name, arguments: list };
  }
}
