/** Lines, areas, columns, bars and points of a chart. */
import type { ReactElement } from 'react';
import type { Chart, Series } from '../../model/result-chart.ts';
import type { Frame } from './chart-frame.ts';

interface MarksProps {
  readonly chart: Chart;
  readonly place: Frame;
}

export function Marks({ chart, place }: MarksProps): ReactElement {
  const { kind } = chart;
  if (kind === 'column' || kind === 'bar') return <Boxes chart={chart} place={place} />;
  if (kind === 'area') return <Areas chart={chart} place={place} />;
  return (
    <g aria-hidden="true">
      {chart.series.map((series, index) => (
        <g key={series.name} className={`series-${index}`}>
          {kind === 'line' ? <path className="series-line" d={lineOf(series, place)} /> : null}
          {kind === 'scatter' || chart.ticks.length <= 60 ? <Points series={series} place={place} /> : null}
        </g>
      ))}
    </g>
  );
}

function Points({ series, place }: { readonly series: Series; readonly place: Frame }): ReactElement {
  return (
    <>
      {series.values.map((value, at) =>
        value === null ? null : <circle key={at} cx={place.along(at)} cy={place.value(value)} r={3} />,
      )}
    </>
  );
}

/** A gap where a value is missing. */
function lineOf({ values }: Series, place: Frame): string {
  let isOpen = false;
  return values
    .flatMap((value, at) => {
      if (value === null) {
        isOpen = false;
        return [];
      }
      const command = isOpen ? 'L' : 'M';
      isOpen = true;
      return [`${command}${place.along(at).toFixed(1)} ${place.value(value).toFixed(1)}`];
    })
    .join('');
}

/** What lies below each value of each series: the sum of the series before it. */
function floorsOf({ series, stacked, ticks }: Chart): readonly (readonly number[])[] {
  const sums = ticks.map(() => 0);
  return series.map(({ values }) => {
    const floor = [...sums];
    if (stacked) for (const [at, value] of values.entries()) sums[at] = (sums[at] ?? 0) + Math.max(0, value ?? 0);
    return floor;
  });
}

function Areas({ chart, place }: MarksProps): ReactElement {
  const floors = floorsOf(chart);
  return (
    <g aria-hidden="true">
      {chart.series.map(({ name, values }, index) => {
        const floor = floors[index] ?? [];
        const upper = values.map(
          (value, at) => `${place.along(at).toFixed(1)} ${place.value((floor[at] ?? 0) + (value ?? 0)).toFixed(1)}`,
        );
        const lower = values
          .map((_, at) => `${place.along(at).toFixed(1)} ${place.value(floor[at] ?? 0).toFixed(1)}`)
          .toReversed();
        return (
          <path key={name} className={`series-${index} series-area`} d={`M${upper.join('L')}L${lower.join('L')}Z`} />
        );
      })}
    </g>
  );
}

function Boxes({ chart, place }: MarksProps): ReactElement {
  const floors = floorsOf(chart);
  const { series, stacked } = chart;
  const whole = Math.max(1, Math.min(48, place.band * 0.8));
  const each = stacked ? whole : whole / series.length;
  return (
    <g aria-hidden="true">
      {series.map(({ name, values }, index) => (
        <g key={name} className={`series-${index}`}>
          {values.map((value, at) => {
            if (value === null || value === 0) return null;
            const floor = floors[index]?.[at] ?? 0;
            const [low, high] = [place.value(floor), place.value(floor + value)].toSorted((a, b) => a - b) as [
              number,
              number,
            ];
            const start = place.along(at) - whole / 2 + (stacked ? 0 : each * index);
            const long = Math.max(0.5, high - low - (stacked ? 1 : 0));
            return place.isAcross ? (
              <rect key={at} x={low} y={start} width={long} height={each} />
            ) : (
              <rect key={at} x={start} y={low} width={each} height={long} />
            );
          })}
        </g>
      ))}
    </g>
  );
}
