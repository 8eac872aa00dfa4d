/** Times and durations as people read them. */

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** `3 min. ago`, `in 2 days`, `now`. */
export function relativeTime(time: number, now: number): string {
  const seconds = Math.round((time - now) / 1000);
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 5 ? 'just now' : relative.format(seconds, 'second');
}

/** `2026-11-02 10:14:03 UTC`. */
export function utcTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/**
 * The start of a part of a chart by the width of the parts in hours: `14:00`, `Fri 20 12:00`, `2 Nov`; and what stands below
 * the axis, which of parts of days only the first of each day has.
 */
export function bucketTexts(
  time: number,
  hours: number,
  utc: boolean,
): { readonly label: string; readonly axis?: string } {
  // Days are those of UTC, as the server counts them.
  const zone = utc || hours > 1 ? { timeZone: 'UTC' } : {};
  const text = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-GB', { ...options, ...zone }).format(time);
  if (hours >= 24) {
    const day = text({ day: 'numeric', month: 'short' });
    return { label: day, axis: day };
  }
  const clock = text({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  if (hours === 1) return { label: clock, axis: clock };
  const day = text({ weekday: 'short', day: 'numeric' });
  return { label: `${day}, ${clock} UTC`, ...(clock === '00:00' ? { axis: day } : {}) };
}

/** `120 ms`, `1.2 s`, `3 m 04 s`, `2 h 05 m`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} m`;
}

/** The time between two texts, `until` now unless given; undefined when one cannot be read. */
export function between(from: string | undefined, until: string | undefined, now: number): number | undefined {
  const start = Date.parse(from ?? '');
  const end = until === undefined ? now : Date.parse(until);
  return Number.isNaN(start) || Number.isNaN(end) ? undefined : end - start;
}
