/**
 * Plans for tests: a definition's text in, its plan out, faults as a failed test.
 */
import { isFault, type JsonObject } from '#foundation';
import { planWorkflow, type WorkflowPlan } from '#workflow';

export function planFor(definition: JsonObject): WorkflowPlan {
  const plan = planWorkflow(definition);
  if (isFault(plan)) throw new Error(`the definition is not valid: ${plan.code}: ${plan.message}`);
  return plan;
}
