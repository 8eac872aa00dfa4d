/**
 * Writes `docs/reference/own-api.md` from the table of our own calls, so that table, OpenAPI document and page cannot differ.
 *
 * Run by hand: `node tools/generate-own-api-docs.ts`; a test compares the page with a fresh generation.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OwnOperation, ownOperations } from '#api';

export const ownApiDocsPath = join(import.meta.dirname, '../docs/reference/own-api.md');

const escaped = (text: string): string => text.replaceAll('|', '\\|');

function rows(members: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(members).map(([name, text]) => {
    const required = name.endsWith('!');
    return `| \`${name.replace(/!$/, '')}\`${required ? ' (required)' : ''} | ${escaped(text)} |`;
  });
}

function table(title: string, members: Readonly<Record<string, string>> | undefined): readonly string[] {
  return members === undefined ? [] : ['', `| ${title} | |`, '|--|--|', ...rows(members)];
}

function section(operation: OwnOperation): readonly string[] {
  const { method, path, summary, query, body, status, answer, open } = operation;
  return [
    '',
    `### \`${method} ${path}\``,
    '',
    `${summary} Answers ${status}${open === true ? '; needs no token' : ''}.`,
    ...table('query', query),
    ...table('body', body),
    ...table('answer', answer),
  ];
}

/** The whole page. */
export function ownApiDocs(): string {
  const tags = [...new Set(ownOperations.map(({ tag }) => tag))];
  return [
    '# Our own calls',
    '',
    'What Azure Resource Manager has no contract for. Errors are its envelope, tokens are its tokens; there is no `api-version`: the',
    'version is in the path. The same as OpenAPI: `GET /tocsin/v1/openapi.json`.',
    ...tags.flatMap((tag) => ['', `## ${tag}`, ...ownOperations.filter((each) => each.tag === tag).flatMap(section)]),
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(ownApiDocsPath, ownApiDocs());
