/**
 * Looking for policy definitions and the like: queries over Resource Graph.
 *
 * Owns: their texts. Invariants
 * PS1. A product is found under its old and its new name, however much of either was typed.
 * Source: portal reference 4.3, 12 (searchbox *Search by name or ID*).
 */
import { kqlText, whereIn } from './kql-text.ts';

/** Names of one product. */
export const productNames: readonly (readonly [string, string])[] = [
  ['Azure Security Center', 'Microsoft Defender for Cloud'],
];

/** A column with everything that a definition is found by (PS1): its name under each product name, its id. */
function haystack(name: string): string {
  const variants = productNames.flatMap(([old, now]) => [
    `replace_string(${name}, ${kqlText(now)}, ${kqlText(old)})`,
    `replace_string(${name}, ${kqlText(old)}, ${kqlText(now)})`,
  ]);
  return `strcat(${[name, ...variants, 'id'].join(", '\\n', ")})`;
}

/** Conditions on rows with `displayName` and `id`: each word that was typed is in one of the names or the id. */
export function searchOf(typed: string): string {
  const words = typed.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return '';
  const conditions = words.map((word) => `found contains ${kqlText(word)}`);
  return `| extend found = ${haystack('displayName')} | where ${conditions.join(' and ')} | project-away found`;
}

export const definitionTypes = ['Policy', 'Initiative'];
export const policyTypes = ['BuiltIn', 'Custom', 'Static'];

const ownTypes: Readonly<Record<string, string>> = {
  Policy: 'microsoft.authorization/policydefinitions',
  Initiative: 'microsoft.authorization/policysetdefinitions',
};

export interface DefinitionSearch {
  readonly text: string;
  readonly definitionTypes: readonly string[];
  readonly types: readonly string[];
  readonly categories: readonly string[];
  /** `displayName`, `category desc`. */
  readonly order: string;
}

const orders = ['displayName', 'policyType', 'category', 'version'];

/** Rows of definitions: what the list shows of each. */
export function definitionQuery(search: DefinitionSearch): string {
  const wanted = search.definitionTypes.length === 0 ? definitionTypes : search.definitionTypes;
  const [column = '', direction = 'asc'] = search.order.split(' ');
  return [
    'PolicyResources',
    whereIn(
      'type',
      wanted.map((each) => ownTypes[each] ?? each),
    ),
    '| extend displayName = iff(isempty(properties.displayName), name, tostring(properties.displayName)), policyType = tostring(properties.policyType), category = tostring(properties.metadata.category), version = tostring(properties.version)',
    search.types.length === 0 ? '' : whereIn('policyType', search.types, policyTypes),
    search.categories.length === 0 ? '' : whereIn('category', search.categories),
    searchOf(search.text),
    '| project id, name, displayName, policyType, category, version, effect = properties.policyRule.then.effect, parameters = properties.parameters, members = array_length(properties.policyDefinitions)',
    `| order by ${orders.includes(column) ? column : 'displayName'} ${direction === 'desc' ? 'desc' : 'asc'}, id asc`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** The categories there are. */
export const categoryQuery = `PolicyResources
| where type in~ (${Object.values(ownTypes).map(kqlText).join(', ')})
| summarize definitions = count() by category = tostring(properties.metadata.category)
| where isnotempty(category)
| order by category asc`;
