/** Http, Function, ApiManagement: one call, with attempts, polling and pages. Source: engine reference 4.1, 4.3. */
import { type Json, memberIgnoringCase } from '#foundation';
import type { HttpTarget } from '#workflow';
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

/** What the inputs cannot do without once they are evaluated. */
const needed: Readonly<Record<HttpTarget, readonly string[]>> = {
  uri: ['method', 'uri'],
  function: ['function.id'],
  api: ['api.id', 'method', 'pathTemplate.template'],
};

function memberAt(inputs: Json, path: string): Json | undefined {
  let at: Json | undefined = inputs;
  for (const name of path.split('.')) at = memberIgnoringCase(at, name);
  return at;
}

export const http: ActionKind<'http'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(recordedCallInputs(inputs))) return;
    const missing = needed[act.plan.target].find((name) => {
      const value = memberAt(inputs, name);
      return typeof value !== 'string' || value === '';
    });
    if (missing === undefined) startCall(act, ruleOf(act.plan), inputs);
    else act.fail('BadRequest', `The '${missing}' of action '${act.plan.name}' must be a text that is not empty.`);
  },
  answered: (act, outcome) => callAnswered(act, ruleOf(act.plan), outcome),
  awoken: (act) => callAwoken(act, ruleOf(act.plan)),
  timedOut: (act) => callTimedOut(act, ruleOf(act.plan)),
};
