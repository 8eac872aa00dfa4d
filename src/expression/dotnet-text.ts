/**
 * Text rules of .NET that JavaScript does not share: white space, casing, searching without regard to case.
 *
 * Owns: those rules. Does not own: functions (`functions/string.ts`).
 *
 * Invariants
 * T1. Casing maps one UTF-16 unit to one: positions in a folded text are positions in the text.
 *
 * Source: expression reference 3, 6.1; .NET `Char.IsWhiteSpace`, `String.ToUpperInvariant`.
 */

/** `Char.IsWhiteSpace`: has U+0085, lacks U+FEFF, unlike JavaScript. */
export function isWhiteSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x85) return false;
  return (
    unit === 0x85 ||
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

export function trimWhiteSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

const dotlessSmallI = 'ı';

/** `ToUpperInvariant`: `ß` and `ı` stay. */
export function toUpperInvariant(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  return mapUnits(text, (unit) => (unit === dotlessSmallI ? unit : unit.toUpperCase()));
}

/** `ToLowerInvariant`: `İ` stays. */
export function toLowerInvariant(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return mapUnits(text, (unit) => unit.toLowerCase());
}

function mapUnits(text: string, map: (unit: string) => string): string {
  let mapped = '';
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at);
    const changed = map(unit);
    mapped += changed.length === 1 ? changed : unit;
  }
  return mapped;
}

/** The form in which texts are compared without regard to case (T1). */
export function foldCase(text: string): string {
  return toUpperInvariant(text);
}
