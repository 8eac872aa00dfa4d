/** Terminate: ends the run with a status of the author's choice. Source: engine reference 3.4. */
import { type JsonObject, memberIgnoringCase } from '#foundation';
import type { ActionKind } from '../kind.ts';

const statuses = ['Succeeded', 'Failed', 'Cancelled'] as const;

export const terminate: ActionKind<'terminate'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(inputs)) return;
    const wanted = memberIgnoringCase(inputs, 'runStatus');
    const status = statuses.find((name) => typeof wanted === 'string' && name.toLowerCase() === wanted.toLowerCase());
    if (status === undefined) {
      act.fail(
        'BadRequest',
        `The 'runStatus' of action '${act.plan.name}' must be 'Succeeded', 'Failed' or 'Cancelled'.`,
      );
      return;
    }
    act.terminate(status, status === 'Failed' ? errorFrom(memberIgnoringCase(inputs, 'runError')) : undefined);
  },
};

function errorFrom(given: ReturnType<typeof memberIgnoringCase>): JsonObject {
  const code = memberIgnoringCase(given, 'code');
  const message = memberIgnoringCase(given, 'message');
  return {
    code: typeof code === 'string' && code !== '' ? code : 'Terminated',
    ...(typeof message === 'string' ? { message } : {}),
  };
}
