/**
 * Writes `docs/reference/error-codes.md` from the tables of fault codes and of preflight's findings, so that table and page cannot differ.
 *
 * Run by hand: `node tools/generate-error-docs.ts`; a test compares the page with a fresh generation.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultCodeEntry, faultCodes } from '#foundation';
import { findingCodes } from '#service';

export const errorDocsPath = join(import.meta.dirname, '../docs/reference/error-codes.md');

/** The whole page. */
export function errorDocs(): string {
  const entries = Object.entries(faultCodes).sort(([left], [right]) => (left < right ? -1 : 1));
  const rows = entries.map(([code, entry]: readonly [string, FaultCodeEntry]) => {
    const again = entry.retryable === true ? 'yes' : 'no';
    return `| \`${code}\` | ${entry.status} | ${again} | ${entry.meaning} |`;
  });
  return [
    '# Error codes',
    '',
    'Every error is Azure\'s envelope `{"error": {"code", "message", "target"?, "details"?}}`. Codes are stable; messages are for people. An',
    'answer may carry another status than the one below where Azure answers the same code with several.',
    '',
    '| code | status | worth trying again | meaning |',
    '|--|--|--|--|',
    ...rows,
    '',
    '## Findings of preflight',
    '',
    'What `tocsin doctor` and `POST /tocsin/v1/preflight` find; no errors of calls.',
    '',
    '| code | meaning |',
    '|--|--|',
    ...Object.entries(findingCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(errorDocsPath, errorDocs());
