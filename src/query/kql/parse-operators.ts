/**
 * What follows a pipe: words to an operator.
 *
 * Owns: the grammar of every operator of the subset. Does not own: expressions, sources.
 */
import type { Cursor } from './cursor.ts';
import { syntaxError, unsupported } from './kql-fault.ts';
import type { ExpressionParser, ReadQuery } from './parse-expression.ts';
import { readParseKv, readPartition, readSampleDistinct } from './parse-wide-operators.ts';
import { readOptions } from './read-options.ts';
import type { Argument, Expression, Named, Operator, ParsePart, Query, SortKey, Source } from './syntax.ts';
import type { KqlType } from './types.ts';

/** Operators Kusto has and this subset has not. */
export const refusedOperators: ReadonlySet<string> = new Set([
  'consume',
  'externaldata',
  'facet',
  'fork',
  'graph-match',
  'make-graph',
  'macro-expand',
  'project-by-names',
  'reduce',
  'scan',
  'top-hitters',
  'top-nested',
  'assert-schema',
]);

type Read = (parser: OperatorParser, at: number) => Operator;

const readers: Readonly<Record<string, Read>> = {
  where: (parser, at) => parser.where(at),
  filter: (parser, at) => parser.where(at),
  project: (parser, at) => ({ kind: 'project', columns: parser.namedList(), at }),
  extend: (parser, at) => ({ kind: 'extend', columns: parser.namedList(), at }),
  'project-away': (parser, at) => ({ kind: 'project-away', patterns: parser.patterns(), at }),
  'project-keep': (parser, at) => ({ kind: 'project-keep', patterns: parser.patterns(), at }),
  'project-reorder': (parser, at) => ({ kind: 'project-reorder', patterns: parser.patterns(), at }),
  'project-rename': (parser, at) => ({ kind: 'project-rename', columns: parser.namedList(), at }),
  summarize: (parser, at) => parser.summarize(at),
  distinct: (parser, at) => ({ kind: 'distinct', columns: parser.namedList(), at }),
  sort: (parser, at) => parser.sort(at),
  order: (parser, at) => parser.sort(at),
  top: (parser, at) => parser.top(at),
  take: (parser, at) => ({ kind: 'take', count: parser.expressions.expression(), at }),
  limit: (parser, at) => ({ kind: 'take', count: parser.expressions.expression(), at }),
  count: (_parser, at) => ({ kind: 'count', at }),
  as: (parser, at) => parser.as(at),
  render: (parser, at) => parser.render(at),
  serialize: (parser, at) => ({ kind: 'serialize', columns: parser.optionalList(), at }),
  getschema: (_parser, at) => ({ kind: 'getschema', at }),
  join: (parser, at) => parser.join('join', at),
  lookup: (parser, at) => parser.join('lookup', at),
  union: (parser, at) => ({ kind: 'union', options: readOptions(parser.cursor), sources: parser.unionSources(), at }),
  'mv-expand': (parser, at) => parser.expand(at),
  mvexpand: (parser, at) => parser.expand(at),
  'mv-apply': (parser, at) => parser.apply(at),
  'make-series': (parser, at) => parser.series(at),
  parse: (parser, at) => parser.parse('parse', at),
  'parse-where': (parser, at) => parser.parse('parse-where', at),
  evaluate: (parser, at) => parser.evaluate(at),
  'parse-kv': readParseKv,
  partition: readPartition,
  sample: (parser, at) => ({ kind: 'take', count: parser.expressions.expression(), at }),
  'sample-distinct': readSampleDistinct,
  invoke: (parser, at) => ({ kind: 'invoke', call: parser.call(), at }),
  search: (parser, at) => ({ kind: 'search', condition: parser.expressions.searchCondition(), at }),
};

/** Every operator that is read, old spellings included. */
export const operatorNames: readonly string[] = Object.keys(readers);

/** Whether an operator stands where a table is expected: Resource Graph lets the table away. */
export function isOperatorWord(cursor: Cursor): boolean {
  const word = cursor.hyphened();
  if (cursor.peek().kind !== 'name' || !Object.hasOwn(readers, word)) return false;
  const next = cursor.peek(word.split('-').length * 2 - 1);
  return word === 'count' || !(next.kind === 'end' || (next.kind === 'mark' && '|;)'.includes(next.value)));
}

/** `workspace('name').Table`: the table of another workspace. Clusters, applications and others are refused. */
export function readElsewhere(cursor: Cursor, name: string, args: readonly Argument[], at: number): Source {
  const [first] = args;
  const workspace = first?.expression.kind === 'literal' ? first.expression.value : undefined;
  if (name !== 'workspace' || args.length !== 1 || typeof workspace !== 'string')
    throw unsupported(`'${name}' of another workspace or cluster`, at);
  cursor.mark('.');
  const { pattern } = cursor.pattern();
  return { kind: 'table', name: pattern, workspace, at };
}

