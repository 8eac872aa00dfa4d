/** The columns that queries over rows may name: their canonical names and how to read them from a row. */
import { type Fault, fault, type Json } from '#foundation';
import type { FilterFields } from './filter.ts';

export interface Column<T> {
  /** As answers spell it. */
  readonly name: string;
  readonly read: (item: T) => Json | undefined;
}

/** Columns by lower-case name. */
export type Columns<T> = ReadonlyMap<string, Column<T>>;

export function columnsOf<T>(columns: readonly Column<T>[]): Columns<T> {
  return new Map(columns.map((column) => [column.name.toLowerCase(), column]));
}

/** The columns as the fields of a filter. */
export function fieldsOf<T>(columns: Columns<T>): FilterFields<T> {
  return { field: (path) => columns.get(path.toLowerCase())?.read };
}

/** A column by a name as written, or the fault that names its place (from 0) in `option`. */
export function columnNamed<T>(columns: Columns<T>, name: string, at: number, option: string): Column<T> | Fault {
  return columns.get(name.toLowerCase()) ?? notValid(option, `there is no property '${name}'`, at);
}

/** A fault in the text of an option, with its place counted from 1. */
export function notValid(option: string, what: string, at: number): Fault {
  return fault('InvalidParameter', `The value of '${option}' is not valid: ${what} (position ${at + 1}).`, {
    target: option,
  });
}
