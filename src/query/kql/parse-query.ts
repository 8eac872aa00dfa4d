/**
 * Queries and statements: words to a tree.
 *
 * Owns: sources, the pipe, `let`, `set`, functions. Does not own: the operators' own grammar (`parse-operators.ts`).
 *
 * Invariants
 * KP1. A text that is not a query of the language is a fault with its place; a form that Kusto has and this subset does not is
 *      told apart (`UNS0001`).
 */
import { Cursor } from './cursor.ts';
import { guarded, type KqlFault, semanticError, unsupported } from './kql-fault.ts';
import { ExpressionParser, isQueryStart } from './parse-expression.ts';
import { isOperatorWord, OperatorParser, readElsewhere } from './parse-operators.ts';
import { readFind } from './parse-wide-operators.ts';
import { readOptions } from './read-options.ts';
import type { Expression, Operator, Parameter, Program, Query, Source, Statement } from './syntax.ts';

/** The tree of a query text, or the first fault in it. */
export function parseKql(text: string): Program | KqlFault {
  return guarded(text, () => new QueryParser(new Cursor(text)).program());
}

const refusedStatements = new Set(['alias', 'declare', 'restrict', 'pattern']);

class QueryParser {
  readonly #cursor: Cursor;
  readonly #expressions: ExpressionParser;
  readonly #operators: OperatorParser;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    const readQuery = (): Query => this.query();
    this.#expressions = new ExpressionParser(cursor, readQuery);
    this.#operators = new OperatorParser(cursor, this.#expressions, readQuery);
  }

  program(): Program {
    const cursor = this.#cursor;
    const statements: Statement[] = [];
    for (;;) {
      while (cursor.takeMark(';'));
      const statement = this.#statement();
      if (statement === undefined) break;
      statements.push(statement);
      if (!cursor.isMark(';')) throw cursor.unexpected("';'");
    }
    if (cursor.peek().kind === 'end')
      throw semanticError('The query has no expression that gives rows.', cursor.peek().at);
    const query = this.query();
    while (cursor.takeMark(';'));
    if (cursor.peek().kind !== 'end') throw cursor.unexpected('the end of the query');
    return { statements, query };
  }

  #statement(): Statement | undefined {
    const cursor = this.#cursor;
    const { at, kind, value } = cursor.peek();
    if (kind !== 'name') return undefined;
    if (refusedStatements.has(value) && cursor.peek(1).kind === 'name')
      throw unsupported(`The statement '${value}'`, at);
    if (value === 'set' && cursor.peek(1).kind === 'name') return this.#setStatement(at);
    if (value !== 'let') return undefined;
    cursor.next();
    const name = cursor.name();
    cursor.mark('=');
    if (this.#isFunction()) return this.#function(name, at);
    return { kind: 'let', name, value: this.#value(), at };
  }

  #setStatement(at: number): Statement {
    this.#cursor.next();
    const name = this.#cursor.name();
    const value = this.#cursor.takeMark('=') ? this.#expressions.expression() : undefined;
    return { kind: 'set', name, value, at };
  }

  /** A query or a scalar expression; a table's bare name is read as an expression. */
  #value(): Expression {
    const cursor = this.#cursor;
    const { at } = cursor.peek();
    if (!isQueryStart(cursor)) {
      const { position } = cursor;
      const expression = this.#expressions.expression();
      if (!cursor.isMark('|')) return expression;
      cursor.position = position;
    }
    return { kind: 'tabular', query: this.query(), at };
  }

  #isFunction(): boolean {
    const cursor = this.#cursor;
    if (cursor.isWord('view') && cursor.isMark('(', 1)) return true;
    if (!cursor.isMark('(')) return false;
    let [ahead, depth] = [1, 1];
    while (depth > 0 && cursor.peek(ahead).kind !== 'end') {
      depth += cursor.isMark('(', ahead) ? 1 : cursor.isMark(')', ahead) ? -1 : 0;
      ahead++;
    }
    return cursor.isMark('{', ahead);
  }

  #function(name: string, at: number): Statement {
    const cursor = this.#cursor;
    cursor.takeWord('view');
    cursor.mark('(');
    const parameters = cursor.isMark(')') ? [] : cursor.list(() => this.#parameter());
    cursor.mark(')');
    cursor.mark('{');
    const statements: Statement[] = [];
    for (;;) {
      const statement = this.#statement();
      if (statement === undefined) break;
      statements.push(statement);
      cursor.mark(';');
    }
    const body = this.#value();
    cursor.takeMark(';');
    cursor.mark('}');
    return { kind: 'function', name, parameters, statements, body, at };
  }

  #parameter(): Parameter {
    const cursor = this.#cursor;
    const name = cursor.name();
    cursor.mark(':');
    if (cursor.takeMark('(')) {
      if (!cursor.takeMark('*')) cursor.list(() => [cursor.name(), cursor.mark(':'), cursor.type()]);
      cursor.mark(')');
      return { name };
    }
    const type = cursor.type();
    return cursor.takeMark('=') ? { name, type, fallback: this.#expressions.expression() } : { name, type };
  }

  query(): Query {
    const cursor = this.#cursor;
    return cursor.nested(() => {
      const { at } = cursor.peek();
      const operators: Operator[] = [];
      const source = this.#source();
      if (source.kind === 'default') operators.push(this.#operators.operator());
      while (cursor.takeMark('|')) operators.push(this.#operators.operator());
      return { source, operators, at };
    });
  }

  #source(): Source {
    const cursor = this.#cursor;
    const { at, value } = cursor.peek();
    if (isQueryStart(cursor)) return this.#spelledSource(value, at);
    if (cursor.takeMark('(')) {
      const query = this.query();
      cursor.mark(')');
      return { kind: 'nested', query, at };
    }
    if (isOperatorWord(cursor)) return { kind: 'default', at };
    if (!cursor.isName()) throw cursor.unexpected('a table');
    const name = cursor.name();
    const args = cursor.isMark('(') ? this.#expressions.args() : undefined;
    if (args !== undefined && cursor.isMark('.')) return readElsewhere(cursor, name, args, at);
    return args === undefined ? { kind: 'table', name, at } : { kind: 'table', name, args, at };
  }

  #spelledSource(word: string, at: number): Source {
    const cursor = this.#cursor;
    cursor.next();
    if (word === 'union')
      return { kind: 'union', options: readOptions(cursor), sources: this.#operators.unionSources(), at };
    if (word === 'print') return { kind: 'print', columns: cursor.list(() => this.#expressions.named()), at };
    if (word === 'range') return this.#range(at);
    if (word === 'datatable') return this.#datatable(at);
    if (word === 'search') return this.#search(at);
    if (word === 'find') return readFind(this.#operators, at);
    throw unsupported(`'${word}'`, at);
  }

  #range(at: number): Source {
    const cursor = this.#cursor;
    const name = cursor.name();
    cursor.word('from');
    const from = this.#expressions.expression();
    cursor.word('to');
    const to = this.#expressions.expression();
    cursor.word('step');
    return { kind: 'range', name, from, to, step: this.#expressions.expression(), at };
  }

  #datatable(at: number): Source {
    const cursor = this.#cursor;
    cursor.mark('(');
    const columns = cursor.list(() => {
      const name = cursor.name();
      cursor.mark(':');
      return { name, type: cursor.type() };
    });
    cursor.mark(')');
    cursor.mark('[');
    const values: Expression[] = [];
    while (!cursor.takeMark(']')) {
      values.push(this.#expressions.expression());
      if (!cursor.isMark(']')) cursor.mark(',');
    }
    return { kind: 'datatable', columns, values, at };
  }

  #search(at: number): Source {
    const cursor = this.#cursor;
    readOptions(cursor);
    const tables = [];
    if (cursor.takeWord('in')) {
      cursor.mark('(');
      tables.push(...cursor.list(() => cursor.pattern()));
      cursor.mark(')');
    }
    return { kind: 'search', tables, condition: this.#expressions.searchCondition(), at };
  }
}
