/**
 * Every stored workflow, shown once to those who keep something of it in memory: timers of its triggers, of its batches.
 *
 * Owns: the pass over the store. Does not own: what is kept (`triggers/`, `batches.ts`).
 *
 * Invariants
 * TW1. The pass goes on in slices behind the start, so that ten thousand workflows hold up neither the start nor a request.
 *      The first slice is done at once.
 * TW2. What a commit changes meanwhile reaches the keepers as any other commit does: they may see a workflow twice.
 */
import { faultOf } from '#foundation';
import type { Services } from './services.ts';
import { type StoredWorkflow, workflowOf, workflowType } from './workflow-resource.ts';

export interface WorkflowKeeper {
  /** Called for every stored workflow after a start. */
  takeUp(workflow: StoredWorkflow): void;
}

/** Workflows of one slice: a few milliseconds. */
const sliceSize = 20;

/** Shows every stored workflow, the first slice before it returns; resolves after the last, or when `goesOn` says no. */
export async function eachWorkflow(
  services: Pick<Services, 'store'>,
  visit: (workflow: StoredWorkflow) => void,
  goesOn: () => boolean,
): Promise<void> {
  for (let after: string | undefined; goesOn(); ) {
    const query = { type: workflowType, top: sliceSize, ...(after === undefined ? {} : { after }) };
    const found = services.store.resources.list(query);
    for (const document of found) visit(workflowOf(document));
    if (found.length < sliceSize) return;
    after = found.at(-1)?.id.toLowerCase();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Begins the pass; the answer ends it. */
export function takeUpWorkflows(services: Services, keepers: readonly WorkflowKeeper[]): () => void {
  let goesOn = true;
  const visit = (workflow: StoredWorkflow): void => {
    for (const keeper of keepers) keeper.takeUp(workflow);
  };
  eachWorkflow(services, visit, () => goesOn).catch((error: unknown) => {
    const reason = faultOf(error).message;
    services.log.error('Not every workflow could be taken up; the next start takes up the rest.', { reason });
  });
  return () => {
    goesOn = false;
  };
}
