/**
 * `If-Match` and `If-None-Match` against the etag of what is stored.
 *
 * Owns: the comparison and the refusal. Source: RFC 9110 section 13, ARM reference 1.2.
 *
 * Invariants
 * C1. Tags compare without quotes and without the weakness mark: every etag here names one stored state exactly.
 */
import { type Fault, fault } from '#foundation';

/** The `ETag` header of a stored etag. */
export function etagHeader(etag: string): string {
  return `"${etag}"`;
}

/** 412 when a condition of the request does not hold for the current etag (undefined: nothing is stored). */
export function checkPreconditions(
  headers: Readonly<Record<string, string>>,
  current: string | undefined,
): Fault | undefined {
  const wanted = headers['if-match'];
  if (wanted !== undefined && !matchesTag(wanted, current)) {
    return fault(
      'PreconditionFailed',
      current === undefined
        ? "The condition 'If-Match' cannot hold: the resource does not exist."
        : `The condition 'If-Match' does not hold: the etag of the resource is '${current}'.`,
    );
  }
  const unwanted = headers['if-none-match'];
  if (unwanted !== undefined && matchesTag(unwanted, current)) {
    return fault('PreconditionFailed', "The condition 'If-None-Match' does not hold: the resource exists.");
  }
  return undefined;
}

function matchesTag(header: string, current: string | undefined): boolean {
  if (current === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || bare(tag) === bare(current));
}

function bare(tag: string): string {
  return tag
    .trim()
    .replace(/^W\//i, '')
    .replace(/^"(.*)"$/, '$1');
}
