/**
 * The keyboard on a canvas.
 *
 * Owns: moving from step to step, zooming, folding. Does not own: keys that change the workflow.
 *
 * Source: portal reference 5.9: Up and Down go in order of running, Left and Right to the step beside, `[` and `]` fold and open,
 * Ctrl with plus, minus and 0 zoom, `1` is full size.
 */
import { useReactFlow } from '@xyflow/react';
import type { KeyboardEvent } from 'react';
import type { Box, Layout } from '../core/layout.ts';

export interface KeyboardProps {
  readonly frame: { readonly current: HTMLDivElement | null };
  readonly layout: Layout;
  readonly collapsed: ReadonlySet<string>;
  readonly onCollapse: (path: string, fold: boolean) => void;
  readonly onKey: ((event: KeyboardEvent, path: string, collapsed: boolean) => boolean) | undefined;
}

export function useKeyboard({
  frame,
  layout,
  collapsed,
  onCollapse,
  onKey,
}: KeyboardProps): (event: KeyboardEvent<HTMLDivElement>) => void {
  const { setCenter, getZoom, zoomIn, zoomOut, zoomTo, fitView } = useReactFlow();
  const goTo = (to: Box | undefined): void => {
    if (to === undefined) return;
    const find = (): HTMLElement | null =>
      frame.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(to.path)}"]`) ?? null;
    void setCenter(to.x + to.w / 2, to.y + Math.min(to.h / 2, 120), { zoom: getZoom() });
    requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus({ preventScroll: true })));
  };
  const zoomed = (event: KeyboardEvent): boolean => {
    const withControl = event.ctrlKey || event.metaKey;
    if (withControl && (event.key === '+' || event.key === '=')) void zoomIn();
    else if (withControl && event.key === '-') void zoomOut();
    else if (withControl && event.key === '0') void fitView({ padding: 0.05 });
    else if (!withControl && event.key === '1') void zoomTo(1);
    else return false;
    return true;
  };
  return (event) => {
    const from = (event.target as HTMLElement).dataset['path'];
    if (zoomed(event)) return event.preventDefault();
    if (from === undefined) return;
    if (onKey?.(event, from, collapsed.has(from)) === true) return event.preventDefault();
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === '[' || event.key === ']') {
      const fold = event.key === '[';
      if (collapsed.has(from) !== fold && layout.boxes.some(({ path, kind }) => path === from && kind === 'frame')) {
        event.preventDefault();
        onCollapse(from, fold);
      }
      return;
    }
    const steps = layout.boxes.filter(({ kind }) => kind !== 'branch' && kind !== 'empty' && kind !== 'addCase');
    const to = nextOf(steps, from, event.key);
    if (to === undefined) return;
    event.preventDefault();
    goTo(to);
  };
}

function nextOf(steps: readonly Box[], from: string, key: string): Box | undefined {
  const index = steps.findIndex(({ path }) => path === from);
  const here = steps[index];
  if (key === 'Home') return steps[0];
  if (key === 'End') return steps.at(-1);
  if (key === 'ArrowDown') return steps[Math.min(steps.length - 1, index + 1)];
  if (key === 'ArrowUp') return steps[Math.max(0, index - 1)];
  if (here === undefined || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return undefined;
  return beside(steps, here, key === 'ArrowRight' ? 1 : -1) ?? steps[index + (key === 'ArrowRight' ? 1 : -1)];
}

/** The nearest step on that side, height counting twice. */
function beside(steps: readonly Box[], here: Box, side: 1 | -1): Box | undefined {
  const middle = here.x + here.w / 2;
  let best: Box | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const box of steps) {
    const dx = (box.x + box.w / 2 - middle) * side;
    const dy = Math.abs(box.y - here.y);
    const overlaps = box.x < here.x + here.w && here.x < box.x + box.w;
    if (box === here || overlaps || dx <= 0) continue;
    const distance = dx + 2 * dy;
    if (distance < least) {
      least = distance;
      best = box;
    }
  }
  return best;
}
