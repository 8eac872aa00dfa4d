/**
 * A query over rows that come in one by one: `$filter`, `$apply`, `$orderby`, `$select`, `$top` together.
 *
 * Owns: which option sees which columns, and one page of the answer. Does not own: where rows come from, tokens.
 *
 * Invariants
 * Q1. `$filter` is about the rows, `$orderby` and `$select` about what `$apply` made of them.
 * Q2. Memory is bounded by the page and the groups, never by the rows.
 */
import { type Fault, isFault, type Json, type JsonObject } from '#foundation';
import { type ApplyPlan, type Collector, planApply } from './apply.ts';
import { type Column, type Columns, fieldsOf } from './columns.ts';
import { planFilter, type Predicate } from './filter.ts';
import { BestRows, type Ordering, planOrder, planSelect } from './order.ts';

export interface RowQueryTexts {
  readonly filter?: string;
  readonly apply?: string;
  readonly orderby?: string;
  readonly select?: string;
}

export interface RowQuery<T> {
  readonly passes: Predicate<T>;
  /** Rows come out as they are; absent `$orderby` as they come. */
  readonly plain?: { readonly order?: readonly Ordering<T>[]; readonly select?: readonly Column<T>[] };
  readonly grouped?: {
    readonly plan: ApplyPlan<T>;
    readonly order?: readonly Ordering<JsonObject>[];
    readonly select?: readonly Column<JsonObject>[];
  };
}

/** Plans the texts; the first one that is not valid is the fault. */
export function planRowQuery<T>(texts: RowQueryTexts, columns: Columns<T>): RowQuery<T> | Fault {
  const passes = planFilter(texts.filter ?? '', fieldsOf(columns));
  if (isFault(passes)) return passes;
  if (!isGiven(texts.apply)) {
    const lists = planLists(texts, columns);
    return isFault(lists) ? lists : { passes, plain: lists };
  }
  const plan = planApply(texts.apply, columns);
  if (isFault(plan)) return plan;
  const lists = planLists(texts, plan.columns);
  return isFault(lists) ? lists : { passes, grouped: { plan, ...lists } };
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

interface Lists<T> {
  readonly order?: readonly Ordering<T>[];
  readonly select?: readonly Column<T>[];
}

function planLists<T>({ orderby, select }: RowQueryTexts, columns: Columns<T>): Lists<T> | Fault {
  const order = isGiven(orderby) ? planOrder(orderby, columns) : undefined;
  if (isFault(order)) return order;
  const selected = isGiven(select) ? planSelect(select, columns) : undefined;
  if (isFault(selected)) return selected;
  return { ...(order === undefined ? {} : { order }), ...(selected === undefined ? {} : { select: selected }) };
}

/** The members that were selected, with their values. */
export function selectedMembers<T>(item: T, select: readonly Column<T>[]): JsonObject {
  const entries = select.map(({ name, read }) => [name, read(item) ?? null] as const);
  return Object.fromEntries<Json>(entries);
}

/** The groups of a query, sorted and selected. */
export function groupedRows<T>(
  { plan, order, select }: NonNullable<RowQuery<T>['grouped']>,
  collector: Collector<T>,
): readonly JsonObject[] {
  const rows = collector.rows();
  const sorted = order === undefined ? rows : sortedRows(rows, order);
  const shown = select ?? [...plan.columns.values()];
  return sorted.map((row) => selectedMembers(row, shown));
}

function sortedRows(rows: readonly JsonObject[], order: readonly Ordering<JsonObject>[]): readonly JsonObject[] {
  const best = new BestRows(order, rows.length, undefined);
  for (const [index, row] of rows.entries()) best.add(row, index);
  return best.take().map(({ item }) => item);
}
