/**
 * Expressions: words to a tree, by rising precedence: `or`, `and`, comparisons, `+ -`, `* / %`, sign, members.
 *
 * Owns: the grammar of scalar expressions and named expressions. Does not own: operators of tables (`parse-query.ts`), which
 * it gets handed in because `toscalar(…)`, `in (…)` and `materialize(…)` hold queries.
 */
import type { Cursor } from './cursor.ts';
import { dynamicValue, literalOf } from './parse-literal.ts';
import type { Argument, Expression, Named, Query } from './syntax.ts';

export type ReadQuery = (cursor: Cursor) => Query;

const comparisons = new Set(['==', '!=', '<>', '=~', '!~', '<', '<=', '>', '>=']);
const textOperators = new Set(
  'has has_cs hasprefix hasprefix_cs hassuffix hassuffix_cs contains contains_cs startswith startswith_cs endswith endswith_cs'.split(
    ' ',
  ),
);
/** Old spellings. */
const spellings: Readonly<Record<string, string>> = {
  containscs: 'contains_cs',
  notcontains: '!contains',
  notcontainscs: '!contains_cs',
  '<>': '!=',
};
const listOperators = new Set(['in', 'in~', '!in', '!in~', 'has_any', 'has_all']);

function isEquality(operator: string): boolean {
  return /^(?:[=!]=|[=!]~|!?between)$/.test(operator) || listOperators.has(operator);
}

export class ExpressionParser {
  readonly #cursor: Cursor;
  readonly #readQuery: ReadQuery;
  #hasColon = false;

  constructor(cursor: Cursor, readQuery: ReadQuery) {
    this.#cursor = cursor;
    this.#readQuery = readQuery;
  }

  /** The condition of `search` and `find`, where `column : term` is `has`. */
  searchCondition(): Expression {
    this.#hasColon = true;
    try {
      return this.expression();
    } finally {
      this.#hasColon = false;
    }
  }

  expression(): Expression {
    return this.#cursor.nested(() => this.#chain(['or'], () => this.#chain(['and'], () => this.#comparison())));
  }

  /** `name = expression`, `(a, b) = expression`, or an expression alone. */
  named(): Named {
    const cursor = this.#cursor;
    const { at } = cursor.peek();
    const names = this.#givenNames();
    return { names, expression: this.expression(), at };
  }

