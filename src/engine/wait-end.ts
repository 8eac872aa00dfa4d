/**
 * When a wait ends: intervals and moments, in milliseconds since the epoch.
 *
 * Owns: the calendar of Wait. Does not own: ISO 8601 durations (`#workflow`), date functions (`#expression`).
 * Source: engine reference 4.6.
 */
import { formatTime, type Json } from '#foundation';

const unitMilliseconds: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};

/** `start` plus `count` units, months by calendar (the day is clamped to the month's end); undefined when not valid. */
export function addInterval(start: number, count: Json | undefined, unit: Json | undefined): number | undefined {
  const number = typeof count === 'string' && /^-?\d{1,9}$/.test(count) ? Number(count) : count;
  if (typeof number !== 'number' || !Number.isInteger(number) || typeof unit !== 'string') return undefined;
  const name = unit.toLowerCase();
  if (name === 'month') return onCalendar(addMonths(start, number));
  const size = Object.hasOwn(unitMilliseconds, name) ? unitMilliseconds[name] : undefined;
  return size === undefined ? undefined : onCalendar(start + number * size);
}

/** The years 1 to 9999, as .NET has them. */
function onCalendar(time: number): number | undefined {
  return time >= firstMoment && time <= lastMoment ? time : undefined;
}

const firstMoment = Date.parse('0001-01-01T00:00:00Z');
const lastMoment = Date.parse('9999-12-31T23:59:59.999Z');

function addMonths(start: number, months: number): number {
  const date = new Date(start);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}

const momentForm = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** An ISO 8601 moment in milliseconds since the epoch, UTC when it names no zone; undefined when it is none. */
export function parseTime(value: Json | undefined): number | undefined {
  const found = typeof value === 'string' ? momentForm.exec(value.trim()) : null;
  if (found === null) return undefined;
  const text = found[0].replace(' ', 'T');
  // JavaScript takes the 30th of February for the 1st of March, and 24:00 for midnight.
  const day = text.slice(0, 10);
  const midnight = Date.parse(day);
  if (Number.isNaN(midnight) || formatTime(midnight).slice(0, 10) !== day || text.startsWith('24', 11))
    return undefined;
  const time = Date.parse(found[1] === undefined && text.includes('T') ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}
