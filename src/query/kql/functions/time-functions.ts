/** Scalar functions over moments and lengths of time. */
import { DateTime, dateTimeAt, dateTimeOf, dayStart } from '../datetime.ts';
import { ticksPer, TimeSpan } from '../timespan.ts';
import { integerOf, type Value } from '../values.ts';
import { scalar, type ScalarFunction } from './function-entry.ts';

type Calendar = (date: Date, offset: number) => DateTime;

/** The start of the day, week (Sunday), month or year that is `offset` of them away. */
const starts: Readonly<Record<string, Calendar>> = {
  day: (date, offset) => dayStart(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + offset),
  week: (date, offset) =>
    dayStart(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - date.getUTCDay() + 7 * offset),
  month: (date, offset) => dayStart(date.getUTCFullYear(), date.getUTCMonth() + offset, 1),
  year: (date, offset) => dayStart(date.getUTCFullYear() + offset, 0, 1),
};

function startsAndEnds(): readonly ScalarFunction[] {
  return Object.entries(starts).flatMap(([unit, start]) => [
    scalar(`startof${unit}`, 'datetime, [long]', 'datetime', ([at, offset]) =>
      start((at as DateTime).date, Number(offset ?? 0)),
    ),
    scalar(`endof${unit}`, 'datetime, [long]', 'datetime', ([at, offset]) => {
      const next = start((at as DateTime).date, Number(offset ?? 0) + 1);
      return dateTimeOf(next.ticks - 1n) ?? null;
    }),
  ]);
}

const lengths: Readonly<Record<string, bigint>> = {
  week: ticksPer.day * 7n,
  day: ticksPer.day,
  hour: ticksPer.hour,
  minute: ticksPer.minute,
  second: ticksPer.second,
  millisecond: ticksPer.millisecond,
  microsecond: 10n,
};

function monthsOf(at: DateTime): number {
  return at.date.getUTCFullYear() * 12 + at.date.getUTCMonth();
}

/** Borders of `unit` between two moments; null for an unknown unit. */
function difference(unit: string, first: DateTime, second: DateTime): Value {
  const months = { month: 1, quarter: 3, year: 12 }[unit];
  if (months !== undefined) return Math.floor(monthsOf(first) / months) - Math.floor(monthsOf(second) / months);
  const length = lengths[unit];
  if (length === undefined) return unit === 'nanosecond' ? integerOf((first.ticks - second.ticks) * 100n) : null;
  // Weeks start on Sunday; the first day of the year 1 is a Monday.
  const shift = unit === 'week' ? ticksPer.day : 0n;
  return integerOf((first.ticks + shift) / length - (second.ticks + shift) / length);
}

function added(unit: string, amount: number, at: DateTime): Value {
  const months = { month: 1, quarter: 3, year: 12 }[unit];
  if (months !== undefined) {
    const total = monthsOf(at) + amount * months;
    const last = dayStart(Math.floor(total / 12), (total % 12) + 1, 0).date.getUTCDate();
    const day = dayStart(Math.floor(total / 12), total % 12, Math.min(last, at.date.getUTCDate()));
    return dateTimeOf(day.ticks + (at.ticks % ticksPer.day)) ?? null;
  }
  const length = lengths[unit];
  return length === undefined ? null : (dateTimeOf(at.ticks + BigInt(Math.trunc(amount)) * length) ?? null);
}

function part(unit: string, at: DateTime): Value {
  const { date } = at;
  const jan1 = dayStart(date.getUTCFullYear(), 0, 1);
  const parts: Readonly<Record<string, () => number>> = {
    year: () => date.getUTCFullYear(),
    quarter: () => Math.floor(date.getUTCMonth() / 3) + 1,
    month: () => date.getUTCMonth() + 1,
    week_of_year: () => isoWeek(date),
    day: () => date.getUTCDate(),
    dayofyear: () => Number((at.ticks - jan1.ticks) / ticksPer.day) + 1,
    hour: () => date.getUTCHours(),
    minute: () => date.getUTCMinutes(),
    second: () => date.getUTCSeconds(),
    millisecond: () => date.getUTCMilliseconds(),
    microsecond: () => Math.floor(Number(at.fraction) / 10),
    nanosecond: () => Number(at.fraction) * 100,
  };
  return parts[unit.toLowerCase()]?.() ?? null;
}

