/**
 * The functions of group "String" that look for text in text, all without regard to case.
 *
 * Owns: `startsWith`, `endsWith`, `indexOf`, `lastIndexOf`, `nthIndexOf`.
 *
 * Source: expression reference 6.1.
 */
import { foldCase } from '../dotnet-text.ts';
import { bigIntOf, type Value } from '../values.ts';
import { type FunctionDefinition, type FunctionResult, type ParameterType, parameter } from './function.ts';
import { pure } from './pure.ts';

function search(
  name: string,
  help: string,
  sought: string,
  returns: ParameterType,
  find: (text: string, searchText: string) => FunctionResult,
): FunctionDefinition {
  return pure({
    name,
    group: 'String',
    help,
    parameters: [parameter('text', 'the string'), parameter('searchText', sought)],
    returns,
    apply: ([text, searchText]) => find(foldCase(text as string), foldCase(searchText as string)),
  });
}

/** From this length on a search backwards is not JavaScript's, which may compare the whole text at every position. */
const longSearch = 16;

function lastIndexOf(text: string, searchText: string): number {
  if (searchText === '') return text.length - (text === '' ? 0 : 1);
  return searchText.length < longSearch ? text.lastIndexOf(searchText) : nthOccurrence(text, searchText, 1, true);
}

/** A text read from its start, or from its end. */
type Reader = (at: number) => number;

function readerOf(text: string, backward: boolean): Reader {
  const last = text.length - 1;
  return backward ? (at) => text.charCodeAt(last - at) : (at) => text.charCodeAt(at);
}

/**
 * Where the nth occurrence starts, or -1, in one pass whatever the texts (Knuth, Morris and Pratt): looking for
 * 'aa…ab' in 'aa…a' costs the sum of both lengths, not their product.
 */
function nthOccurrence(text: string, searchText: string, occurrence: number, backward: boolean): number {
  const unitAt = readerOf(text, backward);
  const wantedAt = readerOf(searchText, backward);
  const borders = bordersOf(wantedAt, searchText.length);
  let matched = 0;
  let left = occurrence;
  for (let at = 0; at < text.length; at++) {
    const unit = unitAt(at);
    while (matched > 0 && wantedAt(matched) !== unit) matched = borders[matched - 1] as number;
    if (wantedAt(matched) === unit) matched++;
    if (matched < searchText.length) continue;
    left--;
    if (left === 0) return backward ? text.length - 1 - at : at - searchText.length + 1;
    matched = borders[matched - 1] as number;
  }
  return -1;
}

/** For each length of a beginning, how long a shorter beginning it ends with. */
function bordersOf(unitAt: Reader, length: number): Int32Array {
  const borders = new Int32Array(length);
  for (let at = 1, border = 0; at < length; at++) {
    const unit = unitAt(at);
    while (border > 0 && unitAt(border) !== unit) border = borders[border - 1] as number;
    if (unitAt(border) === unit) border++;
    borders[at] = border;
  }
  return borders;
}

/** The nth occurrence, counted from 1; negative numbers count from the end. Occurrences may overlap. */
function nthIndexOf(text: string, searchText: string, occurrence: bigint): number {
  if (searchText === '' || occurrence === 0n) return -1;
  const count = occurrence < 0n ? -occurrence : occurrence;
  if (count > BigInt(text.length)) return -1;
  return nthOccurrence(text, searchText, Number(count), occurrence < 0n);
}

export const textSearchFunctions: readonly FunctionDefinition[] = [
  search(
    'startsWith',
    'Whether the string starts with a text, ignoring case.',
    'the value to look for at its start',
    'Boolean',
    (text, searchText) => text.startsWith(searchText),
  ),
  search(
    'endsWith',
    'Whether the string ends with a text, ignoring case.',
    'the value to look for at its end',
    'Boolean',
    (text, searchText) => text.endsWith(searchText),
  ),
  search(
    'indexOf',
    'The position of the first occurrence, ignoring case; -1 when there is none.',
    'the value to find the index of',
    'Integer',
    (text, searchText) => text.indexOf(searchText),
  ),
  search(
    'lastIndexOf',
    'The position of the last occurrence, ignoring case; -1 when there is none.',
    'the value to find the last index of',
    'Integer',
    lastIndexOf,
  ),
  pure({
    name: 'nthIndexOf',
    group: 'String',
    help: 'The position of the nth occurrence, ignoring case; negative numbers count from the end; -1 when there are fewer.',
    parameters: [
      parameter('text', 'the string'),
      parameter('searchText', 'the value to find the index of'),
      parameter('occurrence', 'the number of the occurrence', 'Integer'),
    ],
    returns: 'Integer',
    apply: ([text, searchText, occurrence]: readonly Value[]) =>
      nthIndexOf(foldCase(text as string), foldCase(searchText as string), bigIntOf(occurrence as number)),
  }),
];
