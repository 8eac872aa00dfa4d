/**
 * The functions of group "Date and time".
 *
 * Owns: their signatures. Does not own: dates (`../dates/`).
 *
 * None is pure but `formatTimeSpan`: a text such as `13:27` means today, and `utcNow` reads the clock.
 *
 * Source: expression reference 6.6.
 */
import { civilFromDay, dayOfYear, weekdayOfDay } from '../dates/civil.ts';
import { type DateTime, startOfDay, startOfHour, startOfMonth } from '../dates/date-time.ts';
import {
  convertedTime,
  currentTime,
  parsedTime,
  printDate,
  readCulture,
  readDate,
  shiftedPresent,
  shiftedTime,
} from '../dates/operations.ts';
import { formatTimeSpan, parseTimeSpan, timeSpanText } from '../dates/time-span.ts';
import type { TimeUnit } from '../dates/time-unit.ts';
import { type EvaluationFault, evaluationFault, isEvaluationFault } from '../faults.ts';
import { invariantNumberCulture, numberCulture } from '../numbers/number-culture.ts';
import { doubleOf, integerFromBigInt, isNumber, type Value } from '../values.ts';
import {
  type FunctionDefinition,
  optional,
  parameter,
  type ParameterDefinition,
  type ParameterType,
} from './function.ts';

const timestamp = parameter('timestamp', 'the string that contains the time');
const interval = parameter('interval', 'the number of time units', 'Integer');
const timeUnit = parameter('timeUnit', 'the unit of time: Second, Minute, Hour, Day, Week, Month or Year');
const format = optional('format', 'the format of the result');
const sourceZone = parameter('sourceTimeZone', 'the time zone the timestamp is in');
const destinationZone = parameter('destinationTimeZone', 'the time zone to convert to');

/** A text argument that has been checked; undefined when it was left out. */
function text(args: readonly Value[], index: number): string | undefined {
  const value = args[index];
  return typeof value === 'string' ? value : undefined;
}

function given(args: readonly Value[], index: number): string {
  return text(args, index) ?? '';
}

function count(args: readonly Value[], index: number): number {
  const value = args[index];
  return value !== undefined && isNumber(value) ? doubleOf(value) : 0;
}

function define(
  name: string,
  help: string,
  parameters: readonly ParameterDefinition[],
  apply: FunctionDefinition['apply'],
  returns: ParameterType = 'String',
): FunctionDefinition {
  return { name, group: 'Date and time', parameters, returns, help, pure: false, apply };
}

/** `addDays` and its kind. */
function adding(name: string, unit: TimeUnit): FunctionDefinition {
  const units = `${unit.toLowerCase()}s`;
  return define(
    name,
    `Adds a number of ${units} to a timestamp.`,
    [timestamp, parameter(units, `the number of ${units} to add`, 'Integer'), format],
    (args, context) => shiftedTime(name, given(args, 0), { count: count(args, 1), unit }, context, text(args, 2)),
  );
}

/** `addToTime` and `subtractFromTime`. */
function moving(name: string, direction: 1 | -1, help: string): FunctionDefinition {
  return define(name, help, [timestamp, interval, timeUnit, format], (args, context) =>
    shiftedTime(
      name,
      given(args, 0),
      { count: direction * count(args, 1), unit: given(args, 2) },
      context,
      text(args, 3),
    ),
  );
}

/** `getFutureTime` and `getPastTime`. */
function fromNow(name: string, direction: 1 | -1, help: string): FunctionDefinition {
  return define(name, help, [interval, timeUnit, format], (args, context) =>
    shiftedPresent(name, { count: direction * count(args, 0), unit: given(args, 1) }, context, text(args, 2)),
  );
}

function truncating(name: string, period: string, truncate: (time: DateTime) => DateTime): FunctionDefinition {
  return define(name, `The start of the ${period} of a timestamp.`, [timestamp, format], (args, context) => {
    const time = readDate(name, given(args, 0), context);
    return isEvaluationFault(time) ? time : printDate(name, truncate(time), text(args, 1));
  });
}

/** A function that answers one whole number about a timestamp. */
function counting(name: string, help: string, read: (time: DateTime) => Value): FunctionDefinition {
  return define(
    name,
    help,
    [timestamp],
    (args, context) => {
      const time = readDate(name, given(args, 0), context);
      return isEvaluationFault(time) ? time : read(time);
    },
    'Integer',
  );
}

