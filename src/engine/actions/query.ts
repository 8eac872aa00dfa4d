/** Query: the rows of an array that meet a condition. Source: engine reference 4.5. */
import { valueType } from '#expression';
import type { Json } from '#foundation';
import type { ActionKind } from '../kind.ts';
import { rowValue, sourceRows } from './rows.ts';

export const query: ActionKind<'query'> = {
  start(act) {
    const rows = sourceRows(act, act.plan.from, 'query');
    if (rows === undefined || !act.record(rows)) return;
    const found: Json[] = [];
    for (const row of rows) {
      const wanted = rowValue(act, act.plan.where, row);
      if (wanted === undefined) return;
      if (typeof wanted !== 'boolean') {
        const message = `The 'where' property value in the 'query' action inputs is of type '${valueType(wanted)}'. The value must be of type 'Boolean'.`;
        act.fail('BadRequest', message);
        return;
      }
      if (wanted) found.push(row);
    }
    act.succeed({ body: found });
  },
};
