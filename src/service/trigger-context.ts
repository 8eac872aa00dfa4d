/**
 * What trigger expressions (conditions, splitOn, correlation) may read: parameters, the trigger's own record, the workflow.
 *
 * Owns: the evaluation context outside a run. Does not own: run state (`#engine`).
 */
import type { EvaluationContext, EvaluationFault } from '#expression';
import { isEvaluationFault } from '#expression';
import type { Json, JsonObject } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import type { Services } from './services.ts';

const unixEpochTicks = 621_355_968_000_000_000n;
const textLimit = 131_072;

export interface TriggerSurroundings {
  readonly plan: WorkflowPlan;
  readonly trigger: JsonObject;
  readonly workflow: JsonObject;
  /** The signed URL that `listCallbackUrl()` gives while a webhook trigger subscribes. */
  readonly callbackUrl?: string;
}

export function triggerContext(services: Services, surroundings: TriggerSurroundings): EvaluationContext {
  const { plan, trigger, workflow, callbackUrl } = surroundings;
  const context: EvaluationContext = {
    parameter: (name) => {
      const parameter = plan.parameters.get(name.toLowerCase());
      if (parameter === undefined) return undefined;
      if (parameter.value !== undefined) return parameter.value;
      return valueOr(parameter.defaultValue?.evaluate(context), undefined);
    },
    variable: () => undefined,
    trigger: () => trigger,
    action: () => undefined,
    currentAction: () => undefined,
    item: () => undefined,
    loopItem: () => undefined,
    loopIndex: () => undefined,
    scopeResults: () => undefined,
    workflow: () => workflow,
    callbackUrl: () => callbackUrl,
    setting: () => undefined,
    now: () => BigInt(Math.floor(services.clock.now())) * 10_000n + unixEpochTicks,
    random: services.random,
    textLimit,
  };
  return context;
}

function valueOr(result: Json | EvaluationFault | undefined, otherwise: Json | undefined): Json | undefined {
  return result === undefined || isEvaluationFault(result) ? otherwise : result;
}
