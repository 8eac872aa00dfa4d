/**
 * `mv-apply`: a query over the items of each row by themselves; `partition`: a query over the rows of each value.
 *
 * Owns: going row by row, columns of the row beside those of the query. Does not own: expansion (`plan-expand.ts`), the
 * operators inside.
 */
import { keyOf } from './order-values.ts';
import type { Scalar } from './scope.ts';
import type { KqlColumn } from './types.ts';
import type { Tabular } from './table.ts';
import type { Row } from './values.ts';

/**
 * `expandedOf` expands a table of one row, `applied` is the query over that: both read the row that is told last.
 */
export function planApply(
  input: Tabular,
  expandedOf: (one: Tabular) => Tabular,
  apply: (expanded: Tabular) => Tabular,
): Tabular {
  let current: Row = [];
  const applied = apply(expandedOf({ columns: input.columns, rows: () => [current] }));
  const own = new Set(applied.columns.map(({ name }) => name));
  const kept = input.columns.flatMap(({ name }, index) => (own.has(name) ? [] : [index]));
  const columns: readonly KqlColumn[] = [...kept.flatMap((index) => input.columns[index] ?? []), ...applied.columns];
  return {
    columns,
    *rows(context) {
      for (const row of input.rows(context)) {
        current = row;
        const before = kept.map((index) => row[index] ?? null);
        for (const made of applied.rows(context)) yield [...before, ...made];
      }
    },
  };
}

/** `partition`: `apply` is the query over the rows that are told last, those of one value. */
export function planPartition(by: Scalar, input: Tabular, apply: (part: Tabular) => Tabular): Tabular {
  let current: readonly Row[] = [];
  const applied = apply({ columns: input.columns, rows: () => current });
  return {
    columns: applied.columns,
    *rows(context) {
      const parts = new Map<string, Row[]>();
      for (const row of input.rows(context)) {
        context.holdRow(row);
        const key = keyOf(by.evaluate(row, context));
        const part = parts.get(key);
        if (part === undefined) parts.set(key, [row]);
        else part.push(row);
      }
      for (const part of parts.values()) {
        current = part;
        yield* applied.rows(context);
      }
    },
  };
}
