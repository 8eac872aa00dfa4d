/**
 * Reads date texts without a format, as .NET's `DateTime.Parse` does for the forms in use.
 *
 * Owns: the ISO 8601 short cut and the reading of free forms. Does not own: names (`date-words.ts`), completing what
 * was read (`date-parts.ts`), reading by a format (`parse-exact.ts`).
 *
 * Invariants
 * PD1. Never throws, and takes time in proportion to the text, which is at most `longestDateText` characters long.
 * PD2. Reading what `formatRoundTrip` printed gives the same time and kind.
 *
 * Source: expression reference 7.1; .NET "Parsing date and time strings".
 */
import { dayFromCivil, isCivilDate } from './civil.ts';
import type { DateCulture } from './date-culture.ts';
import { type DateParts, fractionOf, fullYear, hourOfTwelve, type Now, timeOfParts } from './date-parts.ts';
import { addUnits, DateTime, ticksPerHour, ticksPerMinute, ticksPerSecond } from './date-time.ts';
import { type DateWord, loweredDateText, wordAt } from './date-words.ts';

/** Texts beyond this are no dates; bounds the work on hostile input. */
export const longestDateText = 200;

/** Two decimal digits at `at`, or a negative number when they are none. */
function twoAt(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/**
 * `yyyy-MM-dd` and `yyyy-MM-ddTHH:mm:ss[.f…][Z|±hh:mm]` by position: what nearly every call sees. Undefined leaves the
 * text to the free reading, which also says no to dates that do not exist.
 */
function parseIso(text: string): DateTime | undefined {
  if (text.length < 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  const century = twoAt(text, 0);
  const yearOfCentury = twoAt(text, 2);
  const year = century * 100 + yearOfCentury;
  const month = twoAt(text, 5);
  const day = twoAt(text, 8);
  if (century < 0 || yearOfCentury < 0 || !isCivilDate(year, month, day)) return undefined;
  const dayNumber = dayFromCivil(year, month, day);
  if (text.length === 10) return new DateTime(dayNumber, 0, 'unspecified');
  const tick = isoTick(text);
  return tick < 0 ? undefined : isoRest(text, dayNumber, tick);
}

/** The fraction and zone from 19 on. */
function isoRest(text: string, day: number, secondTick: number): DateTime | undefined {
  let at = 19;
  let tick = secondTick;
  if (text.charCodeAt(at) === 46) {
    let unit = ticksPerSecond;
    for (at = 20; isDigit(text.charCodeAt(at)) && at < 27; at++) {
      unit /= 10;
      tick += (text.charCodeAt(at) - 48) * unit;
    }
    // No digit at all is no fraction; an eighth digit rounds, and that may carry: both are for the free reading.
    if (at === 20 || isDigit(text.charCodeAt(at))) return undefined;
  }
  if (at === text.length) return new DateTime(day, tick, 'unspecified');
  const sign = text.charCodeAt(at);
  if (sign === 90 && at + 1 === text.length) return new DateTime(day, tick, 'utc');
  if ((sign !== 43 && sign !== 45) || at + 6 !== text.length || text.charCodeAt(at + 3) !== 58) return undefined;
  const hours = twoAt(text, at + 1);
  const minutes = twoAt(text, at + 4);
  if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  const offset = hours * 60 + minutes;
  return addUnits(new DateTime(day, tick, 'utc'), sign === 43 ? -offset : offset, ticksPerMinute);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Ticks of `THH:mm:ss` at 10; negative when it is none. */
function isoTick(text: string): number {
  if (text.charCodeAt(10) !== 84 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return -1;
  const hour = twoAt(text, 11);
  const minute = twoAt(text, 14);
  const second = twoAt(text, 17);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
  return hour * ticksPerHour + minute * ticksPerMinute + second * ticksPerSecond;
}

/**
 * The time a text means in a culture; undefined when it means none. `clock` is asked only when the text leaves the
 * date or the year open.
 */
export function parseDate(text: string, culture: DateCulture, clock: Now): DateTime | undefined {
  const iso = parseIso(text);
  if (iso !== undefined) return iso;
  if (text.length > longestDateText) return undefined;
  const parts = new FreeReading(text, culture).read();
  return parts && timeOfParts(parts, clock);
}

interface DigitRun {
  readonly value: number;
  readonly length: number;
}

type ElementKind = 'start' | 'number' | 'time' | 'word' | 'separator';

const clockTime = /(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,40}))?)?(?!\d)/y;
const digits = /\d{1,9}(?!\d)/y;
const offset = /([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)/y;
const blanks = /\s*/y;

const isFiller = (word: DateWord) => word.kind === 'filler';

/** One pass over a text, element by element; every method answers false when the text is no date. */
class FreeReading {
  readonly #text: string;
  readonly #lowered: string;
  readonly #culture: DateCulture;
  readonly #parts: DateParts = {};
  readonly #numbers: DigitRun[] = [];
  #at = 0;
  #last: ElementKind = 'start';
  /** The AM/PM sign that stood before its time, as in Korean. */
  #designated: boolean | undefined;

  constructor(text: string, culture: DateCulture) {
    this.#text = text;
    this.#lowered = loweredDateText(text);
    this.#culture = culture;
  }

  read(): DateParts | undefined {
    // Lower-casing a few characters changes the length, and then positions no longer fit.
    if (this.#lowered.length !== this.#text.length) return undefined;
    for (this.#skipBlanks(); this.#at < this.#text.length; this.#skipBlanks()) {
      if (!this.#takeElement()) return undefined;
    }
    if (this.#last === 'separator' && !this.#culture.patterns[0].endsWith('.')) return undefined;
    if (this.#designated !== undefined && this.#parts.hour === undefined) return undefined;
    return this.#settleNumbers() ? this.#parts : undefined;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #skipBlanks(): void {
    this.#match(blanks);
  }

  #takeElement(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    if (code >= 48 && code <= 57) return this.#takeTime() || this.#takeNumber();
    if (code === 43 || (code === 45 && this.#last === 'time')) return this.#takeOffset();
    if (code === 45 || code === 46 || code === 47 || code === 44) return this.#takeSeparator();
    return this.#takeWord();
  }

  #takeSeparator(): boolean {
    if (this.#last !== 'number' && this.#last !== 'word') return false;
    this.#last = 'separator';
    this.#at += 1;
    return true;
  }

  #takeTime(): boolean {
    const match = this.#parts.hour === undefined ? this.#match(clockTime) : null;
    if (match === null) return false;
    const [, hour, minute, second = '0', fraction = ''] = match;
    this.#parts.hour = Number(hour);
    this.#parts.minute = Number(minute);
    this.#parts.second = Number(second);
    this.#parts.fraction = fractionOf(fraction);
    this.#last = 'time';
    return this.#designated === undefined ? this.#takeDesignator() : this.#applyDesignator(this.#designated);
  }

  /** An AM/PM sign after a time; its absence is fine. */
  #takeDesignator(): boolean {
    const start = this.#at;
    this.#skipBlanks();
    const word = wordAt(this.#lowered, this.#at, this.#culture, ({ kind }) => kind === 'designator');
    if (word?.kind !== 'designator') {
      this.#at = start;
      return true;
    }
    this.#at += word.text.length;
    return this.#applyDesignator(word.afternoon);
  }

  #applyDesignator(afternoon: boolean): boolean {
    const hour = hourOfTwelve(this.#parts.hour ?? 0, afternoon);
    if (hour === undefined) return false;
    this.#parts.hour = hour;
    return true;
  }

  #takeNumber(): boolean {
    const match = this.#match(digits);
    if (match === null) return false;
    const number = { value: Number(match[0]), length: match[0].length };
    const afterNumber = this.#at;
    this.#skipBlanks();
    const isHour =
      this.#parts.hour === undefined &&
      wordAt(this.#lowered, this.#at, this.#culture, ({ kind }) => kind === 'designator') !== undefined;
    this.#at = afterNumber;
    if (isHour) {
      this.#parts.hour = number.value;
      this.#last = 'time';
      return this.#takeDesignator();
    }
    this.#numbers.push(number);
    this.#last = 'number';
    return this.#numbers.length <= 3;
  }

  #takeOffset(): boolean {
    const match = this.#parts.offset === undefined ? this.#match(offset) : null;
    if (match === null || (this.#last !== 'time' && this.#numbers.length < 3)) return false;
    const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
    if (minutes > 14 * 60 || Number(match[3] ?? 0) > 59) return false;
    this.#parts.offset = match[1] === '-' ? -minutes : minutes;
    this.#last = 'word';
    return true;
  }

  #takeWord(): boolean {
    // `日` after a number is the sign of the day, elsewhere the short name of Sunday.
    const filler = this.#last === 'number' ? wordAt(this.#lowered, this.#at, this.#culture, isFiller) : undefined;
    const word = filler ?? wordAt(this.#lowered, this.#at, this.#culture, () => true);
    if (word === undefined || !this.#apply(word)) return false;
    this.#at += word.text.length;
    // A zone sign may still be followed by an offset-free time, never by a separator.
    this.#last = word.kind === 'universal' || word.kind === 'timeMark' ? 'start' : 'word';
    return true;
  }

  #apply(word: DateWord): boolean {
    const parts = this.#parts;
    switch (word.kind) {
      case 'month':
        if (parts.month !== undefined) return false;
        parts.month = word.month;
        return true;
      case 'weekday':
        if (parts.weekday !== undefined) return false;
        parts.weekday = word.weekday;
        return true;
      case 'universal':
        if (parts.offset !== undefined || this.#last === 'start' || this.#last === 'separator') return false;
        parts.offset = 0;
        return true;
      case 'timeMark':
        return this.#last === 'number' && /\d/.test(this.#text[this.#at + 1] ?? '');
      case 'filler':
        return this.#last !== 'start';
      case 'designator':
        if (parts.hour !== undefined || this.#designated !== undefined) return false;
        this.#designated = word.afternoon;
        return true;
    }
  }

  /** Says which number is the day, the month, the year. */
  #settleNumbers(): boolean {
    const [first, second, third] = this.#numbers;
    const parts = this.#parts;
    if (first === undefined) return parts.month === undefined && parts.hour !== undefined;
    if (parts.month !== undefined) return third === undefined && this.#settleAroundMonth(first, second);
    if (second === undefined) return false;
    if (third === undefined) return this.#settlePair(first, second);
    if (first.length > 2) return this.#settle(first, second, third);
    const order = this.#culture.order;
    if (order === 'yearMonthDay' && third.length <= 2) return this.#settle(first, second, third);
    return order === 'dayMonthYear' ? this.#settle(third, second, first) : this.#settle(third, first, second);
  }

  #settleAroundMonth(first: DigitRun, second: DigitRun | undefined): boolean {
    const month = { value: this.#parts.month ?? 0, length: 2 };
    if (second !== undefined)
      return first.length > 2 ? this.#settle(first, month, second) : this.#settle(second, month, first);
    return first.length > 2 ? this.#settle(first, month, undefined) : this.#settle(undefined, month, first);
  }

  #settlePair(first: DigitRun, second: DigitRun): boolean {
    if (first.length > 2) return this.#settle(first, second, undefined);
    if (second.length > 2) return this.#settle(second, first, undefined);
    return this.#culture.order === 'dayMonthYear'
      ? this.#settle(undefined, second, first)
      : this.#settle(undefined, first, second);
  }

  #settle(year: DigitRun | undefined, month: DigitRun, day: DigitRun | undefined): boolean {
    if (month.length > 2 || (day?.length ?? 0) > 2 || (year?.length ?? 0) > 4) return false;
    if (year !== undefined) this.#parts.year = year.length > 2 ? year.value : fullYear(year.value);
    this.#parts.month = month.value;
    if (day !== undefined) this.#parts.day = day.value;
    return true;
  }
}
