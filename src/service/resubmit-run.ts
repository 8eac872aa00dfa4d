/**
 * Resubmitting a fired trigger history: a new run with the old outputs and today's definition.
 *
 * Source: engine reference 8 (resubmit).
 */
import { runKey } from '#engine';
import { isJsonObject, type Json, type JsonObject, orThrow, raise } from '#foundation';
import { prepareTrigger } from './fire-trigger.ts';
import type { PreparedTrigger } from './prepared-trigger.ts';
import { readContent, runTrigger } from './read-runs.ts';
import { historyDocument } from './read-trigger-histories.ts';
import type { Services } from './services.ts';
import { historyContent } from './trigger-history.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

/**
 * Starts the trigger again with the outputs of the history named `historyName`, in the name of `principal`. A history that splitOn turned into several
 * runs is split again; one of those runs alone is resubmitted by its own name.
 * @throws TocsinError `WorkflowTriggerHistoryNotFound`, `WorkflowTriggerHistoryCannotBeResubmitted` when it started no run
 * or its outputs are not kept, `WorkflowMaximumWaitingRunCountExceeded`.
 */
export async function resubmitRun(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
  historyName: string,
  principal: string,
): Promise<PreparedTrigger> {
  const { inputs, outputs, isElement } = firingOf(services, workflow, triggerName, historyName);
  const prepared = prepareTrigger(services, {
    workflow,
    triggerName,
    startedBy: { kind: 'Resubmission', principal, runId: `${workflow.id}/runs/${historyName}` },
    ...(isJsonObject(outputs) ? { outputs: withoutTracking(outputs) } : {}),
    ...(inputs === undefined ? {} : { inputs }),
    ...(isElement ? { isElement } : {}),
  });
  if (prepared.outcome === 'skipped' && prepared.fault !== undefined) orThrow(prepared.fault);
  await services.host.startMany(prepared.runs, prepared.writes);
  return prepared;
}

/** What the trigger fired with then. */
function firingOf(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
  historyName: string,
): { readonly inputs?: Json; readonly outputs?: Json; readonly isElement: boolean } {
  const row = services.store.history.run(runKey(workflow.id, historyName));
  const trigger = row === undefined ? undefined : runTrigger(services, row);
  if (trigger !== undefined && trigger.name.toLowerCase() === triggerName.toLowerCase()) {
    return {
      ...(trigger.inputs === undefined ? {} : { inputs: readContent(services, trigger.inputs) }),
      ...(trigger.outputs === undefined ? {} : { outputs: readContent(services, trigger.outputs) }),
      isElement: trigger.originHistoryName !== historyName,
    };
  }
  const document = historyDocument(services, workflow, triggerName, historyName);
  if (document === undefined) {
    return raise('WorkflowTriggerHistoryNotFound', `The workflow trigger history '${historyName}' could not be found.`);
  }
  const { fired } = document.body;
  const outputs = historyContent(services, document, 'outputs');
  if (fired === true && outputs !== undefined) return { outputs, isElement: false };
  return raise(
    'WorkflowTriggerHistoryCannotBeResubmitted',
    `The workflow trigger history '${historyName}' cannot be resubmitted: ${fired === true ? 'its outputs are not kept' : 'it started no run'}.`,
  );
}

/** The new run gets a tracking id of its own. */
function withoutTracking(outputs: JsonObject): JsonObject {
  const { headers } = outputs;
  if (!isJsonObject(headers)) return outputs;
  const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'x-ms-client-tracking-id');
  return { ...outputs, headers: Object.fromEntries(kept) };
}
