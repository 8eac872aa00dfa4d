/** Short ways to read and print dates in tests; the clock stands at 2022-09-28T08:00:00Z. */
import assert from 'node:assert/strict';
import { type DateCulture, dateCulture } from '../../../src/expression/dates/date-culture.ts';
import { datePattern } from '../../../src/expression/dates/date-pattern.ts';
import type { DateTime } from '../../../src/expression/dates/date-time.ts';
import { formatDate, formatRoundTrip } from '../../../src/expression/dates/format-date.ts';
import { parseDate } from '../../../src/expression/dates/parse-date.ts';
import { parseExactDate } from '../../../src/expression/dates/parse-exact.ts';

export const clock = { now: () => 637_999_488_000_000_000n };

export function culture(locale: string): DateCulture {
  const found = dateCulture(locale);
  assert.ok(found !== undefined, `${locale} is a locale`);
  return found;
}

export function time(text: string, locale = 'en-US'): DateTime {
  const found = parseDate(text, culture(locale), clock);
  assert.ok(found !== undefined, `'${text}' is a date in ${locale}`);
  return found;
}

/** The round-trip form of what a text means; undefined when it means nothing. */
export function read(text: string, locale = 'en-US'): string | undefined {
  const found = parseDate(text, culture(locale), clock);
  return found && formatRoundTrip(found);
}

export function readExact(text: string, format: string, locale = 'en-US'): string | undefined {
  const pattern = datePattern(format, culture(locale));
  assert.ok(pattern !== undefined, `'${format}' is a format`);
  const found = parseExactDate(text, pattern, clock);
  return found && formatRoundTrip(found);
}

/** A time in a format; undefined when it is no format. */
export function print(text: string, format: string, locale = 'en-US'): string | undefined {
  const pattern = datePattern(format, culture(locale));
  return pattern && formatDate(time(text), pattern);
}
