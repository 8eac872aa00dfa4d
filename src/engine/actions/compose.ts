/** Compose: the outputs are the evaluated inputs. Source: engine reference 4.5. */
import type { ActionKind } from '../kind.ts';

export const compose: ActionKind<'compose'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs !== undefined && act.record(inputs)) act.succeed(inputs, 'OK');
  },
};
