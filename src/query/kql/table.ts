/**
 * What a query reads: tables and what it tells them.
 *
 * Owns: the port to tables, pushed-down conditions. Does not own: any table.
 *
 * Invariants
 * KT1. The evaluator checks every condition again, so a source may use as many of them as it likes. Only one that stops at
 *      `take` must have applied all of them itself.
 */
import type { Context } from './context.ts';
import type { KqlColumn } from './types.ts';
import type { Row, Value } from './values.ts';

/** `column operator value`, the column's own values being compared as they stand; `in` has several values. */
export interface PushedCondition {
  readonly column: string;
  readonly operator: '==' | '=~' | '<' | '<=' | '>' | '>=' | 'in' | 'in~';
  readonly values: readonly Value[];
}

/** What the query needs of a table at most. */
export interface TableRequest {
  readonly conditions: readonly PushedCondition[];
  /** Rows that are enough, where nothing but `conditions` stands between the table and the `take`. */
  readonly take?: number;
}

export interface KqlTable {
  readonly name: string;
  readonly columns: readonly KqlColumn[];
  /** Rows in the order of `columns`, of the columns' types. */
  readonly rows: (request: TableRequest) => Iterable<Row>;
}

export interface Catalog {
  /** The table of a name; the catalog decides about upper and lower case. */
  readonly table: (name: string) => KqlTable | undefined;
  /** All names, for `union T*` and `search`. */
  readonly names: () => readonly string[];
  /** A function such as `_GetWatchlist('alias')` that gives a table; undefined for one it does not know. */
  readonly call?: (name: string, args: readonly Value[]) => KqlTable | undefined;
}

/** A step of a plan: its columns, and its rows when asked. */
export interface Tabular {
  readonly columns: readonly KqlColumn[];
  readonly rows: (context: Context) => Iterable<Row>;
}
