/**
 * Scalar functions over series: arrays of numbers, as `make-series` gives them.
 *
 * Owns: arithmetic item by item, filling of gaps, measures, a line through. Does not own: series with seasons
 * (`series_decompose` and its like), which are refused.
 * Source: published reference of the Kusto query language, series functions.
 */
import { convert } from '../conversion.ts';
import { isArray, type Value } from '../values.ts';
import { bagOf } from './dynamic-functions.ts';
import { scalar, type ScalarFunction } from './function-entry.ts';

/** The items as numbers, null where one is none. */
function numbersIn(value: Value | undefined): readonly (number | null)[] | undefined {
  if (value === undefined || !isArray(value)) return undefined;
  return value.map((item) => {
    const number = convert(item, 'dynamic', 'real');
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  });
}

/** Two series item by item, or one with a number; the longer one's rest is null. */
function pairwise(work: (left: number, right: number) => Value): ScalarFunction['call'] {
  return ([left, right]) => {
    const [one, other] = [numbersIn(left), numbersIn(right)];
    const length = Math.max(one?.length ?? 0, other?.length ?? 0);
    if (one === undefined && other === undefined) return null;
    const at = (
      series: readonly (number | null)[] | undefined,
      given: Value | undefined,
      index: number,
    ): number | null =>
      series === undefined ? Number(convert(given ?? null, 'dynamic', 'real') ?? Number.NaN) : (series[index] ?? null);
    return Array.from({ length }, (_, index) => {
      const [first, second] = [at(one, left, index), at(other, right, index)];
      if (first === null || second === null) return null;
      const result = work(first, second);
      return typeof result === 'number' && !Number.isFinite(result) ? null : result;
    });
  };
}

function each(name: string, work: (value: number) => number): ScalarFunction {
  return scalar(name, 'dynamic', 'dynamic', ([series]) => {
    const numbers = numbersIn(series);
    return numbers?.map((number) => (number === null ? null : work(number))) ?? null;
  });
}

/** Whether an item counts as missing: null, or what the caller says stands for it. */
function isMissing(item: Value, mark: Value | undefined): boolean {
  if (item === null || Number.isNaN(item)) return true;
  return mark !== undefined && mark !== null && convert(item, 'dynamic', 'real') === convert(mark, 'dynamic', 'real');
}

function filledFrom(series: readonly Value[], mark: Value | undefined): readonly Value[] {
  let last: Value = null;
  return series.map((item) => {
    if (!isMissing(item, mark)) last = item;
    return isMissing(item, mark) ? (last ?? item) : item;
  });
}

/** Gaps on a line between their ends; before the first and behind the last item as those are. */
function filledLinearly(series: readonly Value[], mark: Value | undefined): readonly Value[] {
  const known = series.flatMap((item, index) => (isMissing(item, mark) ? [] : [index]));
  const at = (index: number): number => Number(convert(series[index] ?? null, 'dynamic', 'real'));
  return series.map((item, index) => {
    if (!isMissing(item, mark)) return item;
    const before = known.findLast((place) => place < index);
    const after = known.find((place) => place > index);
    if (before === undefined || after === undefined) return series[before ?? after ?? -1] ?? item;
    return at(before) + ((at(after) - at(before)) * (index - before)) / (after - before);
  });
}

