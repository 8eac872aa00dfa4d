/** Times that a query looks at: a choice, or a beginning and an end. */

export const timeRanges = [
  { value: 'PT30M', text: 'Last 30 minutes' },
  { value: 'PT1H', text: 'Last hour' },
  { value: 'PT4H', text: 'Last 4 hours' },
  { value: 'P1D', text: 'Last 24 hours' },
  { value: 'P3D', text: 'Last 3 days' },
  { value: 'P7D', text: 'Last 7 days' },
  { value: 'P30D', text: 'Last 30 days' },
  { value: 'query', text: 'Set in query' },
] as const;

/** ISO 8601, as the query API takes it; undefined when the query says it. What is no range counts as the last 24 hours. */
export function timespanOf(range: string): string | undefined {
  if (range === 'query') return undefined;
  return timeRanges.some(({ value }) => value === range) || isInterval(range) ? range : 'P1D';
}

/** `2026-11-01T00:00:00.000Z/2026-11-02T00:00:00.000Z`, the beginning before the end. */
export function isInterval(range: string): boolean {
  const [from, to, ...more] = range.split('/').map((part) => Date.parse(part));
  return more.length === 0 && from !== undefined && to !== undefined && from < to;
}

/** The range in words. */
export function rangeText(range: string): string {
  const known = timeRanges.find(({ value }) => value === timespanOf(range) || (range === 'query' && value === range));
  if (known !== undefined) return known.text;
  const [from = '', to = ''] = range.split('/');
  return `${shortTime(from)} – ${shortTime(to)} UTC`;
}

const shortTime = (text: string): string => text.slice(0, 16).replace('T', ' ');
