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

function lastIndexOf(text: string, searchText: string): number {
  if (searchText === '') return text.length - (text === '' ? 0 : 1);
  return text.lastIndexOf(searchText);
}

/** The nth occurrence, counted from 1; negative numbers count from the end. Occurrences may overlap. */
function nthIndexOf(text: string, searchText: string, occurrence: bigint): number {
  if (searchText === '' || occurrence === 0n) return -1;
  const backward = occurrence < 0n;
  let left = backward ? -occurrence : occurrence;
  if (left > BigInt(text.length)) return -1;
  let at = backward ? text.lastIndexOf(searchText) : text.indexOf(searchText);
  for (left -= 1n; left > 0n && at >= 0; left--) {
    if (backward) at = at === 0 ? -1 : text.lastIndexOf(searchText, at - 1);
    else at = text.indexOf(searchText, at + 1);
  }
  return at;
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
