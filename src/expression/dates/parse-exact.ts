/**
 * Reads date texts by a .NET pattern, nothing more and nothing less than the pattern says.
 *
 * Owns: reading one field after the other. Does not own: patterns (`date-pattern.ts`), names (`date-words.ts`),
 * completing what was read (`date-parts.ts`).
 *
 * Invariants
 * PE1. Never throws; one pass over the pattern, no going back.
 * PE2. What `formatDate` prints of a date and a time to the tick is read back as the same time by the same pattern,
 *      where the pattern holds enough of it.
 *
 * Source: .NET `DateTime.ParseExact` with `DateTimeStyles.None`; expression reference 6.6 (`parseDateTime`).
 */
import type { DateCulture } from './date-culture.ts';
import { type DateParts, fractionOf, fullYear, hourOfTwelve, type Now, timeOfParts } from './date-parts.ts';
import type { DatePattern, FieldLetter, PatternPart } from './date-pattern.ts';
import type { DateTime } from './date-time.ts';
import { type DateWord, loweredDateText, wordAt } from './date-words.ts';
import { longestDateText } from './parse-date.ts';

/** The time `text` means when read by `pattern`; undefined when it does not fit. A missing date is today's. */
export function parseExactDate(text: string, pattern: DatePattern, clock: Now): DateTime | undefined {
  if (text.length > longestDateText) return undefined;
  const parts = new ExactReading(text, pattern).read();
  return parts && timeOfParts(parts, clock);
}

class ExactReading {
  readonly #text: string;
  readonly #lowered: string;
  readonly #pattern: DatePattern;
  readonly #culture: DateCulture;
  readonly #parts: DateParts = {};
  #at = 0;
  #twelveHours = false;
  #afternoon: boolean | undefined;

  constructor(text: string, pattern: DatePattern) {
    this.#text = text;
    this.#lowered = loweredDateText(text);
    this.#pattern = pattern;
    this.#culture = pattern.culture;
  }

  read(): DateParts | undefined {
    if (this.#lowered.length !== this.#text.length) return undefined;
    const { parts } = this.#pattern;
    for (const [index, part] of parts.entries()) {
      if (!this.#take(part) && !this.#takeWithoutPoint(part, parts[index + 1])) return undefined;
    }
    if (this.#at !== this.#text.length) return undefined;
    if (this.#pattern.universal) this.#parts.offset = 0;
    return this.#settleHour() ? this.#parts : undefined;
  }

  #settleHour(): boolean {
    if (!this.#twelveHours) return true;
    const hour = hourOfTwelve(this.#parts.hour ?? 0, this.#afternoon ?? false);
    if (hour === undefined) return false;
    this.#parts.hour = hour;
    return true;
  }

  #take(part: PatternPart): boolean {
    switch (part.kind) {
      case 'literal':
        return this.#takeLiteral(part.text);
      case 'genitiveMonth':
        return this.#takeMonthName();
      case 'field':
        return this.#takeField(part.letter, part.count);
    }
  }

  /** `F` prints no point when there is no fraction, and reads none. */
  #takeWithoutPoint(part: PatternPart, next: PatternPart | undefined): boolean {
    const optionalFraction = next?.kind === 'field' && next.letter === 'F';
    return (
      optionalFraction &&
      part.kind === 'literal' &&
      part.text.endsWith('.') &&
      this.#takeLiteral(part.text.slice(0, -1))
    );
  }

  #takeLiteral(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** Between `least` and `most` digits; undefined when there are fewer. */
  #digits(least: number, most: number): string | undefined {
    let end = this.#at;
    while (end < this.#text.length && end - this.#at < most && isDigit(this.#text.charCodeAt(end))) end++;
    if (end - this.#at < least) return undefined;
    const taken = this.#text.slice(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** Sets a numeric part; a second, different value for the same part is a contradiction. */
  #number(name: Exclude<keyof DateParts, 'weekday'>, least: number, most: number): boolean {
    const digits = this.#digits(least, most);
    return digits !== undefined && this.#set(name, Number(digits));
  }

  #set(name: keyof DateParts, value: number): boolean {
    const known = this.#parts[name];
    this.#parts[name] = value;
    return known === undefined || known === value;
  }

  #takeField(letter: FieldLetter, count: number): boolean {
    const least = count === 1 ? 1 : 2;
    switch (letter) {
      case 'd':
        return count <= 2 ? this.#number('day', least, 2) : this.#takeWeekday();
      case 'M':
        return count <= 2 ? this.#number('month', least, 2) : this.#takeMonthName();
      case 'y':
        return this.#takeYear(count);
      case 'h':
        this.#twelveHours = true;
        return this.#number('hour', least, 2);
      case 'H':
        return this.#number('hour', least, 2);
      case 'm':
        return this.#number('minute', least, 2);
      case 's':
        return this.#number('second', least, 2);
      case 'f':
        return this.#takeFraction(count, count);
      case 'F':
        return this.#takeFraction(0, count);
      case 't':
        return this.#takeDesignator(count);
      case 'K':
        return this.#takeZone();
      case 'z':
        return this.#takeOffset(count);
      case 'g':
        return this.#takeLiteral(this.#culture.era);
    }
  }

  #takeYear(count: number): boolean {
    const digits = count <= 2 ? this.#digits(count, 2) : this.#digits(Math.min(count, 4), Math.max(count, 4));
    if (digits === undefined) return false;
    return this.#set('year', count <= 2 ? fullYear(Number(digits)) : Number(digits));
  }

  #takeFraction(least: number, most: number): boolean {
    const digits = this.#digits(least, most);
    return digits !== undefined && this.#set('fraction', fractionOf(digits));
  }

