/**
 * .NET date patterns, read once into a list of fields and literal texts.
 *
 * Owns: standard letters, custom specifiers, quoting; shared by printing and exact reading.
 * Does not own: printing (`format-date.ts`), reading (`parse-exact.ts`).
 *
 * Invariants
 * DP1. A compiled pattern holds nothing of the value: one compilation serves every date.
 * DP2. A text that is no pattern compiles to undefined, never to a partial pattern.
 *
 * Source: expression reference 7.2, 7.3; .NET custom and standard date and time format strings.
 */
import { BoundedCache } from '../numbers/bounded-cache.ts';
import { type DateCulture, invariantDateCulture } from './date-culture.ts';

export type FieldLetter = 'd' | 'M' | 'y' | 'h' | 'H' | 'm' | 's' | 'f' | 'F' | 't' | 'K' | 'z' | 'g';

export type PatternPart =
  | { readonly kind: 'literal'; readonly text: string }
  /** `count` is the run's length, cut to the longest form of the letter. */
  | { readonly kind: 'field'; readonly letter: FieldLetter; readonly count: number }
  /** A month's full name beside a day number. */
  | { readonly kind: 'genitiveMonth' };

export interface DatePattern {
  readonly parts: readonly PatternPart[];
  /** Whose names and designators the parts mean: `R` prints English in every culture. */
  readonly culture: DateCulture;
  /** The text ends in a zone that the pattern spells as a literal (`R`, `u`): what is read with it is UTC. */
  readonly universal: boolean;
}

/** Longer formats are refused: no real one comes near. */
const longestPattern = 1000;
const roundTrip = "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK";

/** Longest form of each letter: a longer run of `f`, `F` is an error, of another letter the longest form. */
const longestRun: Readonly<Record<FieldLetter, number>> = {
  d: 4,
  M: 4,
  y: longestPattern,
  h: 2,
  H: 2,
  m: 2,
  s: 2,
  f: 7,
  F: 7,
  t: 2,
  K: 1,
  z: 3,
  g: 1,
};

function isFieldLetter(letter: string): letter is FieldLetter {
  return Object.hasOwn(longestRun, letter);
}

/** What a single letter stands for in a culture; undefined when it stands for nothing. */
function standardPattern(letter: string, culture: DateCulture): string | undefined {
  const [shortDate, longDate, shortTime, longTime, monthDay, yearMonth] = culture.patterns;
  switch (letter) {
    case 'd':
      return shortDate;
    case 'D':
      return longDate;
    case 't':
      return shortTime;
    case 'T':
      return longTime;
    case 'f':
      return `${longDate} ${shortTime}`;
    case 'F':
    case 'U':
      return `${longDate} ${longTime}`;
    case 'g':
      return `${shortDate} ${shortTime}`;
    case 'G':
      return `${shortDate} ${longTime}`;
    case 'M':
    case 'm':
      return monthDay;
    case 'Y':
    case 'y':
      return yearMonth;
    case 'O':
    case 'o':
      return roundTrip;
    case 'R':
    case 'r':
      return "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'";
    case 's':
      return "yyyy'-'MM'-'dd'T'HH':'mm':'ss";
    case 'u':
      return "yyyy'-'MM'-'dd HH':'mm':'ss'Z'";
    default:
      return undefined;
  }
}

/** Collects parts, joining neighbouring literals. */
class PartList {
  readonly parts: PatternPart[] = [];
  #text = '';

  literal(text: string): void {
    this.#text += text;
  }

  field(letter: FieldLetter, count: number): void {
    this.#flush();
    this.parts.push({ kind: 'field', letter, count });
  }

  finish(): PatternPart[] {
    this.#flush();
    return this.parts;
  }

  #flush(): void {
    if (this.#text !== '') this.parts.push({ kind: 'literal', text: this.#text });
    this.#text = '';
  }
}

/** Length of the run of one character that starts at `at`. */
function runLength(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] === text[at]) end++;
  return end - at;
}

/** Takes one piece of the pattern at `at`; answers where the next begins, or undefined when this is no pattern. */
function takePiece(pattern: string, at: number, culture: DateCulture, list: PartList): number | undefined {
  const letter = pattern[at] ?? '';
  if (isFieldLetter(letter)) {
    const run = runLength(pattern, at);
    const longest = longestRun[letter];
    if ((letter === 'f' || letter === 'F') && run > longest) return undefined;
    list.field(letter, Math.min(run, longest));
    // K has no longer form: a second one prints the zone again.
    return letter === 'K' ? at + 1 : at + run;
  }
  switch (letter) {
    case '/':
      list.literal(culture.dateSeparator);
      return at + 1;
    case ':':
      list.literal(culture.timeSeparator);
      return at + 1;
    case "'":
    case '"':
      return takeQuoted(pattern, at, list);
    case '\\':
      if (at + 1 >= pattern.length) return undefined;
      list.literal(pattern[at + 1] ?? '');
      return at + 2;
    case '%':
      // It only says that what follows is custom; at the end or before another `%` it says nothing.
      return at + 1 >= pattern.length || pattern[at + 1] === '%' ? undefined : at + 1;
    default:
      list.literal(letter);
      return at + 1;
  }
}

/** Text between quotes; a backslash inside escapes the next character. */
function takeQuoted(pattern: string, at: number, list: PartList): number | undefined {
  const quote = pattern[at];
  let text = '';
  for (let next = at + 1; next < pattern.length; next++) {
    if (pattern[next] === quote) {
      list.literal(text);
      return next + 1;
    }
    if (pattern[next] === '\\') {
      next++;
      if (next >= pattern.length) return undefined;
    }
    text += pattern[next];
  }
  return undefined;
}

/** Whether the nearest run of `d` before or after is a day number: .NET's test for the genitive. */
function besideDayNumber(parts: readonly PatternPart[], at: number): boolean {
  const isDay = (part: PatternPart) => part.kind === 'field' && part.letter === 'd';
  const isNumber = (part: PatternPart | undefined) => part?.kind === 'field' && part.count <= 2;
  return isNumber(parts.slice(0, at).findLast(isDay)) || isNumber(parts.slice(at + 1).find(isDay));
}

function compile(pattern: string, culture: DateCulture, universal: boolean): DatePattern | undefined {
  const list = new PartList();
  for (let at = 0; at < pattern.length; ) {
    const next = takePiece(pattern, at, culture, list);
    if (next === undefined) return undefined;
    at = next;
  }
  const parts = list.finish();
  return {
    parts: parts.map((part, at) =>
      part.kind === 'field' && part.letter === 'M' && part.count === 4 && besideDayNumber(parts, at)
        ? { kind: 'genitiveMonth' }
        : part,
    ),
    culture,
    universal,
  };
}

function compileFormat(format: string, culture: DateCulture): DatePattern | undefined {
  if (format.length > longestPattern) return undefined;
  if (format.length !== 1) return compile(format, culture, false);
  const pattern = standardPattern(format, culture);
  if (pattern === undefined) return undefined;
  const english = /[RrOosu]/.test(format);
  return compile(pattern, english ? invariantDateCulture : culture, /[Rru]/.test(format));
}

const compiled = new BoundedCache<DatePattern | undefined>(500);

/** The compiled form of a standard letter or a custom pattern; undefined when it is neither. The empty text is `o`. */
export function datePattern(format: string, culture: DateCulture): DatePattern | undefined {
  if (format === '') return datePattern('o', culture);
  return compiled.get(`${culture.name}|${format}`, () => compileFormat(format, culture));
}
