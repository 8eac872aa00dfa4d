/** Scalar functions over text. */
import { convert, textOf } from '../conversion.ts';
import type { Regex } from '../regex.ts';
import { isArray, type Value } from '../values.ts';
import { encodingFunctions } from './encoding-functions.ts';
import { scalar, type ScalarFunction } from './function-entry.ts';

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
const whole = (value: Value | undefined): number => Number(value ?? 0);

function split([given, by, index]: readonly Value[]): Value {
  const parts = text(by) === '' ? [text(given)] : text(given).split(text(by));
  if (index === undefined || index === null) return parts;
  const part = parts[whole(index)];
  return part === undefined ? [] : [part];
}

function substring([given, start, length]: readonly Value[]): string {
  const from = whole(start) < 0 ? Math.max(0, text(given).length + whole(start)) : whole(start);
  return text(given).slice(from, length === undefined ? undefined : from + Math.max(0, whole(length)));
}

function indexOf([given, sought, start, length, occurrence]: readonly Value[]): number {
  const from =
    start === undefined ? 0 : whole(start) < 0 ? Math.max(0, text(given).length + whole(start)) : whole(start);
  const end = length === undefined || whole(length) < 0 ? text(given).length : from + whole(length);
  const within = text(given).slice(0, end);
  let at = from - 1;
  for (let count = occurrence === undefined ? 1 : whole(occurrence); count > 0; count--) {
    at = within.indexOf(text(sought), at + 1);
    if (at < 0) return -1;
  }
  return at;
}

function group(found: readonly number[], index: number, given: string): string {
  const [start = -1, end = -1] = [found[index * 2], found[index * 2 + 1]];
  return start < 0 ? '' : given.slice(start, end);
}

function* matches(regex: Regex, given: string): Generator<readonly number[]> {
  let from = 0;
  while (from <= given.length) {
    const found = regex.find(given, from);
    if (found === undefined) return;
    yield found;
    const [start = 0, end = 0] = found;
    from = end > start ? end : end + 1;
  }
}

const extract: ScalarFunction['call'] = ([pattern, index, given], context) => {
  const found = context.regex(text(pattern)).find(text(given), 0);
  return found === undefined ? '' : group(found, whole(index), text(given));
};

const extractAll: ScalarFunction['call'] = (values, context) => {
  const [pattern, wanted, given] = values.length === 3 ? values : [values[0], undefined, values[1]];
  const regex = context.regex(text(pattern));
  const all = Array.from({ length: regex.groups }, (_, index) => index + 1);
  const groups =
    wanted !== undefined && wanted !== null && isArray(wanted) ? wanted.map(Number) : regex.groups === 0 ? [0] : all;
  const found = [...matches(regex, text(given))].map((each) => {
    const parts = groups.map((index) => group(each, index, text(given)));
    return groups.length === 1 ? (parts[0] ?? '') : parts;
  });
  return found.length === 0 ? null : found;
};

const replaceRegex: ScalarFunction['call'] = ([given, pattern, by], context) => {
  let [result, from] = ['', 0];
  for (const found of matches(context.regex(text(pattern)), text(given))) {
    const [start = 0, end = 0] = found;
    result += text(given).slice(from, start);
    result += text(by).replaceAll(/\\(\d)/g, (_, digit: string) => group(found, Number(digit), text(given)));
    from = end;
  }
  return result + text(given).slice(from);
};

/** Takes matches of the pattern off one end or both. */
function trimmed(given: string, regex: Regex, ends: 'start' | 'end' | 'both'): string {
  let [from, to] = [0, given.length];
  for (const [start = 0, end = 0] of matches(regex, given)) {
    if (ends !== 'end' && start === 0) from = end;
    if (ends !== 'start' && end === given.length && start >= from) to = start;
  }
  return given.slice(from, Math.max(from, to));
}

