/**
 * What every chart has: a caption, a sentence of the result for those who cannot see it, a legend, and the values as a table.
 *
 * Owns: the frame, the values that can be reached by pointer and keyboard. Does not own: the drawing (one file per kind).
 * Source: portal reference 8.4.
 *
 * Invariants
 * CH1. The drawing says nothing that the sentence, the reachable values and the table do not say.
 * CH2. A chart is one stop of the tab key; arrows go from value to value.
 */
import { ToggleButton } from '@fluentui/react-components';
import { TableRegular } from '@fluentui/react-icons';
import { type ReactElement, type ReactNode, useCallback, useState } from 'react';
import type { Look } from '../model/status.ts';
import './charts.css';

export interface Series {
  readonly key: string;
  readonly label: string;
  readonly look: Look;
}

export interface ChartTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface ChartFrameProps {
  readonly title: string;
  /** *Alerts, last 7 days: 12 high, 40 medium.* */
  readonly sentence: string;
  readonly legend?: readonly (Series & { readonly count?: number; readonly link?: ReactNode })[];
  readonly table: ChartTable;
  /** Said instead of the drawing when there is nothing to draw. */
  readonly empty?: string | undefined;
  readonly children: ReactNode;
}

export function ChartFrame({ title, sentence, legend = [], table, empty, children }: ChartFrameProps): ReactElement {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="chart">
      <figcaption>
        <span>{title}</span>
        <ToggleButton
          appearance="subtle"
          size="small"
          icon={<TableRegular />}
          checked={asTable}
          aria-label={`View as table: ${title}`}
          title="View as table"
          onClick={() => setAsTable(!asTable)}
        />
      </figcaption>
      {asTable ? (
        <TableView title={title} table={table} />
      ) : empty === undefined ? (
        <>
          <p className="hidden">{sentence}</p>
          {children}
          <Legend series={legend} />
        </>
      ) : (
        <p className="chart-empty">{empty}</p>
      )}
    </figure>
  );
}

function Legend({ series }: { readonly series: NonNullable<ChartFrameProps['legend']> }): ReactElement | null {
  if (series.length === 0) return null;
  return (
    <ul className="legend">
      {series.map(({ key, label, look, count, link }) => (
        <li key={key}>
          <i className={`look-${look}`} aria-hidden="true" />
          {link ?? label}
          {count === undefined ? null : <b>{count.toLocaleString('en')}</b>}
        </li>
      ))}
    </ul>
  );
}

function TableView({ title, table }: { readonly title: string; readonly table: ChartTable }): ReactElement {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reached by keyboard
    <div className="chart-table" role="region" aria-label={`${title}, as a table`} tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            {table.header.map((text) => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, column) => (
                <td key={column} className={typeof value === 'number' ? 'numeric' : undefined}>
                  {typeof value === 'number' ? value.toLocaleString('en') : value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The width of an element, told anew when it changes; 0 before it is there. */
export function useWidth(): readonly [(element: HTMLElement | null) => (() => void) | undefined, number] {
  const [width, setWidth] = useState(0);
  const measure = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [measure, width];
}

export interface Reachable {
  readonly key: string;
  /** What it says: *14:00: 3 high, 1 low*. */
  readonly label: string;
  /** Where it is in the drawing, in pixels. */
  readonly left: number;
  readonly width: number;
}

/** CH2: the values of a drawing as a row of stops above it, each with its tooltip. */
export function ReachableValues({
  label,
  values,
}: {
  readonly label: string;
  readonly values: readonly Reachable[];
}): ReactElement {
  const [at, setAt] = useState<number>();
  const [stop, setStop] = useState(values.length - 1);
  const shown = at === undefined ? undefined : values[at];
  const current = Math.min(Math.max(stop, 0), values.length - 1);
  const move = (from: number, by: number, list: Element | null | undefined): void => {
    const next = Math.max(0, Math.min(values.length - 1, from + by));
    setStop(next);
    list?.querySelectorAll<HTMLElement>('button')[next]?.focus();
  };
  return (
    <div role="group" aria-label={label} className="chart-values">
      {values.map((value, index) => (
        <button
          key={value.key}
          type="button"
          aria-label={value.label}
          tabIndex={index === current ? 0 : -1}
          className="chart-value"
          style={{ left: value.left, width: value.width }}
          onMouseEnter={() => setAt(index)}
          onMouseLeave={() => setAt(undefined)}
          onFocus={() => {
            setAt(index);
            setStop(index);
          }}
          onBlur={() => setAt(undefined)}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            if (by === 0) return;
            event.preventDefault();
            move(index, by, event.currentTarget.parentElement);
          }}
        />
      ))}
      {shown === undefined ? null : (
        <div
          className={shown.left > 160 ? 'chart-tooltip left' : 'chart-tooltip'}
          style={
            shown.left > 160 ? { right: `calc(100% - ${shown.left}px + 6px)` } : { left: shown.left + shown.width + 6 }
          }
          aria-hidden="true"
        >
          {shown.label}
        </div>
      )}
    </div>
  );
}
