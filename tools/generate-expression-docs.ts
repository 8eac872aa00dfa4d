/**
 * Writes `docs/reference/expressions.md` and a page for each group of functions from the function table, so that pages and
 * language cannot differ.
 *
 *   node tools/generate-expression-docs.ts           writes the pages
 *   node tools/generate-expression-docs.ts --check   fails when a committed page is not the one it would write
 *
 * Owns: the page's text. Does not own: what functions do and how they are described (`src/expression/functions/`).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import {
  defaultTextLimit,
  expressionDepthLimit,
  expressionLengthLimit,
  type FunctionDefinition,
  type FunctionGroup,
  functionTable,
  type ParameterDefinition,
} from '#expression';

const folder = join(import.meta.dirname, '../docs/reference');

/** The pages by the path of their file. */
export type Pages = ReadonlyMap<string, string>;

const groups: readonly FunctionGroup[] = [
  'String',
  'Collection',
  'Logical comparison',
  'Conversion',
  'Math',
  'Date and time',
  'Workflow',
  'URI parsing',
  'JSON and XML',
];

const notice =
  '<!-- Written by tools/generate-expression-docs.ts from the function table. Do not edit: change the table and run it again. -->';

const introduction = `# Expressions

${notice}

Any JSON string in a workflow definition may hold expressions of the Workflow Definition Language:

| The string | is |
|---|---|
| \`@expression\` | one expression; the result keeps its type |
| \`text @{expression} text\` | text with expressions in it; the result is text |
| \`@@text\` | the text \`@text\` |
| \`text @@{text\` | the text \`text @{text\` |
| anything else | itself |

An expression is a literal (\`'text'\` with \`''\` for a quote, \`5\`, \`1.5\`, \`true\`, \`null\`) or a call, and a call may be followed by \`.name\`,
\`['name']\` or \`[index]\`. A \`?\` before such a step gives null instead of an error when there is no such member, for that step only.
Function names and, when there is no exact match, names of members ignore case.

Limits: ${expressionLengthLimit.toLocaleString('en-US')} characters for an expression, calls nested ${expressionDepthLimit} deep, ${defaultTextLimit.toLocaleString('en-US')} characters for the text one function makes.

There are ${functionTable.length} functions. A parameter in brackets may be left out; \`…\` stands for any number of further ones.
`;

/** All pages: the introduction with the list of groups, and one page a group. */
export function expressionDocs(): Pages {
  const missing = functionTable.filter(({ group }) => !groups.includes(group));
  if (missing.length > 0) throw new Error(`No page for ${missing.map(({ name }) => name).join(', ')}.`);
  const list = groups.map((group) => {
    const names = functionsOf(group).map(({ name }) => `\`${name}\``);
    return `- [${group}](expressions/${fileOf(group)}): ${names.join(', ')}`;
  });
  return new Map([
    [join(folder, 'expressions.md'), `${introduction}\n## Functions by group\n\n${list.join('\n')}\n`],
    ...groups.map((group) => [join(folder, 'expressions', fileOf(group)), groupPage(group)] as const),
  ]);
}

function fileOf(group: FunctionGroup): string {
  return `${group.toLowerCase().replaceAll(' ', '-')}.md`;
}

function functionsOf(group: FunctionGroup): readonly FunctionDefinition[] {
  return functionTable
    .filter((definition) => definition.group === group)
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function groupPage(group: FunctionGroup): string {
  const rows = functionsOf(group).map(
    (definition) => `| ${signature(definition)} | ${definition.returns} | ${describe(definition)} |`,
  );
  const head = `# ${group} functions\n\n${notice}\n\nHow expressions are written stands in [Expressions](../expressions.md).\n`;
  return `${head}\n| Function | Gives | What it does |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function signature({ name, parameters }: FunctionDefinition): string {
  const listed = parameters.map(({ name: parameter, optional, variadic }) => {
    const shown = variadic === true ? `${parameter}, …` : parameter;
    return optional === true ? `[${shown}]` : shown;
  });
  return `\`${name}(${listed.join(', ')})\``;
}

function describe({ help, parameters, deprecated }: FunctionDefinition): string {
  const explained = parameters.map(
    (parameter) => `\`${parameter.name}\`: ${cell(parameter.help)} (${types(parameter)})`,
  );
  const old = deprecated === true ? ' Deprecated.' : '';
  return [`${cell(help)}${old}`, ...explained].join('<br>');
}

function types({ types: taken }: ParameterDefinition): string {
  return taken.join(' or ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  if (!check) mkdirSync(join(folder, 'expressions'), { recursive: true });
  for (const [path, page] of expressionDocs()) {
    if (!check) writeFileSync(path, page);
    else if (readFileSync(path, 'utf8') !== page) {
      process.stderr.write(`${path} is not up to date: run node tools/generate-expression-docs.ts\n`);
      process.exitCode = 1;
    }
  }
}
