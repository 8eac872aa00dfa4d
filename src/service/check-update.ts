/**
 * What an update may not take away from a workflow.
 *
 * Owns: rules between the stored definition and the one that is to replace it.
 * Does not own: rules of a definition alone (`#workflow`). Source: engine reference 1.2.
 */
import { raise } from '#foundation';
import type { WorkflowPlan } from '#workflow';

/** @throws TocsinError `CannotDisableTriggerConcurrency`. */
export function checkUpdate(before: WorkflowPlan | undefined, after: WorkflowPlan): void {
  for (const [key, trigger] of before?.triggers ?? []) {
    const now = after.triggers.get(key);
    if (trigger.concurrency === undefined || now === undefined || now.concurrency !== undefined) continue;
    raise(
      'CannotDisableTriggerConcurrency',
      `The concurrency of the trigger '${trigger.name}' cannot be disabled once it has been enabled. To run without a limit, delete the trigger and create another one.`,
    );
  }
}
