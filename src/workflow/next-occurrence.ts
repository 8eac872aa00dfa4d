/**
 * When a recurrence fires next.
 *
 * Owns: the occurrences of a recurrence without schedule, its end and its count.
 * Does not own: schedules (`schedule.ts`), windows (`sliding-window.ts`), arming timers (`#service`), what is a valid recurrence (`planner/`).
 *
 * Invariants
 * NO1. The answer is later than `after`; the same arguments give the same answer, and a later `after` never an earlier one.
 * NO2. Occurrences do not drift in wall-clock time where a start time with a zone, or a schedule, is given.
 *
 * Source: engine reference 2.6.
 */
import { addMonths, isOnCalendar, millisecondsPerDay, onCalendar, parseTime } from './calendar.ts';
import type { RecurrencePlan } from './plan.ts';
import type { Rhythm } from './rhythm.ts';
import { nextBySchedule } from './schedule.ts';
import { utcClock, type WallClock, wallClock } from './time-zone.ts';

/**
 * The first occurrence after an instant; all instants are milliseconds since 1970. `savedAt` is when the workflow was
 * saved, `lastRun` when it last ran. To get the occurrence at the save itself, ask with `after` just before it.
 * Undefined when the recurrence has ended, or names a time or zone that does not exist.
 */
export function nextOccurrence(
  recurrence: RecurrencePlan,
  after: number,
  savedAt: number,
  lastRun?: number,
): number | undefined {
  const rhythm = rhythmOf(recurrence, savedAt, lastRun);
  const from = lastRun === undefined ? after : Math.max(after, lastRun);
  if (rhythm === undefined || !isOnCalendar(from) || !isOnCalendar(savedAt)) return undefined;
  const next = recurrence.schedule === undefined ? nextByInterval(rhythm, from) : nextBySchedule(rhythm, from);
  return next === undefined || next > rhythm.end ? undefined : next;
}

export function rhythmOf(recurrence: RecurrencePlan, savedAt: number, lastRun: number | undefined): Rhythm | undefined {
  const zone = recurrence.timeZone === undefined ? utcClock : wallClock(recurrence.timeZone);
  if (zone === undefined) return undefined;
  const start = instantOf(recurrence.startTime, zone);
  const end = instantOf(recurrence.endTime, zone);
  if (start === null || end === null) return undefined;
  // A zone alone, without a start or a schedule, changes nothing: intervals are counted in UTC.
  const clock = start === undefined && recurrence.schedule === undefined ? utcClock : zone;
  return { recurrence, clock, start, end: end ?? Number.POSITIVE_INFINITY, savedAt, lastRun };
}

/** Undefined when there is no text; null when it is no time. */
function instantOf(text: string | undefined, clock: WallClock): number | null | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time === undefined) return null;
  return (time.utc ? time.reading : clock.instant(time.reading)) ?? null;
}

/** Far beyond what a definition may ask for; keeps the arithmetic exact. */
const longestInterval = 1e13;

const unitLengths = {
  Second: 1_000,
  Minute: 60_000,
  Hour: 3_600_000,
  Day: millisecondsPerDay,
  Week: 7 * millisecondsPerDay,
  Month: 30 * millisecondsPerDay,
  Year: 365 * millisecondsPerDay,
};

function nextByInterval(rhythm: Rhythm, after: number): number | undefined {
  const { recurrence, savedAt } = rhythm;
  const point = pointsFrom(rhythm, originOf(rhythm));
  if (point === undefined) return undefined;
  // Without a start time the save is the first occurrence. With one, those before the save never were.
  const first = rhythm.start === undefined ? 0 : firstIndex(rhythm, point, savedAt - 1);
  const index = Math.max(first, firstIndex(rhythm, point, after));
  const next = point(index);
  const number = rhythm.start === undefined ? indexSinceSave(rhythm, next) : index - first;
  return recurrence.count !== undefined && number >= recurrence.count ? undefined : next;
}

/** Months are counted from the save even after a run: a 31st must not become a 28th for good. */
function originOf({ recurrence, start, savedAt, lastRun }: Rhythm): number {
  const calendar = recurrence.frequency === 'Month' || recurrence.frequency === 'Year';
  return start ?? (calendar ? savedAt : (lastRun ?? savedAt));
}

export type Point = (index: number) => number | undefined;

export function pointsFrom({ recurrence, clock }: Rhythm, origin: number): Point | undefined {
  const { frequency, interval } = recurrence;
  const length = unitLengths[frequency] * interval;
  if (!(length > 0 && length < longestInterval)) return undefined;
  if (frequency === 'Hour' || frequency === 'Minute' || frequency === 'Second') {
    return (index) => onCalendar(origin + index * length);
  }
  const reading = clock.reading(origin);
  if (reading === undefined) return undefined;
  if (frequency === 'Day' || frequency === 'Week') return (index) => clock.instant(reading + index * length);
  const months = frequency === 'Month' ? interval : 12 * interval;
  return (index) => clock.instant(addMonths(reading, index * months));
}

/** The smallest index, from 0, whose point is later than `after`. */
function firstIndex({ recurrence }: Rhythm, point: Point, after: number): number {
  const length = unitLengths[recurrence.frequency] * recurrence.interval;
  // Months and years may be a little longer than `length`: the estimate then lies before the index, never behind it.
  const share = recurrence.frequency === 'Month' || recurrence.frequency === 'Year' ? 0.96 : 1;
  let index = Math.max(0, Math.floor(((after - (point(0) ?? 0)) / length) * share) - 2);
  for (;;) {
    const at = point(index);
    if (at === undefined || at > after) return index;
    index += 1;
  }
}

function indexSinceSave({ recurrence, savedAt }: Rhythm, at: number | undefined): number {
  const length = unitLengths[recurrence.frequency] * recurrence.interval;
  return at === undefined ? 0 : Math.round((at - savedAt) / length);
}
