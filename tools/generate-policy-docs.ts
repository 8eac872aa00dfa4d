/**
 * Writes `docs/reference/built-in-policies.md` from the shipped definitions; a test compares the page with a fresh generation.
 *
 * Run by hand: `node tools/generate-policy-docs.ts`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type Json, memberOf, textMember } from '#foundation';
import { shippedDefinitions } from '#service';

export const policyDocsPath = join(import.meta.dirname, '../docs/reference/built-in-policies.md');

type Definition = ReturnType<typeof shippedDefinitions>[number];

const introduction = `# Built-in policies

Policy definitions that exist at the tenant from the start: \`/providers/Microsoft.Authorization/policyDefinitions/{id}\`. Ids, parameters and
rules are those that Azure publishes, so that what assigns them there assigns them here; the texts are our own. What is published elsewhere
can be created beside them as it is.

Effects \`deployIfNotExists\` and \`modify\` need an assignment with an identity, and the identity a role: Contributor where they deploy or
change, Tag Contributor for the tags of subscriptions.
`;

const categoryOf = ({ properties }: Definition): string =>
  textMember(memberOf(properties, 'metadata'), 'category') ?? '';

/** The effect, or the default of the parameter that gives it. */
function effectOf({ properties }: Definition): string {
  const effect = textMember(memberOf(memberOf(properties, 'policyRule'), 'then'), 'effect') ?? '';
  if (!effect.startsWith('[')) return effect;
  const declared = memberOf(memberOf(properties, 'parameters'), 'effect');
  return `${textMember(declared, 'defaultValue') ?? ''} (parameter \`effect\`)`;
}

function parameterLines(parameters: Json | undefined): readonly string[] {
  return Object.entries(isJsonObject(parameters) ? parameters : {}).map(([name, declared]) => {
    const value = memberOf(declared, 'defaultValue');
    const otherwise = value === undefined ? 'required' : `\`${JSON.stringify(value)}\` unless told`;
    const text = textMember(memberOf(declared, 'metadata'), 'description') ?? '';
    return `- \`${name}\` (${textMember(declared, 'type') ?? ''}, ${otherwise}): ${text}`;
  });
}

function section(definition: Definition): readonly string[] {
  const { name, properties } = definition;
  return [
    '',
    `### ${textMember(properties, 'displayName') ?? ''}`,
    '',
    `\`${name}\`, version ${textMember(properties, 'version') ?? ''}, effect ${effectOf(definition)}, mode ${textMember(properties, 'mode') ?? ''}.`,
    '',
    textMember(properties, 'description') ?? '',
    '',
    ...parameterLines(memberOf(properties, 'parameters')),
  ];
}

/** The whole page. */
export function policyDocs(): string {
  const definitions = shippedDefinitions().toSorted((left, right) =>
    (textMember(left.properties, 'displayName') ?? '') < (textMember(right.properties, 'displayName') ?? '') ? -1 : 1,
  );
  const categories = ['Security Center', 'General', 'Tags'];
  const rest = definitions.map(categoryOf).filter((category) => !categories.includes(category));
  const sections = [...categories, ...new Set(rest)].flatMap((category) => [
    '',
    `## ${category}`,
    ...definitions.filter((one) => categoryOf(one) === category).flatMap(section),
  ]);
  return `${[introduction.trimEnd(), ...sections].join('\n').trimEnd()}\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(policyDocsPath, policyDocs());
