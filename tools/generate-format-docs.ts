/**
 * Writes `docs/reference/event-formats.md` from the examples of every format; a test compares the page with a fresh
 * generation, and another holds the code to the examples.
 *
 * Run by hand: `node tools/generate-format-docs.ts`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FormatExample, formatExamples, severityExamples } from './event-formats.data.ts';

export const formatDocsPath = join(import.meta.dirname, '../docs/reference/event-formats.md');

const introduction = `# Event formats

\`POST /ingest/v1/events\` takes Azure's own event bodies and what open detectors write, told apart by their shape or named by \`format=\`. Each
record becomes an alert, or a recommendation with findings and control assessments; automations see nothing else.

Common to all:

- An alert's \`SystemAlertId\` is made of the format, the installation and the native id: the same record sent again is a duplicate and starts
  nothing. Recommendations and findings are known by what they are about and the check that made them; the same state again is a duplicate.
- The untouched record is kept beside the event: \`GET /tocsin/v1/originalEvent?id={id}\`. Its leaves are in \`ExtendedProperties\` (alerts) or \`additionalData\` (recommendations) as text under dotted names, lists as JSON text; numbers keep their
  digits, also beyond 2^53.
- What is not in Azure gets the id of a security entity below the resource group \`detectors\`; its own id is in
  \`ExtendedProperties.nativeResourceId\` or \`resourceDetails.nativeCloudUniqueIdentifier\`.
- Times are read in any ISO 8601 form and as epoch seconds to nanoseconds, and written in UTC with seven digits.
- Wrappers are opened: lists in \`Findings\`, \`detail.findings\`, \`value\`, \`hits.hits\` and \`alerts\`, and a record that a forwarder carries as text
  in \`message\`, \`log\`, \`line\` or \`Message\`.
`;

/** The whole page. */
export function formatDocs(): string {
  return [introduction, severities(), ...formatExamples.map(section)].join('\n');
}

function severities(): string {
  const rows = severityExamples.map(([format, values]) => {
    const cells = ['High', 'Medium', 'Low', 'Informational'].map((ours) =>
      values
        .filter(([, severity]) => severity === ours)
        .map(([native]) => native)
        .join(', '),
    );
    return `| \`${format}\` | ${cells.join(' | ')} |`;
  });
  const head = ['## Severities', '', '| format | High | Medium | Low | Informational |', '|--|--|--|--|--|'];
  return [
    ...head,
    ...rows,
    '',
    'Recommendations know three levels: Informational is Low. Unknown words are Low.',
    '',
  ].join('\n');
}

function section({ title, format, note, record, kinds, rows }: FormatExample): string {
  const table = rows.map(([member, from, value]) => {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return `| \`${member}\` | ${from === '' ? '–' : from.replaceAll('|', '\\|')} | \`${shown}\` |`;
  });
  return [
    `## ${title} (\`${format}\`)`,
    '',
    note,
    '',
    '```json',
    JSON.stringify(record, undefined, 2),
    '```',
    '',
    `Gives ${kinds.map((kind, at) => `${at === 0 ? '' : `\`[${at}]\` `}\`${kind}\``).join(', ')}:`,
    '',
    '| member | from | here |',
    '|--|--|--|',
    ...table,
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(formatDocsPath, formatDocs());
