/**
 * Functions that look at other rows than their own: `prev`, `next`, `row_number`, `row_cumsum`, ranks, sessions.
 *
 * Owns: rows beside their place, each function's meaning. Does not own: which operators know them (`plan-query.ts`).
 *
 * Invariants
 * KN1. They stand only where rows have an order: behind `sort`, `top`, `serialize`, `range`, and what leaves rows in theirs.
 * KN2. A function that goes on from row to row has seen every row before, whether it was asked there or not.
 * Source: published reference of the Kusto query language, window functions.
 */
import type { Context, WindowState } from './context.ts';
import { convert } from './conversion.ts';
import { DateTime } from './datetime.ts';
import { semanticError } from './kql-fault.ts';
import { compareValues, keyOf } from './order-values.ts';
import { planArithmetic } from './plan-arithmetic.ts';
import { cast } from './plan-comparison.ts';
import type { Scalar, Scope } from './scope.ts';
import type { Expression } from './syntax.ts';
import type { Tabular } from './table.ts';
import { isNumeric } from './types.ts';
import type { Row, Value } from './values.ts';

type Call = Expression & { readonly kind: 'call' };

const functions: Readonly<Record<string, { readonly least: number; readonly most: number }>> = {
  prev: { least: 1, most: 3 },
  next: { least: 1, most: 3 },
  row_number: { least: 0, most: 2 },
  row_cumsum: { least: 1, most: 2 },
  row_rank_dense: { least: 1, most: 2 },
  row_rank_min: { least: 1, most: 2 },
  row_window_session: { least: 3, most: 4 },
};

export const windowFunctionNames: readonly string[] = Object.keys(functions);

/** Whether a part of a query calls one of them. */
export function usesWindow(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(usesWindow);
  if (typeof part !== 'object' || part === null) return false;
  const { kind, name } = part as { readonly kind?: string; readonly name?: string };
  if (kind === 'literal' || kind === 'tabular') return false;
  if (kind === 'call' && Object.hasOwn(functions, name ?? '')) return true;
  return Object.values(part).some(usesWindow);
}

/** The rows of a table, each told to who asks for `key` while it is worked on. */
export function windowed(input: Tabular, key: object): Tabular {
  return {
    columns: input.columns,
    *rows(context) {
      const rows: Row[] = [];
      for (const row of input.rows(context)) {
        context.holdRow(row);
        rows.push(row);
      }
      const state: WindowState = { rows, at: 0, kept: new Map() };
      for (const [at, row] of rows.entries()) {
        state.at = at;
        context.windows.set(key, state);
        yield row;
      }
    },
  };
}

/** A call of a window function; undefined for another. */
export function planWindowCall(
  call: Call,
  scope: Scope,
  plan: (expression: Expression, scope: Scope) => Scalar,
): Scalar | undefined {
  const counts = Object.hasOwn(functions, call.name) ? functions[call.name] : undefined;
  if (counts === undefined) return undefined;
  const { name, args, at } = call;
  if (args.length < counts.least || args.length > counts.most)
    throw semanticError(`${name}() takes ${counts.least} to ${counts.most} arguments, not ${args.length}.`, at);
  const { window } = scope;
  if (window === undefined)
    throw semanticError(`${name}() needs rows in an order, and stands in extend, project, serialize or where.`, at);
  if (!window.ordered) throw semanticError(`${name}() needs rows in an order: sort or serialize them before.`, at);
  const planned = args.map(({ expression }) => plan(expression, scope));
  const stateOf = (context: Context): WindowState => {
    const state = context.windows.get(window.key);
    if (state === undefined) throw semanticError(`${name}() cannot stand here.`, at);
    return state;
  };
  if (name === 'prev' || name === 'next') return planNeighbour(planned, name === 'prev' ? -1 : 1, stateOf, at);
  return planRunning(name, planned, stateOf, at);
}

type StateOf = (context: Context) => WindowState;

function planNeighbour(planned: readonly Scalar[], sign: 1 | -1, stateOf: StateOf, at: number): Scalar {
  const [value, offset, fallback] = planned;
  if (value === undefined) throw semanticError('A column is expected.', at);
  const otherwise = fallback === undefined ? undefined : cast(fallback, value.type);
  const missing = value.type === 'string' ? '' : null;
  return {
    type: value.type,
    constant: false,
    evaluate: (row, context) => {
      const state = stateOf(context);
      const by = Number(offset?.evaluate(row, context) ?? 1);
      const place = state.at + sign * by;
      const there = state.rows[place];
      if (there === undefined) return otherwise?.evaluate(row, context) ?? missing;
      return atRow(state, place, () => value.evaluate(there, context));
    },
  };
}

