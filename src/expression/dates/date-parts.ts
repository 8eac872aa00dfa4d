/**
 * What was read of a date text, and the time it makes.
 *
 * Owns: filling gaps from today's date, two-digit years, the check of the weekday, applying the offset.
 * Does not own: reading (`parse-date.ts`, `parse-exact.ts`).
 *
 * Source: expression reference 7.1.
 */
import { civilFromDay, dayFromCivil, isCivilDate, weekdayOfDay } from './civil.ts';
import { addUnits, DateTime, ticksPerDay, ticksPerHour, ticksPerMinute, ticksPerSecond } from './date-time.ts';

/** Who knows the time: an evaluation context. Texts such as `13:27` or `March 5` mean today or this year. */
export interface Now {
  /** 100-ns ticks since 0001-01-01T00:00:00Z. */
  now(): bigint;
}

export interface DateParts {
  year?: number;
  month?: number;
  day?: number;
  /** 0 is Sunday. */
  weekday?: number;
  hour?: number;
  minute?: number;
  second?: number;
  /** 100-ns units; 10,000,000 after rounding up. */
  fraction?: number;
  /** Minutes east of UTC. */
  offset?: number;
}

/** Two digits mean 1950 to 2049. */
export function fullYear(twoDigits: number): number {
  return twoDigits < 50 ? 2000 + twoDigits : 1900 + twoDigits;
}

/** 100-ns units of the digits after the point, rounded at the seventh. */
export function fractionOf(digits: string): number {
  const kept = Number(digits.slice(0, 7).padEnd(7, '0'));
  return digits.charCodeAt(7) >= 0x35 ? kept + 1 : kept;
}

/** The hour of a twelve-hour clock; undefined when it is above 12. */
export function hourOfTwelve(hour: number, afternoon: boolean): number | undefined {
  if (hour > 12) return undefined;
  return (hour % 12) + (afternoon ? 12 : 0);
}

function tickOf(parts: DateParts): number | undefined {
  const { hour = 0, minute = 0, second = 0, fraction = 0 } = parts;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return hour * ticksPerHour + minute * ticksPerMinute + second * ticksPerSecond + fraction;
}

function dayOf(parts: DateParts, clock: Now): number | undefined {
  const today = () => Number(clock.now() / BigInt(ticksPerDay));
  if (parts.year === undefined && parts.month === undefined && parts.day === undefined) return today();
  const { year = civilFromDay(today()).year, month = 1, day = 1 } = parts;
  return isCivilDate(year, month, day) ? dayFromCivil(year, month, day) : undefined;
}

/** The time the parts make; undefined when there is no such time or its weekday is another. */
export function timeOfParts(parts: DateParts, clock: Now): DateTime | undefined {
  const day = dayOf(parts, clock);
  const tick = tickOf(parts);
  if (day === undefined || tick === undefined) return undefined;
  if (parts.weekday !== undefined && weekdayOfDay(day) !== parts.weekday) return undefined;
  const kind = parts.offset === undefined ? 'unspecified' : 'utc';
  if (tick < ticksPerDay && (parts.offset ?? 0) === 0) return new DateTime(day, tick, kind);
  const rounded = addUnits(new DateTime(day, 0, kind), tick, 1);
  return rounded && addUnits(rounded, -(parts.offset ?? 0), ticksPerMinute);
}