export class OperatorParser {
  readonly cursor: Cursor;
  readonly expressions: ExpressionParser;
  readonly readQuery: ReadQuery;

  constructor(cursor: Cursor, expressions: ExpressionParser, readQuery: ReadQuery) {
    this.cursor = cursor;
    this.expressions = expressions;
    this.readQuery = readQuery;
  }

  operator(): Operator {
    const { at, kind } = this.cursor.peek();
    const word = this.cursor.hyphened();
    if (kind !== 'name') throw this.cursor.unexpected('an operator');
    const read = Object.hasOwn(readers, word) ? readers[word] : undefined;
    if (read === undefined) {
      if (refusedOperators.has(word)) throw unsupported(`The operator '${word}'`, at);
      throw syntaxError(`'${word}' is no operator.`, at);
    }
    this.cursor.skip(word.split('-').length * 2 - 1);
    return read(this, at);
  }

  where(at: number): Operator {
    return { kind: 'where', condition: this.expressions.named().expression, at };
  }

  namedList(): readonly Named[] {
    return this.cursor.list(() => this.expressions.named());
  }

  optionalList(): readonly Named[] {
    const { kind, value } = this.cursor.peek();
    const ends = kind === 'end' || (kind === 'mark' && '|;)'.includes(value));
    return ends ? [] : this.namedList();
  }

  patterns(): readonly { readonly pattern: string; readonly at: number }[] {
    return this.cursor.list(() => {
      const pattern = this.cursor.pattern();
      if (!this.cursor.takeWord('asc')) this.cursor.takeWord('desc');
      return pattern;
    });
  }

  summarize(at: number): Operator {
    skipHints(this.cursor);
    const aggregates = this.cursor.isWord('by') ? [] : this.namedList();
    const by = this.cursor.takeWord('by') ? this.namedList() : [];
    return { kind: 'summarize', aggregates, by, at };
  }

  sort(at: number): Operator {
    readOptions(this.cursor);
    this.cursor.word('by');
    return { kind: 'sort', keys: this.#keys(), at };
  }

  top(at: number): Operator {
    const count = this.expressions.expression();
    this.cursor.word('by');
    return { kind: 'top', count, keys: this.#keys(), at };
  }

  #keys(): readonly SortKey[] {
    return this.cursor.list(() => {
      const { expression } = this.expressions.named();
      const ascending = this.cursor.takeWord('asc');
      if (!ascending) this.cursor.takeWord('desc');
      let nullsFirst = ascending;
      if (this.cursor.takeWord('nulls')) {
        nullsFirst = this.cursor.takeWord('first');
        if (!nullsFirst) this.cursor.word('last');
      }
      return { expression, descending: !ascending, nullsFirst };
    });
  }

  as(at: number): Operator {
    readOptions(this.cursor);
    return { kind: 'as', name: this.cursor.name(), at };
  }

  /** How to draw is no matter of the rows: it goes along beside them, values as they are written. */
  render(at: number): Operator {
    const { cursor } = this;
    const drawing: Record<string, string> = { visualization: cursor.name() };
    let name: string | undefined;
    while (cursor.peek().kind !== 'end' && !cursor.isMark('|') && !cursor.isMark(';') && !cursor.isMark('}')) {
      const { kind, value } = cursor.next();
      if (cursor.isMark('=') && kind === 'name') {
        name = value;
        cursor.next();
        drawing[name] = '';
      } else if (kind === 'mark' && ('()'.includes(value) || value === ',')) {
        if (value === ')') name = undefined;
        if (value === ',' && name !== undefined && !cursor.isMark('=', 1)) drawing[name] += ',';
      } else if (name !== undefined) drawing[name] += value;
    }
    return { kind: 'render', drawing, at };
  }

  join(kind: 'join' | 'lookup', at: number): Operator {
    const options = readOptions(this.cursor);
    const right = this.#tableOperand();
    const on = this.cursor.takeWord('on') ? this.cursor.list(() => this.expressions.expression()) : [];
    return { kind, options, right, on, at };
  }

  /** A table's name, a call, or a query in brackets. */
  #tableOperand(): Query {
    const { cursor } = this;
    const { at } = cursor.peek();
    if (cursor.takeMark('(')) {
      const query = this.readQuery(cursor);
      cursor.mark(')');
      return query;
    }
    if (!cursor.isName() && !cursor.isMark('*')) throw cursor.unexpected('a table');
    if (cursor.peek().kind === 'name' && cursor.isMark('(', 1)) {
      const name = cursor.name();
      const args = this.expressions.args();
      if (cursor.isMark('.')) return { source: readElsewhere(cursor, name, args, at), operators: [], at };
      return { source: { kind: 'table', name, args, at }, operators: [], at };
    }
    const { pattern } = cursor.pattern();
    return { source: { kind: 'table', name: pattern, at }, operators: [], at };
  }

