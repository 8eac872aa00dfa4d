/**
 * The proleptic Gregorian calendar on whole day numbers, as .NET counts it.
 *
 * Owns: day number ↔ year, month, day; month lengths; weekday and day of the year.
 * Does not own: the time of day and the kind of a time (`date-time.ts`).
 *
 * Invariants
 * CV1. Day 0 is 0001-01-01; the last day is 9999-12-31.
 * CV2. `civilFromDay(dayFromCivil(y, m, d))` gives back y, m, d for every date of that range.
 */

/** 9999-12-31. */
export const lastDay = 3_652_058;
/** 1970-01-01. */
export const unixEpochDay = 719_162;

export interface CivilDate {
  /** 1 to 9999. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days in a month of 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] ?? 0);
}

export function isCivilDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** Day number of an existing date. Counts years from March, so that the leap day comes last. */
export function dayFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfMarchYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfMarchYear;
  return era * 146_097 + dayOfEra - 306;
}

/** The date of a day number within CV1. */
export function civilFromDay(dayNumber: number): CivilDate {
  const shifted = dayNumber + 306;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfMarchYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfMarchYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfMarchYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** 0 is Sunday. */
export function weekdayOfDay(dayNumber: number): number {
  return (dayNumber + 1) % 7;
}

/** 1 to 366. */
export function dayOfYear(dayNumber: number): number {
  return dayNumber - dayFromCivil(civilFromDay(dayNumber).year, 1, 1) + 1;
}
