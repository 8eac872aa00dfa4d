/** The text that a document is ordered by (`MemberOrder`): the first of the members that is there. */
import { type Json, type JsonObject, memberOf } from './json.ts';

/** So many characters of a text count, so that a place in an order is short whatever somebody sends. */
export const orderedCharacters = 256;

export function memberText(body: JsonObject, members: readonly string[]): string {
  for (const member of members) {
    let found: Json | undefined = body;
    for (const name of member.split('.')) found = memberOf(found, name);
    if (typeof found === 'string') return orderedText(found);
  }
  return '';
}

/** A to Z in lower case, as SQLite does it, and no more than counts. */
export function orderedText(text: string): string {
  const cut =
    text.length <= orderedCharacters
      ? text
      : Array.from(text.slice(0, 2 * orderedCharacters))
          .slice(0, orderedCharacters)
          .join('');
  return cut.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