  unionSources(): readonly Query[] {
    return this.cursor.list(() => this.#tableOperand());
  }

  expand(at: number): Operator {
    const { cursor } = this;
    const options = readOptions(cursor);
    const columns = cursor.list(() => {
      const named = this.expressions.named();
      return cursor.takeWord('to') ? { ...named, type: this.#typeOf() } : named;
    });
    const limit = cursor.takeWord('limit') ? this.expressions.expression() : undefined;
    const indexName = options.get('with_itemindex');
    return {
      kind: 'mv-expand',
      ...([options.get('kind'), options.get('bagexpansion')].includes('array') ? { asArrays: true } : {}),
      columns,
      at,
      ...(limit === undefined ? {} : { limit }),
      ...(indexName === undefined ? {} : { indexName }),
    };
  }

  /** As `mv-expand`, then `on` a query that begins with an operator, in brackets. */
  apply(at: number): Operator {
    const { cursor } = this;
    const indexName = cursor.isMark('=', 1) && /^itemindex$/i.test(cursor.peek().value) ? this.#itemIndex() : undefined;
    const expanded = this.expand(at);
    if (expanded.kind !== 'mv-expand') throw cursor.unexpected('a column');
    cursor.word('on');
    cursor.mark('(');
    const query = this.readQuery(cursor);
    cursor.mark(')');
    return { ...expanded, ...(indexName === undefined ? {} : { indexName }), kind: 'mv-apply', query };
  }

  #itemIndex(): string {
    this.cursor.skip(2);
    return this.cursor.name();
  }

  /** `make-series Aggregate default = 0 on Axis from A to B step S by Groups`; older texts say `in range(A, B, S)`. */
  series(at: number): Operator {
    const { cursor, expressions } = this;
    readOptions(cursor);
    const aggregates = cursor.list(() => {
      const named = expressions.named();
      if (!cursor.takeWord('default')) return named;
      cursor.mark('=');
      return { ...named, fallback: expressions.expression() };
    });
    cursor.word('on');
    const axis = this.#axisColumn();
    const bounds = this.#axis();
    const by = cursor.takeWord('by') ? this.namedList() : [];
    return { kind: 'make-series', aggregates, axis, ...bounds, by, at };
  }

  /** A plain name before `in range(…)`, which would read as a list. */
  #axisColumn(): Named {
    const { cursor } = this;
    const { at } = cursor.peek();
    if (cursor.peek(1).value !== 'in') return this.expressions.named();
    return { names: [], expression: { kind: 'name', name: cursor.name(), at }, at };
  }

  #axis(): { readonly from?: Expression; readonly to?: Expression; readonly step: Expression } {
    const { cursor, expressions } = this;
    if (cursor.takeWord('in')) {
      cursor.word('range');
      cursor.mark('(');
      const from = expressions.expression();
      cursor.mark(',');
      const to = expressions.expression();
      cursor.mark(',');
      const step = expressions.expression();
      cursor.mark(')');
      return { from, to, step };
    }
    const from = cursor.takeWord('from') ? expressions.expression() : undefined;
    const to = cursor.takeWord('to') ? expressions.expression() : undefined;
    cursor.word('step');
    const step = expressions.expression();
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), step };
  }

  #typeOf(): KqlType {
    this.cursor.word('typeof');
    this.cursor.mark('(');
    const type = this.cursor.type();
    this.cursor.mark(')');
    return type;
  }

  parse(kind: 'parse' | 'parse-where', at: number): Operator {
    const { cursor } = this;
    const options = readOptions(cursor);
    const text = this.expressions.expression();
    cursor.word('with');
    const parts: ParsePart[] = [];
    for (;;) {
      if (cursor.takeMark('*')) parts.push({ kind: 'skip' });
      else if (cursor.peek().kind === 'text') parts.push({ kind: 'text', text: cursor.next().value });
      else if (cursor.isName()) {
        const name = cursor.name();
        parts.push({ kind: 'column', name, type: cursor.takeMark(':') ? cursor.type() : 'string' });
      } else break;
    }
    if (parts.length === 0) throw cursor.unexpected('a pattern');
    return { kind, options, text, parts, at };
  }

  evaluate(at: number): Operator {
    const { cursor } = this;
    readOptions(cursor);
    const call = this.call();
    if (cursor.takeMark(':')) throw unsupported('A declared result of a plugin', call.at);
    return { kind: 'evaluate', call, at };
  }

  call(): Expression & { readonly kind: 'call' } {
    const { at } = this.cursor.peek();
    return { kind: 'call', name: this.cursor.name(), args: this.expressions.args(), at };
  }
}

/** `hint.strategy=shuffle` before aggregates, where `x=count()` is no option. */
function skipHints(cursor: Cursor): void {
  while (cursor.isWord('hint') && cursor.isMark('.', 1)) cursor.skip(5);
}
