/** Switch: at most one case, else the default. Source: engine reference 5.2. */
import { valueKind, valueType } from '#expression';
import { type Json, jsonEquals } from '#foundation';
import { actionFailed, errorOf } from '../errors.ts';
import type { ActionKind, Activation } from '../kind.ts';

export const switchKind: ActionKind<'switch'> = {
  start(act) {
    const value = act.evaluate(act.plan.expression, 'expression');
    if (value === undefined) return;
    const kind = valueKind(value);
    if (kind !== 'String' && kind !== 'Integer') {
      const message = `The execution of template action '${act.plan.name}' failed: the result of the evaluation of 'expression' expression '${act.plan.text}' is of type '${valueType(value)}'. The result must be of type 'String' or 'Integer'.`;
      act.fail('ExpressionEvaluationFailed', message, 'ExpressionEvaluationFailed');
      return;
    }
    act.record({ expressionResult: value });
    const stranger = act.plan.cases.find((branch) => valueKind(branch.value) !== kind);
    if (stranger !== undefined) {
      failAll(act, value, stranger.value);
      return;
    }
    choose(act, value);
  },
  blockDone(act, block) {
    if (block.status === 'Failed') act.end({ status: 'Failed', code: 'ActionFailed', error: actionFailed });
    else act.succeed();
  },
};

function choose(act: Activation<'switch'>, value: Json): void {
  const { cases, fallback } = act.plan;
  const found = cases.findIndex((branch) => jsonEquals(branch.value, value));
  const taken = found === -1 && fallback !== undefined ? cases.length : found;
  const slots = cases.length + (fallback === undefined ? 0 : 1);
  if (taken !== -1) act.open(taken);
  for (let slot = 0; slot < slots; slot += 1) {
    if (slot !== taken) act.skipBranch(slot);
  }
  if (taken === -1) act.succeed();
}

/** A case of another type than the value makes every action of every branch fail (measured on the service). */
function failAll(act: Activation<'switch'>, value: Json, other: Json): void {
  const error = errorOf(
    'ActionConditionFailed',
    "The template language function 'strongEquals' expects two parameters of matching types. The function was invoked with values of type '{0}' and '{1}' that do not match.",
    valueType(value),
    valueType(other),
  );
  act.failBranches({ status: 'Failed', code: 'InternalServerError', error });
  act.end({ status: 'Failed', code: 'ActionFailed', error: actionFailed });
}
