/**
 * Text comparison that ignores case the way the original service does: ordinally, by simple upper-casing of each
 * character, never by a culture.
 *
 * Owns: `foldCase`. Does not own: which texts are compared.
 *
 * Invariants
 * C1. Folding keeps the length in UTF-16 units, so a position in folded text is the same position in the text.
 * C2. A character whose full upper case has several characters keeps its simple one, or itself (`ß` stays `ß`).
 * C3. No character outside ASCII folds into ASCII (`ı` and `ſ` stay): no surprise matches, no Turkish i.
 * Source: domain reference 6; the ordinal casing of the published .NET run-time.
 */

const beyondAscii = /[^\0-\x7f]/;

/** Simple upper case where JavaScript only knows the longer full one: Greek letters with iota subscript. */
function greekSimpleUpperCase(codePoint: number): number | undefined {
  if (codePoint >= 0x1f80 && codePoint <= 0x1faf) return codePoint | 0x8;
  if (codePoint === 0x1fb3 || codePoint === 0x1fc3 || codePoint === 0x1ff3) return codePoint + 9;
  return undefined;
}

function foldCharacter(character: string): string {
  const codePoint = character.codePointAt(0) as number;
  const greek = greekSimpleUpperCase(codePoint);
  if (greek !== undefined) return String.fromCodePoint(greek);
  const upper = character.toUpperCase();
  if (upper.length !== character.length) return character;
  return codePoint > 0x7f && (upper.codePointAt(0) as number) <= 0x7f ? character : upper;
}

/** The text in the form in which two texts that differ in case only are equal. */
export function foldCase(text: string): string {
  if (!beyondAscii.test(text)) return text.toUpperCase();
  let folded = '';
  for (const character of text) folded += foldCharacter(character);
  return folded;
}
