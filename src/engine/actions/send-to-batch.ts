/** SendToBatch: hands a message to the batch trigger of another logic app. Source: engine reference 4.8. */
import { type CallRule, callAnswered, callAwoken, callTimedOut, startCall } from '../calls.ts';
import type { ActionKind, PlanOf } from '../kind.ts';
import { recordedCallInputs } from '../masking.ts';

function ruleOf(plan: PlanOf<'sendToBatch'>): CallRule {
  return { retry: plan.retry, asynchronous: false, request: (inputs) => ({ type: 'SendToBatch', inputs }) };
}

export const sendToBatch: ActionKind<'sendToBatch'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(recordedCallInputs(inputs))) return;
    startCall(act, ruleOf(act.plan), inputs);
  },
  answered: (act, outcome) => callAnswered(act, ruleOf(act.plan), outcome),
  awoken: (act) => callAwoken(act, ruleOf(act.plan)),
  timedOut: (act) => callTimedOut(act, ruleOf(act.plan)),
};
