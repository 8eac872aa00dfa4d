/**
 * What the date functions and the `Expression` actions (AddToTime, ConvertTimeZone, …) do, from text to text.
 *
 * Owns: the steps read, move or convert, print, and the messages of what can be wrong with texts. Does not own: the
 * functions' signatures (`../functions/date-time.ts`), each step (the other files here).
 *
 * Invariants
 * OP1. Nothing throws; `function` in a message is the function's name as documented.
 * OP2. Without a format the answer is the round-trip form.
 *
 * Source: expression reference 6.6, 7; wording from the service's published error messages.
 */
import { type EvaluationFault, evaluationFault, isEvaluationFault } from '../faults.ts';
import { type DateCulture, dateCulture, defaultDateCulture } from './date-culture.ts';
import type { Now } from './date-parts.ts';
import { datePattern } from './date-pattern.ts';
import { type DateTime, dateTimeFromTicks } from './date-time.ts';
import { formatDate, formatRoundTrip } from './format-date.ts';
import { parseDate } from './parse-date.ts';
import { parseExactDate } from './parse-exact.ts';
import { shiftTime, timeUnitOf, timeUnits } from './time-unit.ts';
import { instantOfLocal, localOfInstant, resolveZone, type Zone } from './zones.ts';

/** A user's text as a message shows it: cut where nobody would read on. */
function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function invalid(name: string, what: string, text: string, hint = ''): EvaluationFault {
  return evaluationFault(
    `In function '${name}', the value provided for ${what} '${shown(text)}' was not valid.${hint}`,
  );
}

function outOfRange(name: string): EvaluationFault {
  return evaluationFault(
    `In function '${name}', the added or subtracted value results in an un-representable date time. The years 1 to 9999 are supported.`,
  );
}

/** The time a text means, in en-US unless another culture is given. */
export function readDate(
  name: string,
  text: string,
  clock: Now,
  culture: DateCulture = defaultDateCulture,
): DateTime | EvaluationFault {
  return (
    parseDate(text, culture, clock) ??
    invalid(name, 'date time string', text, ' The datetime string must match ISO 8601 format.')
  );
}

function readDateByFormat(
  name: string,
  text: string,
  format: string,
  culture: DateCulture,
  clock: Now,
): DateTime | EvaluationFault {
  const pattern = datePattern(format, culture);
  if (pattern === undefined) return invalidFormat(name, format);
  return (
    parseExactDate(text, pattern, clock) ??
    invalid(name, 'date time string', text, ` The datetime string must match the format '${shown(format)}'.`)
  );
}

function invalidFormat(name: string, format: string): EvaluationFault {
  return invalid(name, 'date time format', format, ' The format must be a standard or custom date time format.');
}

/** The culture of a locale name. */
export function readCulture(name: string, locale: string): DateCulture | EvaluationFault {
  return dateCulture(locale) ?? invalid(name, 'the locale', locale);
}

function readZone(name: string, id: string): Zone | EvaluationFault {
  return resolveZone(id) ?? invalid(name, 'the time zone id', id);
}

/** Prints a time by a standard or custom format, in the round-trip form without one. */
export function printDate(
  name: string,
  time: DateTime,
  format: string | undefined,
  culture: DateCulture = defaultDateCulture,
): string | EvaluationFault {
  if (format === undefined) return formatRoundTrip(time);
  const pattern = datePattern(format, culture);
  return pattern === undefined ? invalidFormat(name, format) : formatDate(time, pattern);
}

/** The moment of the evaluation, in UTC. */
function presentTime(name: string, clock: Now): DateTime | EvaluationFault {
  return dateTimeFromTicks(clock.now(), 'utc') ?? outOfRange(name);
}

/** `utcNow`, and the `CurrentTime` action. */
export function currentTime(clock: Now, format?: string): string | EvaluationFault {
  const time = presentTime('utcNow', clock);
  return isEvaluationFault(time) ? time : printDate('utcNow', time, format);
}

/** What moves a time: a whole number of units; negative goes back. */
export interface Interval {
  readonly count: number;
  /** `Second` to `Year`, any case. */
  readonly unit: string;
}

function shifted(name: string, time: DateTime, interval: Interval): DateTime | EvaluationFault {
  const unit = timeUnitOf(interval.unit);
  if (unit === undefined) {
    return invalid(name, 'the time unit', interval.unit, ` The time unit must be one of '${timeUnits.join("', '")}'.`);
  }
  return shiftTime(time, interval.count, unit) ?? outOfRange(name);
}

/** `addToTime`, `subtractFromTime`, `addDays` and its kind; the `AddToTime` and `SubtractFromTime` actions. */
export function shiftedTime(
  name: string,
  text: string,
  interval: Interval,
  clock: Now,
  format?: string,
): string | EvaluationFault {
  const time = readDate(name, text, clock);
  if (isEvaluationFault(time)) return time;
  const moved = shifted(name, time, interval);
  return isEvaluationFault(moved) ? moved : printDate(name, moved, format);
}

/** `getFutureTime`, `getPastTime`, and the actions of those names. */
export function shiftedPresent(
  name: string,
  interval: Interval,
  clock: Now,
  format?: string,
): string | EvaluationFault {
  const time = presentTime(name, clock);
  if (isEvaluationFault(time)) return time;
  const moved = shifted(name, time, interval);
  return isEvaluationFault(moved) ? moved : printDate(name, moved, format);
}

/** The time of a text read in a locale, by a format where one is given: `parseDateTime`. */
export function parsedTime(
  name: string,
  text: string,
  locale: string | undefined,
  format: string | undefined,
  clock: Now,
): string | EvaluationFault {
  const culture = locale === undefined ? defaultDateCulture : readCulture(name, locale);
  if (isEvaluationFault(culture)) return culture;
  const time =
    format === undefined ? readDate(name, text, clock, culture) : readDateByFormat(name, text, format, culture, clock);
  return isEvaluationFault(time) ? time : formatRoundTrip(time);
}

/** The zones of a conversion; one left out is UTC. */
export interface ZoneChange {
  readonly source?: string;
  readonly destination?: string;
}

/** `convertFromUtc`, `convertToUtc`, `convertTimeZone`, and the `ConvertTimeZone` action. */
export function convertedTime(
  name: string,
  text: string,
  zones: ZoneChange,
  clock: Now,
  format?: string,
): string | EvaluationFault {
  const time = readDate(name, text, clock);
  if (isEvaluationFault(time)) return time;
  const source = readZone(name, zones.source ?? 'UTC');
  if (isEvaluationFault(source)) return source;
  const destination = readZone(name, zones.destination ?? 'UTC');
  if (isEvaluationFault(destination)) return destination;
  const instant = instantIn(name, text, time, source);
  if (isEvaluationFault(instant)) return instant;
  const local = localOfInstant(instant, destination);
  return local === undefined ? outOfRange(name) : printDate(name, local, format);
}

function instantIn(name: string, text: string, time: DateTime, zone: Zone): DateTime | EvaluationFault {
  if (time.kind === 'utc' && !zone.isUtc) {
    return evaluationFault(
      `In function '${name}', the date time string '${shown(text)}' names a time zone of its own, which does not match the source time zone '${shown(zone.name)}'.`,
    );
  }
  return (
    instantOfLocal(time, zone) ??
    evaluationFault(
      `In function '${name}', the date time string '${shown(text)}' is a time that the clocks of the time zone '${shown(zone.name)}' skip.`,
    )
  );
}