  #word(accepts: (word: DateWord) => boolean): DateWord | undefined {
    const word = wordAt(this.#lowered, this.#at, this.#culture, accepts);
    if (word !== undefined) this.#at += word.text.length;
    return word;
  }

  #takeMonthName(): boolean {
    // Month names that are digits and a sign (`3月`) are words as well: the list holds them whole.
    const word = this.#word(({ kind }) => kind === 'month');
    return word?.kind === 'month' && this.#set('month', word.month);
  }

  #takeWeekday(): boolean {
    const word = this.#word(({ kind }) => kind === 'weekday');
    return word?.kind === 'weekday' && this.#set('weekday', word.weekday);
  }

  #takeDesignator(count: number): boolean {
    const { am, pm } = this.#culture;
    const fits = (name: string) => {
      const text = loweredDateText(count === 1 ? name.slice(0, 1) : name);
      return text !== '' && this.#lowered.startsWith(text, this.#at) ? text.length : undefined;
    };
    const afternoon = fits(pm);
    const length = afternoon ?? fits(am);
    if (length === undefined) return false;
    this.#at += length;
    this.#afternoon = afternoon !== undefined;
    return true;
  }

  /** `Z`, an offset, or nothing at all. */
  #takeZone(): boolean {
    const sign = this.#text[this.#at];
    if (sign === '+' || sign === '-') return this.#takeOffset(3);
    if (sign !== 'Z') return true;
    this.#at += 1;
    return this.#set('offset', 0);
  }

  /** `+h`, `+hh`, `+hh:mm` by the run's length. */
  #takeOffset(count: number): boolean {
    const pattern = count === 1 ? shortOffset : count === 2 ? hourOffset : fullOffset;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return false;
    const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
    if (minutes > 14 * 60 || Number(match[3] ?? 0) > 59) return false;
    this.#at += match[0].length;
    return this.#set('offset', match[1] === '-' ? -minutes : minutes);
  }
}

const shortOffset = /([+-])(\d{1,2})/y;
const hourOffset = /([+-])(\d{2})/y;
const fullOffset = /([+-])(\d{1,2}):?(\d{2})/y;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
