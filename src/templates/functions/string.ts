/** Functions on text. Source: template reference 5.1. */
import { isJsonArray, isJsonObject, type Json, jsonEquals, JsonSyntaxError } from '#foundation';
import { parseLenientJson } from '../lenient-json.ts';
import { badArguments, type EvaluationStop, isStop } from '../stop.ts';
import { isInteger, smallInteger, textOf, typeOf } from '../values.ts';
import { any, bounded, plain, type PlainFunction } from './function.ts';

/** The argument as text, or what is wrong. */
function text(name: string, value: Json | undefined): string | EvaluationStop {
  if (typeof value === 'string') return value;
  return badArguments(name, `a string is expected, '${typeOf(value ?? null)}' was given.`);
}

function unary(name: string, apply: (value: string) => Json | EvaluationStop): PlainFunction {
  return plain(name, 1, 1, ([value]) => {
    const given = text(name, value);
    return isStop(given) ? given : apply(given);
  });
}

function concat(args: readonly Json[]): Json | EvaluationStop {
  if (args.every(isJsonArray)) return args.flat(1);
  let joined = '';
  for (const value of args) {
    if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number' && !isInteger(value)) {
      return badArguments('concat', `all arguments must be strings or all arrays, '${typeOf(value)}' was given.`);
    }
    joined += textOf(value);
  }
  return bounded('concat', joined);
}

function contains([container, item]: readonly Json[]): Json | EvaluationStop {
  if (typeof container === 'string') {
    const wanted = text('contains', item);
    return isStop(wanted) ? wanted : container.includes(wanted);
  }
  if (isJsonArray(container)) return container.some((element) => jsonEquals(element, item ?? null));
  if (isJsonObject(container)) {
    if (typeof item !== 'string') return badArguments('contains', 'the name of a property must be a string.');
    const wanted = item.toLowerCase();
    return Object.keys(container).some((key) => key.toLowerCase() === wanted);
  }
  return badArguments(
    'contains',
    `the first argument must be a string, array or object, not '${typeOf(container ?? null)}'.`,
  );
}

function empty([value]: readonly Json[]): Json | EvaluationStop {
  if (value === null || value === undefined) return true;
  if (typeof value === 'string' || isJsonArray(value)) return value.length === 0;
  if (isJsonObject(value)) return Object.keys(value).length === 0;
  return badArguments('empty', `a string, array or object is expected, not '${typeOf(value)}'.`);
}

/** `startsWith`, `endsWith`, `indexOf`, `lastIndexOf` on texts ignore case. */
function search(name: string, find: (whole: string, part: string) => Json): PlainFunction {
  return plain(name, 2, 2, ([whole, part]) => {
    const left = text(name, whole);
    if (isStop(left)) return left;
    const right = text(name, part);
    return isStop(right) ? right : find(left.toLowerCase(), right.toLowerCase());
  });
}

function position(name: 'indexOf' | 'lastIndexOf'): PlainFunction {
  const onText = search(name, (whole, part) => whole[name](part));
  return plain(name, 2, 2, (args) => {
    const [whole, part] = args;
    if (!isJsonArray(whole)) return onText.apply(args);
    const same = (element: Json): boolean => jsonEquals(element, part ?? null);
    return name === 'indexOf' ? whole.findIndex(same) : whole.findLastIndex(same);
  });
}

function length([value]: readonly Json[]): Json | EvaluationStop {
  if (typeof value === 'string' || isJsonArray(value)) return value.length;
  if (isJsonObject(value)) return Object.keys(value).length;
  return badArguments('length', `a string, array or object is expected, not '${typeOf(value ?? null)}'.`);
}

function padLeft([value, total, fill]: readonly Json[]): Json | EvaluationStop {
  if (typeof value !== 'string' && !isInteger(value))
    return badArguments('padLeft', 'the first argument must be a string or an integer.');
  const width = smallInteger(total);
  if (width === undefined || width < 0) return badArguments('padLeft', 'the length must be a positive integer.');
  if (width > 65_536) return badArguments('padLeft', "the length cannot exceed '65536'.");
  if (fill !== undefined && (typeof fill !== 'string' || fill.length !== 1)) {
    return badArguments('padLeft', 'the padding must be one character.');
  }
  return textOf(value).padStart(width, fill);
}

function split([value, separators]: readonly Json[]): Json | EvaluationStop {
  const whole = text('split', value);
  if (isStop(whole)) return whole;
  const list = isJsonArray(separators) ? separators : [separators ?? null];
  const marks = list.filter((mark): mark is string => typeof mark === 'string');
  if (marks.length !== list.length) return badArguments('split', 'the separators must be strings.');
  const used = marks.filter((mark) => mark !== '');
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < whole.length; ) {
    const mark = used.find((candidate) => whole.startsWith(candidate, at));
    if (mark === undefined) at += 1;
    else {
      parts.push(whole.slice(from, at));
      at += mark.length;
      from = at;
    }
  }
  return [...parts, whole.slice(from)];
}

function join([list, separator]: readonly Json[]): Json | EvaluationStop {
  if (!isJsonArray(list)) return badArguments('join', `an array is expected, '${typeOf(list ?? null)}' was given.`);
  const mark = text('join', separator);
  return isStop(mark) ? mark : bounded('join', list.map(textOf).join(mark));
}

function replace([whole, old, fresh]: readonly Json[]): Json | EvaluationStop {
  const given = [whole, old, fresh].map((value) => text('replace', value));
  const wrong = given.find(isStop);
  if (wrong !== undefined) return wrong;
  const [source = '', from = '', to = ''] = given as readonly string[];
  if (from === '') return badArguments('replace', 'the text to replace must not be empty.');
  return bounded('replace', source.split(from).join(to));
}

