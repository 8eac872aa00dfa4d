/**
 * The other workflows that a definition calls, checked when it is saved.
 *
 * Owns: no circle of one, one subscription, a trigger that fits, the caller's right on the other workflow.
 * Does not own: calling (`call-workflow.ts`). A workflow that is not there yet is no fault: templates deploy in any order.
 * Source: engine reference 1.3, 4.7, 4.8, 16.7; ARM's check of linked scopes.
 */
import { linkedAuthorizationFailed } from '#access';
import { armIdKey, type FaultCode, type Identity, parseArmId, raise, TocsinError } from '#foundation';
import type { ActionPlan, WorkflowPlan } from '#workflow';
import type { Services } from './services.ts';
import { findWorkflow, workflowType } from './workflow-resource.ts';

/** Who saves, and what they may do elsewhere. */
export interface Saver {
  readonly identity: Identity;
  readonly allowed: (action: string, scope: string) => boolean;
}

const runAction = 'Microsoft.Logic/workflows/run/action';
const writeAction = 'Microsoft.Logic/workflows/write';

/**
 * @throws TocsinError `WorkflowSelfReference`, `InvalidNestedWorkflow`, `NestedWorkflowContainsSplitOnTrigger`,
 *   `LinkedAuthorizationFailed`.
 */
export function checkLinkedWorkflows(services: Services, id: string, plan: WorkflowPlan, saver?: Saver): void {
  for (const action of plan.actions.values()) {
    const target = targetOf(action);
    if (target === undefined) continue;
    const refuse = (code: FaultCode, what: string): never =>
      raise(code, `The workflow action '${action.name}' of type '${action.type}' is not valid: ${what}.`);
    if (armIdKey(target.workflowId) === armIdKey(id)) {
      refuse('WorkflowSelfReference', 'a workflow cannot call itself');
    }
    const [own, other] = [parseArmId(id), parseArmId(target.workflowId)];
    if (other?.type.toLowerCase() !== workflowType.toLowerCase()) {
      refuse('InvalidNestedWorkflow', `'${target.workflowId}' is not the id of a workflow`);
    }
    if (own?.subscriptionId?.toLowerCase() !== other?.subscriptionId?.toLowerCase()) {
      refuse('InvalidNestedWorkflow', `the workflow '${target.workflowId}' is in another subscription`);
    }
    if (saver !== undefined && !saver.allowed(runAction, target.workflowId)) {
      const linked = { action: runAction, scope: target.workflowId };
      throw new TocsinError(linkedAuthorizationFailed(saver.identity, { action: writeAction, scope: id }, linked));
    }
    checkTrigger(services, action, refuse);
  }
}

type Target = NonNullable<Extract<ActionPlan, { kind: 'workflow' }>['target']>;

function targetOf(action: ActionPlan): Target | undefined {
  return action.kind === 'workflow' || action.kind === 'sendToBatch' ? action.target : undefined;
}

function checkTrigger(services: Services, action: ActionPlan, refuse: (code: FaultCode, what: string) => never): void {
  const target = targetOf(action);
  const other = target === undefined ? undefined : findWorkflow(services, target.workflowId);
  if (target === undefined || other === undefined) return;
  const plan = services.plans.plan(other.id, other.body.version);
  const trigger = plan?.triggers.get(target.triggerName.toLowerCase());
  const about = `the trigger '${target.triggerName}' of workflow '${other.document.name}'`;
  if (trigger === undefined) return refuse('InvalidNestedWorkflow', `${about} does not exist`);
  const wanted = action.kind === 'sendToBatch' ? 'Batch' : 'Request';
  if (trigger.type !== wanted) refuse('InvalidNestedWorkflow', `${about} is of type '${trigger.type}'`);
  if (trigger.splitOn !== undefined) refuse('NestedWorkflowContainsSplitOnTrigger', `${about} has 'splitOn'`);
}
