/**
 * `summarize` and `distinct`: groups of rows.
 *
 * Owns: keys, groups, aggregates inside expressions, the columns of `arg_max(…, *)`. Does not own: the aggregates (`aggregates.ts`).
 *
 * Invariants
 * KS1. Without `by` there is one row, also of no rows; with `by` there are as many rows as groups.
 * KS2. Memory grows with the groups, and is counted; rows are not kept.
 */
import { type Accumulator, type Aggregate, aggregates } from './aggregates.ts';
import { ColumnNames, isNameKept, nameOf } from './column-names.ts';
import type { Context } from './context.ts';
import { textOf } from './conversion.ts';
import { semanticError } from './kql-fault.ts';
import { compareValues, keyOfAll } from './order-values.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { firstGroups } from './plan-rows.ts';
import { pushedAggregate, pushedBest, pushedKey } from './pushed-groups.ts';
import type { AggregateCall, Scalar, Scope } from './scope.ts';
import type { Expression, Named } from './syntax.ts';
import type { GroupRequest, PushedAggregate, Tabular } from './table.ts';
import type { KqlColumn } from './types.ts';
import type { Row, Value } from './values.ts';

/** Takes rows in and gives the values it stands for. */
interface Collector {
  /** What a table is asked for instead; absent where it cannot do the same. */
  readonly pushed?: PushedAggregate;
  readonly start: () => { readonly add: (row: Row, context: Context) => void; readonly values: () => readonly Value[] };
}

interface Output {
  readonly column: KqlColumn;
  /** Of a row that holds the keys, then every collector's values. */
  readonly read: Scalar['evaluate'];
}

export class SummarizePlanner {
  readonly #expressions: ExpressionPlanner;
  readonly #scope: Scope;
  readonly #input: Tabular;
  readonly #names = new ColumnNames();
  readonly #collectors: Collector[] = [];
  #width = 0;

  constructor(expressions: ExpressionPlanner, scope: Scope, input: Tabular) {
    this.#expressions = expressions;
    this.#scope = scope;
    this.#input = input;
  }