function unescapeUrl(given: string): string {
  try {
    return decodeURIComponent(given);
  } catch {
    return given;
  }
}

/** As `indexof`, of a pattern. */
const indexOfRegex: ScalarFunction['call'] = ([given, pattern, start, length, occurrence], context) => {
  const from =
    start === undefined ? 0 : whole(start) < 0 ? Math.max(0, text(given).length + whole(start)) : whole(start);
  const end = length === undefined || whole(length) < 0 ? text(given).length : from + whole(length);
  const within = text(given).slice(0, end);
  const wanted = occurrence === undefined ? 1 : whole(occurrence);
  let count = 0;
  for (const [at = -1] of matches(context.regex(text(pattern)), within)) {
    if (at >= from && ++count === wanted) return at;
  }
  return -1;
};

/** Whether a term stands in a text by itself, ignoring case. */
function hasTerm(given: string, term: string): boolean {
  const [all, sought] = [given.toLowerCase(), term.toLowerCase()];
  const isPart = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);
  for (let at = all.indexOf(sought); sought !== '' && at >= 0; at = all.indexOf(sought, at + 1)) {
    const [before, after] = [all.charAt(at - 1), all.charAt(at + sought.length)];
    if (!(isPart(before) && isPart(sought.charAt(0))) && !(isPart(after) && isPart(sought.at(-1) ?? ''))) return true;
  }
  return false;
}

const concat: ScalarFunction['call'] = (values, _context, types) =>
  values.map((value, index) => textOf(value, types[index] ?? 'dynamic')).join('');

const joined: ScalarFunction['call'] = (values, _context, types) => {
  const [by, ...parts] = values.map((value, index) => textOf(value, types[index] ?? 'dynamic'));
  return parts.join(by);
};

/** Occurrences of one text in another, overlapping ones too; or of a pattern. */
const countOf: ScalarFunction['call'] = ([given, sought, kind], context) => {
  if (text(kind) === 'regex') return [...matches(context.regex(text(sought)), text(given))].length;
  if (text(sought) === '') return 0;
  let count = 0;
  for (let at = text(given).indexOf(text(sought)); at >= 0; at = text(given).indexOf(text(sought), at + 1)) count++;
  return count;
};

