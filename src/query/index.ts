/** Entry file of `#query`: filters and queries over what is stored. */
export { type Collector } from './apply.ts';
export { type Column, type Columns, columnsOf } from './columns.ts';
export { orderOf, timeOf } from './compare-values.ts';
export * from './filter.ts';
export * from './filter-syntax.ts';
export { BestRows, type OrderPosition } from './order.ts';
export { groupedRows, planRowQuery, type RowQuery, type RowQueryTexts, selectedMembers } from './row-query.ts';
export { aggregates } from './kql/aggregates.ts';
export type { KqlLimits } from './kql/context.ts';
export { convert, dynamicOf, jsonOf, parseDynamic } from './kql/conversion.ts';
export { scalarFunctions } from './kql/functions/function-table.ts';
export { isKqlFault, type KqlFault } from './kql/kql-fault.ts';
export { operatorNames, refusedOperators } from './kql/parse-operators.ts';
export { pluginNames } from './kql/plan-plugins.ts';
export { rankListNames } from './kql/plan-summarize.ts';
export { windowFunctionNames } from './kql/plan-window.ts';
export { parseKql } from './kql/parse-query.ts';
export { DateTime, dateTimeAt } from './kql/datetime.ts';
export { type KqlOptions, type KqlResult, runKql } from './kql/run-kql.ts';
export type {
  Catalog,
  GroupRequest,
  KqlTable,
  PushedAggregate,
  PushedCondition,
  TableRequest,
} from './kql/table.ts';
export { type KqlColumn, type KqlType, typeNamed } from './kql/types.ts';
export type { Row, Value } from './kql/values.ts';
