/**
 * Evaluation on demand.
 *
 * Owns: the operation that a client polls. Does not own: the evaluation (`compliance-work.ts`).
 *
 * Invariants
 * TE1. A second request for a scope that is being evaluated gets the operation of the first.
 *
 * Source: policy reference 15; ARM reference 1.5 (pattern B).
 */
import { armIdKey } from '#foundation';
import { inTurn } from '../in-turn.ts';
import { beginOperation, forgetOldOperations, type Operation, runningOperations } from '../operations.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { complianceOf, evaluationOperation } from './compliance.ts';

/** Begins an evaluation of a subscription or group, or joins the one under way. */
export function triggerEvaluation(services: Services, caller: Caller, scope: string): Promise<Operation> {
  return inTurn(services.store, `${scope}/providers/Microsoft.PolicyInsights/policyStates/latest`, async () => {
    const running = runningOperations(services).find(
      ({ kind, target }) => kind === evaluationOperation && armIdKey(target) === armIdKey(scope),
    );
    if (running !== undefined) return running;
    const { operation, write } = beginOperation(services, {
      kind: evaluationOperation,
      target: scope,
      startedBy: caller.identity.objectId,
    });
    await services.store.commit([
      write,
      ...forgetOldOperations(services),
      activityWrite(services, caller, {
        operation: 'Microsoft.PolicyInsights/policyStates/triggerEvaluation/action',
        resourceId: scope,
        status: 'Accepted',
      }),
    ]);
    complianceOf(services).runOperation(operation);
    return operation;
  });
}
