/** Scope: a plain container. Source: engine reference 5.3. */
import { actionFailed } from '../errors.ts';
import type { ActionKind } from '../kind.ts';

export const scope: ActionKind<'scope'> = {
  start(act) {
    act.open(0);
  },
  blockDone(act, block) {
    if (block.status === 'Failed') act.end({ status: 'Failed', code: 'ActionFailed', error: actionFailed });
    else act.succeed();
  },
};
