/**
 * `$orderby` and `$select`: lists of columns.
 *
 * Owns: their syntax, comparing rows, the best rows of many in little memory.
 *
 * Invariants
 * O1. Missing values come first, descending last; equal rows run by their numbers.
 * O2. `BestRows` holds as many rows as are asked for and one more, however many it is given.
 */
import { type Fault, isFault, type Json } from '#foundation';
import { type Column, columnNamed, type Columns, notValid } from './columns.ts';
import { orderOf } from './compare-values.ts';

export interface Ordering<T> {
  readonly column: Column<T>;
  readonly descending: boolean;
}

interface Item {
  readonly words: readonly string[];
  readonly at: number;
}

/** Items between commas, blank ones left out at the ends only. */
function itemsOf(text: string): readonly Item[] {
  let at = 0;
  return text.split(',').map((part) => {
    const item = { words: part.split(/\s+/).filter(Boolean), at: at + (part.length - part.trimStart().length) };
    at += part.length + 1;
    return item;
  });
}

const mostItems = 32;

/** Reads `$orderby=timestamp desc, resourceId`. */
export function planOrder<T>(text: string, columns: Columns<T>): readonly Ordering<T>[] | Fault {
  const order: Ordering<T>[] = [];
  for (const { words, at } of itemsOf(text)) {
    const [name, direction = 'asc', ...rest] = words;
    if (name === undefined) return notValid('$orderby', 'a property is missing', at);
    if (rest.length > 0 || !/^(?:asc|desc)$/i.test(direction)) {
      return notValid('$orderby', `'${[direction, ...rest].join(' ')}' is neither 'asc' nor 'desc'`, at);
    }
    const column = columnNamed(columns, name, at, '$orderby');
    if (isFault(column)) return column;
    order.push({ column, descending: direction.toLowerCase() === 'desc' });
    if (order.length > mostItems) return notValid('$orderby', 'it names too many properties', at);
  }
  return order;
}

/** Reads `$select=resourceId,complianceState`. */
export function planSelect<T>(text: string, columns: Columns<T>): readonly Column<T>[] | Fault {
  const selected = new Map<string, Column<T>>();
  for (const { words, at } of itemsOf(text)) {
    const [name, ...rest] = words;
    if (name === undefined || rest.length > 0) return notValid('$select', 'one property is expected', at);
    const column = columnNamed(columns, name, at, '$select');
    if (isFault(column)) return column;
    selected.set(column.name, column);
  }
  return [...selected.values()];
}

/** Compares two rows by the values that order them (O1). */
export function compareKeys(
  left: readonly Json[],
  right: readonly Json[],
  order: readonly { readonly descending: boolean }[],
): number {
  for (const [index, { descending }] of order.entries()) {
    const difference = compareValues(left[index] ?? null, right[index] ?? null);
    if (difference !== 0) return descending ? -difference : difference;
  }
  return 0;
}

function compareValues(left: Json, right: Json): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return orderOf(left, right) ?? 0;
}

interface Ranked<T> {
  readonly item: T;
  readonly keys: readonly Json[];
  /** Decides between rows that are equal otherwise. */
  readonly place: number;
}

/** Where a page ended: the values that order its last row, and that row's own number. */
export interface OrderPosition {
  readonly keys: readonly Json[];
  readonly place: number;
}

/** The first rows in an order, out of a stream (O2). */
export class BestRows<T> {
  readonly #order: readonly Ordering<T>[];
  readonly #size: number;
  readonly #after: OrderPosition | undefined;
  #rows: Ranked<T>[] = [];

  /** `size`: how many are kept; `after`: only those behind this position. */
  constructor(order: readonly Ordering<T>[], size: number, after: OrderPosition | undefined) {
    this.#order = order;
    this.#size = size;
    this.#after = after;
  }

  /** `place` is the row's own number, the same on every page; equal rows run by it. */
  add(item: T, place: number): void {
    const row = { item, keys: this.#order.map(({ column }) => column.read(item) ?? null), place };
    if (this.#after !== undefined && this.#compare(row, this.#after) <= 0) return;
    this.#rows.push(row);
    // Sorting now and then costs less than keeping a heap, and holds twice as many rows at most.
    if (this.#rows.length >= 2 * this.#size + 64) this.#cut();
  }

  /** The rows kept, each with its position. */
  take(): readonly { readonly item: T; readonly position: OrderPosition }[] {
    this.#cut();
    return this.#rows.map(({ item, keys, place }) => ({ item, position: { keys, place } }));
  }

  #cut(): void {
    this.#rows.sort((left, right) => this.#compare(left, right));
    this.#rows.length = Math.min(this.#rows.length, this.#size);
  }

  #compare(left: OrderPosition, right: OrderPosition): number {
    return compareKeys(left.keys, right.keys, this.#order) || left.place - right.place;
  }
}
