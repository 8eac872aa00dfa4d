/** If: one of two branches. Source: engine reference 5.1. */
import { valueType } from '#expression';
import { actionFailed, templateError } from '../errors.ts';
import type { ActionKind } from '../kind.ts';

export const ifKind: ActionKind<'if'> = {
  start(act) {
    const result = act.evaluate(act.plan.condition, 'expression');
    if (result === undefined) return;
    if (typeof result !== 'boolean') {
      const inner = `The template language expression '${act.plan.text}' evaluates to type '${valueType(result)}'. The result must be of type 'Boolean'.`;
      const error = templateError(act.plan.name, inner, { line: 1, column: 1 });
      act.end({ status: 'Failed', code: 'BadRequest', error });
      return;
    }
    act.record({ expressionResult: result });
    const taken = result ? 0 : 1;
    if (act.plan.otherwise === undefined && !result) {
      act.skipBranch(0);
      act.succeed();
      return;
    }
    act.open(taken);
    if (act.plan.otherwise !== undefined) act.skipBranch(1 - taken);
  },
  blockDone(act, block) {
    if (block.status === 'Failed') act.end({ status: 'Failed', code: 'ActionFailed', error: actionFailed });
    else act.succeed();
  },
};