const formatting = define(
  'formatDateTime',
  'A timestamp in a format, and in the words of a locale.',
  [timestamp, format, optional('locale', 'the locale of the result')],
  (args, context) => {
    const time = readDate('formatDateTime', given(args, 0), context);
    if (isEvaluationFault(time)) return time;
    const locale = text(args, 2);
    if (locale === undefined) return printDate('formatDateTime', time, text(args, 1));
    const culture = readCulture('formatDateTime', locale);
    return isEvaluationFault(culture) ? culture : printDate('formatDateTime', time, text(args, 1), culture);
  },
);

const difference = define(
  'dateDifference',
  'The time from one timestamp to another as a time span.',
  [
    parameter('startDate', 'the string that contains the start time'),
    parameter('endDate', 'the string that contains the end time'),
  ],
  (args, context) => {
    const start = readDate('dateDifference', given(args, 0), context);
    if (isEvaluationFault(start)) return start;
    const end = readDate('dateDifference', given(args, 1), context);
    return isEvaluationFault(end) ? end : timeSpanText(end.ticks - start.ticks);
  },
);

const spanFormatting: FunctionDefinition = {
  ...define(
    'formatTimeSpan',
    'A time span in a format.',
    [
      parameter('timeSpan', 'the string that contains the time span'),
      parameter('format', 'the format of the result'),
      optional('locale', 'the locale of the result'),
    ],
    (args) => spanText(given(args, 0), given(args, 1), text(args, 2)),
  ),
  pure: true,
};

function spanText(span: string, spanFormat: string, locale: string | undefined): string | EvaluationFault {
  const wrong = (what: string, value: string) =>
    evaluationFault(
      `In function 'formatTimeSpan', the value provided for ${what} '${value.slice(0, 200)}' was not valid.`,
    );
  const ticks = parseTimeSpan(span);
  if (ticks === undefined) return wrong('time span string', span);
  const culture = locale === undefined ? invariantNumberCulture : numberCulture(locale);
  if (culture === undefined) return wrong('the locale', locale ?? '');
  return formatTimeSpan(ticks, spanFormat, culture.decimal) ?? wrong('time span format', spanFormat);
}

export const dateTimeFunctions: readonly FunctionDefinition[] = [
  define('utcNow', 'The current time.', [format], (args, context) => currentTime(context, text(args, 0))),
  fromNow('getFutureTime', 1, 'The current time plus a number of time units.'),
  fromNow('getPastTime', -1, 'The current time minus a number of time units.'),
  adding('addSeconds', 'Second'),
  adding('addMinutes', 'Minute'),
  adding('addHours', 'Hour'),
  adding('addDays', 'Day'),
  moving('addToTime', 1, 'Adds a number of time units to a timestamp.'),
  moving('subtractFromTime', -1, 'Subtracts a number of time units from a timestamp.'),
  formatting,
  define(
    'parseDateTime',
    'The timestamp that a text means in a locale, or by a format.',
    [timestamp, optional('locale', 'the locale of the text'), optional('format', 'the format of the text')],
    (args, context) => parsedTime('parseDateTime', given(args, 0), text(args, 1), text(args, 2), context),
  ),
  truncating('startOfHour', 'hour', startOfHour),
  truncating('startOfDay', 'day', startOfDay),
  truncating('startOfMonth', 'month', startOfMonth),
  counting('dayOfWeek', 'The weekday of a timestamp; 0 is Sunday.', (time) => weekdayOfDay(time.day)),
  counting('dayOfMonth', 'The day of the month of a timestamp.', (time) => civilFromDay(time.day).day),
  counting('dayOfYear', 'The day of the year of a timestamp.', (time) => dayOfYear(time.day)),
  counting('ticks', 'The 100-nanosecond intervals from 0001-01-01 to a timestamp.', (time) =>
    integerFromBigInt(time.ticks),
  ),
  difference,
  define(
    'convertFromUtc',
    'A timestamp in UTC as the clocks of a time zone show it.',
    [timestamp, destinationZone, format],
    (args, context) =>
      convertedTime('convertFromUtc', given(args, 0), { destination: given(args, 1) }, context, text(args, 2)),
  ),
  define('convertToUtc', 'A timestamp of a time zone in UTC.', [timestamp, sourceZone, format], (args, context) =>
    convertedTime('convertToUtc', given(args, 0), { source: given(args, 1) }, context, text(args, 2)),
  ),
  define(
    'convertTimeZone',
    'A timestamp of one time zone as the clocks of another show it.',
    [timestamp, sourceZone, destinationZone, format],
    (args, context) => {
      const zones = { source: given(args, 1), destination: given(args, 2) };
      return convertedTime('convertTimeZone', given(args, 0), zones, context, text(args, 3));
    },
  ),
  spanFormatting,
];
