/**
 * The calendar on readings: days, weekdays and months of a millisecond count, and the form of start and end times.
 *
 * Owns: the arithmetic recurrences need. Does not own: zones (`time-zone.ts`), dates in expressions (`#expression`).
 *
 * Invariants
 * CA1. Day numbers count from 1970-01-01, month numbers from January of year 0.
 */

export const millisecondsPerDay = 86_400_000;

/** 0001-01-01 and the last millisecond of 9999-12-31. */
const earliest = -62_135_596_800_000;
const latest = 253_402_300_799_999;

export function isOnCalendar(milliseconds: number): boolean {
  return milliseconds >= earliest && milliseconds <= latest;
}

/** The same count, or undefined outside the years 1 to 9999. */
export function onCalendar(milliseconds: number): number | undefined {
  return isOnCalendar(milliseconds) ? milliseconds : undefined;
}

const dayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** 0 for Sunday to 6; undefined for a text that names no day. */
export function weekdayNumber(name: string): number | undefined {
  const found = dayNames.indexOf(name.toLowerCase());
  return found < 0 ? undefined : found;
}

/** 0 for Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Weeks since the one that holds 1970-01-01; they begin on Sunday. */
export function weekOf(day: number): number {
  return Math.floor((day + 4) / 7);
}

export interface MonthDay {
  readonly month: number;
  /** 1 to 31. */
  readonly date: number;
  readonly daysInMonth: number;
}

export function monthDayOf(day: number): MonthDay {
  const date = new Date(day * millisecondsPerDay);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
  return { month, date: date.getUTCDate(), daysInMonth: firstDayOf(month + 1) - firstDayOf(month) };
}

/** The day number of a month's first day. */
export function firstDayOf(month: number): number {
  return (
    new Date(0).setUTCFullYear(Math.floor(month / 12), month - Math.floor(month / 12) * 12, 1) / millisecondsPerDay
  );
}

/** A reading some months later; a date the month lacks becomes its last one. */
export function addMonths(reading: number, months: number): number {
  const day = Math.floor(reading / millisecondsPerDay);
  const { month, date } = monthDayOf(day);
  const first = firstDayOf(month + months);
  const length = firstDayOf(month + months + 1) - first;
  return (first + Math.min(date, length) - 1 - day) * millisecondsPerDay + reading;
}

const timeText = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?(Z)?$/;

export interface WrittenTime {
  readonly reading: number;
  /** Written with `Z`: the reading is an instant. */
  readonly utc: boolean;
}

/** A start or end time: `2026-03-01T09:00:00`, with or without `Z`; undefined for any other form or a date that is none. */
export function parseTime(text: string): WrittenTime | undefined {
  const match = timeText.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (year < 1 || month < 1 || month > 12 || date < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  const monthNumber = year * 12 + month - 1;
  const first = firstDayOf(monthNumber);
  if (date > firstDayOf(monthNumber + 1) - first) return undefined;
  const milliseconds = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  const reading = (first + date - 1) * millisecondsPerDay + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  return { reading, utc: match[8] !== undefined };
}
