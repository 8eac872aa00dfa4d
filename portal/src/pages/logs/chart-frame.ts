/** Where things stand in a chart: the box between its axes, and places of values. Lengths are units of the view box. */
import type { Chart } from '../../model/result-chart.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The axis of names runs down instead of across. */
  readonly isAcross: boolean;
  /** Place of a value. */
  readonly value: (value: number) => number;
  /** Middle of a tick's band. */
  readonly along: (index: number) => number;
  /** How wide a tick's band is. */
  readonly band: number;
  readonly labels: readonly { readonly text: string; readonly at: number }[];
  /** The tick nearest to a point. */
  readonly nearest: (x: number, y: number) => number;
}

const width = 960;
const rowHeight = 26;
const labelWidth = 6.2;
const longestName = 34;

const short = (text: string): string => (text.length > longestName ? `${text.slice(0, longestName - 1)}…` : text);

export function frame(chart: Chart, steps: readonly number[]): Frame {
  const { kind, ticks, axis } = chart;
  const isAcross = kind === 'bar';
  const names = ticks.map(({ text }) => labelOf(text, axis, spanOf(chart)));
  const longest = Math.max(0, ...names.map((name) => short(name).length));
  const height = isAcross ? Math.max(120, Math.min(ticks.length, 60) * rowHeight + 50) : 320;
  const [left, right, top, bottom] = [isAcross ? longest * labelWidth + 20 : 56, width - 16, 12, height - 30];
  const [first, last] = [steps[0] ?? 0, steps.at(-1) ?? 1];
  const share = (value: number): number => (value - first) / (last - first);
  const length = isAcross ? bottom - top : right - left;
  const start = isAcross ? top : left;
  const hasBands = axis === 'name' || kind === 'column' || isAcross;
  const band = length / Math.max(1, ticks.length);
  const [from, to] = [ticks[0]?.at ?? 0, ticks.at(-1)?.at ?? 0];
  const along = (index: number): number => {
    const tick = ticks[index];
    if (tick === undefined) return start;
    if (hasBands || from === to) return start + band * (index + 0.5);
    return start + ((tick.at - from) / (to - from)) * length;
  };
  const places = ticks.map((_, index) => along(index));
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    isAcross,
    value: (value) => (isAcross ? left + share(value) * (right - left) : bottom - share(value) * (bottom - top)),
    along,
    band,
    labels: thinned(names.map(short), places, isAcross),
    nearest: (x, y) => nearestOf(places, isAcross ? y : x),
  };
}

function nearestOf(places: readonly number[], wanted: number): number {
  let best = 0;
  for (const [index, place] of places.entries()) {
    if (Math.abs(place - wanted) < Math.abs((places[best] ?? 0) - wanted)) best = index;
  }
  return best;
}

/** Labels that do not touch each other; none is turned. */
function thinned(names: readonly string[], places: readonly number[], isAcross: boolean): Frame['labels'] {
  const shown: { text: string; at: number }[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const [index, text] of names.entries()) {
    const at = places[index] ?? 0;
    const half = isAcross ? 8 : (text.length * labelWidth) / 2 + 4;
    if (at - half < end) continue;
    shown.push({ text, at });
    end = at + half;
  }
  return shown;
}

const spanOf = ({ ticks }: Chart): number => (ticks.at(-1)?.at ?? 0) - (ticks[0]?.at ?? 0);
const day = 86_400_000;

/** A moment as short as the span of all allows, in UTC. */
function labelOf(text: string, axis: Chart['axis'], span: number): string {
  if (axis !== 'time') return text === '' ? '(empty)' : text;
  if (span > 3 * day) return text.slice(5, 10);
  if (span > day) return `${text.slice(5, 10)} ${text.slice(11, 16)}`;
  return text.slice(11, 16);
}
