/** Functions on dates, invariant culture. Source: template reference 5.2. */
import {
  addMonths,
  addUnits,
  datePattern,
  type DateTime,
  dateTimeFromUnixMilliseconds,
  formatDate,
  invariantDateCulture,
  parseDate,
  ticksPerSecond,
} from '#expression';
import type { Json } from '#foundation';
import { badArguments, type EvaluationStop, isStop } from '../stop.ts';
import { smallInteger } from '../values.ts';
import { plain, type PlainFunction } from './function.ts';

/** Texts without a date mean nothing here: no clock is asked. */
const noClock = { now: () => 0n };
const isoFormat = 'yyyy-MM-ddTHH:mm:ssZ';

function readTime(name: string, value: Json | undefined): DateTime | EvaluationStop {
  const time = typeof value === 'string' ? parseDate(value, invariantDateCulture, noClock) : undefined;
  return time ?? badArguments(name, 'the value is not a date and time.');
}

/** A time by a standard or custom .NET format. */
export function printTime(name: string, time: DateTime, format: string): string | EvaluationStop {
  const pattern = datePattern(format, invariantDateCulture);
  return pattern === undefined ? badArguments(name, `the format '${format}' is not valid.`) : formatDate(time, pattern);
}

/** `utcNow`: the moment in a format, `yyyyMMddTHHmmssZ` without one. */
export function presentTime(milliseconds: number, format: Json | undefined): string | EvaluationStop {
  if (format !== undefined && typeof format !== 'string') return badArguments('utcNow', 'the format must be a string.');
  const time = dateTimeFromUnixMilliseconds(milliseconds);
  if (time === undefined) return badArguments('utcNow', 'the time is out of range.');
  return printTime('utcNow', time, format ?? 'yyyyMMddTHHmmssZ');
}

const isoDuration =
  /^(-?)P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,8})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:\.\d{1,9})?S)?)?$/;

function addDuration(base: DateTime, duration: string): DateTime | undefined {
  const match = isoDuration.exec(duration);
  if (match === null || /[PT]$/.test(duration)) return undefined;
  const sign = match[1] === '-' ? -1 : 1;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2)
    .map((digits) => sign * Number(digits ?? 0));
  const moved = addMonths(base, years * 12 + months);
  const total = (weeks * 7 + days) * 86_400 + hours * 3600 + minutes * 60 + seconds;
  return moved && addUnits(moved, total, ticksPerSecond);
}

function dateTimeAdd([base, duration, format]: readonly Json[]): Json | EvaluationStop {
  const time = readTime('dateTimeAdd', base);
  if (isStop(time)) return time;
  if (typeof duration !== 'string') return badArguments('dateTimeAdd', 'the duration must be a string.');
  if (format !== undefined && typeof format !== 'string')
    return badArguments('dateTimeAdd', 'the format must be a string.');
  const moved = addDuration(time, duration);
  if (moved === undefined) {
    return badArguments(
      'dateTimeAdd',
      `the duration '${duration.slice(0, 60)}' is not an ISO 8601 duration or leaves the range of dates.`,
    );
  }
  return printTime('dateTimeAdd', moved, format ?? isoFormat);
}

function fromEpoch([seconds]: readonly Json[]): Json | EvaluationStop {
  const given = smallInteger(seconds);
  const time = given === undefined ? undefined : dateTimeFromUnixMilliseconds(given * 1000);
  if (time === undefined) return badArguments('dateTimeFromEpoch', 'an integer within the range of dates is expected.');
  return printTime('dateTimeFromEpoch', time, isoFormat);
}

function toEpoch([text]: readonly Json[]): Json | EvaluationStop {
  const time = readTime('dateTimeToEpoch', text);
  return isStop(time) ? time : Math.floor(time.unixMilliseconds / 1000);
}

export const dateFunctions: readonly PlainFunction[] = [
  plain('dateTimeAdd', 2, 3, dateTimeAdd),
  plain('dateTimeFromEpoch', 1, 1, fromEpoch),
  plain('dateTimeToEpoch', 1, 1, toEpoch),
];
