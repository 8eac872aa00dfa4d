/**
 * JavaScriptCode: an author's code over what it names of the run.
 * Source: engine reference 4.9; a failure's code is also the record's.
 */
import { memberIgnoringCase } from '#foundation';
import { plainError } from '../errors.ts';
import type { ActionKind } from '../kind.ts';

export const script: ActionKind<'script'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(inputs)) return;
    const context = act.evaluate(act.plan.context);
    if (context === undefined) return;
    const code = memberIgnoringCase(inputs, 'code') ?? '';
    act.effect({ type: 'Script', inputs: act.keep({ code, context }) }, { attempt: 1, clientRequestId: act.uuid() });
  },
  answered(act, outcome) {
    if (outcome.kind === 'response') {
      act.succeed({ body: outcome.body === undefined ? null : act.load(outcome.body) }, 'OK');
      return;
    }
    const { code, message } = outcome;
    const text = `The inline code action '${act.plan.name}' execution failed, with error '${message}'.`;
    act.end({ status: 'Failed', code, error: plainError(code, text) });
  },
};
