/**
 * Plans for tests: a definition in, its plan out; a definition that is refused fails the test.
 */
import type { JsonObject } from '#foundation';
import { planWorkflow, type WorkflowPlan } from '#workflow';

/** `parameters` as at resource level: `{ name: { value } }`. */
export function planFor(definition: JsonObject, parameters?: JsonObject): WorkflowPlan {
  const result = planWorkflow({ definition, ...(parameters === undefined ? {} : { parameters }) });
  if (result.kind === 'refused') {
    const { code, message, options } = result.fault;
    throw new Error(`the definition is not valid: ${code}: ${message} ${JSON.stringify(options.details ?? [])}`);
  }
  return result.plan;
}
