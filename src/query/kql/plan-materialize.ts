/** `materialize()`: a table read once in an evaluation, kept and counted. */
import type { Tabular } from './table.ts';

export function materialized(table: Tabular): Tabular {
  const key = {};
  return {
    columns: table.columns,
    ...(table.ordered === undefined ? {} : { ordered: table.ordered }),
    rows(context) {
      const known = context.kept.get(key);
      if (known !== undefined) return known;
      const rows = Array.from(table.rows(context), (row) => {
        context.holdRow(row);
        return row;
      });
      context.kept.set(key, rows);
      return rows;
    },
  };
}
