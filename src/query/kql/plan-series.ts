/**
 * `make-series`: aggregates along an axis, one array for each group.
 *
 * Owns: the axis and its places, defaults. Does not own: groups and aggregates (`plan-summarize.ts`).
 *
 * Invariants
 * KM1. Every array of a row has one item for each place of the axis, the axis itself included; where no rows fall the default
 *      stands.
 * KM2. Places are counted against the query's memory before they are made.
 */
import { dateTimeOf, DateTime } from './datetime.ts';
import type { Context } from './context.ts';
import { convert } from './conversion.ts';
import { semanticError } from './kql-fault.ts';
import { keyOfAll } from './order-values.ts';
import { cast } from './plan-comparison.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import type { Scalar, Scope } from './scope.ts';
import type { Expression, Named, Operator } from './syntax.ts';
import type { Tabular } from './table.ts';
import { TimeSpan } from './timespan.ts';
import type { KqlType } from './types.ts';
import type { Row, Value } from './values.ts';

export type MakeSeries = Operator & { readonly kind: 'make-series' };

const axisName = '$axis';
const mostPlaces = 1_000_000;

/** The same as groups: by what is asked, and by the axis' bin. */
export function seriesGroups({ axis, from, step, by, at }: MakeSeries): readonly Named[] {
  const name = from === undefined ? 'bin' : 'bin_at';
  const args = [axis.expression, step, ...(from === undefined ? [] : [from])].map((expression) => ({ expression }));
  const place: Expression = { kind: 'call', name, args, at };
  return [...by, { names: [axisName], expression: place, at }];
}

interface Axis {
  readonly from: Value;
  readonly to: Value;
  readonly step: Value;
}

/** `groups` has the columns of `seriesGroups`, then the aggregates. */
export function planSeries(
  operator: MakeSeries,
  groups: Tabular,
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const width = operator.by.length;
  const axisType = groups.columns[width]?.type ?? 'datetime';
  if (!['datetime', 'timespan', 'int', 'long', 'real'].includes(axisType))
    throw semanticError(`An axis is a time or a number, not a ${axisType}.`, operator.axis.at);
  const constant = (expression: Expression | undefined, type?: KqlType): Scalar | undefined => {
    if (expression === undefined) return undefined;
    const planned = expressions.plan(expression, { ...scope, columns: [] });
    return type === undefined ? planned : cast(planned, type);
  };
  const [from, to, step] = [
    constant(operator.from, axisType),
    constant(operator.to, axisType),
    constant(operator.step),
  ];
  const aggregates = groups.columns.slice(width + 1);
  const defaults = operator.aggregates.map(({ fallback }, index) => {
    const planned = constant(fallback);
    const type = aggregates[index]?.type ?? 'long';
    return (context: Context): Value =>
      planned === undefined ? (type === 'string' ? '' : 0) : planned.evaluate([], context);
  });
  const name =
    operator.axis.names[0] ?? (operator.axis.expression.kind === 'name' ? operator.axis.expression.name : 'Column1');
  return {
    columns: [
      ...groups.columns.slice(0, width),
      ...aggregates.map((column) => ({ ...column, type: 'dynamic' as const })),
      { name, type: 'dynamic' },
    ],
    *rows(context) {
      const rows: Row[] = [];
      for (const row of groups.rows(context)) {
        context.holdRow(row);
        rows.push(row);
      }
      const axis: Axis = {
        from: from?.evaluate([], context) ?? null,
        to: to?.evaluate([], context) ?? null,
        step: step?.evaluate([], context) ?? null,
      };
      const values = defaults.map((make) => make(context));
      yield* seriesOf(rows, width, axis, { types: aggregates.map(({ type }) => type), axisType, values }, context);
    },
  };
}

interface Shape {
  readonly types: readonly KqlType[];
  readonly axisType: KqlType;
  readonly values: readonly Value[];
}

function* seriesOf(rows: readonly Row[], width: number, axis: Axis, shape: Shape, context: Context): Iterable<Row> {
  const at = rows.map((row) => positionOf(row[width] ?? null)).filter((each) => each !== undefined);
  const size = positionOf(axis.step);
  const start = positionOf(axis.from) ?? smallest(at);
  if (size === undefined || size <= 0 || start === undefined) return;
  const given = positionOf(axis.to);
  const last = largest(at);
  const end = given ?? (last === undefined ? start : last + size);
  const count = Math.max(0, Math.ceil((end - start) / size - 1e-9));
  if (count > mostPlaces) throw semanticError(`The axis has more than ${mostPlaces} places.`, 0);
  const places = Array.from({ length: count }, (_, index) =>
    convert(valueAt(start + index * size, shape.axisType), shape.axisType, 'dynamic'),
  );
  const groups = new Map<string, { readonly by: Row; readonly series: Value[][] }>();
  for (const row of rows) {
    const position = positionOf(row[width] ?? null);
    const index = position === undefined ? -1 : Math.round((position - start) / size);
    if (index < 0 || index >= count) continue;
    const by = row.slice(0, width);
    const key = keyOfAll(by);
    let group = groups.get(key);
    if (group === undefined) {
      context.hold(count * shape.values.length * 16 + 64);
      group = { by, series: shape.values.map((value) => Array.from({ length: count }, () => value)) };
      groups.set(key, group);
    }
    group.series.forEach((series, which) => {
      series[index] = convert(row[width + 1 + which] ?? null, shape.types[which] ?? 'dynamic', 'dynamic');
    });
  }
  for (const { by, series } of groups.values()) yield [...by, ...series, places];
}

/** Reduced without spreading: there may be many. */
function smallest(all: readonly number[]): number | undefined {
  return all.length === 0 ? undefined : all.reduce((least, each) => Math.min(least, each));
}

function largest(all: readonly number[]): number | undefined {
  return all.length === 0 ? undefined : all.reduce((most, each) => Math.max(most, each));
}

/** Ticks in milliseconds for times, which a number holds to a fraction of a microsecond. */
function positionOf(value: Value): number | undefined {
  if (value instanceof DateTime || value instanceof TimeSpan) {
    const whole = value.ticks / 10_000n;
    return Number(whole) + Number(value.ticks - whole * 10_000n) / 10_000;
  }
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

function valueAt(position: number, type: KqlType): Value {
  if (type !== 'datetime' && type !== 'timespan') return position;
  const whole = Math.floor(position);
  const ticks = BigInt(whole) * 10_000n + BigInt(Math.round((position - whole) * 10_000));
  return type === 'timespan' ? new TimeSpan(ticks) : (dateTimeOf(ticks) ?? null);
}