function filling(
  name: string,
  fill: (series: readonly Value[], mark: Value | undefined) => readonly Value[],
): ScalarFunction {
  return scalar(name, 'dynamic, [any]!', 'dynamic', ([series = null, mark]) =>
    isArray(series) ? fill(series, mark) : null,
  );
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function measures(series: Value | undefined): Value {
  const numbers = (numbersIn(series) ?? []).filter((number) => number !== null);
  if (numbers.length === 0) return null;
  const all = numbersIn(series) ?? [];
  const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
  const avg = sumOf(numbers) / numbers.length;
  const variance = numbers.length < 2 ? 0 : sumOf(numbers.map((number) => (number - avg) ** 2)) / (numbers.length - 1);
  return bagOf([
    ['min', min],
    ['min_idx', all.indexOf(min)],
    ['max', max],
    ['max_idx', all.indexOf(max)],
    ['avg', avg],
    ['stdev', Math.sqrt(variance)],
    ['variance', variance],
    ['sum', sumOf(numbers)],
    ['len', all.length],
  ]);
}

/** The line of least squares through the items at 0, 1, 2 …. */
function line(series: Value | undefined): Value {
  const all = numbersIn(series) ?? [];
  const points = all.flatMap((y, x) => (y === null ? [] : [{ x, y }]));
  if (points.length < 2) return null;
  const [meanX, meanY] = [sumOf(points.map(({ x }) => x)), sumOf(points.map(({ y }) => y))].map(
    (sum) => sum / points.length,
  ) as [number, number];
  const spread = sumOf(points.map(({ x }) => (x - meanX) ** 2));
  const slope = sumOf(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / spread;
  const interception = meanY - slope * meanX;
  const rest = points.map(({ x, y }) => (y - (interception + slope * x)) ** 2);
  const variance = sumOf(points.map(({ y }) => (y - meanY) ** 2)) / points.length;
  const rvariance = sumOf(rest) / points.length;
  return bagOf([
    ['rsquare', variance === 0 ? 1 : 1 - rvariance / variance],
    ['slope', slope],
    ['interception', interception],
    ['variance', variance],
    ['rvariance', rvariance],
    ['line_fit', all.map((_, x) => interception + slope * x)],
  ]);
}

const real = (name: string, work: (numbers: readonly number[]) => number): ScalarFunction =>
  scalar(name, 'dynamic', 'real', ([series]) => {
    const numbers = numbersIn(series);
    return numbers === undefined ? null : work(numbers.filter((number) => number !== null));
  });

export const seriesFunctions: readonly ScalarFunction[] = [
  scalar(
    'series_add',
    'any, any',
    'dynamic',
    pairwise((left, right) => left + right),
  ),
  scalar(
    'series_subtract',
    'any, any',
    'dynamic',
    pairwise((left, right) => left - right),
  ),
  scalar(
    'series_multiply',
    'any, any',
    'dynamic',
    pairwise((left, right) => left * right),
  ),
  scalar(
    'series_divide',
    'any, any',
    'dynamic',
    pairwise((left, right) => left / right),
  ),
  scalar(
    'series_pow',
    'any, any',
    'dynamic',
    pairwise((left, right) => left ** right),
  ),
  scalar(
    'series_equals',
    'any, any',
    'dynamic',
    pairwise((left, right) => left === right),
  ),
  scalar(
    'series_not_equals',
    'any, any',
    'dynamic',
    pairwise((left, right) => left !== right),
  ),
  scalar(
    'series_greater',
    'any, any',
    'dynamic',
    pairwise((left, right) => left > right),
  ),
  scalar(
    'series_greater_equals',
    'any, any',
    'dynamic',
    pairwise((left, right) => left >= right),
  ),
  scalar(
    'series_less',
    'any, any',
    'dynamic',
    pairwise((left, right) => left < right),
  ),
  scalar(
    'series_less_equals',
    'any, any',
    'dynamic',
    pairwise((left, right) => left <= right),
  ),
  each('series_abs', Math.abs),
  each('series_sign', Math.sign),
  each('series_exp', Math.exp),
  each('series_log', Math.log),
  each('series_floor', Math.floor),
  each('series_ceiling', Math.ceil),
  filling('series_fill_forward', filledFrom),
  filling('series_fill_backward', (series, mark) => filledFrom(series.toReversed(), mark).toReversed()),
  filling('series_fill_linear', filledLinearly),
  scalar('series_fill_const', 'dynamic, any, [any]!', 'dynamic', ([series = null, value = null, mark]) =>
    isArray(series) ? series.map((item) => (isMissing(item, mark) ? value : item)) : null,
  ),
  real('series_sum', sumOf),
  real('series_product', (numbers) => numbers.reduce((product, number) => product * number, 1)),
  real('series_magnitude', (numbers) => Math.sqrt(sumOf(numbers.map((number) => number ** 2)))),
  scalar('series_dot_product', 'dynamic, dynamic', 'real', ([left, right]) => {
    const [one, other] = [numbersIn(left) ?? [], numbersIn(right) ?? []];
    return one.length === other.length ? sumOf(one.map((value, index) => (value ?? 0) * (other[index] ?? 0))) : null;
  }),
  scalar('series_stats_dynamic', 'dynamic', 'dynamic', ([series]) => measures(series)),
  scalar('series_fit_line_dynamic', 'dynamic', 'dynamic', ([series]) => line(series)),
];
