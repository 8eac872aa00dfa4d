/**
 * What may stand at a place of a query.
 *
 * Owns: which kinds of words fit where. Does not own: how an editor shows them.
 *
 * Invariants
 * C1. Columns are those that the operator at the place sees: of the query up to the pipe before it.
 */
import type { QuerySchema } from '../../model/log-schema.ts';
import { columnsAfter } from './judge.ts';
import { aggregates, operatorNames, scalarFunctions } from './language.ts';

export interface Suggestion {
  readonly kind: 'table' | 'column' | 'operator' | 'function' | 'keyword';
  readonly text: string;
  /** What is written instead of the text; `$0` is where typing goes on. */
  readonly insert?: string;
  readonly detail?: string;
}

const outdated: ReadonlySet<string> = new Set(['filter', 'limit', 'mvexpand', 'order']);
const conditions = [
  'and',
  'or',
  'has',
  '!has',
  'contains',
  '!contains',
  'startswith',
  'endswith',
  'in',
  'in~',
  '!in',
  'between',
  'matches regex',
  'has_any',
  'has_all',
  '=~',
  '!~',
];
/** Words that follow the operator of their name. */
const words: Readonly<Record<string, readonly string[]>> = {
  where: conditions,
  extend: ['and', 'or'],
  summarize: ['by'],
  sort: ['by', 'asc', 'desc', 'nulls first', 'nulls last'],
  top: ['by', 'asc', 'desc'],
  join: ['kind=inner', 'kind=leftouter', 'kind=leftanti', 'kind=rightouter', 'kind=fullouter', 'kind=leftsemi', 'on'],
  lookup: ['kind=leftouter', 'kind=inner', 'on'],
  render: ['timechart', 'columnchart', 'barchart', 'piechart', 'areachart', 'linechart', 'table'],
  'make-series': ['default=', 'on', 'from', 'to', 'step', 'by'],
  'mv-expand': ['to typeof(string)', 'to typeof(dynamic)'],
};
const special = ['iff', 'case', 'toscalar', 'column_ifexists', 'pack_all', 'ingestion_time'];

/** What fits at the end of `before`, the text up to the place. */
export function suggestionsAt(before: string, schema: QuerySchema): readonly Suggestion[] {
  const { statement, pipe, above } = lastStep(before);
  const step = statement.slice(pipe + 1);
  if (pipe === -1) return startsWord(step) ? starts(schema) : [];
  const operator = /^\s*([a-z][a-z-]*)\b/i.exec(step)?.[1]?.toLowerCase() ?? '';
  if (/^\s*[a-z-]*$/i.test(step)) return operators();
  if (operator === 'render') return keywords(operator);
  const columns = columnsAfter(above + statement.slice(0, pipe), schema);
  const isRight = /^(?:join|lookup|union)$/.test(operator);
  return [
    ...columns.map(({ name, type }): Suggestion => ({ kind: 'column', text: name, detail: type })),
    ...keywords(operator),
    ...(isRight ? tables(schema) : []),
    ...(/^(?:summarize|make-series)$/.test(operator) ? functionsOf(aggregates.keys(), 'aggregate') : []),
    ...functionsOf([...scalarFunctions.keys(), ...special], 'function'),
  ];
}

interface LastStep {
  readonly statement: string;
  readonly pipe: number;
  /** The statements before it. */
  readonly above: string;
}

/** The statement that the text ends in, and the place of its last pipe outside of texts, comments and brackets. */
function lastStep(text: string): LastStep {
  const plain = text
    .replaceAll(/\/\/[^\n]*/g, (comment) => ' '.repeat(comment.length))
    .replaceAll(/@?"(?:[^"\\\n]|\\.)*"?|@?'(?:[^'\\\n]|\\.)*'?/g, (quoted) => '"'.padEnd(quoted.length, '_'));
  const start = plain.lastIndexOf(';') + 1;
  const open = openBracket(plain.slice(start));
  // An open bracket that holds a query begins anew behind it.
  const holdsQuery = open !== -1 && plain.includes('|', start + open);
  const from = holdsQuery ? start + open + 1 : start;
  return { statement: text.slice(from), pipe: plain.slice(from).lastIndexOf('|'), above: text.slice(0, start) };
}

function openBracket(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === ')') depth += 1;
    else if (text[at] === '(') {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return -1;
}

const startsWord = (text: string): boolean => /^\s*(?:let\s+\w+\s*=\s*)?\w*$/.test(text);

const tables = ({ tables: all, functions = [] }: QuerySchema): readonly Suggestion[] => [
  ...all.map(
    ({ name, columns, hasData }): Suggestion => ({
      kind: 'table',
      text: name,
      detail: `${columns.length} columns${hasData === false ? ', no rows' : ''}`,
    }),
  ),
  ...functions.map(
    ({ name, parameters = '' }): Suggestion => ({
      kind: 'function',
      text: name,
      insert: parameters === '' ? name : `${name}($0)`,
      detail: `saved search (${parameters})`,
    }),
  ),
];

function starts(schema: QuerySchema): readonly Suggestion[] {
  const keyword = (text: string, insert: string): Suggestion => ({ kind: 'keyword', text, insert });
  return [
    ...tables(schema),
    keyword('let', 'let $0 = '),
    keyword('union', 'union $0'),
    keyword('search', 'search $0'),
    keyword('print', 'print $0'),
    ...(schema.mode === 'graph' ? operators() : []),
  ];
}

const operators = (): readonly Suggestion[] =>
  operatorNames
    .filter((name) => !outdated.has(name))
    .map((name) => ({
      kind: 'operator',
      text: name,
      insert: name === 'count' || name === 'getschema' ? name : `${name} $0`,
    }));

const keywords = (operator: string): readonly Suggestion[] =>
  (words[operator] ?? []).map((text) => ({ kind: 'keyword', text }));

function functionsOf(names: Iterable<string>, what: string): readonly Suggestion[] {
  return [...names].map((name) => {
    const parameters = scalarFunctions.get(name)?.parameters;
    const detail = what === 'aggregate' || parameters === undefined ? what : `(${parameters.join(', ')})`;
    const isBare = name === 'count' || parameters?.length === 0;
    return { kind: 'function', text: name, insert: isBare ? `${name}()` : `${name}($0)`, detail };
  });
}
