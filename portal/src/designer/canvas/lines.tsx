/** The lines of a layout as one drawing: rounded right angles, dashed where a step does not run after success alone. */
import { ViewportPortal } from '@xyflow/react';
import { memo, type ReactElement } from 'react';
import type { Point } from '../core/layers.ts';
import type { Layout, Line } from '../core/layout.ts';
import { runsIf } from './card-text.ts';

const radius = 6;

export const Lines = memo(function Lines({ layout }: { readonly layout: Layout }): ReactElement {
  return (
    <ViewportPortal>
      <svg className="flow-lines" width={layout.width} height={layout.height} aria-hidden="true">
        {layout.lines.map((line) => (
          <OneLine key={line.id} line={line} row={rowOf(layout.lines, line)} />
        ))}
      </svg>
    </ViewportPortal>
  );
});

/** The place of a line's words among those of the lines that end where it ends. */
const rowOf = (lines: readonly Line[], line: Line): number =>
  lines
    .filter(({ to, statuses }) => to === line.to && runsIf(statuses) !== undefined)
    .findIndex(({ id }) => id === line.id);

function OneLine({
  line: { points, statuses },
  row,
}: {
  readonly line: Line;
  readonly row: number;
}): ReactElement | null {
  const end = points.at(-1);
  if (end === undefined) return null;
  const words = runsIf(statuses);
  const [x, y] = end;
  return (
    <g className={words === undefined ? undefined : 'conditional'}>
      <path d={roundedPath(points)} />
      <path className="tip" d={`M${x - 4},${y - 6} L${x},${y} L${x + 4},${y - 6} Z`} />
      {words === undefined ? null : (
        <text x={x + 8} y={y - 6 - 12 * row}>
          {words}
        </text>
      )}
    </g>
  );
}

/** Straight parts whose corners are rounded as far as the parts are long enough. */
function roundedPath(points: readonly Point[]): string {
  return points
    .map(([x, y], index) => {
      const before = points[index - 1];
      const next = points[index + 1];
      if (before === undefined) return `M${x},${y}`;
      if (next === undefined) return `L${x},${y}`;
      const [ax, ay] = towards([x, y], before);
      const [bx, by] = towards([x, y], next);
      return `L${ax},${ay} Q${x},${y} ${bx},${by}`;
    })
    .join(' ');
}

function towards([x, y]: Point, [tx, ty]: Point): Point {
  const length = Math.hypot(tx - x, ty - y);
  const part = length === 0 ? 0 : Math.min(radius, length / 2) / length;
  return [x + (tx - x) * part, y + (ty - y) * part];
}
