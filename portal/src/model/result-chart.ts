/**
 * Rows of a query as a chart: which column is the axis, which are series, how they are scaled.
 *
 * Owns: series and scales. Does not own: how they are drawn (`pages/logs/result-chart.tsx`).
 *
 * Invariants
 * RC1. Every row counts: what is beyond the most series or slices is added up as *Other*.
 * Source: published rules of the `render` operator.
 */
import { cellText, isNumeric, type QueryResult, type ResultColumn } from './query-result.ts';

export type ChartKind = 'line' | 'area' | 'column' | 'bar' | 'pie' | 'scatter';

export interface Series {
  readonly name: string;
  /** In the order of the chart's `ticks`; null where it has no value. */
  readonly values: readonly (number | null)[];
}

export interface ChartTick {
  readonly text: string;
  /** Milliseconds or the number itself; the place in the list for names. */
  readonly at: number;
}

export interface Chart {
  readonly kind: ChartKind;
  readonly axis: 'time' | 'number' | 'name';
  readonly axisTitle: string;
  readonly ticks: readonly ChartTick[];
  readonly series: readonly Series[];
  readonly stacked: boolean;
  readonly title: string | undefined;
}

const kinds: Readonly<Record<string, ChartKind>> = {
  timechart: 'line',
  linechart: 'line',
  areachart: 'area',
  stackedareachart: 'area',
  columnchart: 'column',
  barchart: 'bar',
  piechart: 'pie',
  scatterchart: 'scatter',
};

export const mostSeries = 10;
const mostTicks = 400;
const other = 'Other';

/** The chart that `render` asks for, else one that fits the columns; undefined where there is none. */
export function chartOf(result: QueryResult, wanted?: ChartKind): Chart | undefined {
  const { columns, rows, drawing = {} } = result;
  const numbers = columns.filter(isNumeric);
  if (rows.length === 0 || numbers.length === 0) return undefined;
  const named = drawing['visualization']?.toLowerCase() ?? '';
  if (named === 'table' && wanted === undefined) return undefined;
  const time = columns.find(({ type }) => type === 'datetime');
  const kind = wanted ?? kinds[named] ?? (time === undefined ? 'column' : 'line');
  const axisColumn = axisOf(columns, kind, named, time);
  if (axisColumn === undefined) return undefined;
  const values = numbers.filter((column) => column !== axisColumn);
  if (values.length === 0) return undefined;
  const axis = axisColumn.type === 'datetime' ? 'time' : isNumeric(axisColumn) && kind !== 'pie' ? 'number' : 'name';
  const splits = columns.filter((column) => column !== axisColumn && !isNumeric(column) && column.type !== 'datetime');
  const table = tabulated(result, { axis, axisColumn, values, splits });
  return {
    kind,
    axis,
    axisTitle: axisColumn.name,
    ...table,
    stacked: (kind === 'area' || kind === 'column' || kind === 'bar') && drawing['kind'] !== 'unstacked',
    title: drawing['title'],
  };
}

function axisOf(
  columns: readonly ResultColumn[],
  kind: ChartKind,
  named: string,
  time: ResultColumn | undefined,
): ResultColumn | undefined {
  if (named === 'timechart' || (named === '' && kind !== 'pie'))
    return time ?? columns.find((each) => !isNumeric(each)) ?? columns[0];
  if (kind === 'pie') return columns.find((each) => !isNumeric(each)) ?? columns[0];
  return columns[0];
}

interface Roles {
  readonly axis: Chart['axis'];
  readonly axisColumn: ResultColumn;
  readonly values: readonly ResultColumn[];
  readonly splits: readonly ResultColumn[];
}

