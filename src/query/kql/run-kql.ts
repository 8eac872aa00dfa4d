/**
 * A query from its text to its rows.
 *
 * Owns: the order of the steps, bounds, faults instead of exceptions. Does not own: the steps.
 *
 * Invariants
 * KQ3. Whatever text and rows come in, a result or a fault comes out.
 */
import { Context, type KqlLimits, standardLimits } from './context.ts';
import { guarded, isKqlFault, KqlError, type KqlFault } from './kql-fault.ts';
import { parseKql } from './parse-query.ts';
import { QueryPlanner } from './plan-query.ts';
import type { Catalog } from './table.ts';
import type { KqlColumn } from './types.ts';
import type { Row } from './values.ts';

export interface KqlOptions {
  readonly catalog: Catalog;
  /** `now()`, in milliseconds since 1970. */
  readonly now: number;
  readonly limits?: KqlLimits;
  /** Resource Graph: a query may begin with an operator, and top-level columns are found whatever their case. */
  readonly defaultTable?: string;
  readonly ignoresCase?: boolean;
  /** Rows that are enough; the rest is not worked out. */
  readonly most?: number;
}

export interface KqlResult {
  readonly columns: readonly KqlColumn[];
  readonly rows: readonly Row[];
  /** What `render` says: `visualization`, and its properties by name. */
  readonly drawing?: Readonly<Record<string, string>>;
}

const largestPlan = 100_000;

/** The columns and rows of a query, or what is wrong with it. */
export function runKql(text: string, options: KqlOptions): KqlResult | KqlFault {
  const program = parseKql(text);
  if (isKqlFault(program)) return program;
  return guarded(text, () => {
    const context = new Context(options.now, options.limits ?? standardLimits);
    let planned = 0;
    const plan = new QueryPlanner().plan(program, {
      catalog: options.catalog,
      context,
      ignoresCase: options.ignoresCase === true,
      ...(options.defaultTable === undefined ? {} : { defaultTable: options.defaultTable }),
      spend: (at) => {
        if (++planned > largestPlan) throw new KqlError('LIM0001', 'The query is too large.', at);
      },
    });
    const rows: Row[] = [];
    const most = options.most ?? Number.POSITIVE_INFINITY;
    for (const row of plan.rows(context)) {
      if (rows.length >= most) break;
      context.holdRow(row);
      rows.push(row);
    }
    const drawn = program.query.operators.findLast(({ kind }) => kind === 'render');
    const drawing = drawn?.kind === 'render' ? drawn.drawing : undefined;
    return { columns: plan.columns, rows, ...(drawing === undefined ? {} : { drawing }) };
  });
}
