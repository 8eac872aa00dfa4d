/**
 * Writes `docs/reference/inventory-actions.md` from the tables of the inventory; a test compares the page with a fresh generation.
 *
 * Run by hand: `node tools/generate-inventory-docs.ts`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  embeddedChildren,
  keyListNames,
  listAliases,
  type ResourceAction,
  resourceActions,
  singletonTypes,
} from '#inventory';

export const inventoryDocsPath = join(import.meta.dirname, '../docs/reference/inventory-actions.md');

const introduction = `# What actions and children do in the inventory

Resources of types that no provider of the server owns are documents (see [the inventory](../concepts/inventory.md)). What is more than a
document is listed here.

## Actions

\`POST {id}/{action}\`. Every action is an entry of the activity log; on a resource that is not there it is 404 \`ResourceNotFound\`. A type of this
table has these actions, its lists of keys, and some that are only recorded; another action is 404 \`InvalidResourceType\`. A type that is not
in the table takes any action: recorded, 200 \`{}\`.

| type | action | answer | effect |
|--|--|--|--|
`;

const answers: Readonly<Record<ResourceAction['answer'], string>> = {
  accepted: '202, then the result at `Location`',
  body: '200 with a body',
  empty: '200',
};

function actionRows(): readonly string[] {
  return resourceActions.map(
    ({ type, action, answer, does }) => `| \`${type}\` | \`${action}\` | ${answers[answer]} | ${does} |`,
  );
}

/** The whole page. */
export function inventoryDocs(): string {
  const lines = [
    ...actionRows(),
    '',
    '## Lists of keys',
    '',
    'The same every time until a key is regenerated; they open nothing, since no such service runs here.',
    '',
    ...keyListNames().map((name) => `- \`${name}\``),
    '',
    '## Children inside their parent',
    '',
    "One source, two views: a child put by its own id changes the parent's document and etag, a parent that is put replaces its children.",
    '',
    '| child | where the parent has it |',
    '|--|--|',
    ...embeddedChildren.map(({ parent, child, member }) => `| \`${parent}/${child}\` | \`${member.join('.')}[]\` |`),
    '| `Microsoft.KeyVault/vaults/accessPolicies` (`add`, `replace`, `remove`) | `properties.accessPolicies[]` |',
    '',
    '## Children that exist before anybody puts them',
    '',
    'They answer what Azure answers: switched off.',
    '',
    ...singletonTypes().map((name) => `- \`${name}\``),
    '',
    '## Lists by another name',
    '',
    ...Object.entries(listAliases).map(([asked, shown]) => `- \`${asked}\` lists \`${shown}\``),
  ];
  return `${introduction}${lines.join('\n')}\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(inventoryDocsPath, inventoryDocs());