  #givenNames(): readonly string[] {
    const cursor = this.#cursor;
    if (cursor.isBracketName() && cursor.isMark('=', 3)) {
      const name = cursor.name();
      cursor.next();
      return [name];
    }
    if (cursor.peek().kind === 'name' && cursor.isMark('=', 1)) {
      const name = cursor.next().value;
      cursor.next();
      return [name];
    }
    if (!cursor.isMark('(')) return [];
    let ahead = 1;
    while (cursor.peek(ahead).kind === 'name' && cursor.isMark(',', ahead + 1)) ahead += 2;
    if (cursor.peek(ahead).kind !== 'name' || !cursor.isMark(')', ahead + 1) || !cursor.isMark('=', ahead + 2))
      return [];
    cursor.next();
    const names = cursor.list(() => cursor.name());
    cursor.mark(')');
    cursor.mark('=');
    return names;
  }

  #chain(words: readonly string[], next: () => Expression): Expression {
    let left = next();
    for (;;) {
      const { at, value, kind } = this.#cursor.peek();
      if (!(kind === 'name' || kind === 'mark') || !words.includes(value)) return left;
      this.#cursor.next();
      left = { kind: 'binary', operator: value, left, right: next(), at };
    }
  }

  /** Equality, `in` and `between`, of orders and text operators; one of each at most, as in Kusto. */
  #comparison(): Expression {
    return this.#compared(isEquality, () =>
      this.#compared(
        (operator) => !isEquality(operator),
        () => this.#sum(),
      ),
    );
  }

  #compared(belongs: (operator: string) => boolean, next: () => Expression): Expression {
    const cursor = this.#cursor;
    const left = next();
    const { at } = cursor.peek();
    const { position } = cursor;
    const operator = this.#comparisonOperator();
    if (operator === undefined) return left;
    if (!belongs(operator)) {
      cursor.position = position;
      return left;
    }
    if (operator === 'between' || operator === '!between') {
      cursor.mark('(');
      const low = this.#sum();
      cursor.mark('..');
      const high = this.#sum();
      cursor.mark(')');
      return { kind: 'between', negated: operator === '!between', value: left, low, high, at };
    }
    if (listOperators.has(operator)) {
      return { kind: 'membership', operator, value: left, items: this.#items(), at };
    }
    return { kind: 'binary', operator, left, right: next(), at };
  }

  /** The operator at the cursor, taken; undefined when there is none. */
  #comparisonOperator(): string | undefined {
    const cursor = this.#cursor;
    const token = cursor.peek();
    if (token.kind === 'mark' && comparisons.has(token.value)) {
      cursor.next();
      return spellings[token.value] ?? token.value;
    }
    if (cursor.takeMark('!in~')) return '!in~';
    if (this.#hasColon && cursor.takeMark(':')) return 'has';
    const negated = cursor.isMark('!') && cursor.peek(1).kind === 'name';
    const word = cursor.peek(negated ? 1 : 0);
    if (word.kind !== 'name') return undefined;
    const sign = negated ? '!' : '';
    const width = negated ? 2 : 1;
    if (word.value === 'matches' && !negated && cursor.isWord('regex', 1)) {
      cursor.skip(2);
      return 'matches regex';
    }
    const spelled = spellings[word.value] ?? word.value;
    const known = textOperators.has(spelled.replace('!', '')) || listOperators.has(sign + word.value);
    if (!known && word.value !== 'between') return undefined;
    cursor.skip(width);
    if (word.value === 'in' && cursor.takeMark('~')) return `${sign}in~`;
    return sign + spelled;
  }

  #items(): readonly Expression[] {
    const cursor = this.#cursor;
    cursor.mark('(');
    if (cursor.takeMark(')')) return [];
    const items = cursor.list(() => this.#queryOrExpression());
    cursor.mark(')');
    return items;
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/', '%'], () => this.#signed()));
  }

  #signed(): Expression {
    const { at } = this.#cursor.peek();
    if (this.#cursor.takeMark('-')) {
      return this.#cursor.nested(() => ({ kind: 'negate', inner: this.#signed(), at }) as const);
    }
    if (this.#cursor.takeMark('+')) return this.#cursor.nested(() => this.#signed());
    return this.#path();
  }

  #path(): Expression {
    const cursor = this.#cursor;
    let object = this.#primary();
    for (;;) {
      const { at } = cursor.peek();
      if (cursor.isMark('.')) {
        cursor.next();
        object = { kind: 'member', object, name: cursor.name(), at };
      } else if (cursor.isMark('[') && !(object.kind === 'literal' && object.type !== 'dynamic')) {
        cursor.next();
        const index = this.expression();
        cursor.mark(']');
        object = { kind: 'index', object, index, at };
      } else {
        return object;
      }
    }
  }

  #primary(): Expression {
    const cursor = this.#cursor;
    const token = cursor.peek();
    const { at } = token;
    if (token.kind === 'text') return { kind: 'literal', type: 'string', value: this.#texts(), at };
    const literal = literalOf(token);
    if (literal !== undefined && !cursor.isMark('(', 1)) {
      cursor.next();
      return literal;
    }
    if (cursor.takeMark('*')) return { kind: 'star', at };
    if (cursor.isMark('(')) return this.#bracketed();
    if (cursor.isWord('dynamic') && cursor.isMark('(', 1)) {
      cursor.skip(2);
      const value = dynamicValue(cursor);
      cursor.mark(')');
      return { kind: 'literal', type: 'dynamic', value, at };
    }
    if (cursor.isBracketName()) return { kind: 'name', name: cursor.name(), at };
    if (token.kind !== 'name') throw cursor.unexpected('an expression');
    cursor.next();
    if (cursor.isMark('(')) return { kind: 'call', name: token.value, args: this.args(), at };
    return { kind: 'name', name: token.value, at };
  }

  /** Literals of text side by side are one text. */
  #texts(): string {
    let text = '';
    while (this.#cursor.peek().kind === 'text') text += this.#cursor.next().value;
    return text;
  }

  #bracketed(): Expression {
    const cursor = this.#cursor;
    cursor.mark('(');
    const inner = this.#queryOrExpression();
    cursor.mark(')');
    return inner;
  }

  /** The arguments of a call with their brackets. */
  args(): readonly Argument[] {
    const cursor = this.#cursor;
    cursor.mark('(');
    if (cursor.takeMark(')')) return [];
    const args = cursor.list((): Argument => {
      const named = cursor.peek().kind === 'name' && cursor.isMark('=', 1);
      const name = named ? cursor.next().value : undefined;
      if (named) cursor.next();
      const expression = this.#queryOrExpression();
      return name === undefined ? { expression } : { name, expression };
    });
    cursor.mark(')');
    return args;
  }

  /** An expression, or a query where one follows: `Table | …`, `union …`, `datatable …`. */
  #queryOrExpression(): Expression {
    const cursor = this.#cursor;
    const start = cursor.peek();
    if (isQueryStart(cursor)) return { kind: 'tabular', query: this.#readQuery(cursor), at: start.at };
    const position = cursor.position;
    const expression = this.expression();
    if (!cursor.isMark('|')) return expression;
    cursor.position = position;
    return { kind: 'tabular', query: this.#readQuery(cursor), at: start.at };
  }
}

const queryStarts = new Set(['union', 'print', 'datatable', 'range', 'search', 'find', 'externaldata']);

/** Whether what comes can only be a query. */
export function isQueryStart(cursor: Cursor): boolean {
  const { kind, value } = cursor.peek();
  if (kind !== 'name' || !queryStarts.has(value)) return false;
  if (value === 'datatable' || value === 'externaldata') return cursor.isMark('(', 1);
  const next = cursor.peek(1);
  if (value === 'print') return next.kind !== 'end' && (next.kind !== 'mark' || '(-[+'.includes(next.value));
  return (
    next.kind === 'name' ||
    next.kind === 'text' ||
    (value !== 'range' && next.kind === 'mark' && '(*'.includes(next.value))
  );
}