function tabulated({ columns, rows }: QueryResult, roles: Roles): Pick<Chart, 'ticks' | 'series'> {
  const { axis, axisColumn, values, splits } = roles;
  const at = columns.indexOf(axisColumn);
  const splitAt = splits.map((column) => columns.indexOf(column));
  const ticks = new Map<string, ChartTick>();
  const series = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const text = cellText(row[at]);
    if (!ticks.has(text)) {
      const place = axis === 'time' ? Date.parse(text) : axis === 'number' ? Number(text) : ticks.size;
      if (Number.isNaN(place)) continue;
      ticks.set(text, { text, at: place });
    }
    const split = splitAt.map((index) => cellText(row[index])).join(', ');
    for (const column of values) {
      const value = row[columns.indexOf(column)];
      if (value === null || value === undefined || Number.isNaN(Number(value))) continue;
      const name =
        splits.length === 0 ? column.name : values.length === 1 ? split || '(empty)' : `${column.name}, ${split}`;
      const points = series.get(name) ?? new Map<string, number>();
      points.set(text, (points.get(text) ?? 0) + Number(value));
      series.set(name, points);
    }
  }
  const ordered = [...ticks.values()];
  if (axis !== 'name') ordered.sort((left, right) => left.at - right.at);
  const shown = ordered.slice(0, mostTicks);
  return {
    ticks: shown,
    series: merged(series).map(([name, points]) => ({
      name,
      values: shown.map(({ text }) => points.get(text) ?? null),
    })),
  };
}

/** RC1: the largest series, and the sum of the others. */
function merged(
  all: ReadonlyMap<string, ReadonlyMap<string, number>>,
): readonly (readonly [string, ReadonlyMap<string, number>])[] {
  const total = (points: ReadonlyMap<string, number>): number =>
    [...points.values()].reduce((sum, value) => sum + value, 0);
  const ordered = [...all].toSorted(([, left], [, right]) => total(right) - total(left));
  if (ordered.length <= mostSeries) return ordered;
  const rest = new Map<string, number>();
  for (const [, points] of ordered.slice(mostSeries - 1)) {
    for (const [text, value] of points) rest.set(text, (rest.get(text) ?? 0) + value);
  }
  return [...ordered.slice(0, mostSeries - 1), [other, rest]];
}

export interface Slice {
  readonly name: string;
  readonly value: number;
  /** Of the whole, from 0 to 1. */
  readonly share: number;
  /** Where it begins, from 0 to 1. */
  readonly from: number;
}

/** What a pie shows: the first series by the axis' names, the largest first. */
export function slicesOf({ ticks, series }: Chart): readonly Slice[] {
  const values = series[0]?.values ?? [];
  const all = ticks
    .map(({ text }, index) => ({ name: text === '' ? '(empty)' : text, value: Math.max(0, values[index] ?? 0) }))
    .toSorted((left, right) => right.value - left.value);
  const sum = all.reduce((total, { value }) => total + value, 0);
  const rest = all.slice(mostSeries - 1);
  const shown =
    all.length <= mostSeries
      ? all
      : [...all.slice(0, mostSeries - 1), { name: other, value: rest.reduce((total, { value }) => total + value, 0) }];
  const share = (value: number): number => (sum === 0 ? 0 : value / sum);
  return shown.map((slice, index) => ({
    ...slice,
    share: share(slice.value),
    from: share(shown.slice(0, index).reduce((total, { value }) => total + value, 0)),
  }));
}

/** The least and greatest value that is drawn, zero among them. */
export function rangeOf({ series, stacked, ticks }: Chart): readonly [number, number] {
  let [least, greatest] = [0, 0];
  for (let index = 0; index < ticks.length; index += 1) {
    const values = series.map(({ values: all }) => all[index] ?? 0);
    const sums = stacked
      ? [values.reduce((sum, value) => sum + Math.max(0, value), 0), Math.min(0, ...values)]
      : values;
    least = Math.min(least, ...sums);
    greatest = Math.max(greatest, ...sums);
  }
  return [least, least === greatest ? least + 1 : greatest];
}

/** Round numbers from at or below `least` to at or above `greatest`, about `count` of them. */
export function niceSteps(least: number, greatest: number, count = 5): readonly number[] {
  const rough = (greatest - least) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.floor(least / step);
  const last = Math.ceil(greatest / step);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** `1.2K`, `3M`; whole numbers below a thousand as they are. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  for (const [unit, mark] of [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'K'],
  ] as const) {
    if (size >= unit) return `${Number((value / unit).toPrecision(3))}${mark}`;
  }
  return String(Number(value.toPrecision(3)));
}
