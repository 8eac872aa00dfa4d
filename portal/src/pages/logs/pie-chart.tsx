/** Shares of a whole as a ring, with names, values and percentages beside it. */
import type { ReactElement } from 'react';
import { type Slice, shortNumber } from '../../model/result-chart.ts';

const [size, outer, inner] = [220, 100, 62];
const middle = size / 2;

const pointAt = (share: number, radius: number): string => {
  const angle = share * 2 * Math.PI - Math.PI / 2;
  return `${(middle + radius * Math.cos(angle)).toFixed(2)} ${(middle + radius * Math.sin(angle)).toFixed(2)}`;
};

/** A full ring is two halves: an arc from a point to itself is nothing. */
function ringPart(from: number, to: number): string {
  if (to - from > 0.999) return `${ringPart(0, 0.5)}${ringPart(0.5, 0.9989)}`;
  const large = to - from > 0.5 ? 1 : 0;
  return `M${pointAt(from, outer)}A${outer} ${outer} 0 ${large} 1 ${pointAt(to, outer)}L${pointAt(to, inner)}A${inner} ${inner} 0 ${large} 0 ${pointAt(from, inner)}Z`;
}

export function PieChart({
  slices,
  title,
}: {
  readonly slices: readonly Slice[];
  readonly title: string;
}): ReactElement {
  const total = slices.reduce((sum, { value }) => sum + value, 0);
  const text = slices.map(({ name, value }) => `${name} ${shortNumber(value)}`).join(', ');
  return (
    <div className="pie">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={`${title}: ${text}`}>
        {slices.map(({ name, share, from }, index) =>
          share === 0 ? null : <path key={name} className={`series-${index} slice`} d={ringPart(from, from + share)} />,
        )}
        <text x={middle} y={middle + 2} textAnchor="middle" className="pie-total">
          {shortNumber(total)}
        </text>
        <text x={middle} y={middle + 20} textAnchor="middle">
          in all
        </text>
      </svg>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col" className="numeric">
              Value
            </th>
            <th scope="col" className="numeric">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {slices.map(({ name, value, share }, index) => (
            <tr key={name}>
              <td className={`series-${index}`}>
                <i className="swatch" /> {name}
              </td>
              <td className="numeric">{value.toLocaleString('en')}</td>
              <td className="numeric">{(share * 100).toFixed(1)}%</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
