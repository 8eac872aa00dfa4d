/**
 * A query judged before it is sent, and what stands at a place of it, by the server's own parser and planner over tables
 * without rows.
 *
 * Owns: faults with places, columns at a place, the bound on rows. Does not own: the language.
 *
 * Invariants
 * J1. Nothing is judged that only the server can know: functions over its data, columns of custom tables.
 * J2. Judging works on no more rows than a small bound, whatever a query makes by itself.
 */
import type { QuerySchema, SchemaColumn } from '../../model/log-schema.ts';
import { isKqlFault, type KqlTable, type KqlType, parseKql, runKql, typeNamed } from './language.ts';

export interface QueryFault {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

const limits = { rows: 20_000, bytes: 4 * 1024 * 1024 };

/** Faults that a query has whatever the rows are. */
const judged: ReadonlySet<string> = new Set(['SYN0001', 'SEM0001', 'UNS0001']);

/** What is wrong with a query as it stands; undefined when nothing is, or the query is empty. */
export function faultOf(text: string, schema: QuerySchema): QueryFault | undefined {
  if (isBlank(text)) return undefined;
  const found = usesServerData(text) ? parseKql(text) : run(text, schema);
  if (!isKqlFault(found) || !judged.has(found.code)) return undefined;
  return { message: found.message, line: found.line, column: found.column };
}

/** The columns that an operator after `text` would see; none when `text` is no query. */
export function columnsAfter(text: string, schema: QuerySchema): readonly SchemaColumn[] {
  if (isBlank(text) || usesServerData(text)) return [];
  const found = run(text, schema);
  return isKqlFault(found) ? [] : found.columns;
}

const rowsEnough: ReadonlySet<string> = new Set(['take', 'top', 'count', 'summarize', 'getschema', 'make-series']);

/**
 * The query with a bound on its rows, where nothing at its end bounds them already; `render` stays behind the bound.
 * A query with a fault stays as it is: the server says what is wrong.
 */
export function bounded(text: string, most: number): string {
  const program = parseKql(text);
  if (isKqlFault(program)) return text;
  const { operators } = program.query;
  const drawn = operators.at(-1)?.kind === 'render' ? operators.at(-1) : undefined;
  const last = operators.at(drawn === undefined ? -1 : -2)?.kind ?? program.query.source.kind;
  if (rowsEnough.has(last) || last === 'print' || last === 'datatable') return text;
  if (drawn === undefined) return `${text.replace(/[\s;]+$/, '')}\n| take ${most}`;
  const pipe = text.lastIndexOf('|', drawn.at);
  return `${text.slice(0, pipe)}\n| take ${most}\n${text.slice(pipe)}`;
}

function run(text: string, { mode, tables, functions = [] }: QuerySchema) {
  const isGraph = mode === 'graph';
  const known = new Map<string, KqlTable>(
    tables.map(({ name, columns }) => [
      isGraph ? name.toLowerCase() : name,
      { name, columns: columns.map((column) => ({ name: column.name, type: typeOf(column.type) })), rows: () => [] },
    ]),
  );
  return runKql(text, {
    catalog: {
      table: (name) =>
        known.get(isGraph ? name.toLowerCase() : name) ?? (isGraph ? undefined : customTable(name, text)),
      names: () => tables.map(({ name }) => name),
      kept: (name) => {
        const found = functions.find((each) => each.name === name);
        return found === undefined ? undefined : { parameters: found.parameters ?? '', body: found.body };
      },
    },
    now: Date.now(),
    limits,
    most: 1,
    ...(isGraph ? { defaultTable: 'Resources', ignoresCase: true } : {}),
  });
}

const typeOf = (name: string): KqlType => typeNamed(name.toLowerCase()) ?? 'dynamic';
const suffixes: Readonly<Record<string, KqlType>> = { s: 'string', d: 'real', b: 'bool', t: 'datetime', g: 'guid' };

/** A custom table that nothing was written to has the columns that the query names by their suffixes, as on the server. */
function customTable(name: string, text: string): KqlTable | undefined {
  if (!/^\w+_CL$/.test(name)) return undefined;
  const names = new Set(text.match(/\b[A-Za-z]\w*_[sdbtg]\b/g));
  const columns = [...names].map((column) => ({ name: column, type: suffixes[column.slice(-1)] ?? 'string' }));
  const standard = ['Computer', 'RawData', 'SubscriptionId', 'TenantId', 'SourceSystem', 'Type', '_ResourceId'];
  return {
    name,
    columns: [
      { name: 'TimeGenerated', type: 'datetime' },
      ...standard.map((column) => ({ name: column, type: 'string' as const })),
      ...columns,
    ],
    rows: () => [],
  };
}

/** J1. */
const usesServerData = (text: string): boolean => /_GetWatchlist\s*\(/i.test(text) || /\bworkspace\s*\(/i.test(text);

/** Whether there is nothing but blanks and comments. */
export const isBlank = (text: string): boolean => text.replaceAll(/\/\/[^\n]*/g, '').trim() === '';
