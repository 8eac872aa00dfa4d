/** Join: the text of an array's items with a separator between them. Source: engine reference 4.5. */
import { textOf, valueType } from '#expression';
import type { ActionKind } from '../kind.ts';
import { sourceRows } from './rows.ts';

export const join: ActionKind<'join'> = {
  start(act) {
    const from = sourceRows(act, act.plan.from, 'join');
    if (from === undefined) return;
    const joinWith = act.evaluate(act.plan.joinWith);
    if (joinWith === undefined) return;
    if (typeof joinWith !== 'string') {
      const message = `The 'joinWith' property value in the 'join' action inputs is of type '${valueType(joinWith)}'. The value must be of type 'String'.`;
      act.fail('BadRequest', message);
      return;
    }
    if (act.record({ from, joinWith })) act.succeed({ body: from.map(textOf).join(joinWith) });
  },
};
