/** Entry file of `#workflow`: what a valid definition is, and its plan. */
export type * from './plan.ts';
export { workflowLimits, type WorkflowLimits } from './planner/limits.ts';
export { operationCatalogue, operationType, type OperationType } from './planner/operation-catalogue.data.ts';
export { type PlannedWorkflow, planWorkflow, type WorkflowInput } from './planner/plan-workflow.ts';
export type { WorkflowWarning } from './planner/planning.ts';
export { planSchema, type PlannedSchema } from './schema/plan-schema.ts';
