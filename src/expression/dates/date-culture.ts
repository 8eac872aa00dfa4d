/**
 * What a locale contributes to dates: patterns, names, designators, the order of day, month and year.
 *
 * Owns: `DateCulture` and finding one by locale name. Does not own: the pattern table (`date-culture.data.ts`).
 *
 * Invariants
 * DC1. en-US and the invariant culture never touch Intl: the default of every function costs nothing to set up.
 *
 * Source: expression reference 7.4.
 */
import { BoundedCache } from '../numbers/bounded-cache.ts';
import { invariantLocale, resolveLocale } from '../numbers/locale.ts';
import { type CulturePatterns, culturePatterns, invariantPatterns } from './date-culture.data.ts';

/** Where day, month and year stand in an all-digits date. */
export type DateOrder = 'monthDayYear' | 'dayMonthYear' | 'yearMonthDay';

export interface DateNames {
  /** Twelve, January first. */
  readonly months: readonly string[];
  /** The form beside a day number, where the language has one. */
  readonly genitiveMonths: readonly string[];
  readonly shortMonths: readonly string[];
  /** Seven, Sunday first. */
  readonly days: readonly string[];
  readonly shortDays: readonly string[];
  readonly am: string;
  readonly pm: string;
  readonly era: string;
}

export interface DateCulture extends DateNames {
  /** Canonical locale name; empty for the invariant culture. */
  readonly name: string;
  readonly patterns: CulturePatterns;
  readonly dateSeparator: string;
  readonly timeSeparator: string;
  readonly order: DateOrder;
}

const englishMonths = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const englishDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const englishNames: DateNames = {
  months: englishMonths,
  genitiveMonths: englishMonths,
  shortMonths: englishMonths.map((name) => name.slice(0, 3)),
  days: englishDays,
  shortDays: englishDays.map((name) => name.slice(0, 3)),
  am: 'AM',
  pm: 'PM',
  era: 'A.D.',
};

function orderOf(shortDate: string): DateOrder {
  const [first] = /[dMy]/.exec(shortDate) ?? ['M'];
  if (first === 'y') return 'yearMonthDay';
  return first === 'd' ? 'dayMonthYear' : 'monthDayYear';
}

function cultureOf(name: string, patterns: CulturePatterns, names: DateNames): DateCulture {
  return {
    ...names,
    name,
    patterns,
    dateSeparator: patterns[6],
    timeSeparator: patterns[7],
    order: orderOf(patterns[0]),
  };
}

export const invariantDateCulture: DateCulture = cultureOf(invariantLocale, invariantPatterns, englishNames);

/** The culture of every date function that is given no locale. Source: expression reference 7.1. */
export const defaultDateCulture: DateCulture = cultureOf(
  'en-US',
  culturePatterns['en-US'] ?? invariantPatterns,
  englishNames,
);

/** The locale's own row, else its language's home region's, else en-US. */
function patternsOf(locale: string): CulturePatterns {
  const exact = culturePatterns[locale];
  if (exact !== undefined) return exact;
  const language = new Intl.Locale(locale).language;
  const home = new Intl.Locale(language).maximize().region;
  return culturePatterns[`${language}-${home}`] ?? defaultDateCulture.patterns;
}

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn', ...options });
}

function partOf(format: Intl.DateTimeFormat, type: Intl.DateTimeFormatPartTypes, time: number): string {
  return format.formatToParts(time).find((piece) => piece.type === type)?.value ?? '';
}

function namesOf(locale: string): DateNames {
  // 2023 begins on a Sunday, so one year serves months and weekdays alike.
  const monthTimes = englishMonths.map((_, index) => Date.UTC(2023, index, 1));
  const dayTimes = englishDays.map((_, index) => Date.UTC(2023, 0, 1 + index));
  const month = formatter(locale, { month: 'long' });
  const monthBesideDay = formatter(locale, { day: 'numeric', month: 'long' });
  const shortMonth = formatter(locale, { month: 'short' });
  const weekday = formatter(locale, { weekday: 'long' });
  const shortWeekday = formatter(locale, { weekday: 'short' });
  return {
    months: monthTimes.map((time) => month.format(time)),
    genitiveMonths: monthTimes.map((time) => {
      const name = partOf(monthBesideDay, 'month', time);
      // In Chinese, Japanese and Korean the part is the bare number, its sign a literal of its own.
      return /^\d*$/.test(name) ? month.format(time) : name;
    }),
    shortMonths: monthTimes.map((time) => shortMonth.format(time)),
    days: dayTimes.map((time) => partOf(weekday, 'weekday', time)),
    shortDays: dayTimes.map((time) => partOf(shortWeekday, 'weekday', time)),
    ...designatorsOf(locale),
    era: partOf(formatter(locale, { era: 'short', year: 'numeric' }), 'era', 0),
  };
}

function designatorsOf(locale: string): Pick<DateNames, 'am' | 'pm'> {
  const hour = formatter(locale, { hour: 'numeric', hour12: true });
  return {
    am: partOf(hour, 'dayPeriod', Date.UTC(2023, 0, 1, 9)),
    pm: partOf(hour, 'dayPeriod', Date.UTC(2023, 0, 1, 15)),
  };
}

const knownCultures = new BoundedCache<DateCulture | undefined>(200);

function makeCulture(key: string): DateCulture | undefined {
  const locale = resolveLocale(key);
  if (locale === undefined) return undefined;
  // English varies by region in its designators only (`am` in Britain).
  const names =
    new Intl.Locale(locale).language === 'en' ? { ...englishNames, ...designatorsOf(locale) } : namesOf(locale);
  return cultureOf(locale, patternsOf(locale), names);
}

/** The culture of a locale name, any case; the empty name is the invariant culture. Undefined for an unknown one. */
export function dateCulture(locale: string): DateCulture | undefined {
  if (locale === invariantLocale) return invariantDateCulture;
  const key = locale.toLowerCase();
  return key === 'en-us' ? defaultDateCulture : knownCultures.get(key, makeCulture);
}
