/**
 * Operators that keep, order or count rows: `where`, `take`, `sort`, `top`, `count`, `search`.
 *
 * Invariants
 * KW1. `sort` keeps all rows and counts them; `top` keeps no more than its number.
 * KW2. Rows that compare equal keep their order.
 */
import type { Context } from './context.ts';
import { textOf } from './conversion.ts';
import { semanticError } from './kql-fault.ts';
import { sortOrder } from './order-values.ts';
import { planTextOperator } from './plan-comparison.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import type { Scalar, Scope } from './scope.ts';
import type { Expression, SortKey } from './syntax.ts';
import type { GroupRequest, Tabular } from './table.ts';
import type { Row, Value } from './values.ts';

export function planWhere(condition: Scalar, input: Tabular): Tabular {
  function* kept(rows: Iterable<Row>, context: Context): Iterable<Row> {
    for (const row of rows) if (condition.evaluate(row, context) === true) yield row;
  }
  const { narrowed } = input;
  return {
    columns: input.columns,
    rows: (context) => kept(input.rows(context), context),
    ...(narrowed === undefined ? {} : { narrowed: (context, more) => kept(narrowed(context, more), context) }),
  };
}

/** A number of rows that is told before any row is read. */
export function planCount(
  expression: Expression,
  scope: Scope,
  expressions: ExpressionPlanner,
): (context: Context) => number {
  const planned = expressions.plan(expression, { ...scope, columns: [] });
  if (planned.type !== 'long' && planned.type !== 'int')
    throw semanticError('A number of rows is expected.', expression.at);
  return (context) => Math.max(0, Number(planned.evaluate([], context) ?? 0));
}

export function planTake(count: (context: Context) => number, input: Tabular): Tabular {
  return {
    columns: input.columns,
    *rows(context) {
      let left = count(context);
      if (left === 0) return;
      for (const row of input.rows(context)) {
        yield row;
        if (--left <= 0) return;
      }
    },
  };
}

interface Sorted {
  readonly row: Row;
  readonly keys: readonly Value[];
}

function planKeys(
  keys: readonly SortKey[],
  scope: Scope,
  expressions: ExpressionPlanner,
): {
  readonly read: (row: Row, context: Context) => Sorted;
  readonly compare: (left: Sorted, right: Sorted) => number;
} {
  const planned = keys.map(({ expression }) => expressions.plan(expression, scope));
  const compare = (left: Sorted, right: Sorted): number => {
    for (const [index, { descending, nullsFirst }] of keys.entries()) {
      const [one = null, two = null] = [left.keys[index], right.keys[index]];
      if (one === null && two === null) continue;
      if (one === null || two === null) return (one === null) === nullsFirst ? -1 : 1;
      const order = sortOrder(one, two);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
  return { read: (row, context) => ({ row, keys: planned.map((key) => key.evaluate(row, context)) }), compare };
}

export function planSort(
  keys: readonly SortKey[],
  input: Tabular,
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const { read, compare } = planKeys(keys, scope, expressions);
  return {
    columns: input.columns,
    *rows(context) {
      const all: Sorted[] = [];
      for (const row of input.rows(context)) {
        context.holdRow(row);
        all.push(read(row, context));
      }
      for (const { row } of all.sort(compare)) yield row;
    },
  };
}

export function planTop(
  count: (context: Context) => number,
  sort: { readonly keys: readonly SortKey[]; readonly input: Tabular },
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const { read, compare } = planKeys(sort.keys, scope, expressions);
  return {
    columns: sort.input.columns,
    *rows(context) {
      const most = count(context);
      let best: Sorted[] = [];
      for (const row of sort.input.rows(context)) {
        best.push(read(row, context));
        if (best.length <= most) context.holdRow(row);
        // Sorted when twice full: each row is compared a few times, and twice the number is kept at most.
        if (best.length > most * 2 + 64) best = best.sort(compare).slice(0, most);
      }
      for (const { row } of best.sort(compare).slice(0, most)) yield row;
    },
  };
}

/** Groups made by the table; undefined where it cannot, or where its numbers do not hold the sums. */
export function firstGroups(
  { grouped }: Tabular,
  context: Context,
  request: Omit<GroupRequest, 'conditions'>,
): Iterable<Row> | undefined {
  const groups = grouped?.(context, request)?.[Symbol.iterator]();
  if (groups === undefined) return undefined;
  let next: IteratorResult<Row>;
  try {
    next = groups.next();
  } catch (error) {
    if (error instanceof Error && error.message === 'integer overflow') return undefined;
    throw error;
  }
  return (function* rest(): Iterable<Row> {
    for (; next.done !== true; next = groups.next()) yield next.value;
  })();
}

export function planRowCount(input: Tabular): Tabular {
  return {
    columns: [{ name: 'Count', type: 'long' }],
    *rows(context) {
      const grouped = firstGroups(input, context, { keys: [], aggregates: [{ kind: 'count' }] });
      if (grouped !== undefined) {
        yield* grouped;
        return;
      }
      let count = 0;
      for (const _ of input.rows(context)) count++;
      yield [count];
    },
  };
}

/** `search`: texts that stand alone are terms any column may have. */
export function planSearch(expression: Expression, scope: Scope, expressions: ExpressionPlanner): Scalar {
  if (expression.kind === 'star') return { type: 'bool', constant: true, evaluate: () => true };
  if (expression.kind === 'literal' && typeof expression.value === 'string')
    return anyColumn(expression.value, scope, expression.at);
  if (expression.kind === 'binary' && (expression.operator === 'and' || expression.operator === 'or')) {
    const all = expression.operator === 'and';
    const left = planSearch(expression.left, scope, expressions);
    const right = planSearch(expression.right, scope, expressions);
    return {
      type: 'bool',
      constant: false,
      evaluate: (row, context) =>
        all
          ? left.evaluate(row, context) === true && right.evaluate(row, context) === true
          : left.evaluate(row, context) === true || right.evaluate(row, context) === true,
    };
  }
  return expressions.condition(expression, scope);
}

function anyColumn(term: string, { columns }: Scope, at: number): Scalar {
  const bare = term.replaceAll(/^\*|\*$/g, '');
  const [open, close] = [term.startsWith('*'), term.endsWith('*')];
  const operator = open && close ? 'contains' : open ? 'hassuffix' : close ? 'hasprefix' : 'has';
  const sought: Scalar = { type: 'string', constant: true, evaluate: () => bare };
  const tests = columns.map(({ type }, index) => {
    const text: Scalar = { type: 'string', constant: false, evaluate: (row) => textOf(row[index] ?? null, type) };
    return planTextOperator(operator, text, sought, at);
  });
  return {
    type: 'bool',
    constant: false,
    evaluate: (row, context) => tests.some((test) => test.evaluate(row, context) === true),
  };
}
