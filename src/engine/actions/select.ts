/** Select: a template evaluated once per row of an array. Source: engine reference 4.5. */
import type { Json } from '#foundation';
import type { ActionKind } from '../kind.ts';
import { rowValue, sourceRows } from './rows.ts';

export const select: ActionKind<'select'> = {
  start(act) {
    const from = sourceRows(act, act.plan.from, 'select');
    if (from === undefined || !act.record({ from })) return;
    const body: Json[] = [];
    for (const row of from) {
      const value = rowValue(act, act.plan.select, row);
      if (value === undefined) return;
      body.push(value);
    }
    act.succeed({ body });
  },
};
