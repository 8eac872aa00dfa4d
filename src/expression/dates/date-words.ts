/**
 * The words that may stand in a date text of a culture.
 *
 * Owns: the list and the match at a position. Does not own: what the words do to a date (`parse-date.ts`,
 * `parse-exact.ts`).
 *
 * Invariants
 * DW1. The longest word wins, so that `Juni` is not read as `Jun` and a rest.
 * DW2. English names are understood in every culture, as .NET does.
 */
import { type DateCulture, invariantDateCulture } from './date-culture.ts';

export type DateWord =
  | { readonly kind: 'month'; readonly text: string; readonly month: number }
  | { readonly kind: 'weekday'; readonly text: string; readonly weekday: number }
  | { readonly kind: 'designator'; readonly text: string; readonly afternoon: boolean }
  /** `Z`, `GMT`. */
  | { readonly kind: 'universal'; readonly text: string }
  /** `T` between date and time. */
  | { readonly kind: 'timeMark'; readonly text: string }
  /** `de`, `年`: says nothing. */
  | { readonly kind: 'filler'; readonly text: string };

const letter = /\p{L}/u;

/** Lower case, with every kind of blank an ordinary one: some locales write `p. m.` with a no-break space. */
export function loweredDateText(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ').toLowerCase();
}

function wordsOfNames(culture: DateCulture): DateWord[] {
  const months = [culture.months, culture.genitiveMonths, culture.shortMonths].flatMap((names) =>
    names.map((text, index): DateWord => ({ kind: 'month', text, month: index + 1 })),
  );
  const weekdays = [culture.days, culture.shortDays].flatMap((names) =>
    names.map((text, weekday): DateWord => ({ kind: 'weekday', text, weekday })),
  );
  return [
    ...months,
    ...weekdays,
    { kind: 'designator', text: culture.am, afternoon: false },
    { kind: 'designator', text: culture.pm, afternoon: true },
  ];
}

/** Quoted words and signs of the culture's own patterns: `de`, `年`. */
function fillersOf(culture: DateCulture): DateWord[] {
  const patterns = culture.patterns.slice(0, 6).join(' ');
  const quoted = Array.from(patterns.matchAll(/'([^']+)'/g), (match) => match[1] ?? '');
  const signs = patterns.replace(/'[^']*'/g, '').match(/[年月日년월일]/g) ?? [];
  return [...new Set([...quoted, ...signs])].map((text) => ({ kind: 'filler', text }));
}

function buildWords(culture: DateCulture): readonly DateWord[] {
  const all: DateWord[] = [
    ...wordsOfNames(culture),
    ...wordsOfNames(invariantDateCulture),
    ...fillersOf(culture),
    { kind: 'universal', text: 'GMT' },
    { kind: 'universal', text: 'Z' },
    { kind: 'timeMark', text: 'T' },
  ];
  return all
    .filter((word) => letter.test(word.text))
    .map((word) => ({ ...word, text: loweredDateText(word.text) }))
    .sort((left, right) => right.text.length - left.text.length);
}

const wordsByCulture = new WeakMap<DateCulture, readonly DateWord[]>();

function wordsOf(culture: DateCulture): readonly DateWord[] {
  const known = wordsByCulture.get(culture);
  if (known !== undefined) return known;
  const built = buildWords(culture);
  wordsByCulture.set(culture, built);
  return built;
}

/** Whether a word may end here: a letter after it would make it another word, but not beside an ideograph. */
function endsAt(text: string, end: number): boolean {
  const next = text[end];
  return (
    next === undefined || !letter.test(next) || !/\p{Script=Latin}|\p{Script=Cyrillic}|\p{Script=Greek}/u.test(next)
  );
}

/** The longest accepted word at `at` of a text that went through `loweredDateText`. */
export function wordAt(
  lowered: string,
  at: number,
  culture: DateCulture,
  accepts: (word: DateWord) => boolean,
): DateWord | undefined {
  return wordsOf(culture).find(
    (word) =>
      lowered.startsWith(word.text, at) &&
      (word.kind === 'timeMark' || endsAt(lowered, at + word.text.length)) &&
      accepts(word),
  );
}
