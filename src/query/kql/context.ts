/**
 * What one evaluation may use up, and what it knows of the world.
 *
 * Owns: the bounds on rows, memory and time, patterns made once. Does not own: rows.
 *
 * Invariants
 * KX1. Every operator that keeps rows counts them here; a query beyond its bound ends with `LIM0001` and never takes the process along.
 */
import { type DateTime, dateTimeAt } from './datetime.ts';
import { KqlError } from './kql-fault.ts';
import { type Regex, planRegex } from './regex.ts';
import { isArray, isBag, type Row, type Value } from './values.ts';

export interface KqlLimits {
  /** Rows read from tables, made by joins and by expansion. */
  readonly rows: number;
  /** Estimated bytes of everything kept at once. */
  readonly bytes: number;
  /** Asked now and then; true ends the query. */
  readonly expired?: () => boolean;
}

export const standardLimits: KqlLimits = { rows: 20_000_000, bytes: 256 * 1024 * 1024 };

/** Rows of an operator that looks at several of them, and the place it is at. */
export interface WindowState {
  readonly rows: readonly Row[];
  at: number;
  /** What functions keep from row to row, by function. */
  readonly kept: Map<object, unknown[]>;
}

export class Context {
  readonly now: DateTime;
  readonly #limits: KqlLimits;
  readonly #patterns = new Map<string, Regex>();
  /** Rows of tables that `materialize` and `let` share. */
  readonly kept = new Map<object, readonly Row[]>();
  readonly constants = new Map<object, Value>();
  /** Where operators that look at several rows are, by operator. */
  readonly windows = new Map<object, WindowState>();
  #rows = 0;
  #bytes = 0;

  constructor(now: number, limits: KqlLimits = standardLimits) {
    this.now = dateTimeAt(now);
    this.#limits = limits;
  }

  /** Counts a row that was read or made. */
  row(): void {
    this.#rows++;
    if (this.#rows > this.#limits.rows) throw exceeded(`reads more than ${this.#limits.rows} rows`);
    if (this.#rows % 1024 === 0 && this.#limits.expired?.() === true) throw exceeded('takes too long');
  }

  /** Counts what is kept. */
  hold(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes) throw exceeded(`needs more than ${this.#limits.bytes} bytes of memory`);
  }

  holdRow(row: Row): void {
    let bytes = 32;
    for (const value of row) bytes += sizeOf(value);
    this.hold(bytes);
  }

  /** A pattern, made once. */
  regex(pattern: string): Regex {
    const known = this.#patterns.get(pattern);
    if (known !== undefined) return known;
    const made = planRegex(pattern);
    if (typeof made === 'string') throw new KqlError('RUN0001', `The pattern '${pattern}' is not valid: ${made}.`, 0);
    if (this.#patterns.size > 1000) this.#patterns.clear();
    this.#patterns.set(pattern, made);
    return made;
  }
}

function exceeded(what: string): KqlError {
  return new KqlError('LIM0001', `The query ${what}.`, 0);
}

/** About what a value takes in memory. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return 24 + value.length * 2;
  if (isArray(value)) return value.reduce((bytes: number, item) => bytes + sizeOf(item), 24);
  if (!isBag(value)) return 16;
  let bytes = 48;
  for (const [name, item] of Object.entries(value)) bytes += 16 + name.length + sizeOf(item);
  return bytes;
}
