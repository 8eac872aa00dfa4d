/** Entry file of `#query`: filters and queries over what is stored. */
export { type Collector } from './apply.ts';
export { type Column, type Columns, columnsOf } from './columns.ts';
export { timeOf } from './compare-values.ts';
export * from './filter.ts';
export * from './filter-syntax.ts';
export { BestRows, type OrderPosition } from './order.ts';
export { groupedRows, planRowQuery, type RowQuery, type RowQueryTexts, selectedMembers } from './row-query.ts';
