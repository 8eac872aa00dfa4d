/**
 * Prints dates by compiled .NET patterns.
 *
 * Owns: printing, with a short cut for the round-trip form. Does not own: patterns (`date-pattern.ts`).
 *
 * Invariants
 * FD1. Digits are ASCII in every culture.
 * FD2. `formatRoundTrip(t)` equals `formatDate(t, pattern of 'o')`.
 *
 * Source: expression reference 7.2, 7.3.
 */
import { type CivilDate, civilFromDay, weekdayOfDay } from './civil.ts';
import type { DateCulture } from './date-culture.ts';
import type { DatePattern, FieldLetter } from './date-pattern.ts';
import { type DateTime, ticksPerHour, ticksPerMinute, ticksPerSecond } from './date-time.ts';

/** '00' to '99'. */
const twoDigits = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

function two(value: number): string {
  return twoDigits[value] ?? '';
}

function fractionDigits(tick: number): string {
  const fraction = tick % ticksPerSecond;
  return fraction === 0 ? '0000000' : String(fraction + ticksPerSecond).slice(1);
}

function datePrefix(time: DateTime): string {
  const date = civilFromDay(time.day);
  return `${two(Math.floor(date.year / 100))}${two(date.year % 100)}-${two(date.month)}-${two(date.day)}`;
}

/** `yyyy-MM-ddTHH:mm:ss.fffffff`, with `Z` for UTC: the form every function answers in unless told otherwise. */
export function formatRoundTrip(time: DateTime): string {
  const seconds = Math.floor(time.tick / ticksPerSecond);
  const minutes = Math.floor(seconds / 60);
  return `${datePrefix(time)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}.${fractionDigits(time.tick)}${time.kind === 'utc' ? 'Z' : ''}`;
}

/** Prints `time`; everything the pattern needs was settled when it was compiled. */
export function formatDate(time: DateTime, pattern: DatePattern): string {
  const date = civilFromDay(time.day);
  const { culture } = pattern;
  let text = '';
  for (const part of pattern.parts) {
    if (part.kind === 'literal') {
      text += part.text;
    } else if (part.kind === 'genitiveMonth') {
      text += culture.genitiveMonths[date.month - 1] ?? '';
    } else if (part.letter === 'F') {
      text = appendOptionalFraction(text, fractionDigits(time.tick).slice(0, part.count));
    } else {
      text += field(part.letter, part.count, time, date, culture);
    }
  }
  return text;
}

/** A fraction of zeros prints nothing and takes the point before it along. */
function appendOptionalFraction(text: string, digits: string): string {
  const kept = digits.replace(/0+$/, '');
  return kept === '' && text.endsWith('.') ? text.slice(0, -1) : text + kept;
}

function padded(value: number, count: number): string {
  return count >= 2 ? two(value) : String(value);
}

function field(
  letter: Exclude<FieldLetter, 'F'>,
  count: number,
  time: DateTime,
  date: CivilDate,
  culture: DateCulture,
): string {
  const hour = Math.floor(time.tick / ticksPerHour);
  switch (letter) {
    case 'd':
      return count <= 2 ? padded(date.day, count) : nameOfDay(weekdayOfDay(time.day), count, culture);
    case 'M':
      return count <= 2 ? padded(date.month, count) : nameOfMonth(date.month, count, culture);
    case 'y':
      return count <= 2 ? padded(date.year % 100, count) : String(date.year).padStart(count, '0');
    case 'H':
      return padded(hour, count);
    case 'h':
      return padded(hour % 12 === 0 ? 12 : hour % 12, count);
    case 'm':
      return padded(Math.floor(time.tick / ticksPerMinute) % 60, count);
    case 's':
      return padded(Math.floor(time.tick / ticksPerSecond) % 60, count);
    case 'f':
      return fractionDigits(time.tick).slice(0, count);
    case 't': {
      const designator = hour < 12 ? culture.am : culture.pm;
      return count === 1 ? designator.slice(0, 1) : designator;
    }
    case 'K':
      return time.kind === 'utc' ? 'Z' : '';
    case 'z':
      // The offset of UTC; a time without zone counts as the host's, which is UTC as well.
      return count === 1 ? '+0' : count === 2 ? '+00' : '+00:00';
    case 'g':
      return culture.era;
  }
}

function nameOfDay(weekday: number, count: number, culture: DateCulture): string {
  return (count === 3 ? culture.shortDays : culture.days)[weekday] ?? '';
}

function nameOfMonth(month: number, count: number, culture: DateCulture): string {
  return (count === 3 ? culture.shortMonths : culture.months)[month - 1] ?? '';
}
