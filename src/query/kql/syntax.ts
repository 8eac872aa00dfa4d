/**
 * A query as a tree.
 *
 * Owns: the shapes of expressions, operators and statements, each with its place in the text (`at`, offset from 0).
 * Does not own: how they are read (`parse-*.ts`) and what they mean (`plan-*.ts`).
 */
import type { Value } from './values.ts';
import type { KqlType } from './types.ts';

export interface Named {
  /** Names to give; several for `(a, b) = f(…)`. */
  readonly names: readonly string[];
  readonly expression: Expression;
  readonly at: number;
}

export type Expression =
  | { readonly kind: 'literal'; readonly type: KqlType; readonly value: Value; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'star'; readonly at: number }
  | { readonly kind: 'member'; readonly object: Expression; readonly name: string; readonly at: number }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Argument[]; readonly at: number }
  | { readonly kind: 'negate'; readonly inner: Expression; readonly at: number }
  | Binary
  | Membership
  | {
      readonly kind: 'between';
      readonly negated: boolean;
      readonly value: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly at: number;
    }
  | { readonly kind: 'tabular'; readonly query: Query; readonly at: number };

export interface Binary {
  readonly kind: 'binary';
  /** `+ - * / % == != < <= > >= =~ !~ and or` or a text operator such as `!has_cs`, in lower case. */
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly at: number;
}

export interface Membership {
  readonly kind: 'membership';
  /** `in`, `!in`, `in~`, `!in~`, `has_any`, `has_all`. */
  readonly operator: string;
  readonly value: Expression;
  readonly items: readonly Expression[];
  readonly at: number;
}

export interface Argument {
  readonly name?: string;
  readonly expression: Expression;
}

export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** `kind=inner`, `isfuzzy=true`, `hint.strategy=shuffle`: names in lower case, values as written. */
export type Options = ReadonlyMap<string, string>;

export interface NamedColumn {
  readonly name: string;
  readonly type: KqlType;
}

/** Without a type it has that of the first table that has the column. */
export interface FoundColumn {
  readonly name: string;
  readonly type?: KqlType;
}

export interface ColumnPattern {
  /** As written, `*` standing for any run of characters. */
  readonly pattern: string;
  readonly at: number;
}

export type ParsePart =
  | { readonly kind: 'skip' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'column'; readonly name: string; readonly type: KqlType };

export type Operator = { readonly at: number } & (
  | { readonly kind: 'where'; readonly condition: Expression }
  | { readonly kind: 'project' | 'extend'; readonly columns: readonly Named[] }
  | { readonly kind: 'project-away' | 'project-keep' | 'project-reorder'; readonly patterns: readonly ColumnPattern[] }
  | { readonly kind: 'project-rename'; readonly columns: readonly Named[] }
  | { readonly kind: 'summarize'; readonly aggregates: readonly Named[]; readonly by: readonly Named[] }
  | { readonly kind: 'distinct'; readonly columns: readonly Named[] }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly kind: 'top'; readonly count: Expression; readonly keys: readonly SortKey[] }
  | { readonly kind: 'take'; readonly count: Expression }
  | { readonly kind: 'count' }
  | { readonly kind: 'as'; readonly name: string }
  | { readonly kind: 'render'; readonly drawing: Readonly<Record<string, string>> }
  | { readonly kind: 'serialize'; readonly columns: readonly Named[] }
  | { readonly kind: 'getschema' }
  | {
      readonly kind: 'join' | 'lookup';
      readonly options: Options;
      readonly right: Query;
      readonly on: readonly Expression[];
    }
  | { readonly kind: 'union'; readonly options: Options; readonly sources: readonly Query[] }
  | {
      readonly kind: 'mv-expand';
      /** Members of bags as arrays of name and value, instead of bags of one. */
      readonly asArrays?: true;
      readonly columns: readonly (Named & { readonly type?: KqlType })[];
      readonly indexName?: string;
      readonly limit?: Expression;
    }
  | {
      readonly kind: 'parse' | 'parse-where';
      readonly options: Options;
      readonly text: Expression;
      readonly parts: readonly ParsePart[];
    }
  | {
      readonly kind: 'mv-apply';
      readonly columns: readonly (Named & { readonly type?: KqlType })[];
      readonly indexName?: string;
      readonly limit?: Expression;
      readonly query: Query;
    }
  | {
      readonly kind: 'make-series';
      readonly aggregates: readonly (Named & { readonly fallback?: Expression })[];
      readonly axis: Named;
      readonly from?: Expression;
      readonly to?: Expression;
      readonly step: Expression;
      readonly by: readonly Named[];
    }
  | {
      readonly kind: 'parse-kv';
      readonly text: Expression;
      readonly columns: readonly NamedColumn[];
      /** `pair_delimiter`, `kv_delimiter`, `quote`, `escape`, `greedy`, `regex`. */
      readonly settings: Options;
    }
  | { readonly kind: 'partition'; readonly by: Expression; readonly query: Query }
  | { readonly kind: 'sample-distinct'; readonly count: Expression; readonly column: Named }
  | { readonly kind: 'invoke'; readonly call: Expression & { readonly kind: 'call' } }
  | { readonly kind: 'evaluate'; readonly call: Expression & { readonly kind: 'call' } }
  | { readonly kind: 'search'; readonly condition: Expression }
);

export type Source = { readonly at: number } & (
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly args?: readonly Argument[];
      /** Of `workspace('…').Table`: where the table is. */
      readonly workspace?: string;
    }
  | { readonly kind: 'default' }
  | { readonly kind: 'nested'; readonly query: Query }
  | { readonly kind: 'print'; readonly columns: readonly Named[] }
  | { readonly kind: 'datatable'; readonly columns: readonly NamedColumn[]; readonly values: readonly Expression[] }
  | {
      readonly kind: 'range';
      readonly name: string;
      readonly from: Expression;
      readonly to: Expression;
      readonly step: Expression;
    }
  | { readonly kind: 'union'; readonly options: Options; readonly sources: readonly Query[] }
  | { readonly kind: 'search'; readonly tables: readonly ColumnPattern[]; readonly condition: Expression }
  | {
      readonly kind: 'find';
      /** The name of the column that says of which table a row is. */
      readonly source: string;
      readonly tables: readonly ColumnPattern[];
      readonly condition: Expression;
      /** Those asked for; absent for those that all tables have or the condition names. */
      readonly columns?: readonly FoundColumn[];
      /** Whether all other columns come along as one bag. */
      readonly packs: boolean;
    }
);

export interface Query {
  readonly source: Source;
  readonly operators: readonly Operator[];
  readonly at: number;
}

export interface Parameter {
  readonly name: string;
  /** Undefined for a table. */
  readonly type?: KqlType;
  readonly fallback?: Expression;
}

export type Statement =
  | { readonly kind: 'let'; readonly name: string; readonly value: Expression; readonly at: number }
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly statements: readonly Statement[];
      readonly body: Expression;
      readonly at: number;
    }
  | { readonly kind: 'set'; readonly name: string; readonly value: Expression | undefined; readonly at: number };

export interface Program {
  readonly statements: readonly Statement[];
  readonly query: Query;
}
