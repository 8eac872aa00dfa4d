/**
 * A request path as clean segments.
 *
 * Owns: repeated and trailing slashes, percent-decoding (once), refusing what could escape its segment.
 *
 * Invariants
 * P1. Segments are never empty, `.` or `..`, and hold no control character.
 * P2. Decoding happens once: `%252F` becomes the text `%2F`.
 */
import { type Fault, fault, isFault } from '#foundation';

export interface CleanPath {
  /** Decoded, case as sent. */
  readonly segments: readonly string[];
  /** The same in lower case, for matching. */
  readonly keys: readonly string[];
  /** Some segment holds a slash that was sent as `%2F`; only tails of patterns may take it. */
  readonly innerSlash: boolean;
}

const longestPath = 8192;

/** Splits a path without query. `InvalidRequestFormat` when it is too long, badly encoded or tries to climb. */
export function cleanPath(path: string): CleanPath | Fault {
  if (path.length > longestPath) return malformed('The request path is too long.');
  const segments: string[] = [];
  const keys: string[] = [];
  let innerSlash = false;
  for (const part of path.split('/')) {
    if (part === '') continue;
    const segment = part.includes('%') ? decode(part) : part;
    if (isFault(segment)) return segment;
    if (segment === '.' || segment === '..') return malformed('The request path may not contain relative segments.');
    if (hasControlCharacter(segment)) return malformed('The request path contains a control character.');
    innerSlash ||= segment.includes('/');
    segments.push(segment);
    keys.push(segment.toLowerCase());
  }
  return { segments, keys, innerSlash };
}

function decode(part: string): string | Fault {
  try {
    return decodeURIComponent(part);
  } catch {
    return malformed('The request path is not properly percent-encoded.');
  }
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function malformed(message: string): Fault {
  return fault('InvalidRequestFormat', message);
}

/** The clean path as text, `/a/b`; empty for the root. */
export function pathText(path: CleanPath): string {
  return path.segments.length === 0 ? '' : `/${path.segments.join('/')}`;
}

/**
 * The resource a path is about: what a permission is checked at. A trailing type without a name (a list) or a trailing
 * action is left out; outside ARM the answer is the tenant, an empty text.
 */
export function subjectOfPath(path: CleanPath): string {
  const { keys, segments } = path;
  const first = keys[0];
  if (first !== 'subscriptions' && first !== 'providers') return '';
  const provider = lastProvider(keys);
  let end = segments.length;
  if (provider < 0) {
    // subscriptions/{s}/resourceGroups/{g}[/action]
    end = keys[2] === 'resourcegroups' ? 4 : 2;
  } else {
    const tail = segments.length - provider - 2;
    if (tail < 2) end = provider;
    else if (tail % 2 === 1) end -= 1;
  }
  const kept = segments.slice(0, Math.min(end, segments.length));
  if (kept.length === 1) return '';
  if (kept.length === 3 && keys[0] === 'subscriptions') kept.pop();
  return kept.length === 0 ? '' : `/${kept.join('/')}`;
}

/** Where the last `providers` of a path stands, -1 without one; scopes are pairs, so only even places count. */
export function lastProvider(keys: readonly string[]): number {
  for (let at = (keys.length - 1) & ~1; at >= 0; at -= 2) if (keys[at] === 'providers') return at;
  return -1;
}
