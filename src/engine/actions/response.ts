/**
 * Response: answers the caller of a Request trigger, once.
 *
 * Source: engine reference 4.4.
 */
import { textOf } from '#expression';
import { isJsonObject, type Json, memberIgnoringCase } from '#foundation';
import { errorOf, skipErrors } from '../errors.ts';
import type { ActionKind, Activation } from '../kind.ts';
import { statusName } from '../status-names.data.ts';

export const response: ActionKind<'response'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined) return;
    const statusCode = statusOf(memberIgnoringCase(inputs, 'statusCode'));
    if (statusCode === undefined) {
      const message = `The 'statusCode' of action '${act.plan.name}' is not valid: it must be a number of the ranges 2xx, 4xx or 5xx.`;
      act.fail('WorkflowRunActionResponseStatusCodeNotSupported', message);
      return;
    }
    const { schema: _schema, ...recorded } = isJsonObject(inputs) ? inputs : {};
    if (act.record({ ...recorded, statusCode })) answer(act, statusCode, inputs);
  },
};

function statusOf(value: Json | undefined): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status !== 'number' || !Number.isInteger(status)) return undefined;
  return (status >= 200 && status < 300) || (status >= 400 && status < 600) ? status : undefined;
}

/** An asynchronous Response is read by polling, so it does not need a caller who still waits. */
function answer(act: Activation<'response'>, statusCode: number, inputs: Json): void {
  const { name, asynchronous } = act.plan;
  const { caller } = act;
  if (caller === 'answered') {
    const error = errorOf(
      'ActionResponseAlreadyDefined',
      "The response of action '{0}' is too late: the caller has been answered already.",
      name,
    );
    act.end({ status: 'Failed', code: 'Conflict', error });
    return;
  }
  if (caller === 'none' || (caller === 'gone' && !asynchronous)) {
    act.end({ status: 'Skipped', code: 'ActionResponseSkipped', error: skipErrors.response(name) });
    return;
  }
  if (caller === 'timedOut' && !asynchronous) {
    const error = errorOf(
      'ActionResponseTimedOut',
      "The execution of template action '{0}' is failed: the client application timed out waiting for a response from service.",
      name,
    );
    act.end({ status: 'Failed', code: 'GatewayTimeout', error });
    return;
  }
  const body = memberIgnoringCase(inputs, 'body');
  const headers = answerHeaders(memberIgnoringCase(inputs, 'headers'));
  act.respond(statusCode, headers, body === undefined ? undefined : act.keep(body));
  act.end({ status: 'Succeeded', code: statusName(statusCode) });
}

const dropped = new Set(['allow', 'cookie', 'expires', 'last-modified', 'set-cookie', 'transfer-encoding']);
const keptContentHeaders = new Set(['content-disposition', 'content-encoding', 'content-type']);

/** The headers that reach the caller, as text. */
function answerHeaders(given: Json | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  if (!isJsonObject(given)) return headers;
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    const isDropped = dropped.has(key) || (key.startsWith('content-') && !keptContentHeaders.has(key));
    if (!isDropped && key !== '__proto__' && value !== null) headers[name] = textOf(value);
  }
  return headers;
}
