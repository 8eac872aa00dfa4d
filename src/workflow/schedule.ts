/**
 * Occurrences of a recurrence with a schedule: marks on the clock, on certain days.
 *
 * Owns: which days match, which times of day, which of them comes next.
 * Does not own: recurrences without schedule (`next-occurrence.ts`).
 *
 * Invariants
 * SC1. Marks are readings of the zone's clock: daylight saving moves their instants, not their readings.
 * SC2. The search ends: after `searchYears` without a matching day there is no next occurrence.
 *
 * Source: engine reference 2.6.
 */
import { millisecondsPerDay, monthDayOf, weekdayNumber, weekdayOf, weekOf } from './calendar.ts';
import type { RecurrencePlan } from './plan.ts';
import type { Rhythm } from './rhythm.ts';

const searchYears = 100;

type Schedule = NonNullable<RecurrencePlan['schedule']>;

/** A schedule against its beginning. */
interface Marks {
  /** Whether the schedule names this day, given as days since 1970. */
  readonly onDay: (day: number) => boolean;
  /** Milliseconds since midnight, ascending. */
  readonly times: readonly number[];
  readonly firstDay: number;
}

export function nextBySchedule(rhythm: Rhythm, after: number): number | undefined {
  const { clock, savedAt, start, lastRun, recurrence } = rhythm;
  const marks = marksOf(rhythm);
  const search = clock.reading(Math.max(after, start ?? savedAt));
  if (marks === undefined || search === undefined) return undefined;
  const atSave = runsAtSave(rhythm);
  if (atSave && after < savedAt && lastRun === undefined) return savedAt;
  const earliest = Math.max(after, (start ?? savedAt + 1) - 1, savedAt - 1);
  if (recurrence.count === undefined)
    return firstMark(rhythm, marks, Math.floor(search / millisecondsPerDay) - 1, earliest);
  return countedMark(rhythm, marks, earliest, atSave ? recurrence.count - 1 : recurrence.count);
}

/** Only a schedule that names both hours and minutes waits for its first mark. */
function runsAtSave({ start, recurrence: { schedule } }: Rhythm): boolean {
  return start === undefined && !(isGiven(schedule?.hours) && isGiven(schedule?.minutes));
}

function isGiven<T>(marks: readonly T[] | undefined): marks is readonly [T, ...T[]] {
  return marks !== undefined && marks.length > 0;
}

function firstMark(rhythm: Rhythm, marks: Marks, fromDay: number, after: number): number | undefined {
  const lastDay = fromDay + searchYears * 366;
  for (let day = Math.max(fromDay, marks.firstDay); day <= lastDay; day += 1) {
    if (!marks.onDay(day)) continue;
    for (const time of marks.times) {
      const instant = rhythm.clock.instant(day * millisecondsPerDay + time);
      if (instant === undefined) return undefined;
      if (instant > after) return instant;
    }
  }
  return undefined;
}

/** The next mark unless as many as `count` marks came before it, counted from the start or the save. */
function countedMark(rhythm: Rhythm, marks: Marks, after: number, count: number): number | undefined {
  const { start, savedAt } = rhythm;
  const next = firstMark(rhythm, marks, marks.firstDay, after);
  if (next === undefined) return undefined;
  const beginning = Math.max(start ?? savedAt + 1, savedAt) - 1;
  let at = firstMark(rhythm, marks, marks.firstDay, beginning);
  for (let number = 0; number < count && at !== undefined; number += 1) {
    if (at >= next) return next;
    at = firstMark(rhythm, marks, Math.floor((rhythm.clock.reading(at) ?? 0) / millisecondsPerDay) - 1, at);
  }
  return undefined;
}

function marksOf({ recurrence, clock, start, savedAt }: Rhythm): Marks | undefined {
  const base = clock.reading(start ?? savedAt);
  if (base === undefined || recurrence.schedule === undefined) return undefined;
  const firstDay = Math.floor(base / millisecondsPerDay);
  const times = timesOf(recurrence.schedule, base - firstDay * millisecondsPerDay, start !== undefined);
  return { firstDay, times, onDay: dayTest(recurrence, recurrence.schedule, firstDay) };
}

/** Missing hours or minutes come from the beginning; its seconds count where it is a start time, or gives the minutes. */
function timesOf(schedule: Schedule, timeOfDay: number, hasStart: boolean): readonly number[] {
  const hours = isGiven(schedule.hours) ? schedule.hours : [Math.floor(timeOfDay / 3_600_000)];
  const minutes = isGiven(schedule.minutes) ? schedule.minutes : [Math.floor(timeOfDay / 60_000) % 60];
  const seconds = hasStart || !isGiven(schedule.minutes) ? Math.floor(timeOfDay / 1000) % 60 : 0;
  const times = hours.flatMap((hour) => minutes.map((minute) => ((hour * 60 + minute) * 60 + seconds) * 1000));
  return [...new Set(times)].sort((left, right) => left - right);
}

function dayTest(recurrence: RecurrencePlan, schedule: Schedule, firstDay: number): (day: number) => boolean {
  const { frequency, interval } = recurrence;
  switch (frequency) {
    case 'Week': {
      const named = (schedule.weekDays ?? []).map(weekdayNumber);
      const weekdays = named.length > 0 ? named : [weekdayOf(firstDay)];
      const firstWeek = weekOf(firstDay);
      return (day) => (weekOf(day) - firstWeek) % interval === 0 && weekdays.includes(weekdayOf(day));
    }
    case 'Month':
    case 'Year':
      return monthTest(schedule, firstDay, frequency === 'Month' ? interval : 12 * interval);
    default:
      return (day) => (day - firstDay) % interval === 0;
  }
}

function monthTest(schedule: Schedule, firstDay: number, interval: number): (day: number) => boolean {
  const first = monthDayOf(firstDay);
  const { monthDays = [], monthlyOccurrences = [] } = schedule;
  const plain = monthDays.length === 0 && monthlyOccurrences.length === 0;
  return (day) => {
    const { month, date, daysInMonth } = monthDayOf(day);
    if ((month - first.month) % interval !== 0) return false;
    if (plain) return date === Math.min(first.date, daysInMonth);
    // Negative numbers count from the end of the month: -1 is its last day.
    const fromEnd = date - daysInMonth - 1;
    if (monthDays.includes(date) || monthDays.includes(fromEnd)) return true;
    return monthlyOccurrences.some(
      ({ day: name, occurrence }) =>
        weekdayNumber(name) === weekdayOf(day) &&
        (occurrence === Math.ceil(date / 7) || occurrence === -Math.ceil(-fromEnd / 7)),
    );
  };
}
