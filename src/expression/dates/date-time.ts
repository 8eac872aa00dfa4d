/**
 * A point of time or a wall-clock reading at .NET's precision: 100 ns ticks since 0001-01-01, and what kind it is.
 *
 * Owns: the class, conversions to ticks and Unix milliseconds, arithmetic. Does not own: text (`parse-date.ts`,
 * `format-date.ts`), zones (`zones.ts`).
 *
 * Invariants
 * DT1. 0 <= day <= lastDay and 0 <= tick < ticksPerDay; an operation that would leave that range answers undefined.
 * DT2. The kind survives arithmetic: only zone conversions change it.
 * DT3. Both parts are safe integers. One bigint of ticks was the road not taken: reading, adding a day and printing
 *      took 334 ns with it and takes 272 ns without.
 *
 * Source: expression reference 7.1; .NET `System.DateTime`.
 */
import { civilFromDay, dayFromCivil, daysInMonth, lastDay, unixEpochDay } from './civil.ts';

/** `utc` prints `Z`, `unspecified` (a wall-clock reading without zone) prints nothing. Offsets are converted to `utc`. */
export type DateKind = 'utc' | 'unspecified';

export const ticksPerMillisecond = 10_000;
export const ticksPerSecond = 10_000_000;
export const ticksPerMinute = 600_000_000;
export const ticksPerHour = 36_000_000_000;
export const ticksPerDay = 864_000_000_000;
const millisecondsPerDay = 86_400_000;
const wideTicksPerDay = BigInt(ticksPerDay);

export class DateTime {
  /** Days since 0001-01-01. */
  readonly day: number;
  /** 100-ns units since midnight. */
  readonly tick: number;
  readonly kind: DateKind;

  constructor(day: number, tick: number, kind: DateKind) {
    this.day = day;
    this.tick = tick;
    this.kind = kind;
  }

  /** 100-ns units since 0001-01-01T00:00:00, beyond 2^53 for any recent date. */
  get ticks(): bigint {
    return BigInt(this.day) * wideTicksPerDay + BigInt(this.tick);
  }

  /** Milliseconds since 1970-01-01T00:00:00 on the same clock, rounded down. */
  get unixMilliseconds(): number {
    return (this.day - unixEpochDay) * millisecondsPerDay + Math.floor(this.tick / ticksPerMillisecond);
  }

  /** The same clock reading as another kind. */
  withKind(kind: DateKind): DateTime {
    return kind === this.kind ? this : new DateTime(this.day, this.tick, kind);
  }
}

/** Undefined outside the years 1 to 9999. */
export function dateTimeFromTicks(ticks: bigint, kind: DateKind): DateTime | undefined {
  if (ticks < 0n) return undefined;
  const day = Number(ticks / wideTicksPerDay);
  return day > lastDay ? undefined : new DateTime(day, Number(ticks % wideTicksPerDay), kind);
}

/** A whole number of milliseconds since the Unix epoch as a time in UTC; undefined outside the years 1 to 9999. */
export function dateTimeFromUnixMilliseconds(milliseconds: number): DateTime | undefined {
  const days = Math.floor(milliseconds / millisecondsPerDay);
  const day = days + unixEpochDay;
  if (!(day >= 0 && day <= lastDay)) return undefined;
  return new DateTime(day, (milliseconds - days * millisecondsPerDay) * ticksPerMillisecond, 'utc');
}

/** Adds a whole number of units of which a whole number makes a day. */
export function addUnits(time: DateTime, count: number, ticksPerUnit: number): DateTime | undefined {
  const unitsPerDay = ticksPerDay / ticksPerUnit;
  const wholeDays = Math.trunc(count / unitsPerDay);
  const tick = time.tick + (count - wholeDays * unitsPerDay) * ticksPerUnit;
  const carry = Math.floor(tick / ticksPerDay);
  const day = time.day + wholeDays + carry;
  if (!(day >= 0 && day <= lastDay)) return undefined;
  return new DateTime(day, tick - carry * ticksPerDay, time.kind);
}

/** Adds calendar months; a day the month lacks becomes its last day. */
export function addMonths(time: DateTime, count: number): DateTime | undefined {
  const date = civilFromDay(time.day);
  const months = (date.year - 1) * 12 + date.month - 1 + count;
  const year = Math.floor(months / 12) + 1;
  if (!(year >= 1 && year <= 9999)) return undefined;
  const month = months - (year - 1) * 12 + 1;
  const day = Math.min(date.day, daysInMonth(year, month));
  return new DateTime(dayFromCivil(year, month, day), time.tick, time.kind);
}

export function startOfHour(time: DateTime): DateTime {
  return new DateTime(time.day, time.tick - (time.tick % ticksPerHour), time.kind);
}

export function startOfDay(time: DateTime): DateTime {
  return new DateTime(time.day, 0, time.kind);
}

export function startOfMonth(time: DateTime): DateTime {
  return new DateTime(time.day - civilFromDay(time.day).day + 1, 0, time.kind);
}
