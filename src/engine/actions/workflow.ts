/**
 * Workflow: starts another logic app and waits for its Response, as long as `limit.timeout` allows.
 * Source: engine reference 4.7.
 */
import { type CallRule, callAnswered, callAwoken, callTimedOut, startCall } from '../calls.ts';
import type { ActionKind, PlanOf } from '../kind.ts';
import { recordedCallInputs } from '../masking.ts';

function ruleOf(plan: PlanOf<'workflow'>): CallRule {
  return { retry: plan.retry, asynchronous: false, patient: true, request: (inputs) => ({ type: 'Workflow', inputs }) };
}

export const workflow: ActionKind<'workflow'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(recordedCallInputs(inputs))) return;
    startCall(act, ruleOf(act.plan), inputs);
  },
  answered: (act, outcome) => callAnswered(act, ruleOf(act.plan), outcome),
  awoken: (act) => callAwoken(act, ruleOf(act.plan)),
  timedOut: (act) => callTimedOut(act, ruleOf(act.plan)),
};
