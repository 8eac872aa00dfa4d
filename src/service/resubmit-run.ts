/**
 * Resubmitting a fired trigger history: a new run with the old outputs and today's definition.
 *
 * Source: engine reference 8 (resubmit).
 */
import { runKey } from '#engine';
import { isJsonObject, type JsonObject, raise } from '#foundation';
import { type PreparedTrigger, prepareTrigger } from './fire-trigger.ts';
import { readContent, runTrigger } from './read-runs.ts';
import type { Services } from './services.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

/**
 * Starts a new run from the history named `historyName`, which for single runs is the run's name.
 * @throws TocsinError `WorkflowTriggerHistoryNotFound` when it started no run.
 */
export async function resubmitRun(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
  historyName: string,
): Promise<PreparedTrigger> {
  const row = services.store.history.run(runKey(workflow.id, historyName));
  const trigger = row === undefined ? undefined : runTrigger(services, row);
  if (trigger === undefined || trigger.name.toLowerCase() !== triggerName.toLowerCase()) {
    return raise(
      'WorkflowTriggerHistoryNotFound',
      `The workflow trigger history '${historyName}' could not be found, or it started no run.`,
    );
  }
  const outputs = trigger.outputs === undefined ? undefined : readContent(services, trigger.outputs);
  const prepared = prepareTrigger(services, {
    workflow,
    triggerName: trigger.name,
    ...(isJsonObject(outputs) ? { outputs: withoutTracking(outputs) } : {}),
  });
  await services.host.startMany(prepared.runs, prepared.writes);
  return prepared;
}

/** The new run gets a tracking id of its own. */
function withoutTracking(outputs: JsonObject): JsonObject {
  const { headers } = outputs;
  if (!isJsonObject(headers)) return outputs;
  const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'x-ms-client-tracking-id');
  return { ...outputs, headers: Object.fromEntries(kept) };
}
