/**
 * A trigger goes on from where another one is: what moving a logic app needs.
 *
 * Source: ARM reference 6.1 (`setState`).
 */
import { textMember } from '#foundation';
import type { Services } from './services.ts';
import { type StoredWorkflow, workflowCollections } from './workflow-resource.ts';

export interface TriggerOf {
  readonly workflow: StoredWorkflow;
  /** As the definition writes it. */
  readonly triggerName: string;
}

/** Arms `target` anew with the cursor of `source`; without one it begins anew. */
export async function setTriggerState(services: Services, target: TriggerOf, source: TriggerOf): Promise<void> {
  const key = `${source.workflow.idKey}/triggers/${source.triggerName.toLowerCase()}`;
  const state = services.store.documents.get(workflowCollections.triggers, key);
  await services.triggers.reset(target.workflow.id, target.triggerName, textMember(state?.body, 'cursor'));
}
