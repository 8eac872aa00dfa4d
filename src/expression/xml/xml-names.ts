/**
 * XML names from arbitrary text and back, as .NET's `XmlConvert` does.
 *
 * Owns: `_xHHHH_` escapes. Does not own: the functions `encodeXmlName` and `decodeXmlName`.
 *
 * Invariants
 * XN1. `decodeXmlName(encodeXmlName(t))` is t for every text without lone surrogates.
 *
 * Source: expression reference 6.1, 9.1; .NET `XmlConvert.EncodeName`, XML 1.0 names.
 */

/** Characters beyond the basic plane are escaped, although XML 1.0 would allow some. */
const nameStart =
  /^[:A-Z_a-z\u{c0}-\u{d6}\u{d8}-\u{f6}\u{f8}-\u{2ff}\u{370}-\u{37d}\u{37f}-\u{1fff}\u{200c}-\u{200d}\u{2070}-\u{218f}\u{2c00}-\u{2fef}\u{3001}-\u{d7ff}\u{f900}-\u{fdcf}\u{fdf0}-\u{fffd}]$/u;
const combining = [0x300, 0x36f] as const;
const nameFollow = /^[-.0-9\u{b7}\u{203f}-\u{2040}]$/u;

function follows(character: string): boolean {
  const code = character.charCodeAt(0);
  return nameFollow.test(character) || (code >= combining[0] && code <= combining[1]);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `_x${code
    .toString(16)
    .toUpperCase()
    .padStart(code > 0xffff ? 8 : 4, '0')}_`;
}

/** A name in which every character that may not stand at its place is `_xHHHH_`, and so is the start of a look-alike. */
export function encodeXmlName(text: string): string {
  let name = '';
  let at = 0;
  for (const character of text) {
    const allowed = nameStart.test(character) || (at > 0 && follows(character));
    const lookAlike = character === '_' && /^_x(?:[0-9a-fA-F]{4}|[0-9a-fA-F]{8})_/i.test(text.slice(at, at + 11));
    name += allowed && !lookAlike ? character : escaped(character);
    at += character.length;
  }
  return name;
}

/** The text that a name stands for; what is no escape stays. */
export function decodeXmlName(name: string): string {
  if (!name.includes('_x')) return name;
  return name.replace(/_x([0-9a-fA-F]{8}|[0-9a-fA-F]{4})_/g, (escape, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
  });
}
