/**
 * The date actions of type Expression: AddToTime, SubtractFromTime, ConvertTimeZone, CurrentTime, GetFutureTime, GetPastTime.
 *
 * Owns: which function each kind stands for; the functions themselves are `#expression`'s.
 * Source: engine reference 4.5.
 */
import { isEvaluationFault, type Planned, planTemplate } from '#expression';
import { isJsonObject, type Json, memberIgnoringCase } from '#foundation';
import { templateError } from '../errors.ts';
import type { ActionKind } from '../kind.ts';

/** By lower-case kind: the function, and the inputs that are its arguments, in order. The format always comes last. */
const operations: Readonly<Record<string, { readonly function: string; readonly inputs: readonly string[] }>> = {
  addtotime: { function: 'addToTime', inputs: ['baseTime', 'interval', 'timeUnit'] },
  subtractfromtime: { function: 'subtractFromTime', inputs: ['baseTime', 'interval', 'timeUnit'] },
  converttimezone: { function: 'convertTimeZone', inputs: ['baseTime', 'sourceTimeZone', 'destinationTimeZone'] },
  currenttime: { function: 'utcNow', inputs: [] },
  getfuturetime: { function: 'getFutureTime', inputs: ['interval', 'timeUnit'] },
  getpasttime: { function: 'getPastTime', inputs: ['interval', 'timeUnit'] },
};

/** Each function with and without a format, planned once for all runs. */
const calls = new Map<string, Planned>();
for (const [kind, operation] of Object.entries(operations)) {
  for (const names of [operation.inputs, [...operation.inputs, 'formatString']]) {
    const values = names.map((name) => `item()['${name}']`).join(', ');
    const planned = planTemplate(`@${operation.function}(${values})`);
    if (!('evaluate' in planned))
      throw new TypeError(`the function ${operation.function} does not take ${names.join(', ')}`);
    calls.set(`${kind}/${names.includes('formatString')}`, planned);
  }
}

export const expression: ActionKind<'expression'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(inputs)) return;
    const format = memberIgnoringCase(inputs, 'formatString');
    const hasFormat = typeof format === 'string' && format !== '';
    const call = calls.get(`${act.plan.operation.toLowerCase()}/${hasFormat}`);
    if (call === undefined) {
      act.fail('BadRequest', `The kind '${act.plan.operation}' of action '${act.plan.name}' does not exist.`);
      return;
    }
    const value = act.evaluateRow(call, withDefaults(inputs));
    if (isEvaluationFault(value)) {
      act.end({ status: 'Failed', code: 'BadRequest', error: templateError(act.plan.name, value.message) });
      return;
    }
    act.succeed({ body: value });
  },
};

const inputNames = ['baseTime', 'interval', 'timeUnit', 'sourceTimeZone', 'destinationTimeZone', 'formatString'];

/** The inputs under the names the calls use; what is missing is null and refused by the function. */
function withDefaults(inputs: Json): Json {
  if (!isJsonObject(inputs)) return inputs;
  const named = inputNames.map((name) => [name, memberIgnoringCase(inputs, name) ?? null] as const);
  return Object.fromEntries(named);
}
