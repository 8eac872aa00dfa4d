/**
 * Until: its body again and again, until a condition holds or a limit is reached.
 *
 * Source: engine reference 5.5, 16.2.
 *
 * Invariants
 * U1. Strictly sequential; the frame of the last iteration stays, for the condition and for who reads the loop later.
 * U2. Limits are looked at between iterations only: a running iteration is never cut.
 */
import { type Planned, valueType } from '#expression';
import { parseIsoDuration } from '#workflow';
import { actionFailed, plainError, templateError } from '../errors.ts';
import type { ActionKind, Activation, BlockEnd } from '../kind.ts';

export const until: ActionKind<'until'> = {
  start(act) {
    const count = limitOf(act, act.plan.count, (value) => wholeNumber(value), 'count');
    if (count === undefined) return;
    const timeout = limitOf(act, act.plan.duration, readDuration, 'timeout');
    if (timeout === undefined) return;
    if (count < 1 || count > act.settings.untilCount) {
      const message = `The 'limit.count' of action '${act.plan.name}' is '${count}'. It must be between '1' and '${act.settings.untilCount}'.`;
      act.fail('WorkflowRunActionUntilLimitInvalid', message);
      return;
    }
    act.cell.until = { count, iteration: 0, expired: false };
    act.cell.timer = act.arm(timeout, 'timeout');
    act.open(0, 0);
  },
  timedOut(act) {
    if (act.cell.until !== undefined) act.cell.until.expired = true;
    delete act.cell.timer;
  },
  blockDone(act, block) {
    const loop = act.cell.until;
    if (loop === undefined) return;
    act.iterationDone(block);
    const done = act.evaluateIn(block.frame, act.plan.condition);
    if (done === undefined) return;
    if (typeof done !== 'boolean') {
      notBoolean(act, valueType(done));
      return;
    }
    if (done) endAs(act, block);
    else if (loop.iteration + 1 >= loop.count) endByLimit(act, block, 'CountLimitReached');
    else if (loop.expired) endByLimit(act, block, 'TimeLimitReached');
    else {
      act.forget(block.frame);
      loop.iteration += 1;
      act.open(0, loop.iteration);
    }
  },
};

/** The last iteration's status is the loop's. */
function endAs(act: Activation<'until'>, block: BlockEnd): void {
  if (block.status === 'Failed') act.end({ status: 'Failed', code: 'ActionFailed', error: actionFailed });
  else act.succeed();
}

function endByLimit(act: Activation<'until'>, block: BlockEnd, code: 'CountLimitReached' | 'TimeLimitReached'): void {
  if (!act.hasOption('FailWhenLimitsReached')) {
    endAs(act, block);
    return;
  }
  const what = code === 'CountLimitReached' ? 'count' : 'timeout';
  act.end({
    status: code === 'CountLimitReached' ? 'Failed' : 'TimedOut',
    code,
    error: plainError(
      code,
      `The until loop '${act.plan.name}' reached its limit of ${what} before its condition was met.`,
    ),
  });
}

function notBoolean(act: Activation<'until'>, type: string): void {
  const inner = `The template language expression '${act.plan.text}' evaluates to type '${type}'. The result must be of type 'Boolean'.`;
  const error = templateError(act.plan.name, inner, { line: 1, column: 1 });
  act.end({ status: 'Failed', code: 'BadRequest', error });
}

/** A limit that is a number, or an expression that gives one; undefined when the action has failed for it. */
function limitOf(
  act: Activation<'until'>,
  limit: Planned | number,
  read: (value: unknown) => number | undefined,
  name: string,
): number | undefined {
  if (typeof limit === 'number') return limit;
  const value = act.evaluate(limit, 'expression');
  if (value === undefined) return undefined;
  const known = read(value);
  if (known === undefined) {
    act.fail('WorkflowRunActionUntilLimitInvalid', `The 'limit.${name}' of action '${act.plan.name}' is not valid.`);
  }
  return known;
}

function readDuration(value: unknown): number | undefined {
  return typeof value === 'string' ? parseIsoDuration(value) : undefined;
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}
