/**
 * Steps dragged to another place.
 *
 * Owns: from the press to the release, the mark where it would go, panning at the edges. Does not own: the move itself.
 *
 * Invariants
 * DR1. A press that does not move is a click; a drag is none. Escape ends a drag without a change.
 * DR2. What is dragged can be dropped on places outside itself only; without a place nearby nothing happens.
 *
 * The keyboard's way is Alt with the arrows, or cut and paste. Source: portal reference 5.9.
 */
import { useReactFlow, ViewportPortal } from '@xyflow/react';
import { type PointerEvent as ReactPointerEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { Graph } from '../core/graph.ts';
import { insertPoints } from '../core/insert-points.ts';
import type { Layout } from '../core/layout.ts';
import type { Place } from '../core/operations/place.ts';
import { titleOf } from './card-text.ts';

const least = 6;
/** How far a place may be, in pixels of the picture. */
const near = 120;
const edge = 48;
const pace = 12;

interface Goal {
  readonly x: number;
  readonly y: number;
  readonly place: Place;
}

export interface Drag {
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly goal: Goal | undefined;
}

export interface DragProps {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly frame: { readonly current: HTMLDivElement | null };
  readonly marked: ReadonlySet<string> | undefined;
  readonly onDrop: ((paths: readonly string[], place: Place) => void) | undefined;
}

/** What is being dragged, and the handler of presses on cards. */
export function useDrag(props: DragProps): {
  readonly drag: Drag | undefined;
  readonly onGrab: (path: string, event: ReactPointerEvent<HTMLElement>) => void;
} {
  const [drag, setDrag] = useState<Drag>();
  const { screenToFlowPosition, getViewport, setViewport } = useReactFlow();
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);
  const onGrab = (path: string, event: ReactPointerEvent<HTMLElement>): void => {
    const { graph, layout, marked, frame, onDrop } = latest.current;
    const node = graph.nodes.get(path);
    if (onDrop === undefined || event.button !== 0 || event.shiftKey || node === undefined || node.kind === 'trigger')
      return;
    const paths = marked?.has(path) === true && marked.size > 1 ? [...marked] : [path];
    const goals = goalsOf(graph, layout, paths);
    const title = paths.length === 1 ? titleOf(node.name) : `${paths.length} steps`;
    const from = { x: event.clientX, y: event.clientY };
    let at: { readonly x: number; readonly y: number } | undefined;
    let panning = 0;
    const show = (): void => {
      if (at !== undefined) setDrag({ title, ...at, goal: nearest(goals, screenToFlowPosition(at)) });
    };
    const pan = (): void => {
      const box = frame.current?.getBoundingClientRect();
      if (at === undefined || box === undefined) return;
      const by = (here: number, low: number, high: number): number =>
        here < low + edge ? pace : here > high - edge ? -pace : 0;
      const dx = by(at.x, box.left, box.right);
      const dy = by(at.y, box.top, box.bottom);
      const { x, y, zoom } = getViewport();
      if (dx !== 0 || dy !== 0) {
        void setViewport({ x: x + dx, y: y + dy, zoom });
        show();
      }
      panning = requestAnimationFrame(pan);
    };
    const move = ({ clientX, clientY }: PointerEvent): void => {
      if (at === undefined && Math.hypot(clientX - from.x, clientY - from.y) < least) return;
      const begins = at === undefined;
      at = { x: clientX, y: clientY };
      if (begins) pan();
      show();
    };
    const end = (): void => {
      cancelAnimationFrame(panning);
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', release);
      window.removeEventListener('pointercancel', end);
      window.removeEventListener('keydown', key, true);
      stop.current = undefined;
      setDrag(undefined);
    };
    const release = (): void => {
      const goal = at === undefined ? undefined : nearest(goals, screenToFlowPosition(at));
      if (at !== undefined) swallowClick();
      end();
      if (goal !== undefined) latest.current.onDrop?.(paths, goal.place);
    };
    const key = (pressed: KeyboardEvent): void => {
      if (pressed.key !== 'Escape' || at === undefined) return;
      pressed.preventDefault();
      pressed.stopPropagation();
      end();
    };
    stop.current = end;
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', release);
    window.addEventListener('pointercancel', end);
    window.addEventListener('keydown', key, true);
  };
  return { drag, onGrab };
}

/** The click that a release over the pressed card would make. */
function swallowClick(): void {
  const swallow = (event: MouseEvent): void => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', swallow, true), 0);
}

function goalsOf(graph: Graph, layout: Layout, paths: readonly string[]): readonly Goal[] {
  const isInside = (target: string): boolean => paths.some((path) => target === path || target.startsWith(`${path}/`));
  const points = insertPoints(graph, layout).map(({ x, y, place }): Goal => ({ x, y, place }));
  const empty = layout.boxes
    .filter(({ kind }) => kind === 'empty')
    .map(({ path, x, y, w, h }): Goal => ({ x: x + w / 2, y: y + h / 2, place: { kind: 'start', body: path } }));
  return [...points, ...empty].filter(({ place }) => !isInside(place.kind === 'start' ? place.body : place.path));
}

function nearest(goals: readonly Goal[], at: { readonly x: number; readonly y: number }): Goal | undefined {
  let best: Goal | undefined;
  let closest = near;
  for (const goal of goals) {
    const distance = Math.hypot(goal.x - at.x, goal.y - at.y);
    if (distance >= closest) continue;
    closest = distance;
    best = goal;
  }
  return best;
}

/** What follows the pointer, and where it would go. */
export function Dragged({ drag }: { readonly drag: Drag | undefined }): ReactElement | null {
  if (drag === undefined) return null;
  const { title, x, y, goal } = drag;
  return (
    <>
      <div className="flow-dragged" style={{ left: x + 12, top: y + 8 }} role="status">
        {title}
        <span className="hidden">{goal === undefined ? ' has no place here' : ' can be dropped here'}</span>
      </div>
      {goal === undefined ? null : (
        <ViewportPortal>
          <div className="flow-goal" style={{ transform: `translate(${goal.x - 16}px, ${goal.y - 16}px)` }} />
        </ViewportPortal>
      )}
    </>
  );
}
