/**
 * What a query reads: tables and what it tells them.
 *
 * Owns: the port to tables, pushed-down conditions. Does not own: any table.
 *
 * Invariants
 * KT1. The evaluator checks every condition again, so a source may use as many of them as it likes. Only one that stops at
 *      `take`, or groups, must have applied all of them itself.
 * KT2. Columns that are not asked for may hold anything: nobody reads them.
 */
import type { Context } from './context.ts';
import type { KqlColumn } from './types.ts';
import type { Row, Value } from './values.ts';

/** `column operator value`, the column's own values being compared as they stand; `in` has several values. */
export interface PushedCondition {
  readonly column: string;
  readonly operator: '==' | '!=' | '=~' | '<' | '<=' | '>' | '>=' | 'in' | 'in~' | 'has' | 'contains' | 'startswith';
  readonly values: readonly Value[];
}

/** What the query needs of a table at most. */
export interface TableRequest {
  readonly conditions: readonly PushedCondition[];
  /** Rows that are enough, where nothing but `conditions` stands between the table and the `take`. */
  readonly take?: number;
  /** In which order `take` rows are enough; without it any rows are. */
  readonly order?: { readonly column: string; readonly descending: boolean };
  /** Names of the columns that are read; absent where all may be. */
  readonly columns?: ReadonlySet<string>;
}

/** A column, or the start of the bin its value lies in (ticks for times, else whole numbers). */
export interface PushedKey {
  readonly column: string;
  readonly size?: bigint;
}

/** `best`: the values of `columns` in the row where `column` is greatest (`sign` 1) or least. */
export type PushedAggregate =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum' | 'avg' | 'min' | 'max' | 'dcount'; readonly column: string }
  | { readonly kind: 'best'; readonly column: string; readonly sign: 1 | -1; readonly columns: readonly string[] };

export interface GroupRequest {
  readonly conditions: readonly PushedCondition[];
  readonly keys: readonly PushedKey[];
  readonly aggregates: readonly PushedAggregate[];
}

export interface KqlTable {
  readonly name: string;
  readonly columns: readonly KqlColumn[];
  /** Rows in the order of `columns`, of the columns' types. */
  readonly rows: (request: TableRequest) => Iterable<Row>;
  /** Keys, then aggregates, one row for each group; undefined where the table cannot do exactly that. */
  readonly groups?: (request: GroupRequest) => Iterable<Row> | undefined;
}

export interface Catalog {
  /** The table of a name; the catalog decides about upper and lower case. */
  readonly table: (name: string) => KqlTable | undefined;
  /** All names, for `union T*` and `search`. */
  readonly names: () => readonly string[];
  /** A function such as `_GetWatchlist('alias')` that gives a table; undefined for one it does not know. */
  readonly call?: (name: string, args: readonly Value[]) => KqlTable | undefined;
  /** The tables of `workspace('…')`; undefined for one that there is not, or not for who asks. */
  readonly elsewhere?: (workspace: string) => Catalog | undefined;
  /** A function that is kept beside the tables. */
  readonly kept?: (name: string) => KeptFunction | undefined;
}

export interface KeptFunction {
  /** `name:type = literal`, separated by commas; empty for none. */
  readonly parameters: string;
  /** A query or an expression, statements before it allowed. */
  readonly body: string;
}

/** A step of a plan: its columns, and its rows when asked. */
export interface Tabular {
  readonly columns: readonly KqlColumn[];
  readonly rows: (context: Context) => Iterable<Row>;
  /** Rows come in an order that means something. */
  readonly ordered?: true;
  /** Its rows in groups, made by the table; undefined where that cannot be had. */
  readonly grouped?: (context: Context, request: Omit<GroupRequest, 'conditions'>) => Iterable<Row> | undefined;
  /** The rows for which one more condition may hold: fewer than all, but not always only those. */
  readonly narrowed?: (context: Context, condition: PushedCondition) => Iterable<Row>;
}
