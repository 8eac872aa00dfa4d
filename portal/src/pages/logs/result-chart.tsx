/** The rows of a query as a chart. Source: portal reference 8.4. */
import { Dropdown, Option } from '@fluentui/react-components';
import { type MouseEvent, type ReactElement, useState } from 'react';
import { Empty } from '../../design/states.tsx';
import {
  type Chart,
  type ChartKind,
  chartOf,
  niceSteps,
  rangeOf,
  shortNumber,
  slicesOf,
} from '../../model/result-chart.ts';
import type { QueryResult } from '../../model/query-result.ts';
import { Marks } from './chart-marks.tsx';
import { frame, type Frame } from './chart-frame.ts';
import { PieChart } from './pie-chart.tsx';

const kinds: readonly (readonly [ChartKind, string])[] = [
  ['line', 'Lines'],
  ['area', 'Areas'],
  ['column', 'Columns'],
  ['bar', 'Bars'],
  ['pie', 'Pie'],
  ['scatter', 'Points'],
];

export function ResultChart({ result }: { readonly result: QueryResult }): ReactElement {
  const [wanted, setWanted] = useState<ChartKind>();
  const chart = chartOf(result, wanted);
  if (chart === undefined) {
    return (
      <Empty text="These rows have no numbers to draw. Add a summarize that counts or adds up, and a column to draw them by." />
    );
  }
  const name = kinds.find(([kind]) => kind === chart.kind)?.[1] ?? '';
  return (
    <figure className="chart result-chart">
      <figcaption>
        <span>
          {chart.title ??
            `${chart.series
              .map((each) => each.name)
              .slice(0, 3)
              .join(', ')} by ${chart.axisTitle}`}
        </span>
        <Dropdown
          aria-label="Kind of chart"
          size="small"
          value={name}
          selectedOptions={[chart.kind]}
          onOptionSelect={(_, { optionValue }) => setWanted(optionValue as ChartKind)}
        >
          {kinds.map(([kind, text]) => (
            <Option key={kind} value={kind} text={text}>
              {text}
            </Option>
          ))}
        </Dropdown>
      </figcaption>
      {chart.kind === 'pie' ? (
        <PieChart slices={slicesOf(chart)} title={chart.axisTitle} />
      ) : (
        <AxisChart chart={chart} />
      )}
    </figure>
  );
}

/** The slider and the pointer go from value to value along the axis; what is there is said below. */
function AxisChart({ chart }: { readonly chart: Chart }): ReactElement {
  const [at, setAt] = useState<number>();
  const [least, greatest] = rangeOf(chart);
  const steps = niceSteps(least, greatest);
  const place = frame(chart, steps);
  const point = (event: MouseEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = place.width / box.width;
    setAt(place.nearest((event.clientX - box.left) * scale, (event.clientY - box.top) * scale));
  };
  return (
    <>
      <div role="presentation" onMouseMove={point} onMouseLeave={() => setAt(undefined)}>
        <svg viewBox={`0 0 ${place.width} ${place.height}`} role="img" aria-label={sentenceOf(chart)}>
          <Axes chart={chart} place={place} steps={steps} />
          <Marks chart={chart} place={place} />
          {at === undefined ? null : <Pointer place={place} at={at} />}
        </svg>
      </div>
      <input
        type="range"
        className="chart-place"
        aria-label={`Place along ${chart.axisTitle}`}
        aria-valuetext={at === undefined ? 'None chosen' : valuesText(chart, at)}
        min={0}
        max={chart.ticks.length - 1}
        value={at ?? 0}
        onChange={(event) => setAt(Number(event.target.value))}
        onFocus={() => setAt((before) => before ?? 0)}
        onBlur={() => setAt(undefined)}
      />
      <p className="chart-values">{at === undefined ? ' ' : valuesText(chart, at)}</p>
      {chart.series.length < 2 ? null : (
        <ul className="legend">
          {chart.series.map(({ name }, index) => (
            <li key={name} className={`series-${index}`}>
              <i />
              {name}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function sentenceOf({ series, axisTitle, ticks }: Chart): string {
  const sums = series.map(
    ({ name, values }) => `${name} ${shortNumber(values.reduce((sum: number, value) => sum + (value ?? 0), 0))}`,
  );
  return `${sums.join(', ')}; ${ticks.length} values of ${axisTitle}`;
}

function valuesText({ ticks, series, axis }: Chart, at: number): string {
  const text = ticks[at]?.text ?? '';
  const values = series.flatMap(({ name, values: all }) => {
    const value = all[at];
    return value === null || value === undefined ? [] : [`${name} ${value.toLocaleString('en')}`];
  });
  return `${axis === 'time' ? text.slice(0, 19).replace('T', ' ') : text}: ${values.join(', ')}`;
}

function Axes({
  chart,
  place,
  steps,
}: {
  readonly chart: Chart;
  readonly place: Frame;
  readonly steps: readonly number[];
}): ReactElement {
  const isBar = chart.kind === 'bar';
  return (
    <g aria-hidden="true">
      {steps.map((step) => {
        const value = place.value(step);
        return isBar ? (
          <g key={step}>
            <line className="axis" x1={value} x2={value} y1={place.top} y2={place.bottom} />
            <text x={value} y={place.bottom + 16} textAnchor="middle">
              {shortNumber(step)}
            </text>
          </g>
        ) : (
          <g key={step}>
            <line className="axis" x1={place.left} x2={place.right} y1={value} y2={value} />
            <text x={place.left - 6} y={value + 4} textAnchor="end">
              {shortNumber(step)}
            </text>
          </g>
        );
      })}
      {place.labels.map(({ text, at }) =>
        isBar ? (
          <text key={`${text} ${at}`} x={place.left - 6} y={at + 4} textAnchor="end">
            {text}
          </text>
        ) : (
          <text key={`${text} ${at}`} x={at} y={place.bottom + 16} textAnchor="middle">
            {text}
          </text>
        ),
      )}
    </g>
  );
}

function Pointer({ place, at }: { readonly place: Frame; readonly at: number }): ReactElement {
  const along = place.along(at);
  return place.isAcross ? (
    <line className="pointer" x1={place.left} x2={place.right} y1={along} y2={along} />
  ) : (
    <line className="pointer" x1={along} x2={along} y1={place.top} y2={place.bottom} />
  );
}
