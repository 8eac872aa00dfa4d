/**
 * Plans for tests: a definition in, its plan out, faults as a failed test.
 */
import type { JsonObject } from '#foundation';
import { planWorkflow, type WorkflowPlan } from '#workflow';

export function planFor(definition: JsonObject, parameters?: JsonObject): WorkflowPlan {
  const result = planWorkflow({ definition, ...(parameters === undefined ? {} : { parameters }) });
  if (result.kind === 'planned') return result.plan;
  const { code, message } = result.fault;
  throw new Error(`the definition is not valid: ${code}: ${message}`);
}
