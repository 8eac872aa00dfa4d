/**
 * The grammar of operators that are words of their own inside: `parse-kv`, `partition`, `find`, `sample-distinct`.
 *
 * Owns: these. Does not own: the others (`parse-operators.ts`).
 */
import type { Cursor } from './cursor.ts';
import { syntaxError, unsupported } from './kql-fault.ts';
import type { ExpressionParser, ReadQuery } from './parse-expression.ts';
import { readOptions } from './read-options.ts';
import type { ColumnPattern, Expression, FoundColumn, NamedColumn, Operator, Source } from './syntax.ts';

export interface Reading {
  readonly cursor: Cursor;
  readonly expressions: ExpressionParser;
  readonly readQuery: ReadQuery;
}

function typedColumns(cursor: Cursor): readonly NamedColumn[] {
  return cursor.list(() => {
    const name = cursor.name();
    cursor.mark(':');
    return { name, type: cursor.type() };
  });
}

const keyValueSettings: ReadonlySet<string> = new Set([
  'pair_delimiter',
  'kv_delimiter',
  'quote',
  'escape',
  'greedy',
  'regex',
]);

/** `parse-kv Text as (a:string, b:long) with (pair_delimiter=',', kv_delimiter='=', quote='"')`. */
export function readParseKv({ cursor, expressions }: Reading, at: number): Operator {
  const text = expressions.expression();
  cursor.word('as');
  cursor.mark('(');
  const columns = typedColumns(cursor);
  cursor.mark(')');
  const settings = new Map<string, string>();
  if (cursor.takeWord('with')) {
    cursor.mark('(');
    cursor.list(() => {
      const { at: place, value: name } = cursor.peek();
      if (!keyValueSettings.has(name)) throw syntaxError(`'${name}' is no setting of parse-kv.`, place);
      cursor.skip(1);
      cursor.mark('=');
      settings.set(name, cursor.next().value);
    });
    cursor.mark(')');
  }
  return { kind: 'parse-kv', text, columns, settings, at };
}

/** `partition hint.strategy=native by Column (operators)`; braces, which begin with a table of its own, are refused. */
export function readPartition({ cursor, readQuery }: Reading, at: number): Operator {
  readOptions(cursor);
  cursor.word('by');
  const named = cursor.peek().at;
  const by: Expression = { kind: 'name', name: cursor.name(), at: named };
  if (cursor.isMark('{')) throw unsupported('A partition by a query in braces', cursor.peek().at);
  cursor.mark('(');
  const query = readQuery(cursor);
  cursor.mark(')');
  return { kind: 'partition', by, query, at };
}

/** `sample-distinct 10 of Column`. */
export function readSampleDistinct({ cursor, expressions }: Reading, at: number): Operator {
  const count = expressions.expression();
  cursor.word('of');
  return { kind: 'sample-distinct', count, column: expressions.named(), at };
}

/** `find withsource=S in (A, B*) where Condition project a, b:long, pack(*)`. */
export function readFind({ cursor, expressions }: Reading, at: number): Source {
  const options = readOptions(cursor);
  const tables: ColumnPattern[] = [];
  if (cursor.takeWord('in')) {
    cursor.mark('(');
    tables.push(...cursor.list(() => cursor.pattern()));
    cursor.mark(')');
  }
  cursor.takeWord('where');
  const condition = expressions.searchCondition();
  const base = { kind: 'find', source: options.get('withsource') ?? 'source_', tables, condition, at } as const;
  const word = cursor.hyphened();
  if (word === 'project-smart') {
    cursor.skip(3);
    return { ...base, packs: true };
  }
  if (word !== 'project') return { ...base, packs: true };
  cursor.skip(1);
  const columns: FoundColumn[] = [];
  let packs = false;
  cursor.list(() => {
    if (cursor.isWord('pack') && cursor.isMark('(', 1)) {
      cursor.skip(2);
      cursor.mark('*');
      cursor.mark(')');
      packs = true;
      return;
    }
    const name = cursor.name();
    columns.push(cursor.takeMark(':') ? { name, type: cursor.type() } : { name });
  });
  return { ...base, columns, packs };
}
