/**
 * How many callers from outside a workflow serves at once.
 *
 * Owns: counting calls under way, the refusal of one too many. Does not own: what a call does (`invoke-callback.ts`).
 * Source: engine reference 1.2, 2.5.
 *
 * Invariants
 * IC1. A call counts until it is answered, also while it waits for a Response; however it ends, it counts no more.
 */
import { raise } from '#foundation';
import type { Services } from './services.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

const underWay = new WeakMap<Services, Map<string, number>>();

/** Seconds after which a refused caller should try again. */
const retryAfterSeconds = 10;

/** Does `work` as one more call of the workflow. @throws TocsinError `WorkflowRequestsThrottled`. */
export async function asInboundCall<T>(
  services: Services,
  workflow: StoredWorkflow,
  work: () => Promise<T>,
): Promise<T> {
  const { opaqueId } = workflow.body;
  const calls = underWay.get(services) ?? new Map<string, number>();
  underWay.set(services, calls);
  const already = calls.get(opaqueId) ?? 0;
  const most = services.settings.triggerLimits.inboundCalls;
  if (already >= most) {
    const message = `The workflow '${workflow.document.name}' has '${already}' requests in progress and exceeds the limit of '${most}'. Try again later.`;
    return raise('WorkflowRequestsThrottled', message, { retryAfterSeconds });
  }
  calls.set(opaqueId, already + 1);
  try {
    return await work();
  } finally {
    const left = (calls.get(opaqueId) ?? 1) - 1;
    if (left === 0) calls.delete(opaqueId);
    else calls.set(opaqueId, left);
  }
}