function isoWeek(date: Date): number {
  const thursday = new Date(date);
  thursday.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - first) / 864e5 + 1) / 7);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `yyyy-MM-dd HH:mm:ss.fff` and its kin. */
function formatMoment(at: DateTime, pattern: string): string {
  const { date } = at;
  const hour12 = date.getUTCHours() % 12 || 12;
  const pieces: Readonly<Record<string, string>> = {
    yyyy: String(date.getUTCFullYear()).padStart(4, '0'),
    yy: two(date.getUTCFullYear() % 100),
    MM: two(date.getUTCMonth() + 1),
    M: String(date.getUTCMonth() + 1),
    dd: two(date.getUTCDate()),
    d: String(date.getUTCDate()),
    HH: two(date.getUTCHours()),
    H: String(date.getUTCHours()),
    hh: two(hour12),
    h: String(hour12),
    mm: two(date.getUTCMinutes()),
    m: String(date.getUTCMinutes()),
    ss: two(date.getUTCSeconds()),
    s: String(date.getUTCSeconds()),
    tt: date.getUTCHours() < 12 ? 'AM' : 'PM',
  };
  return pattern.replaceAll(/yyyy|yy|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|tt|f{1,7}|F{1,7}/g, (piece) => {
    if (piece.startsWith('f')) return at.fraction.slice(0, piece.length);
    if (piece.startsWith('F')) return at.fraction.slice(0, piece.length).replace(/0+$/, '');
    return pieces[piece] ?? piece;
  });
}

function formatLength(span: TimeSpan, pattern: string): string {
  const ticks = span.ticks < 0n ? -span.ticks : span.ticks;
  const days = String(ticks / ticksPer.day);
  const fraction = String(ticks % ticksPer.second).padStart(7, '0');
  const numbers: Readonly<Record<string, number>> = {
    h: Number((ticks / ticksPer.hour) % 24n),
    m: Number((ticks / ticksPer.minute) % 60n),
    s: Number((ticks / ticksPer.second) % 60n),
  };
  return pattern.replaceAll(/d{1,8}|hh?|HH?|mm?|ss?|f{1,7}/g, (piece) => {
    if (piece.startsWith('d')) return days.padStart(piece.length, '0');
    if (piece.startsWith('f')) return fraction.slice(0, piece.length);
    return String(numbers[piece.charAt(0).toLowerCase()] ?? 0).padStart(piece.length, '0');
  });
}

/** The moment on the clock of a time zone, by the zones Node knows. */
function local(at: DateTime, zone: string): Value {
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(at.date);
    const number = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
    const day = dayStart(number('year'), number('month') - 1, number('day'));
    const clock = BigInt(number('hour') * 3600 + number('minute') * 60 + number('second')) * ticksPer.second;
    return dateTimeOf(day.ticks + clock + (at.ticks % ticksPer.second)) ?? null;
  } catch {
    return null;
  }
}

/** The moment at which the clock of a time zone shows `at`; where it shows it twice, or never, one near it. */
function utc(at: DateTime, zone: string): Value {
  let guess: DateTime = at;
  for (let round = 0; round < 3; round++) {
    const shown = local(guess, zone);
    if (!(shown instanceof DateTime)) return null;
    if (shown.ticks === at.ticks) return guess;
    const next = dateTimeOf(guess.ticks + at.ticks - shown.ticks);
    if (next === undefined) return null;
    guess = next;
  }
  return guess;
}

