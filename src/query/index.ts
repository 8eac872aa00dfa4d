/** Entry file of `#query`: filters and queries over what is stored. */
export { type Collector } from './apply.ts';
export { type Column, type Columns, columnsOf } from './columns.ts';
export { timeOf } from './compare-values.ts';
export * from './filter.ts';
export * from './filter-syntax.ts';
export { BestRows, type OrderPosition } from './order.ts';
export { groupedRows, planRowQuery, type RowQuery, type RowQueryTexts, selectedMembers } from './row-query.ts';
export { parseKql } from './kql/parse-query.ts';
export { isKqlFault, type KqlFault } from './kql/kql-fault.ts';
export { jsonOf } from './kql/conversion.ts';
export type { KqlLimits } from './kql/context.ts';
export { type KqlOptions, type KqlResult, runKql } from './kql/run-kql.ts';
export type { Catalog, KqlTable, PushedCondition, TableRequest } from './kql/table.ts';
export { dynamicOf } from './kql/conversion.ts';
export type { KqlColumn, KqlType } from './kql/types.ts';
