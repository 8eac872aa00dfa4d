/**
 * Writes the page of each playbook of the gallery (`gallery/<name>/README.md`) and the page about all of them
 * (`docs/gallery.md`), from what the templates say of themselves. A test compares the pages with a fresh generation.
 *
 * Run by hand: `node tools/generate-gallery-docs.ts`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { type GalleryTemplate, galleryTemplates } from '#service';
import { diagramOf } from './gallery-diagram.ts';

const root = join(import.meta.dirname, '..');

export interface GalleryPage {
  readonly path: string;
  readonly text: string;
}

const triggerTexts: Readonly<Record<string, string>> = {
  Alert: 'a security alert',
  Recommendation: 'a security recommendation',
  RegulatoryCompliance: 'a regulatory compliance assessment',
  Recurrence: 'a schedule',
  Request: 'an HTTP request',
};

const started = ({ trigger }: GalleryTemplate): string => triggerTexts[trigger.kind] ?? trigger.kind;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [
    `| ${headings.join(' | ')} |`,
    `|${headings.map(() => '--').join('|')}|`,
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  ];
}

function definitionOf({ template }: GalleryTemplate): Json {
  const resources = memberOf(template, 'resources');
  const workflow = (isJsonArray(resources) ? resources : []).find(
    (one) => textMember(one, 'type') === 'Microsoft.Logic/workflows',
  );
  return memberOf(memberOf(workflow, 'properties'), 'definition') ?? null;
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function parameterRows({ parameters }: GalleryTemplate): readonly (readonly string[])[] {
  return parameters.map(({ name, type, required, description, defaultValue }) => {
    return [`\`${name}\``, type, description, required ? '**required**' : shown(defaultValue ?? null)];
  });
}

function shown(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === '') return '(empty)';
  return text.length > 60 ? 'see the template' : `\`${text}\``;
}

function commands(item: GalleryTemplate): readonly string[] {
  const needed = item.parameters.filter(({ required }) => required).map(({ name }) => `${name}=…`);
  const granted =
    item.roles.length > 0 && 'principalId' in objectOf(memberOf(item.template, 'outputs')) ? ['--grant SCOPE'] : [];
  const automated = item.trigger.kind === 'Recurrence' ? [] : ['--automate'];
  return [
    '```sh',
    ['npm run -s tocsin -- templates deploy', item.name, ...needed, ...automated, ...granted, '--sandbox'].join(' '),
    `npm run -s tocsin -- send gallery/${item.name}/sample-event.json`,
    ...(item.trigger.kind === 'Recurrence' ? [runNow(item)] : []),
    ...optionsOf(item)
      .slice(0, 1)
      .map((option) => `npm run -s tocsin -- outbox answer ID '${option}'   # ID of the question: outbox list`),
    '```',
  ];
}

/** The options of the question it asks; none when it asks none. */
function optionsOf({ template }: GalleryTemplate): readonly string[] {
  const text = /"Options":"([^"]+)"/.exec(JSON.stringify(template))?.[1] ?? '';
  return text.split(',').flatMap((option) => (option.trim() === '' ? [] : [option.trim()]));
}

/** A schedule's trigger, run by hand. */
function runNow({ trigger }: GalleryTemplate): string {
  const call = `LOGIC-APP-ID/triggers/${trigger.name}/run?api-version=2019-05-01`;
  return `curl -X POST -H "authorization: Bearer $(npm run -s tocsin -- token)" "http://127.0.0.1:7070${call}"`;
}

function readme(item: GalleryTemplate): string {
  const { title, summary, description, roles, connectors, afterDeployment } = item;
  return [
    `# ${title}`,
    '',
    summary,
    '',
    ...description.flatMap((paragraph) => [paragraph, '']),
    `Starts on ${started(item)}.`,
    '',
    '## Steps',
    '',
    '```mermaid',
    diagramOf(definitionOf(item)),
    '```',
    '',
    '## Needs',
    '',
    'Connections:',
    '',
    ...(connectors.length === 0
      ? ['none.']
      : connectors.map(({ name, displayName }) => `- ${displayName} (\`${name}\`)`)),
    '',
    ...(roles.length === 0
      ? ['No roles.']
      : ['Roles:', '', ...roles.map(({ role, scope, why }) => `- **${role}** on ${scope}: ${why}`)]),
    '',
    '## Parameters',
    '',
    ...table(['parameter', 'type', 'what it is', 'unless told'], parameterRows(item)),
    '',
    '## Deploying it',
    '',
    ...commands(item),
    '',
    'What is left to do is printed; here `--automate`, `--grant` and `--sandbox` do it. On Azure: `az deployment group create -g GROUP --template-file azuredeploy.json --parameters …`. Then:',
    '',
    ...afterDeployment.map((step, index) => `${index + 1}. ${step}`),
    '',
    'What the sandbox has to show for the sample event, and for other ways it can go, is in [sandbox.json](sandbox.json); a test plays it.',
    '',
  ].join('\n');
}

function overview(items: readonly GalleryTemplate[]): string {
  const kinds = [...new Set(items.map(started))];
  return [
    '# The gallery',
    '',
    `${items.length} playbooks that come with Tocsin. Each is an ARM template that deploys here and on Azure, with a page, a sample event, and a`,
    'script of what the sandbox has to show for it, which a test plays. They are ours: take them, change them.',
    '',
    '```sh',
    'npm run -s tocsin -- templates list',
    'npm run -s tocsin -- templates show mail-on-alert',
    'npm run -s tocsin -- templates deploy mail-on-alert recipients=soc@contoso.example --automate --sandbox',
    'npm run -s tocsin -- send gallery/mail-on-alert/sample-event.json',
    'npm run -s tocsin -- outbox list',
    '```',
    '',
    '`--automate` makes an automation as well, which starts the playbook on every event of its kind; narrow it with `tocsin automations save`.',
    '`--grant SCOPE` gives its identity the roles it needs there. `--sandbox` puts its connections in the sandbox, so that nothing is sent; without',
    'it they need credentials. A server started with `--sandbox` sends nothing whatever the connections are.',
    '',
    'Over HTTP: `GET /tocsin/v1/templates` and `/templates/{name}`.',
    ...kinds.flatMap((kind) => [
      '',
      `## On ${kind}`,
      '',
      ...table(
        ['playbook', 'what it does', 'connections', 'roles'],
        items
          .filter((item) => started(item) === kind)
          .map(({ name, title, summary, connectors, roles }) => [
            `[${title}](../gallery/${name}/README.md)`,
            summary,
            connectors.map((connector) => connector.displayName).join(', '),
            roles.map(({ role }) => role).join(', '),
          ]),
      ),
    ]),
    '',
  ].join('\n');
}

/** All pages. */
export function galleryPages(): readonly GalleryPage[] {
  const items = [...galleryTemplates().values()];
  return [
    { path: join(root, 'docs/gallery.md'), text: overview(items) },
    ...items.map((item) => ({ path: join(root, 'gallery', item.name, 'README.md'), text: readme(item) })),
  ];
}

if (process.argv[1] === import.meta.filename) for (const { path, text } of galleryPages()) writeFileSync(path, text);