function makeMoment(values: readonly Value[]): Value {
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0] = values.map(Number);
  const start = dayStart(year, month - 1, day);
  const within = year >= 1 && year < 10_000 && month >= 1 && month <= 12 && start.date.getUTCDate() === day;
  if (!within || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second >= 60) return null;
  const clock = BigInt(hour * 3600 + minute * 60) * ticksPer.second + BigInt(Math.round(second * 1e7));
  return dateTimeOf(start.ticks + clock) ?? null;
}

const fromEpoch =
  (unit: number): ScalarFunction['call'] =>
  ([value]) =>
    dateTimeAt(Number(value) * unit);

export const timeFunctions: readonly ScalarFunction[] = [
  scalar('now', '[timespan]', 'datetime', ([offset], context) =>
    offset instanceof TimeSpan ? (dateTimeOf(context.now.ticks + offset.ticks) ?? null) : context.now,
  ),
  scalar(
    'ago',
    'timespan',
    'datetime',
    ([span], context) => dateTimeOf(context.now.ticks - (span as TimeSpan).ticks) ?? null,
  ),
  ...startsAndEnds(),
  scalar('datetime_diff', 'string, datetime, datetime', 'long', ([unit, first, second]) =>
    difference((unit as string).toLowerCase(), first as DateTime, second as DateTime),
  ),
  scalar('datetime_add', 'string, long, datetime', 'datetime', ([unit, amount, at]) =>
    added((unit as string).toLowerCase(), Number(amount), at as DateTime),
  ),
  ...['datetime_part', 'datepart'].map((name) =>
    scalar(name, 'string, datetime', 'int', ([unit, at]) => part(unit as string, at as DateTime)),
  ),
  scalar(
    'dayofweek',
    'datetime',
    'timespan',
    ([at]) => new TimeSpan(BigInt((at as DateTime).date.getUTCDay()) * ticksPer.day),
  ),
  scalar('dayofmonth', 'datetime', 'int', ([at]) => (at as DateTime).date.getUTCDate()),
  scalar('dayofyear', 'datetime', 'int', ([at]) => part('dayofyear', at as DateTime)),
  scalar('hourofday', 'datetime', 'int', ([at]) => (at as DateTime).date.getUTCHours()),
  scalar('getmonth', 'datetime', 'int', ([at]) => (at as DateTime).date.getUTCMonth() + 1),
  scalar('monthofyear', 'datetime', 'int', ([at]) => (at as DateTime).date.getUTCMonth() + 1),
  scalar('getyear', 'datetime', 'int', ([at]) => (at as DateTime).date.getUTCFullYear()),
  ...['week_of_year', 'weekofyear'].map((name) =>
    scalar(name, 'datetime', 'int', ([at]) => part('week_of_year', at as DateTime)),
  ),
  scalar('format_datetime', 'datetime, string', 'string', ([at, pattern]) =>
    at === null ? '' : formatMoment(at as DateTime, pattern as string),
  ),
  scalar('format_timespan', 'timespan, string', 'string', ([span, pattern]) =>
    formatLength(span as TimeSpan, pattern as string),
  ),
  scalar('datetime_utc_to_local', 'datetime, string', 'datetime', ([at, zone]) =>
    local(at as DateTime, zone as string),
  ),
  scalar('datetime_local_to_utc', 'datetime, string', 'datetime', ([at, zone]) => utc(at as DateTime, zone as string)),
  scalar('make_datetime', 'number, number, number, [number], [number], [number]', 'datetime', makeMoment),
  scalar('make_timespan', 'number, number, [number]', 'timespan', ([hour, minute, second]) => {
    const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second ?? 0);
    return new TimeSpan(BigInt(Math.round(seconds * 1e7)));
  }),
  scalar('unixtime_seconds_todatetime', 'number', 'datetime', fromEpoch(1000)),
  scalar('unixtime_milliseconds_todatetime', 'number', 'datetime', fromEpoch(1)),
  scalar('unixtime_microseconds_todatetime', 'number', 'datetime', fromEpoch(0.001)),
  scalar('unixtime_nanoseconds_todatetime', 'number', 'datetime', fromEpoch(0.000_001)),
];
