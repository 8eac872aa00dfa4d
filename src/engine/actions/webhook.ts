/**
 * HttpWebhook and ApiConnectionWebhook: subscribe, then wait for the callback.
 *
 * Source: engine reference 4.2.
 *
 * Invariants
 * W1. The callback is open from before the subscription is sent until the action ends: a callback may overtake the answer.
 * W2. When the wait is given up (time limit, cancellation) `unsubscribe` is called; after a callback it is not.
 * W3. A mock that answers a sandboxed subscription with a body has called back with it: nobody else will.
 */
import { type Content, formatTime, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import { endTimedOut, noteCall, tryAgain } from '../calls.ts';
import { plainError } from '../errors.ts';
import type { ActionKind, Activation } from '../kind.ts';
import { recordedCallInputs } from '../masking.ts';
import type { EffectOutcome } from '../messages.ts';
import type { CallState } from '../state.ts';
import { statusName } from '../status-names.data.ts';

export const webhook: ActionKind<'webhook'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(recordedCallInputs(inputs))) return;
    if (!act.plan.connection && memberIgnoringCase(inputs, 'subscribe') === undefined) {
      act.fail('BadRequest', `The inputs of action '${act.plan.name}' have no 'subscribe'.`);
      return;
    }
    act.openCallback();
    const { timeout } = act.plan;
    const call: CallState = {
      phase: 'calling',
      inputs: act.keep(inputs),
      attempt: 1,
      attemptTime: formatTime(act.now),
      clientRequestId: act.uuid(),
      polls: 0,
      ...(timeout === undefined ? {} : { timeout: act.arm(timeout, 'timeout') }),
    };
    act.cell.call = call;
    subscribe(act, call);
  },
  answered(act, outcome) {
    const { call } = act.cell;
    if (call === undefined || call.phase !== 'calling') return;
    delete call.effect;
    if (outcome.kind === 'response' && outcome.sandbox !== undefined) act.cell.sandbox = outcome.sandbox;
    noteCall(act, call, outcome);
    if (tryAgain(act, act.plan.retry, call, outcome)) return;
    if (outcome.kind === 'failure' || outcome.statusCode >= 400) refused(act, outcome);
    else if (outcome.sandbox === 'mock' && outcome.body !== undefined)
      mockedCallback(act, outcome.headers, outcome.body);
    else call.phase = 'callback';
  },
  awoken(act) {
    const { call } = act.cell;
    if (call === undefined || call.phase !== 'waiting') return;
    delete act.cell.timer;
    subscribe(act, call);
  },
  calledBack(act, content) {
    act.closeCallback();
    if (act.cell.call?.effect !== undefined) act.abortEffect(act.cell.call.effect);
    act.succeed(act.load(content), 'OK');
  },
  timedOut(act) {
    if (act.cell.call?.effect !== undefined) act.abortEffect(act.cell.call.effect);
    act.closeCallback();
    unsubscribe(act);
    endTimedOut(act);
  },
  abandoned: unsubscribe,
};

/** W3. */
function mockedCallback(act: Activation<'webhook'>, headers: JsonObject, body: Content): void {
  act.closeCallback();
  act.succeed({ headers, body: act.load(body) }, 'OK');
}

function subscribe(act: Activation<'webhook'>, call: CallState): void {
  call.phase = 'calling';
  call.attemptTime = formatTime(act.now);
  const { connection } = act.plan;
  const inputs = connection ? call.inputs : partOf(act, call.inputs, 'subscribe');
  if (inputs === undefined) return;
  const { attempt, clientRequestId } = call;
  call.effect = act.effect({ type: 'Subscribe', connection, inputs }, { attempt, clientRequestId });
}

function unsubscribe(act: Activation<'webhook'>): void {
  const { call } = act.cell;
  if (call === undefined) return;
  const { connection } = act.plan;
  const inputs = connection ? call.inputs : partOf(act, call.inputs, 'unsubscribe');
  if (inputs !== undefined) act.detachedEffect({ type: 'Unsubscribe', connection, inputs }, 'unsubscribe');
}

function partOf(act: Activation<'webhook'>, inputs: Content, name: string): Content | undefined {
  const part = memberIgnoringCase(act.load(inputs), name);
  // `unsubscribe: {}` is how the designer says that there is nothing to call.
  const uri = memberIgnoringCase(part, 'uri');
  return part === undefined || typeof uri !== 'string' || uri === '' ? undefined : act.keep(part);
}

/** A refused subscription fails the action with the answer as its outputs. */
function refused(act: Activation<'webhook'>, outcome: EffectOutcome): void {
  act.closeCallback();
  if (outcome.kind === 'failure') {
    act.end({ status: 'Failed', code: outcome.code, error: plainError(outcome.code, outcome.message) });
    return;
  }
  const { statusCode, headers, body } = outcome;
  const outputs: Json = { statusCode, headers, ...(body === undefined ? {} : { body: act.load(body) }) };
  act.end({ status: 'Failed', code: statusName(statusCode), outputs });
}
