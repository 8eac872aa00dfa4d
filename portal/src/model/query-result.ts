/**
 * Answers of queries: cells as text, CSV, where a fault is.
 *
 * Owns: forms for people and spreadsheets. Does not own: asking (`data/logs.ts`), charts (`result-chart.ts`).
 */
import { csvText } from './csv.ts';

export interface ResultColumn {
  readonly name: string;
  /** Of the query language: `datetime`, `long`, `dynamic`, … */
  readonly type: string;
}

export interface QueryResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly unknown[])[];
  /** What `render` says: `visualization` and its properties. */
  readonly drawing?: Readonly<Record<string, string>>;
  /** Why not all rows are there. */
  readonly partial?: string;
}

const numeric: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal', 'integer', 'number']);
export const isNumeric = ({ type }: ResultColumn): boolean => numeric.has(type);

/** One line for a cell. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? '';
}

export function csvOf({ columns, rows }: QueryResult): string {
  return csvText(
    columns.map(({ name }) => name),
    rows.map((row) => row.map((value) => (typeof value === 'number' ? value : cellText(value)))),
  );
}

/** A value to look at: a text that is JSON as the JSON it is. */
export function readable(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Integers beyond what a number holds stay as they are written. */
export function parseExactly(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const reviver = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? context?.source
      : value;
  return JSON.parse(text, reviver);
}

export interface PlacedFault {
  readonly message: string;
  /** From 1; absent where the fault is of no place. */
  readonly line?: number;
  readonly column?: number;
}

type Part = Readonly<Record<string, unknown>>;
const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null;

/**
 * The innermost of what an error says: the query API nests, Resource Graph lists details.
 * Places: `line` and `pos` from 1 there, `characterPositionInLine` from 0 here.
 */
export function placedFault(error: unknown): PlacedFault | undefined {
  if (!isPart(error)) return undefined;
  const { details, innererror } = error;
  const inner: unknown = Array.isArray(details) ? details.at(-1) : innererror;
  const deeper = placedFault(inner);
  if (deeper !== undefined) return deeper;
  if (typeof error['message'] !== 'string') return undefined;
  const expected = typeof error['expectedToken'] === 'string' ? `: ${error['expectedToken']}` : '';
  const message = `${error['message']}${expected}`;
  const { line, pos, characterPositionInLine: character } = error;
  const column = typeof pos === 'number' ? pos : typeof character === 'number' ? character + 1 : undefined;
  return typeof line === 'number' && column !== undefined ? { message, line, column } : { message };
}
