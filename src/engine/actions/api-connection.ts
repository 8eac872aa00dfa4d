/** ApiConnection: one operation of a managed connector. Source: engine reference 4.3. */
import { type CallRule, callAnswered, callAwoken, callTimedOut, startCall } from '../calls.ts';
import type { ActionKind, PlanOf } from '../kind.ts';
import { recordedCallInputs } from '../masking.ts';

function ruleOf(plan: PlanOf<'apiConnection'>): CallRule {
  return {
    retry: plan.retry,
    asynchronous: plan.asynchronous,
    minimumItemCount: plan.minimumItemCount,
    pollAs: 'ApiConnection',
    request: (inputs) => ({ type: 'ApiConnection', inputs }),
  };
}

export const apiConnection: ActionKind<'apiConnection'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(recordedCallInputs(inputs))) return;
    startCall(act, ruleOf(act.plan), inputs);
  },
  answered: (act, outcome) => callAnswered(act, ruleOf(act.plan), outcome),
  awoken: (act) => callAwoken(act, ruleOf(act.plan)),
  timedOut: (act) => callTimedOut(act, ruleOf(act.plan)),
};