  plan(given: readonly Named[], by: readonly Named[]): Tabular {
    const keys = by.map((named) => this.#key(named));
    this.#width = keys.length;
    const keyNames = new Set(keys.map(({ column }) => column.name));
    const outputs = given.flatMap((named) => this.#output(named, keyNames));
    const columns = [...keys.map(({ column }) => column), ...outputs.map(({ column }) => column)];
    const [input, collectors] = [this.#input, this.#collectors];
    const request = this.#request(by);
    return {
      columns,
      *rows(context) {
        const pushed = request === undefined ? undefined : firstGroups(input, context, request(context));
        const groups =
          pushed ??
          collect(
            input,
            keys.map(({ scalar }) => scalar),
            collectors,
            context,
          );
        for (const row of groups) {
          yield [...row.slice(0, keys.length), ...outputs.map(({ read }) => read(row, context))];
        }
      },
    };
  }

  /** The same groups asked of the table; undefined where it cannot make them. */
  #request(by: readonly Named[]): ((context: Context) => Omit<GroupRequest, 'conditions'>) | undefined {
    if (this.#input.grouped === undefined) return undefined;
    const aggregates = this.#collectors.flatMap(({ pushed }) => pushed ?? []);
    const alone = aggregates.every(({ kind }) => kind !== 'best') || aggregates.length === 1;
    if (!alone || aggregates.length < this.#collectors.length) return undefined;
    const keys = by.flatMap(({ expression }) => pushedKey(expression, this.#scope, this.#expressions) ?? []);
    if (keys.length < by.length) return undefined;
    return (context) => ({ keys: keys.map((key) => key(context)), aggregates });
  }

  #key(named: Named): { readonly column: KqlColumn; readonly scalar: Scalar } {
    const scalar = this.#expressions.plan(named.expression, this.#scope);
    return { column: { name: this.#names.of(named), type: scalar.type }, scalar };
  }

  #output(named: Named, keys: ReadonlySet<string>): readonly Output[] {
    const { expression, at } = named;
    if (expression.kind === 'call') {
      const sign = { arg_max: 1, argmax: 1, arg_min: -1, argmin: -1 }[expression.name];
      if (sign !== undefined) return this.#best(named, expression, sign, keys);
      const any = expression.name === 'take_any' || expression.name === 'any';
      if (any && (expression.args.length > 1 || expression.args[0]?.expression.kind === 'star')) {
        return this.#any(expression, keys);
      }
    }
    if (expression.kind === 'call' && Object.hasOwn(rankLists, expression.name)) return this.#ranks(named, expression);
    const name =
      named.names[0] === undefined ? this.#names.free(autoName(expression)) : this.#names.given(named.names[0], at);
    const scope = { ...this.#scope, columns: [], aggregate: (call: AggregateCall) => this.#aggregate(call) };
    const planned = this.#expressions.plan(expression, scope);
    return [{ column: { name, type: planned.type }, read: planned.evaluate }];
  }

  /** `percentiles(x, 5, 95)`: a column for each rank. */
  #ranks(named: Named, { name, args, at }: Expression & { kind: 'call' }): readonly Output[] {
    const { single, values } = rankLists[name] ?? { single: 'percentile', values: 1 };
    const [own, ranks] = [args.slice(0, values), args.slice(values)];
    if (ranks.length === 0) throw semanticError(`${name}() takes at least ${values + 1} arguments.`, at);
    return ranks.flatMap((rank, index) =>
      this.#output(
        {
          names: named.names.slice(index, index + 1),
          expression: { kind: 'call', name: single, args: [...own, rank], at },
          at,
        },
        new Set(),
      ),
    );
  }

  #aggregate({ name, args, at }: AggregateCall): Scalar | undefined {
    const entry = aggregates.get(name);
    if (entry === undefined) return undefined;
    // Resource Graph takes `count(x)` as `count()`; published queries say so.
    if (name === 'count' && this.#scope.world.ignoresCase) return this.#counted(entry, args.slice(1), at);
    return this.#counted(entry, args, at);
  }

  #counted(entry: Aggregate, args: AggregateCall['args'], at: number): Scalar {
    const { name } = entry;
    if (args.length < entry.least || args.length > entry.most) {
      throw semanticError(`${name}() takes ${entry.least} to ${entry.most} arguments, not ${args.length}.`, at);
    }
    const planned = args.map(({ expression }, index) =>
      index === entry.condition
        ? this.#expressions.condition(expression, this.#scope)
        : this.#expressions.plan(expression, this.#scope),
    );
    const place = this.#width++;
    const whole = pushedAggregate(
      entry,
      args.map(({ expression }) => expression),
      this.#scope,
    );
    this.#collectors.push({ ...collectorOf(entry, planned), ...(whole === undefined ? {} : { pushed: whole }) });
    const type = entry.returns(planned.map((each) => each.type));
    return { type, constant: false, evaluate: (row) => row[place] ?? (type === 'string' ? '' : null) };
  }

  /** The columns of `*`, or of the arguments, that are not keys. */
  #brought(
    args: readonly Expression[],
    leave: ReadonlySet<string>,
  ): readonly { readonly name: string; readonly scalar: Scalar }[] {
    return args.flatMap((expression) => {
      if (expression.kind !== 'star') {
        return [{ name: nameOf(expression) ?? 'Column', scalar: this.#expressions.plan(expression, this.#scope) }];
      }
      return this.#scope.columns.flatMap(({ name, type }, index) =>
        leave.has(name)
          ? []
          : [{ name, scalar: { type, constant: false, evaluate: (row: Row) => row[index] ?? null } }],
      );
    });
  }

  #best(named: Named, call: Expression & { kind: 'call' }, sign: number, keys: ReadonlySet<string>): readonly Output[] {
    const [by, ...others] = call.args.map(({ expression }) => expression);
    if (by === undefined) throw semanticError(`${call.name}() takes at least 1 argument.`, call.at);
    const measure = this.#expressions.plan(by, this.#scope);
    const own = named.names[0] ?? nameOf(by) ?? `${sign > 0 ? 'max' : 'min'}_`;
    const brought = this.#brought(others, new Set([...keys, ...(by.kind === 'name' ? [own] : [])]));
    const best = pushedBest(
      by,
      sign > 0 ? 1 : -1,
      others,
      brought.map(({ name }) => name),
      this.#scope,
    );
    this.#collectors.push({
      ...(best === undefined ? {} : { pushed: best }),
      start: () =>
        bestRow(
          measure,
          brought.map(({ scalar }) => scalar),
          sign,
        ),
    });
    return this.#places([{ name: own, scalar: measure }, ...brought], named.names);
  }

  #any(call: Expression & { kind: 'call' }, keys: ReadonlySet<string>): readonly Output[] {
    const brought = this.#brought(
      call.args.map(({ expression }) => expression),
      keys,
    );
    const scalars = brought.map(({ scalar }) => scalar);
    this.#collectors.push({
      start: () => {
        let found: readonly Value[] | undefined;
        return {
          add: (row, context) => (found ??= scalars.map((scalar) => scalar.evaluate(row, context))),
          values: () => found ?? scalars.map(() => null),
        };
      },
    });
    return this.#places(brought, []);
  }

  #places(
    columns: readonly { readonly name: string; readonly scalar: Scalar }[],
    names: readonly string[],
  ): readonly Output[] {
    return columns.map(({ name, scalar: { type } }, index) => {
      const place = this.#width++;
      const missing = type === 'string' ? '' : null;
      return { column: { name: this.#names.free(names[index] ?? name), type }, read: (row) => row[place] ?? missing };
    });
  }
}

/** Aggregates that stand for several of another, and how many of their arguments are not ranks. */
const rankLists: Readonly<Record<string, { readonly single: string; readonly values: number }>> = {
  percentiles: { single: 'percentile', values: 1 },
  percentilesw: { single: 'percentilew', values: 2 },
};

export const rankListNames: readonly string[] = Object.keys(rankLists);

function autoName(expression: Expression): string | undefined {
  if (expression.kind !== 'call') return undefined;
  const entry = aggregates.get(expression.name);
  if (entry === undefined) {
    const [inner] = expression.args;
    const keeps = inner?.expression.kind === 'call' && isNameKept(expression.name);
    return keeps ? autoName(inner.expression) : nameOf(expression);
  }
  const [first] = expression.args;
  const last = expression.args.at(-1);
  const of = first === undefined || entry.condition === 0 ? '' : (nameOf(first.expression) ?? '');
  if (entry.name === 'take_any') return of === '' ? 'any_' : of;
  const rank =
    (entry.name === 'percentile' || entry.name === 'percentilew') && last?.expression.kind === 'literal'
      ? `_${textOf(last.expression.value, 'dynamic')}`
      : '';
  return `${entry.prefix ?? (rank === '' ? entry.name : 'percentile')}_${of}${rank}`;
}

function collectorOf(entry: Aggregate, args: readonly Scalar[]): Collector {
  const { condition } = entry;
  const types = args.map(({ type }) => type);
  return {
    start: () => {
      const accumulator: Accumulator = entry.start(types);
      return {
        add: (row, context) => {
          if (condition !== undefined && args[condition]?.evaluate(row, context) !== true) return;
          accumulator.add(
            args.map((arg) => arg.evaluate(row, context)),
            context,
          );
        },
        values: () => [accumulator.result()],
      };
    },
  };
}

function bestRow(measure: Scalar, brought: readonly Scalar[], sign: number): ReturnType<Collector['start']> {
  let best: readonly Value[] | undefined;
  return {
    add: (row, context) => {
      const value = measure.evaluate(row, context);
      const known = best?.[0] ?? null;
      if (best !== undefined && (value === null || (known !== null && (compareValues(value, known) ?? 0) * sign <= 0)))
        return;
      best = [value, ...brought.map((scalar) => scalar.evaluate(row, context))];
    },
    values: () => best ?? [null, ...brought.map(() => null)],
  };
}

/** One row for each group: the keys, then what the collectors give. */
function* collect(
  input: Tabular,
  keys: readonly Scalar[],
  collectors: readonly Collector[],
  context: Context,
): Iterable<Row> {
  const groups = new Map<
    string,
    { readonly values: Row; readonly started: readonly ReturnType<Collector['start']>[] }
  >();
  const begin = (
    values: Row,
  ): { readonly values: Row; readonly started: readonly ReturnType<Collector['start']>[] } => ({
    values,
    started: collectors.map((collector) => collector.start()),
  });
  if (keys.length === 0) groups.set('', begin([]));
  for (const row of input.rows(context)) {
    const values = keys.map((key) => key.evaluate(row, context));
    const key = keyOfAll(values);
    let group = groups.get(key);
    if (group === undefined) {
      group = begin(values);
      groups.set(key, group);
      context.holdRow(values);
      context.hold(key.length * 2 + 64 + collectors.length * 64);
    }
    for (const started of group.started) started.add(row, context);
  }
  for (const { values, started } of groups.values()) yield [...values, ...started.flatMap((each) => each.values())];
}
