/**
 * The actions that speak to another logic app of the same subscription: Workflow and SendToBatch.
 *
 * Owns: their inputs. Does not own: whether the other one is there and fits (`check-linked-workflows.ts` of `#service`).
 * Source: engine reference 4.7, 4.8.
 */
import type { ActionBody } from '../plan.ts';
import { type ActionInputs, inputPlace, isExpression, type PlainBody, requireInputs, wholeInputs } from './inputs.ts';
import { planRetryPolicy } from './retry-policy.ts';

export const workflow: PlainBody = (action) => {
  requireInputs(action, 'host.triggerName', 'host.workflow.id');
  return { kind: 'workflow', ...linked(action) };
};

export const sendToBatch: PlainBody = (action) => {
  requireInputs(action, 'batchName', 'content', 'host.triggerName', 'host.workflow.id');
  return { kind: 'sendToBatch', ...linked(action) };
};

/** What both have: the inputs, the policy of attempts, and the other workflow where it is written out. */
function linked(action: ActionInputs): Omit<ActionBody & { kind: 'workflow' }, 'kind'> {
  const host = action.members.in('host');
  const id = host.in('workflow').get('id');
  const triggerName = host.get('triggerName');
  const known = typeof id === 'string' && !isExpression(id) && typeof triggerName === 'string';
  return {
    inputs: wholeInputs(action),
    retry: planRetryPolicy(
      action.operation,
      action.members.get('retryPolicy'),
      inputPlace(action, 'retryPolicy').steps,
    ),
    ...(known && !isExpression(triggerName) ? { target: { workflowId: id, triggerName } } : {}),
  };
}
