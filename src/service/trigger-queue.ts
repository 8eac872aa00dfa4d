/**
 * The limit of concurrent runs that a trigger's definition sets, as the host counts it.
 *
 * Owns: what is counted under which key, and the refusal when no more runs may wait. Does not own: the counts (`RunHost`).
 * Source: engine reference 2.3.
 */
import type { RunQueue } from '#engine';
import { Fault, parseArmId } from '#foundation';
import type { TriggerPlan } from '#workflow';
import type { Services } from './services.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

/** What the trigger's runs count for; undefined when it is not limited. */
export function triggerQueue(workflow: StoredWorkflow, { name, concurrency }: TriggerPlan): RunQueue | undefined {
  if (concurrency === undefined) return undefined;
  const { runs, maximumWaitingRuns } = concurrency;
  return { key: `${workflow.idKey}/triggers/${name.toLowerCase()}`, runs, waitingRuns: maximumWaitingRuns };
}

/**
 * Why no more of the trigger's runs may enter now: `WorkflowMaximumWaitingRunCountExceeded`, retryable.
 * @param prepared by queue, runs of the same commit that will enter before.
 */
export function queueFault(
  services: Services,
  workflow: StoredWorkflow,
  trigger: TriggerPlan,
  prepared?: ReadonlyMap<string, number>,
): Fault | undefined {
  const queue = triggerQueue(workflow, trigger);
  if (queue === undefined || services.host.room(queue) > (prepared?.get(queue.key) ?? 0)) return undefined;
  const name = parseArmId(workflow.id)?.name ?? workflow.id;
  const message = `The trigger '${trigger.name}' of workflow '${name}' cannot start another run: the maximum number of waiting runs '${queue.waitingRuns}' is reached.`;
  return new Fault('WorkflowMaximumWaitingRunCountExceeded', message, { retryAfterSeconds: 10 });
}

/** Whether no more runs of the trigger may wait: a trigger that asks others for outputs does not ask then. */
export function isFull(services: Services, workflow: StoredWorkflow, trigger: TriggerPlan): boolean {
  const queue = triggerQueue(workflow, trigger);
  return queue !== undefined && services.host.room(queue) <= 0;
}
