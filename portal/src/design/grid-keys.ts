/**
 * The keys of a grid: from cell to cell, ticks, refreshing. Source: portal reference 2.3.
 *
 * Owns: what a key does. Does not own: the rows (`grid.tsx`).
 */
import type { KeyboardEvent } from 'react';

export interface GridKeys {
  /** Ticks the row of this index from 0; with `range`, all from the row that was ticked last. */
  readonly tick: ((index: number, range: boolean) => void) | undefined;
  readonly refresh: () => void;
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  Home: [0, -1000],
  End: [0, 1000],
};

/** Steps with the control key: to the corners of what is drawn. */
const corners: Readonly<Record<string, readonly [number, number]>> = {
  Home: [-100_000, -1000],
  End: [100_000, 1000],
};

const isTyping = (target: HTMLElement): boolean =>
  target.matches('input:not([type=checkbox]):not([type=radio]),textarea,select');

/** Arrows go from cell to cell; a cell with a control gives it the focus. */
export function onGridKey(event: KeyboardEvent<HTMLDivElement>, keys: GridKeys): void {
  const target = event.target as HTMLElement;
  if (isTyping(target)) return;
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === '/' && isPlain && focusSearch(event.currentTarget)) event.preventDefault();
  else if (event.key === 'r' && isPlain) {
    event.preventDefault();
    keys.refresh();
  } else if (event.key === ' ') tickByKey(event, target, keys);
  else move(event, target);
}

/** The search box of the grid's page, where it has one. */
function focusSearch(grid: HTMLElement): boolean {
  const box = grid.closest('main,[role=dialog]')?.querySelector<HTMLElement>('[type=search],[role=searchbox]');
  box?.focus();
  return box !== null && box !== undefined;
}

function tickByKey(event: KeyboardEvent<HTMLDivElement>, target: HTMLElement, { tick }: GridKeys): void {
  const index = Number(target.closest('[role=row]')?.getAttribute('aria-rowindex')) - 2;
  // A control in the cell takes the plain key itself: a check box ticks, a button acts.
  if (tick === undefined || index < 0 || (!event.shiftKey && target.matches('input,button'))) return;
  event.preventDefault();
  tick(index, event.shiftKey);
}

function move(event: KeyboardEvent<HTMLDivElement>, target: HTMLElement): void {
  const here = target.closest<HTMLElement>('[role=gridcell],[role=columnheader]');
  const row = here?.parentElement;
  const step = (event.ctrlKey ? corners : steps)[event.key];
  if (here === null || row === null || row === undefined || step === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=row]')];
  const next = rows[within(rows.indexOf(row) + step[0], rows.length)] ?? row;
  const cells = [...next.children] as HTMLElement[];
  const cell = cells[within([...row.children].indexOf(here) + step[1], cells.length)];
  if (cell === undefined) return;
  event.preventDefault();
  (cell.querySelector<HTMLElement>('a,button,input') ?? cell).focus();
  cell.scrollIntoView({ block: 'nearest' });
}

const within = (index: number, count: number): number => Math.max(0, Math.min(count - 1, index));