export const textFunctions: readonly ScalarFunction[] = [
  scalar('tolower', 'string', 'string', ([given]) => text(given).toLowerCase()),
  scalar('toupper', 'string', 'string', ([given]) => text(given).toUpperCase()),
  scalar('strlen', 'string', 'long', ([given]) => Array.from(text(given)).length),
  scalar('strcat', 'any...!', 'string', concat),
  scalar('strcat_delim', 'string, any...!', 'string', joined),
  scalar('strrep', 'string, long, [string]', 'string', ([given, count, by]) =>
    Array.from({ length: Math.min(1024, Math.max(0, whole(count))) }, () => text(given)).join(text(by)),
  ),
  scalar('strcmp', 'string, string', 'long', ([left, right]) =>
    text(left) < text(right) ? -1 : Number(text(left) > text(right)),
  ),
  scalar('substring', 'string, long, [long]', 'string', substring),
  scalar('split', 'string, string, [long]', 'dynamic', split),
  scalar('indexof', 'string, string, [long], [long], [long]', 'long', indexOf),
  scalar('countof', 'string, string, [string]', 'long', countOf),
  scalar('replace_string', 'string, string, string', 'string', ([given, from, to]) =>
    text(from) === '' ? text(given) : text(given).replaceAll(text(from), () => text(to)),
  ),
  scalar('replace_regex', 'string, string, string', 'string', replaceRegex),
  scalar('replace', 'string, string, string', 'string', ([pattern, by, given], context, types) =>
    replaceRegex([given ?? null, pattern ?? null, by ?? null], context, types),
  ),
  scalar('reverse', 'string', 'string', ([given]) => Array.from(text(given)).toReversed().join('')),
  scalar('trim', 'string, string', 'string', ([pattern, given], context) =>
    trimmed(text(given), context.regex(text(pattern)), 'both'),
  ),
  scalar('trim_start', 'string, string', 'string', ([pattern, given], context) =>
    trimmed(text(given), context.regex(text(pattern)), 'start'),
  ),
  scalar('trim_end', 'string, string', 'string', ([pattern, given], context) =>
    trimmed(text(given), context.regex(text(pattern)), 'end'),
  ),
  scalar('extract', 'string, long, string', 'string', extract),
  ...['extract_all', 'extractall'].map((name) =>
    scalar(name, 'string, any, [string]', 'dynamic', (values, context, types) =>
      extractAll(
        values.map((value, index) =>
          index === 1 && types[1] !== 'dynamic' ? convert(value, types[1] ?? 'string', 'string') : value,
        ),
        context,
        types,
      ),
    ),
  ),
  scalar('url_encode', 'string', 'string', ([given]) => encodeURIComponent(text(given)).replaceAll('%20', '+')),
  scalar('url_encode_component', 'string', 'string', ([given]) => encodeURIComponent(text(given))),
  scalar('url_decode', 'string', 'string', ([given]) => unescapeUrl(text(given).replaceAll('+', ' '))),
  scalar('isempty', 'any!', 'bool', ([given]) => given === null || given === ''),
  ...['isnotempty', 'notempty'].map((name) =>
    scalar(name, 'any!', 'bool', ([given]) => given !== null && given !== ''),
  ),
  scalar('indexof_regex', 'string, string, [long], [long], [long]', 'long', indexOfRegex),
  scalar('has_any_index', 'string, dynamic', 'long', ([given, terms]) =>
    isArray(terms ?? null)
      ? (terms as readonly Value[]).findIndex((term) => hasTerm(text(given), textOf(term, 'dynamic')))
      : null,
  ),
  scalar('replace_strings', 'string, dynamic, dynamic', 'string', ([given, from, to]) => {
    const targets = isArray(to ?? null) ? (to as readonly Value[]) : [];
    const pairs = (isArray(from ?? null) ? (from as readonly Value[]) : []).map(
      (each, index) => [textOf(each, 'dynamic'), textOf(targets[index] ?? null, 'dynamic')] as const,
    );
    return pairs.reduce(
      (result, [old, made]) => (old === '' ? result : result.replaceAll(old, () => made)),
      text(given),
    );
  }),
  scalar('regex_quote', 'string', 'string', ([given]) => text(given).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')),
  scalar('string_size', 'string', 'long', ([given]) => new TextEncoder().encode(text(given)).length),
  // oxlint-disable-next-line no-control-regex -- all of ASCII is meant.
  scalar('isascii', 'string', 'bool', ([given]) => /^[\u0000-\u007f]*$/.test(text(given))),
  scalar('isutf8', 'string', 'bool', ([given]) => text(given).isWellFormed()),
  ...['make_string', 'unicode_codepoints_to_string'].map((name) =>
    scalar(name, 'any...', 'string', (values) => {
      const codes = values.flatMap((value) => (isArray(value) ? value : [value])).map(Number);
      const sound = codes.every((code) => Number.isInteger(code) && code >= 0 && code <= 0x10_ffff);
      return sound ? String.fromCodePoint(...codes) : '';
    }),
  ),
  ...encodingFunctions,
  scalar('translate', 'string, string, string', 'string', ([from, to, given]) => {
    const targets = Array.from(text(to));
    const map = new Map(Array.from(text(from)).map((char, index) => [char, targets[index] ?? targets.at(-1) ?? '']));
    return Array.from(text(given))
      .map((char) => map.get(char) ?? char)
      .join('');
  }),
  scalar('unicode_codepoints_from_string', 'string', 'dynamic', ([given]) =>
    Array.from(text(given)).map((char) => char.codePointAt(0) ?? 0),
  ),
];
