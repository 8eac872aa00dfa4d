/** Wait: for an interval, or until a moment. Source: engine reference 4.6. */
import { type Json, memberIgnoringCase } from '#foundation';
import { addInterval, parseTime } from '../wait-end.ts';
import type { ActionKind, Activation } from '../kind.ts';

export const wait: ActionKind<'wait'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(inputs)) return;
    const end = endOf(act, inputs);
    if (end === undefined) return;
    // A moment that has passed does not wait at all.
    if (end <= act.now) act.succeed(undefined, 'OK');
    else act.cell.timer = act.arm(end - act.now, 'wait');
  },
  awoken(act) {
    delete act.cell.timer;
    act.succeed(undefined, 'OK');
  },
};

/** When the wait ends, in milliseconds since the epoch; undefined when the action has failed for it. */
function endOf(act: Activation<'wait'>, inputs: Json): number | undefined {
  const interval = memberIgnoringCase(inputs, 'interval');
  const timestamp = memberIgnoringCase(memberIgnoringCase(inputs, 'until'), 'timestamp');
  const end =
    interval === undefined
      ? parseTime(timestamp)
      : addInterval(act.now, memberIgnoringCase(interval, 'count'), memberIgnoringCase(interval, 'unit'));
  if (end === undefined) {
    const what = interval === undefined ? "'until.timestamp'" : "'interval'";
    act.fail('BadRequest', `The ${what} of action '${act.plan.name}' is not valid.`);
  }
  return end;
}