function substring([whole, start, count]: readonly Json[]): Json | EvaluationStop {
  const source = text('substring', whole);
  if (isStop(source)) return source;
  const from = smallInteger(start);
  const size = count === undefined ? source.length - (from ?? 0) : smallInteger(count);
  if (from === undefined || size === undefined)
    return badArguments('substring', 'the index and length parameters must be integers.');
  if (from < 0 || size < 0 || from + size > source.length) {
    return badArguments(
      'substring',
      `The index and length parameters must refer to a location within the string. The index parameter: '${from}', the length parameter: '${size}', the length of the string parameter: '${source.length}'.`,
    );
  }
  return source.slice(from, from + size);
}

/** JSON from text, quotes lenient. */
function parsed(name: string, source: string): Json | EvaluationStop {
  try {
    return parseLenientJson(source).value;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return badArguments(name, `the value '${source.slice(0, 60)}' is not valid JSON: ${error.fault.message}.`);
  }
}

function base64ToText(name: string, encoded: string): string | EvaluationStop {
  try {
    const binary = atob(encoded.trim());
    return new TextDecoder('utf-8').decode(Uint8Array.from(binary, (unit) => unit.charCodeAt(0)));
  } catch {
    return badArguments(name, 'the value is not a valid base64 string.');
  }
}

function textToBase64(source: string): string {
  const bytes = new TextEncoder().encode(source);
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function base64ToJson(source: string): Json | EvaluationStop {
  const decoded = base64ToText('base64ToJson', source);
  return isStop(decoded) ? decoded : parsed('base64ToJson', decoded);
}

function dataUriToText(source: string): Json | EvaluationStop {
  const match = /^data:([^,]{0,256}),/i.exec(source);
  if (match === null) return badArguments('dataUriToString', 'the value is not a data URI.');
  const data = source.slice(match[0].length);
  if (/;base64$/i.test(match[1] ?? '')) return base64ToText('dataUriToString', data);
  return unescaped('dataUriToString', data);
}

function unescaped(name: string, source: string): string | EvaluationStop {
  try {
    return decodeURIComponent(source);
  } catch {
    return badArguments(name, 'the value holds an escape that is not UTF-8.');
  }
}

function escaped(source: string): string {
  return encodeURIComponent(source.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function uri([base, relative]: readonly Json[]): Json | EvaluationStop {
  const from = text('uri', base);
  if (isStop(from)) return from;
  const to = text('uri', relative);
  if (isStop(to)) return to;
  return URL.canParse(to, from)
    ? new URL(to, from).href
    : badArguments('uri', `'${from.slice(0, 100)}' is not an absolute URI.`);
}

function end(name: 'first' | 'last'): PlainFunction {
  return plain(name, 1, 1, ([value]) => {
    if (typeof value === 'string') return value.at(name === 'first' ? 0 : -1) ?? '';
    if (isJsonArray(value)) return value.at(name === 'first' ? 0 : -1) ?? null;
    return badArguments(name, `a string or an array is expected, not '${typeOf(value ?? null)}'.`);
  });
}

function part(name: 'skip' | 'take'): PlainFunction {
  return plain(name, 2, 2, ([value, count]) => {
    const given = smallInteger(count);
    if (given === undefined) return badArguments(name, 'the second argument must be an integer.');
    const size = Math.max(0, given);
    if (typeof value !== 'string' && !isJsonArray(value)) {
      return badArguments(name, `a string or an array is expected, not '${typeOf(value ?? null)}'.`);
    }
    return name === 'skip' ? value.slice(size) : value.slice(0, size);
  });
}

/** The invariant culture maps each character by itself: `ß` has no upper case of one character and stays. */
function eachCharacter(text: string, map: (one: string) => string): string {
  const mapped = map(text);
  // Nothing but ASCII letters changes in nearly every text.
  if (/^[\0-\x7f]*$/.test(text)) return mapped;
  return Array.from(text, (one) => (map(one).length === one.length ? map(one) : one)).join('');
}

export const stringFunctions: readonly PlainFunction[] = [
  unary('base64', textToBase64),
  unary('base64ToString', (source) => base64ToText('base64ToString', source)),
  unary('base64ToJson', base64ToJson),
  plain('concat', 1, any, concat),
  plain('contains', 2, 2, contains),
  unary('dataUri', (source) => `data:text/plain;charset=utf-8;base64,${textToBase64(source)}`),
  unary('dataUriToString', dataUriToText),
  plain('empty', 1, 1, empty),
  search('startsWith', (whole, wanted) => whole.startsWith(wanted)),
  search('endsWith', (whole, wanted) => whole.endsWith(wanted)),
  position('indexOf'),
  position('lastIndexOf'),
  end('first'),
  end('last'),
  plain('join', 2, 2, join),
  plain('split', 2, 2, split),
  unary('json', (source) => parsed('json', source)),
  plain('length', 1, 1, length),
  plain('padLeft', 2, 3, padLeft),
  plain('replace', 3, 3, replace),
  part('skip'),
  part('take'),
  plain('string', 1, 1, ([value]) => textOf(value ?? null)),
  plain('substring', 2, 3, substring),
  unary('toLower', (source) => eachCharacter(source, (one) => one.toLowerCase())),
  unary('toUpper', (source) => eachCharacter(source, (one) => one.toUpperCase())),
  unary('trim', (source) => source.trim()),
  plain('uri', 2, 2, uri),
  unary('uriComponent', escaped),
  unary('uriComponentToString', (source) => unescaped('uriComponentToString', source)),
];
