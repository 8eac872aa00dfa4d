/**
 * The panels beside a drawing, and the line by which their width is changed.
 *
 * Invariant
 * PS1. The line moves by pointer and by arrow keys alike; the width is this browser's, the same for every drawing (portal reference 5.1).
 */
import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useState,
} from 'react';
import { readKept, writeKept } from '../../data/drafts.ts';

const least = 360;
const most = 900;
const usual = 480;
const step = 20;
const key = 'panel-width';

const bounded = (width: number): number => Math.round(Math.max(least, Math.min(most, width)));

export interface PanelSplitProps {
  /** The drawing. */
  readonly drawing: ReactNode;
  /** One panel, or two beside each other; nothing where no step is chosen. */
  readonly panels: readonly ReactElement[];
}

export function PanelSplit({ drawing, panels }: PanelSplitProps): ReactElement {
  const [width, setWidth] = useState(() => bounded(readKept<number>(key) ?? usual));
  const put = (next: number): void => {
    const to = bounded(next);
    setWidth(to);
    writeKept(key, to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = { ArrowLeft: width + step, ArrowRight: width - step, Home: most, End: least }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    put(next);
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.preventDefault();
    const from = event.clientX;
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    target.onpointermove = ({ clientX }) => put(width + (from - clientX) / panels.length);
    target.onpointerup = () => {
      target.onpointermove = null;
      target.onpointerup = null;
    };
  };
  const style = { '--panel-width': `${width}px`, '--panels': panels.length } as CSSProperties;
  return (
    <div className={panels.length === 0 ? 'drawn' : 'drawn with-panel'} style={style}>
      {drawing}
      {panels.length === 0 ? null : (
        <div className="drawn-side">
          <div
            className="drawn-line"
            role="separator"
            aria-orientation="vertical"
            aria-label="Width of the panel"
            aria-valuenow={width}
            aria-valuemin={least}
            aria-valuemax={most}
            tabIndex={0}
            onKeyDown={onKeyDown}
            onPointerDown={onPointerDown}
          />
          {panels}
        </div>
      )}
    </div>
  );
}
