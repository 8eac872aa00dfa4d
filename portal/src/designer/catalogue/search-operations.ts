/** Finding operations by words. Source: portal reference 5.6. */
import type { Operation } from './operation.ts';

/** Those that have a word for each word asked for; what begins with it comes first. */
export function searchOperations(
  all: readonly Operation[],
  role: Operation['role'],
  query: string,
): readonly Operation[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const mine = all.filter((operation) => operation.role === role);
  if (words.length === 0) return mine;
  return mine
    .map((operation, index) => ({ operation, index, rank: rankOf(operation, words, query.toLowerCase().trim()) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((one, two) => two.rank - one.rank || one.index - two.index)
    .map(({ operation }) => operation);
}

function rankOf(
  { title, also = '', group, words = '', description }: Operation,
  asked: readonly string[],
  whole: string,
): number {
  const name = title.toLowerCase();
  const strong = `${name} ${also} ${group} ${words}`.toLowerCase();
  let rank = name.startsWith(whole) ? 40 : 0;
  for (const word of asked) {
    if (new RegExp(`\\b${word.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}`).test(strong))
      rank += name.includes(word) ? 10 : 6;
    else if (strong.includes(word)) rank += 3;
    else if (description.toLowerCase().includes(word)) rank += 1;
    else return 0;
  }
  return rank;
}
