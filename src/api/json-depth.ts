/**
 * How deep a JSON text is nested, found without following it.
 *
 * Owns: the bound of request bodies. Does not own: whether the text is JSON (`#foundation`), tighter bounds of definitions,
 * templates and events.
 *
 * Invariants
 * JD1. Linear in the text and without recursion: what comes later may recurse over what has passed here.
 */

/** Deeper than any template of deployments within deployments that is meant. */
export const deepestBody = 512;

/** Whether arrays and objects are nested deeper than `deepestBody`. */
export function isTooDeep(text: string): boolean {
  // Every level has an opening and a closing character.
  if (text.length < 2 * deepestBody) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openBracket || code === openBrace) {
      depth += 1;
      if (depth > deepestBody) return true;
    } else if (code === closeBracket || code === closeBrace) depth -= 1;
  }
  return false;
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** The position of the closing quote of a string that opens at `start`; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === backslash) slashes += 1;
  return slashes % 2 === 1;
}
