/** The largest of many by their number, with the part of it that failed. */
import { scaleLinear } from 'd3-scale';
import type { ReactElement, ReactNode } from 'react';
import { ChartFrame, useWidth } from './frame.tsx';

export interface Bar {
  readonly key: string;
  readonly name: string;
  /** The name as a link. */
  readonly link: ReactNode;
  readonly good: number;
  readonly failed: number;
}

export interface BarsProps {
  readonly title: string;
  readonly about: string;
  readonly bars: readonly Bar[];
  readonly goodText: string;
  readonly failedText: string;
  readonly empty: string;
}

const thickness = 10;

export function Bars({ title, about, bars, goodText, failedText, empty }: BarsProps): ReactElement {
  const most = Math.max(1, ...bars.map(({ good, failed }) => good + failed));
  const words = ({ name, good, failed }: Bar): string =>
    `${name}: ${good} ${goodText.toLowerCase()}${failed === 0 ? '' : `, ${failed} ${failedText.toLowerCase()}`}`;
  return (
    <ChartFrame
      title={title}
      sentence={`${about}. ${bars.map(words).join('; ')}.`}
      legend={[
        { key: 'good', label: goodText, look: 'info' },
        { key: 'failed', label: failedText, look: 'high' },
      ]}
      table={{
        header: ['Name', goodText, failedText],
        rows: bars.map(({ name, good, failed }) => [name, good, failed]),
      }}
      empty={bars.length === 0 ? empty : undefined}
    >
      <ul className="chart-bars">
        {bars.map((bar) => (
          <li key={bar.key} title={words(bar)}>
            <span className="chart-bar-name">{bar.link}</span>
            <BarDrawing good={bar.good} failed={bar.failed} most={most} />
            <span className="chart-bar-count">{(bar.good + bar.failed).toLocaleString('en')}</span>
          </li>
        ))}
      </ul>
    </ChartFrame>
  );
}

function BarDrawing({
  good,
  failed,
  most,
}: {
  readonly good: number;
  readonly failed: number;
  readonly most: number;
}): ReactElement {
  const [measure, width] = useWidth();
  const x = scaleLinear([0, most], [0, width]);
  const failedWidth = failed === 0 ? 0 : Math.max(3, x(failed));
  return (
    <span className="chart-bar" ref={measure}>
      <svg width={width} height={thickness} aria-hidden="true" focusable="false">
        <rect className="look-high" width={failedWidth} height={thickness} rx={1} />
        <rect
          className="look-info"
          x={failedWidth === 0 ? 0 : failedWidth + 1}
          width={Math.max(0, x(good))}
          height={thickness}
          rx={1}
        />
      </svg>
    </span>
  );
}
