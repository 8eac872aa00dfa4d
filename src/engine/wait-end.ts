/**
 * When a wait ends: intervals and moments, in milliseconds since the epoch.
 *
 * Owns: the calendar of Wait. Does not own: ISO 8601 durations (`#workflow`), date functions (`#expression`).
 * Source: engine reference 4.6.
 */
import { type Json, parseIsoTime } from '#foundation';

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

/** An ISO 8601 moment in milliseconds since the epoch, UTC when it names no zone; undefined when it is none. */
export function parseTime(value: Json | undefined): number | undefined {
  return typeof value === 'string' ? parseIsoTime(value) : undefined;
}
