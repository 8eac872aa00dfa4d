/**
 * Entry file of `#workflow`: what a valid definition is, its plan, and the pure parts that need a definition's words:
 * recurrences, durations, JSON schemas, lenient JSON. It needs nothing of Node and runs in a browser as it is.
 */
export { chunkFaults, chunkOptions } from './chunk-options.ts';
export { documentTypeFault } from './document-types.ts';
export { parseIsoDuration } from './duration.ts';
export { type LenientJson, lenientJson } from './lenient-json.ts';
export { nextOccurrence } from './next-occurrence.ts';
export type * from './plan.ts';
export { withoutLimits, workflowLimits, type WorkflowLimits } from './planner/limits.ts';
export {
  operationCatalogue,
  operationType,
  type OperationSetting,
  type OperationType,
} from './planner/operation-catalogue.data.ts';
export { type PlannedWorkflow, planWorkflow, type WorkflowInput } from './planner/plan-workflow.ts';
export type { WorkflowWarning } from './planner/planning.ts';
export { slidingWindow, type SlidingWindow } from './sliding-window.ts';
export { planSchema, type PlannedSchema, type SchemaFault } from './schema/plan-schema.ts';
export type { SchemaError } from './schema/schema-node.ts';
