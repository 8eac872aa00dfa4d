/**
 * The store's rows of log tables as a port: typed columns, ordered by time, many of them.
 *
 * Owns: tables and their columns, reads that a query language can push down, writes. Does not own: what columns mean and
 * where rows come from (`#service`), the query language (`#query`).
 *
 * Invariants
 * LR1. The first column of every table is `TimeGenerated`, a datetime that no row lacks; rows of equal time stand in the
 *      order they came.
 * LR2. Columns are only added: their place and type never change as long as the table is there. A row written before a column
 *      was added has its empty value.
 * LR3. A read holds a page of rows in memory at most, whatever the table's size.
 */

export type LogType = 'string' | 'bool' | 'int' | 'long' | 'real' | 'datetime' | 'guid' | 'dynamic';

export interface LogColumn {
  readonly name: string;
  readonly type: LogType;
}

/**
 * A value: text for `string` (never null: the empty text instead), `guid` and `dynamic` (JSON); bigint for `bool` (0 and 1),
 * `int`, `long` and `datetime` (ticks of 100 ns since the year 1); number for `real`.
 */
export type LogCell = null | string | number | bigint;

export interface LogTable {
  /** Key of the workspace's id. */
  readonly workspace: string;
  /** As it was first written; found whatever its case. */
  readonly name: string;
  readonly columns: readonly LogColumn[];
  /** Days that rows are kept; the server's own when absent. */
  readonly retentionDays?: number;
}

export type LogTableKey = Pick<LogTable, 'workspace' | 'name'>;

/** `column operator value`; `in` has several values. `like` takes SQL's wildcards `%` and `_`, escaped by `\`. */
export interface LogCondition {
  readonly column: string;
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'like';
  readonly values: readonly LogCell[];
}

export interface LogScan extends LogTableKey {
  /** What each row holds, in this order. */
  readonly columns: readonly string[];
  readonly conditions: readonly LogCondition[];
  /** By one column instead of as they stand; equal ones as they stand. Nulls come last when descending. */
  readonly order?: { readonly column: string; readonly descending: boolean };
  readonly top?: number;
}

/** A key of groups: a column, or the start of the bin of `size` its value lies in (ticks, or whole numbers). */
export interface LogKey {
  readonly column: string;
  readonly size?: bigint;
}

/** `best` gives the values of `columns` in the row where `column` is greatest (`sign` 1) or least. */
export type LogAggregate =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum' | 'avg' | 'min' | 'max' | 'dcount'; readonly column: string }
  | { readonly kind: 'best'; readonly column: string; readonly sign: 1 | -1; readonly columns: readonly string[] };

export interface LogGrouping extends LogTableKey {
  readonly conditions: readonly LogCondition[];
  readonly keys: readonly LogKey[];
  /** `best` stands alone. */
  readonly aggregates: readonly LogAggregate[];
}

export interface LogReader {
  table(key: LogTableKey): LogTable | undefined;
  /** Of a workspace, or all; by workspace and name. */
  tables(workspace?: string): readonly LogTable[];
  rows(scan: LogScan): Iterable<readonly LogCell[]>;
  /** Keys, then aggregates; absent where the store cannot group by itself. */
  readonly groups?: (grouping: LogGrouping) => Iterable<readonly LogCell[]>;
}

export type LogWrite =
  /** Makes the table, or adds the columns that it has not and sets its retention. */
  | { readonly kind: 'putLogTable'; readonly table: LogTable }
  | { readonly kind: 'deleteLogTable'; readonly key: LogTableKey }
  /** The table has these columns by now, `TimeGenerated` among them; others get their empty value. */
  | {
      readonly kind: 'appendLogRows';
      readonly key: LogTableKey;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly LogCell[])[];
    }
  /** Deletes rows whose time is before, at most so many. */
  | { readonly kind: 'forgetLogRows'; readonly key: LogTableKey; readonly before: bigint; readonly top: number };
