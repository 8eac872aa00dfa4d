/** Parts of a whole as a ring, the whole in its middle. */
import { arc, pie } from 'd3-shape';
import type { ReactElement, ReactNode } from 'react';
import { ChartFrame, type Series } from './frame.tsx';

export interface DonutPart extends Series {
  readonly count: number;
  readonly link?: ReactNode;
}

export interface DonutProps {
  readonly title: string;
  readonly about: string;
  /** What the whole is called: *resources*. */
  readonly whole: string;
  readonly parts: readonly DonutPart[];
  readonly empty: string;
}

const size = 168;
const ring = arc<{ readonly startAngle: number; readonly endAngle: number }>()
  .innerRadius(size / 2 - 26)
  .outerRadius(size / 2 - 2)
  .padAngle(0.02)
  .cornerRadius(2);

export function Donut({ title, about, whole, parts, empty }: DonutProps): ReactElement {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const shares = pie<DonutPart>()
    .value(({ count }) => count)
    .sort(null)(parts.filter(({ count }) => count > 0));
  return (
    <ChartFrame
      title={title}
      sentence={`${about}: ${parts.map(({ label, count }) => `${count} ${label.toLowerCase()}`).join(', ')}.`}
      legend={parts}
      table={{ header: ['State', 'Number'], rows: parts.map(({ label, count }) => [label, count]) }}
      empty={total === 0 ? empty : undefined}
    >
      <div className="chart-donut">
        <svg
          width={size}
          height={size}
          viewBox={`${-size / 2} ${-size / 2} ${size} ${size}`}
          aria-hidden="true"
          focusable="false"
        >
          {shares.map((share) => (
            <path key={share.data.key} className={`look-${share.data.look}`} d={ring(share) ?? ''}>
              <title>{`${share.data.label}: ${share.data.count.toLocaleString('en')}`}</title>
            </path>
          ))}
          <text className="chart-whole" textAnchor="middle" y={2}>
            {total.toLocaleString('en')}
          </text>
          <text textAnchor="middle" y={20}>
            {whole}
          </text>
        </svg>
      </div>
    </ChartFrame>
  );
}
