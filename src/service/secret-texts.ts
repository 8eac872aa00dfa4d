/** The texts that a workflow keeps secret: values of its secure parameters. */
import { collectTexts, maskOf } from '#engine';
import type { Json } from '#foundation';
import type { WorkflowPlan } from '#workflow';

/** Makes the function that masks them; undefined when there are none. */
export function parameterMask(plan: WorkflowPlan): ((value: Json) => Json) | undefined {
  const secrets = new Set<string>();
  for (const { secure, value, defaultValue } of plan.parameters.values()) {
    const known = value ?? defaultValue?.constant;
    if (secure && known !== undefined) collectTexts(known, secrets);
  }
  return maskOf([...secrets]);
}
