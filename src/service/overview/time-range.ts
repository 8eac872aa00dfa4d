/** The ranges of time that charts show, in at most 60 parts. Source: portal reference 3.1, 8.4. */
import { raise, type TimeParts } from '#foundation';

export const rangeNames = ['24h', '7d', '30d'] as const;
export type RangeName = (typeof rangeNames)[number];

const hourMilliseconds = 3_600_000;

/** 24 hours, 28 quarters of days, 30 days. */
const shapes: Readonly<Record<RangeName, { readonly parts: number; readonly hours: number; readonly end: number }>> = {
  '24h': { parts: 24, hours: 1, end: 1 },
  '7d': { parts: 28, hours: 6, end: 24 },
  '30d': { parts: 30, hours: 24, end: 24 },
};

/** @throws TocsinError `InvalidParameter` for another name. */
export function rangeNamed(text: string): RangeName {
  const found = rangeNames.find((name) => name === text);
  return (
    found ??
    raise('InvalidParameter', `'${text.slice(0, 40)}' is no range: ${rangeNames.join(', ')}.`, { target: 'range' })
  );
}

/** The parts of a range, the last one holding `now`; those of days end with the day (UTC). */
export function partsOf(name: RangeName, now: number): TimeParts {
  const { parts, hours, end } = shapes[name];
  const step = end * hourMilliseconds;
  const until = (Math.floor(now / step) + 1) * step;
  return { from: until - parts * hours * hourMilliseconds, parts, hours };
}

/** The starts of the parts. */
export function startsOf({ from, parts, hours }: TimeParts): readonly number[] {
  return Array.from({ length: parts }, (_, part) => from + part * hours * hourMilliseconds);
}

/** The whole range as one part. */
export function asOnePart({ from, parts, hours }: TimeParts): TimeParts {
  return { from, parts: 1, hours: parts * hours };
}
