/**
 * Pages of our own that work without script: an approval's buttons, a consent.
 *
 * Owns: their headers. Does not own: their content (`#service`).
 *
 * Invariants
 * HA1. Nothing is loaded from anywhere, nothing frames the page, and its address, which holds a secret, is told to nobody.
 */
import type { ArmResponse } from '#foundation';

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export function htmlAnswer(status: number, page: string): ArmResponse {
  return { status, headers, rawBody: page };
}
