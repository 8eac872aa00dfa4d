/**
 * Percent-encoding as .NET's `System.Uri` does it.
 *
 * Owns: `EscapeDataString` and `UnescapeDataString`. Does not own: the functions over them.
 *
 * Invariants
 * PE1. Unescaping decodes once and never fails: what is not a whole escape of UTF-8 stays as it is.
 *
 * Source: expression reference 6.4, 12.5.
 */

/** UTF-8, upper-case hex; letters, digits and `-._~` stay. A lone surrogate becomes U+FFFD, as in .NET. */
export function escapeData(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Decodes each run of escapes that is valid UTF-8; bytes that are not stay escaped. */
export function unescapePercent(text: string): string {
  return text.includes('%') ? text.replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeRun) : text;
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return decodeSequences(run);
  }
}

/** Takes the run apart into UTF-8 sequences and keeps those that are none. */
function decodeSequences(run: string): string {
  let decoded = '';
  let at = 0;
  while (at < run.length) {
    const length = sequenceLength(Number.parseInt(run.slice(at + 1, at + 3), 16)) * 3;
    const sequence = run.slice(at, at + Math.max(3, length));
    const text = decodeSequence(sequence);
    decoded += text ?? run.slice(at, at + 3);
    at += text === undefined ? 3 : sequence.length;
  }
  return decoded;
}

function decodeSequence(sequence: string): string | undefined {
  try {
    return decodeURIComponent(sequence);
  } catch {
    return undefined;
  }
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}
