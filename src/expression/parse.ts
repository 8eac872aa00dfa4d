/**
 * Builds the syntax tree of one expression from its text.
 *
 * Owns: the grammar and its messages. Does not own: template strings (`template.ts`), function names and arity
 * (`check.ts`).
 *
 * Invariants
 * PA1. Any text gives a tree or a fault; nesting beyond 100 and more than 8,192 characters are faults.
 *
 * Source: expression reference 3, 11.5; wording from the published error messages of the service.
 */
import type { Accessor, Call, Expression, Span } from './ast.ts';
import type { ExpressionFault } from './faults.ts';
import { type Token, type TokenKind, tokenize } from './lexer.ts';

/** Characters one expression may have. */
export const expressionLengthLimit = 8192;
/** How deep calls and index brackets may nest. */
export const expressionDepthLimit = 100;

/** Parses `text` as one expression, without any `@`. */
export function parseExpression(text: string): Expression | readonly ExpressionFault[] {
  const parsed = parseSpan(text, 0, text.length);
  return 'message' in parsed ? [parsed] : parsed;
}

/** Parses the expression that stands in `text` between `from` and `to`. */
export function parseSpan(text: string, from: number, to: number): Expression | ExpressionFault {
  if (to - from > expressionLengthLimit) {
    const limit = `the limit of '${expressionLengthLimit}' characters`;
    return invalid(`The template language expression has '${to - from}' characters and exceeds ${limit}.`, from, to);
  }
  const source = text.slice(from, to);
  const tokens = tokenize(text, from, to);
  if ('message' in tokens) return unparsable(source, tokens.message, tokens);
  return new Parser(source, tokens).parse();
}

function invalid(message: string, start: number, end: number): ExpressionFault {
  return { code: 'InvalidTemplate', message, start, end };
}

function unparsable(source: string, detail: string, span: Span): ExpressionFault {
  return invalid(`Unable to parse template language expression '${source}': ${detail}.`, span.start, span.end);
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(source: string, tokens: readonly Token[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  parse(): Expression | ExpressionFault {
    const expression = this.#expression();
    if ('message' in expression) return expression;
    const rest = this.#expect('EndOfData');
    return 'message' in rest ? rest : expression;
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #take(kind: TokenKind): Token | undefined {
    const token = this.#token;
    if (token.kind !== kind) return undefined;
    this.#at++;
    return token;
  }

  #expect(kind: TokenKind): Token | ExpressionFault {
    return this.#take(kind) ?? this.#unexpected(kind);
  }

  #unexpected(kind: TokenKind): ExpressionFault {
    const actual = this.#token;
    return unparsable(this.#source, `expected token '${kind}' and actual '${actual.kind}'`, actual);
  }

  #expression(): Expression | ExpressionFault {
    if (this.#depth >= expressionDepthLimit) {
      const detail = `it nests deeper than the limit of '${expressionDepthLimit}'`;
      return unparsable(this.#source, detail, this.#token);
    }
    this.#depth++;
    const expression = this.#literal() ?? this.#call();
    this.#depth--;
    return expression;
  }

  #literal(): Expression | undefined {
    const token = this.#token;
    if (token.value !== undefined) {
      this.#at++;
      return { kind: 'literal', value: token.value, text: token.text, start: token.start, end: token.end };
    }
    if (token.kind !== 'Identifier' || this.#tokens[this.#at + 1]?.kind === 'LeftParenthesis') return undefined;
    const value = keywordValue(token.text);
    if (value === undefined) return undefined;
    this.#at++;
    return { kind: 'literal', value, text: token.text, start: token.start, end: token.end };
  }

  #call(): Call | ExpressionFault {
    const name = this.#expect('Identifier');
    if ('message' in name) return name;
    const open = this.#expect('LeftParenthesis');
    if ('message' in open) return open;
    const args = this.#args();
    if ('message' in args) return args;
    const close = this.#expect('RightParenthesis');
    if ('message' in close) return close;
    const accessors = this.#accessors();
    if ('message' in accessors) return accessors;
    return {
      kind: 'call',
      name: name.text,
      nameSpan: { start: name.start, end: name.end },
      args,
      accessors,
      start: name.start,
      end: accessors.at(-1)?.end ?? close.end,
    };
  }

  #args(): readonly Expression[] | ExpressionFault {
    const args: Expression[] = [];
    if (this.#token.kind === 'RightParenthesis') return args;
    do {
      const argument = this.#expression();
      if ('message' in argument) return argument;
      args.push(argument);
    } while (this.#take('Comma') !== undefined);
    return args;
  }

  #accessors(): readonly Accessor[] | ExpressionFault {
    const accessors: Accessor[] = [];
    for (;;) {
      const accessor = this.#accessor();
      if (accessor === undefined) return accessors;
      if ('message' in accessor) return accessor;
      accessors.push(accessor);
    }
  }

  #accessor(): Accessor | ExpressionFault | undefined {
    const start = this.#token.start;
    const optional = this.#take('QuestionMark') !== undefined;
    if (this.#take('Dot') !== undefined) {
      const name = this.#expect('Identifier');
      if ('message' in name) return name;
      return { kind: 'member', optional, name: name.text, start, end: name.end };
    }
    if (this.#take('LeftSquareBracket') !== undefined) {
      const index = this.#expression();
      if ('message' in index) return index;
      const close = this.#expect('RightSquareBracket');
      if ('message' in close) return close;
      return { kind: 'index', optional, index, start, end: close.end };
    }
    return optional ? this.#unexpected('LeftSquareBracket') : undefined;
  }
}

function keywordValue(text: string): true | false | null | undefined {
  switch (text.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    default:
      return undefined;
  }
}
