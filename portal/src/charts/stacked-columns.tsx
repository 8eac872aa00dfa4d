/** Columns over time, stacked by what they count; the worst at the bottom. */
import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { ReactElement } from 'react';
import { ChartFrame, ReachableValues, type Series, useWidth } from './frame.tsx';

export interface Bucket {
  /** The start, as a text for the axis and the tooltip. */
  readonly label: string;
  /** Under the axis, where there is room; absent for those that get none. */
  readonly axis?: string;
  readonly counts: Readonly<Record<string, number>>;
}

export interface StackedColumnsProps {
  readonly title: string;
  /** What is counted, and since when: *Alerts, last 24 hours*. */
  readonly about: string;
  readonly series: readonly Series[];
  readonly buckets: readonly Bucket[];
  readonly empty: string;
}

const height = 200;
const margin = { top: 8, right: 12, bottom: 22, left: 40 };
const labelWidth = 56;

export function StackedColumns({ title, about, series, buckets, empty }: StackedColumnsProps): ReactElement {
  const totals = series.map(({ key }) => buckets.reduce((sum, { counts }) => sum + (counts[key] ?? 0), 0));
  const isEmpty = totals.every((total) => total === 0);
  const words = series.flatMap(({ label }, index) =>
    totals[index] === 0 ? [] : [`${totals[index]} ${label.toLowerCase()}`],
  );
  return (
    <ChartFrame
      title={title}
      sentence={`${about}: ${words.length === 0 ? 'none' : words.join(', ')}.`}
      legend={series.map((each, index) => ({ ...each, count: totals[index] ?? 0 }))}
      table={{
        header: ['Time', ...series.map(({ label }) => label)],
        rows: buckets.map(({ label, counts }) => [label, ...series.map(({ key }) => counts[key] ?? 0)]),
      }}
      empty={isEmpty ? empty : undefined}
    >
      <Columns about={about} series={series} buckets={buckets} />
    </ChartFrame>
  );
}

function Columns({ about, series, buckets }: Pick<StackedColumnsProps, 'about' | 'series' | 'buckets'>): ReactElement {
  const [measure, width] = useWidth();
  const most = Math.max(
    1,
    ...buckets.map(({ counts }) => series.reduce((sum, { key }) => sum + (counts[key] ?? 0), 0)),
  );
  const x = scaleBand(
    buckets.map((_, index) => String(index)),
    [margin.left, Math.max(margin.left + 1, width - margin.right)],
  ).padding(0.2);
  const y = scaleLinear([0, most], [height - margin.bottom, margin.top]).nice(4);
  const ticks = y.ticks(4).filter(Number.isInteger);
  const named = buckets.flatMap(({ axis }, index) => (axis === undefined ? [] : [index]));
  const every = Math.max(1, Math.ceil((named.length * labelWidth) / Math.max(1, width - margin.left)));
  const labelled = new Set(named.filter((_, place) => place % every === 0));
  return (
    <div className="chart-place" ref={measure} style={{ height }}>
      {width === 0 ? null : (
        <svg width={width} height={height} aria-hidden="true" focusable="false">
          {ticks.map((tick) => (
            <g key={tick}>
              <line
                x1={margin.left}
                x2={width - margin.right}
                y1={y(tick)}
                y2={y(tick)}
                className={tick === 0 ? 'axis zero' : 'axis'}
              />
              <text x={margin.left - 8} y={y(tick) + 4} textAnchor="end">
                {tick.toLocaleString('en')}
              </text>
            </g>
          ))}
          {buckets.map(({ counts }, index) => (
            <g key={index}>
              <Column series={series} counts={counts} y={y} left={x(String(index)) ?? 0} width={x.bandwidth()} />
              {labelled.has(index) ? (
                <text x={(x(String(index)) ?? 0) + x.bandwidth() / 2} y={height - 6} textAnchor="middle">
                  {buckets[index]?.axis}
                </text>
              ) : null}
            </g>
          ))}
        </svg>
      )}
      {width === 0 ? null : (
        <ReachableValues
          label={about}
          values={buckets.map(({ label, counts }, index) => ({
            key: String(index),
            label: `${label}: ${wordsOf(series, counts)}`,
            left: (x(String(index)) ?? 0) - (x.step() - x.bandwidth()) / 2,
            width: x.step(),
          }))}
        />
      )}
    </div>
  );
}

function wordsOf(series: readonly Series[], counts: Readonly<Record<string, number>>): string {
  const words = series.flatMap(({ key, label }) => {
    const count = counts[key] ?? 0;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${label.toLowerCase()}`];
  });
  return words.length === 0 ? 'none' : words.join(', ');
}

interface ColumnProps {
  readonly series: readonly Series[];
  readonly counts: Readonly<Record<string, number>>;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly width: number;
}

/** What is there shows, however small beside the rest: at least two pixels. */
function Column({ series, counts, y, left, width }: ColumnProps): ReactElement {
  const layers = stack<Readonly<Record<string, number>>>()
    .keys(series.map(({ key }) => key))
    .value((row, key) => row[key] ?? 0)([counts]);
  return (
    <>
      {layers.map((layer, index) => {
        const [from, to] = layer[0] ?? [0, 0];
        if (to === from) return null;
        const tall = Math.max(2, y(from) - y(to) - 1);
        const look = series[index]?.look ?? 'muted';
        return (
          <rect
            key={layer.key}
            className={`look-${look}`}
            x={left}
            y={y(from) - tall}
            width={width}
            height={tall}
            rx={1}
          />
        );
      })}
    </>
  );
}