function atRow<T>(state: WindowState, place: number, work: () => T): T {
  const { at } = state;
  state.at = place;
  try {
    return work();
  } finally {
    state.at = at;
  }
}

/** What a function makes of one row, of what it made of the row before; `before` is absent at the first and after a restart. */
type Step = (row: Row, before: Running | undefined, context: Context) => Running;

interface Running {
  readonly value: Value;
  /** What only the function itself needs. */
  readonly own?: readonly Value[];
}

function planRunning(name: string, planned: readonly Scalar[], stateOf: StateOf, at: number): Scalar {
  const { type, step, restart } = runningOf(name, planned, at);
  const key = {};
  return {
    type,
    constant: false,
    evaluate: (_row, context) => {
      const state = stateOf(context);
      const made = (state.kept.get(key) ?? []) as Running[];
      state.kept.set(key, made);
      for (let place = made.length; place <= state.at; place++) {
        const row = state.rows[place] ?? [];
        made.push(
          atRow(state, place, () => {
            const again = restart?.evaluate(row, context) === true;
            return step(row, again ? undefined : made[place - 1], context);
          }),
        );
        context.hold(24);
      }
      return made[state.at]?.value ?? null;
    },
  };
}

interface RunningFunction {
  readonly type: Scalar['type'];
  readonly step: Step;
  readonly restart: Scalar | undefined;
}

function runningOf(name: string, planned: readonly Scalar[], at: number): RunningFunction {
  const [first, second, third, fourth] = planned;
  if (name === 'row_number') {
    const step: Step = (row, before, context) => ({
      value: before === undefined ? Number(first?.evaluate(row, context) ?? 1) : Number(before.value) + 1,
    });
    return { type: 'long', restart: second, step };
  }
  if (first === undefined) throw semanticError(`${name}() needs a term.`, at);
  if (name === 'row_cumsum') return cumulative(first, second, at);
  if (name === 'row_window_session') return session(first, second, third, fourth);
  const dense = name === 'row_rank_dense';
  const step: Step = (row, before, context) => {
    const term = first.evaluate(row, context);
    if (before === undefined) return { value: 1, own: [term, 1] };
    const [last = null, count] = before.own ?? [];
    const seen = Number(count) + 1;
    if (keyOf(last) === keyOf(term)) return { value: before.value, own: [term, seen] };
    return { value: dense ? Number(before.value) + 1 : seen, own: [term, seen] };
  };
  return { type: 'long', restart: second, step };
}

function cumulative(term: Scalar, restart: Scalar | undefined, at: number): RunningFunction {
  const { type } = term;
  if (!isNumeric(type) && type !== 'timespan')
    throw semanticError(`row_cumsum() takes a number or a timespan, not a ${term.type}.`, at);
  let [sum, more]: [Value, Value] = [null, null];
  const side = (read: () => Value): Scalar => ({ type, constant: false, evaluate: read });
  const added = planArithmetic(
    '+',
    side(() => sum),
    side(() => more),
    at,
  );
  const step: Step = (row, before, context) => {
    const value = term.evaluate(row, context);
    if (before === undefined || before.value === null) return { value };
    if (value === null) return before;
    [sum, more] = [before.value, value];
    return { value: convert(added.evaluate(row, context), type === 'int' ? 'long' : type, type) };
  };
  return { type, restart, step };
}

/** The time at which the session of a row began: not too long ago, and no gap too long since. */
function session(
  term: Scalar,
  sinceFirst: Scalar | undefined,
  sinceLast: Scalar | undefined,
  restart: Scalar | undefined,
): RunningFunction {
  const within = (from: Value, to: Value, most: Value): boolean => {
    if (!(from instanceof DateTime) || !(to instanceof DateTime) || typeof most !== 'object' || most === null)
      return false;
    return 'ticks' in most && to.ticks - from.ticks <= (most.ticks as bigint);
  };
  const step: Step = (row, before, context) => {
    const time = term.evaluate(row, context);
    const [last = null] = before?.own ?? [];
    const goesOn =
      before !== undefined &&
      (compareValues(time, last) ?? -1) >= 0 &&
      within(before.value, time, sinceFirst?.evaluate(row, context) ?? null) &&
      within(last, time, sinceLast?.evaluate(row, context) ?? null);
    return { value: goesOn ? before.value : time, own: [time] };
  };
  return { type: 'datetime', restart, step };
}
