/**
 * Callback URLs of ours in the contents of a run, for readers who may not list callback URLs.
 *
 * Owns: finding them in a text, and taking their signatures out. Does not own: who may see them (`content-links.ts`).
 * Source: engine reference 7, 10.
 *
 * Invariants
 * SU1. What is left still shows which URL it was; nothing that grants a call is left.
 */

/** In a URL of ours, as it is or percent-encoded inside another one. */
const ownUrls = /(?:\/|%2f)workflows(?:\/|%2f)[^\s"'<>\\]*/gi;
const signatures = /((?:[?&]|%26|%3f)(?:amp;)?sig(?:=|%3d))[\w-]+/gi;

export function withoutSignatures(text: string): string {
  if (!text.includes('sig')) return text;
  return text.replaceAll(ownUrls, (url) => url.replaceAll(signatures, '$1*sanitized*'));
}
