/**
 * Foreach: its body once per item, at most `concurrency` iterations at a time.
 *
 * Owns: the loop's course. Does not own: what is kept of finished iterations (`loop-records.ts`).
 * Source: engine reference 5.4.
 *
 * Invariants
 * FE1. At most `concurrency` iterations live in state, one when a Foreach encloses this one.
 * FE2. A failed iteration stops nothing; the loop has failed when any iteration has.
 */
import { valueType } from '#expression';
import { isJsonArray } from '#foundation';
import { actionFailed } from '../errors.ts';
import type { ActionKind, Activation } from '../kind.ts';

export const foreach: ActionKind<'foreach'> = {
  start(act) {
    const { name, text } = act.plan;
    const items = act.evaluate(act.plan.items, 'expression');
    if (items === undefined) return;
    if (!isJsonArray(items)) {
      const message = `The execution of template action '${name}' failed: the result of the evaluation of 'foreach' expression '${text}' is of type '${valueType(items)}'. The result must be a valid array.`;
      act.fail('ExpressionEvaluationFailed', message, 'ExpressionEvaluationFailed');
      return;
    }
    if (items.length > act.settings.foreachItems) {
      const message = `The execution of template action '${name}' failed: the result of the evaluation of 'foreach' expression '${text}' has '${items.length}' items. The maximum is '${act.settings.foreachItems}'.`;
      act.fail('ExpressionEvaluationFailed', message, 'ExpressionEvaluationFailed');
      return;
    }
    act.cell.foreach = { items: act.keep(items), count: items.length, next: 0, live: 0, failed: false };
    proceed(act);
  },
  blockDone(act, block) {
    const { foreach: loop } = act.cell;
    if (loop === undefined) return;
    loop.failed ||= block.status === 'Failed';
    loop.live -= 1;
    act.iterationDone(block);
    act.collect(block.frame);
    proceed(act);
  },
};

/** Opens iterations up to the concurrency; ends the loop when none is left. */
function proceed(act: Activation<'foreach'>): void {
  const { foreach: loop } = act.cell;
  if (loop === undefined) return;
  const limit = act.isInsideForeach ? 1 : act.plan.concurrency;
  while (loop.live < limit && loop.next < loop.count) {
    act.open(0, loop.next);
    loop.next += 1;
    loop.live += 1;
  }
  if (loop.live > 0) return;
  if (loop.failed) act.end({ status: 'Failed', code: 'ActionFailed', error: actionFailed });
  else act.succeed();
}
