/** A few numbers over time in a cell of a grid. */
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import type { ReactElement } from 'react';
import './charts.css';

export interface SparklineProps {
  readonly values: readonly number[];
  /** What they say: *12 runs in 24 hours*. */
  readonly label: string;
}

const width = 96;
const height = 20;

export function Sparkline({ values, label }: SparklineProps): ReactElement {
  const x = scaleLinear([0, values.length], [0, width]);
  const y = scaleLinear([0, Math.max(1, ...values)], [height - 1, 2]);
  const shape = area<number>()
    .x((_, index) => x(index))
    .y0(height - 1)
    .y1((value) => y(value))
    .curve(curveStepAfter);
  // The last step is as wide as the others.
  const stepped = [...values, values.at(-1) ?? 0];
  return (
    <svg className="sparkline look-info" role="img" aria-label={label} width={width} height={height}>
      <title>{label}</title>
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} className="axis" />
      <path d={shape(stepped) ?? ''} />
    </svg>
  );
}
