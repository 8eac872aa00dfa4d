/**
 * Plans of stored workflow versions, made once and kept.
 *
 * Owns: the interface seen by use cases; the implementation reads the version documents from the store.
 */
import type { PlanSource } from '#engine';
import type { WorkflowPlan } from '#workflow';

export interface PlanCache extends PlanSource {
  /** Puts a plan that was just made on save, so that it is not made again. */
  keep(workflowId: string, version: string, plan: WorkflowPlan): void;
}
