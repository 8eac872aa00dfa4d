/** Http: one call to a URL, with attempts, polling and pages. Source: engine reference 4.1. */
import { memberIgnoringCase } from '#foundation';
import { type CallRule, callAnswered, callAwoken, callTimedOut, startCall } from '../calls.ts';
import type { ActionKind, PlanOf } from '../kind.ts';
import { recordedCallInputs } from '../masking.ts';

function ruleOf(plan: PlanOf<'http'>): CallRule {
  const { requestTimeout } = plan;
  return {
    retry: plan.retry,
    asynchronous: plan.asynchronous,
    minimumItemCount: plan.minimumItemCount,
    pollAs: 'Http',
    request: (inputs) => ({
      type: 'Http',
      inputs,
      ...(requestTimeout === undefined ? {} : { timeoutMilliseconds: requestTimeout }),
    }),
  };
}

export const http: ActionKind<'http'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(recordedCallInputs(inputs))) return;
    const missing = ['method', 'uri'].find((name) => {
      const value = memberIgnoringCase(inputs, name);
      return typeof value !== 'string' || value === '';
    });
    if (missing === undefined) startCall(act, ruleOf(act.plan), inputs);
    else act.fail('BadRequest', `The '${missing}' of action '${act.plan.name}' must be a text that is not empty.`);
  },
  answered: (act, outcome) => callAnswered(act, ruleOf(act.plan), outcome),
  awoken: (act) => callAwoken(act, ruleOf(act.plan)),
  timedOut: (act) => callTimedOut(act, ruleOf(act.plan)),
};
