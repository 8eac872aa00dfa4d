/** Steps marked by a rectangle: Shift and a drag over the empty canvas. By keyboard: Ctrl and Space on each step. Source: portal reference 5.9. */
import { useReactFlow } from '@xyflow/react';
import { type MouseEvent as ReactMouseEvent, type ReactElement, useState } from 'react';
import type { Layout } from '../core/layout.ts';
import { within } from '../core/within.ts';

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Marquee {
  readonly rectangle: Rectangle | undefined;
  readonly onMouseDown: (event: ReactMouseEvent<HTMLElement>) => void;
}

export function useMarquee(
  frame: { readonly current: HTMLDivElement | null },
  layout: Layout,
  onMarkAll: ((paths: readonly string[]) => void) | undefined,
): Marquee {
  const [rectangle, setRectangle] = useState<Rectangle>();
  const { screenToFlowPosition } = useReactFlow();
  const onMouseDown = (event: ReactMouseEvent<HTMLElement>): void => {
    const target = event.target as HTMLElement;
    const box = frame.current?.getBoundingClientRect();
    const isPane = target.closest('.react-flow__pane') !== null && target.closest('button') === null;
    if (onMarkAll === undefined || !event.shiftKey || event.button !== 0 || !isPane || box === undefined) return;
    // The canvas would take it as the beginning of a pan.
    event.stopPropagation();
    event.preventDefault();
    const from = { x: event.clientX, y: event.clientY };
    const spanOf = ({ clientX, clientY }: MouseEvent) => ({
      x: Math.min(from.x, clientX),
      y: Math.min(from.y, clientY),
      right: Math.max(from.x, clientX),
      bottom: Math.max(from.y, clientY),
    });
    const move = (moved: MouseEvent): void => {
      const { x, y, right, bottom } = spanOf(moved);
      setRectangle({ left: x - box.left, top: y - box.top, width: right - x, height: bottom - y });
    };
    const end = (released: MouseEvent): void => {
      window.removeEventListener('mousemove', move);
      window.removeEventListener('mouseup', end);
      setRectangle(undefined);
      const { x, y, right, bottom } = spanOf(released);
      onMarkAll(within(layout, screenToFlowPosition({ x, y }), screenToFlowPosition({ x: right, y: bottom })));
    };
    window.addEventListener('mousemove', move);
    window.addEventListener('mouseup', end);
  };
  return { rectangle, onMouseDown };
}

export function MarqueeBox({ rectangle }: { readonly rectangle: Rectangle | undefined }): ReactElement | null {
  return rectangle === undefined ? null : <div className="flow-marquee" style={rectangle} />;
}
