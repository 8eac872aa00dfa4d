/**
 * What names mean at a place of a query.
 *
 * Owns: the shapes of planned expressions and bindings, looking names up. Does not own: planning (`plan-*.ts`).
 */
import type { Context } from './context.ts';
import { semanticError } from './kql-fault.ts';
import type { Expression, Statement } from './syntax.ts';
import type { Catalog, Tabular } from './table.ts';
import type { KqlColumn, KqlType } from './types.ts';
import type { Row, Value } from './values.ts';

/** A planned expression. */
export interface Scalar {
  readonly type: KqlType;
  readonly evaluate: (row: Row, context: Context) => Value;
  /** True when no column takes part. */
  readonly constant: boolean;
}

export type Binding =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'table'; readonly table: Tabular }
  | { readonly kind: 'function'; readonly statement: Statement & { kind: 'function' }; readonly names: Names };

export type Names = ReadonlyMap<string, Binding>;

/** What holds for the whole query. */
export interface World {
  readonly catalog: Catalog;
  readonly context: Context;
  /** Resource Graph finds top-level columns whatever their case. */
  readonly ignoresCase: boolean;
  /** The table of a query that names none. */
  readonly defaultTable?: string;
  /** Counts what is planned: functions called in functions must not make a plan without end. */
  readonly spend: (at: number) => void;
}

export interface Scope {
  readonly world: World;
  readonly names: Names;
  readonly columns: readonly KqlColumn[];
  /** The rows around the one that is worked on, where functions may look at them. */
  readonly window?: { readonly key: object; readonly ordered: boolean };
  /** Takes a call of an aggregate, where one may stand. */
  readonly aggregate?: (call: AggregateCall) => Scalar | undefined;
}

export interface AggregateCall {
  readonly name: string;
  readonly args: readonly { readonly name?: string; readonly expression: Expression }[];
  readonly at: number;
}

/** The place of a column; -1 for none. */
export function columnIndex(columns: readonly KqlColumn[], name: string, ignoresCase: boolean): number {
  const exact = columns.findIndex((column) => column.name === name);
  if (exact >= 0 || !ignoresCase) return exact;
  const lower = name.toLowerCase();
  return columns.findIndex((column) => column.name.toLowerCase() === lower);
}

/** The place of a column that must exist. */
export function demandColumn({ columns, world }: Scope, name: string, at: number): number {
  const index = columnIndex(columns, name, world.ignoresCase);
  if (index < 0) throw unresolved(name, columns, at);
  return index;
}

/** The fault of a name nobody knows, with the nearest that is known. */
export function unresolved(name: string, columns: readonly KqlColumn[], at: number): Error {
  const near = columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  const hint = near === undefined ? '' : ` Did you mean '${near.name}'?`;
  return semanticError(`'${name}' is not a column, a table or a name given by let.${hint}`, at);
}
