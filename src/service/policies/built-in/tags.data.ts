/** Policies on tags. Source: the ids, parameters and rules are Azure's published ones; policy reference 3, 4, 10. */
import type { JsonObject } from '#foundation';
import { type BuiltInDefinition, builtIn, contributor, declared, parameter, tagContributor } from './definition.ts';

const field = "[concat('tags[', parameters('tagName'), ']')]";
const resourceGroups = { field: 'type', equals: 'Microsoft.Resources/subscriptions/resourceGroups' };
const subscriptions = { field: 'type', equals: 'Microsoft.Resources/subscriptions' };

const tagName = { tagName: declared('String', ['Tag Name', 'The name of the tag: `environment`.']) };
const tagAndValue = {
  ...tagName,
  tagValue: declared('String', ['Tag Value', 'The value of the tag: `production`.']),
};

const given = parameter('tagValue');
const ofGroup = "[resourceGroup().tags[parameters('tagName')]]";
const ofSubscription = "[subscription().tags[parameters('tagName')]]";

const missing: JsonObject = { field, exists: 'false' };
const differs = (value: string): JsonObject => ({ field, notEquals: value });
/** The container has the tag at all. */
const has = (value: string): JsonObject => ({ value, notEquals: '' });

const remediable = 'Resources that are there already are put right by a remediation task.';
const onceOnly =
  'Resources that are there already keep their tags until they are written again; the policies with the effect `modify` can put them right.';

interface TagPolicy {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly if: JsonObject;
  readonly mode?: 'All' | 'Indexed';
  readonly parameters?: JsonObject;
  readonly version?: string;
}

function tagPolicy(policy: TagPolicy, effect: string, details?: JsonObject | readonly JsonObject[]): BuiltInDefinition {
  return builtIn({
    category: 'Tags',
    mode: 'Indexed',
    version: '1.0.0',
    parameters: tagAndValue,
    ...policy,
    effect,
    ...(details === undefined ? {} : { details }),
  });
}

const modifying = (
  operation: 'add' | 'addOrReplace',
  value: string,
  policy: TagPolicy,
  role = contributor,
): BuiltInDefinition =>
  tagPolicy(policy, 'modify', { roleDefinitionIds: [role], operations: [{ operation, field, value }] });

const appending = (value: string, policy: TagPolicy): BuiltInDefinition =>
  tagPolicy(policy, 'append', [{ field, value }]);

const requiring = (policy: TagPolicy): BuiltInDefinition => tagPolicy(policy, 'deny');

export const tags: readonly BuiltInDefinition[] = [
  requiring({
    name: '871b6d14-10aa-478d-b590-94f262ecfa99',
    displayName: 'Require a tag on resources',
    description: 'Refuses resources without the tag. Resource groups are not judged.',
    version: '1.0.1',
    parameters: tagName,
    if: missing,
  }),
  requiring({
    name: '1e30110a-5ceb-460c-a204-c1c3969c6d62',
    displayName: 'Require a tag and its value on resources',
    description: 'Refuses resources whose tag is missing or has another value. Resource groups are not judged.',
    version: '1.0.1',
    if: { not: { field, equals: given } },
  }),
  requiring({
    name: '96670d01-0a4d-4649-9c89-2d3abc0a5025',
    displayName: 'Require a tag on resource groups',
    description: 'Refuses resource groups without the tag.',
    mode: 'All',
    parameters: tagName,
    if: { allOf: [resourceGroups, missing] },
  }),
  requiring({
    name: '8ce3da23-7156-49e4-b145-24f95f9dcb46',
    displayName: 'Require a tag and its value on resource groups',
    description: 'Refuses resource groups whose tag is missing or has another value.',
    mode: 'All',
    if: { allOf: [resourceGroups, differs(given)] },
  }),
  modifying('add', given, {
    name: '4f9dc7db-30c1-420c-b61a-e1d640128d26',
    displayName: 'Add a tag to resources',
    description: `Gives resources without the tag the value; a tag with another value stays as it is. ${remediable}`,
    if: missing,
  }),
  modifying('addOrReplace', given, {
    name: '5ffd78d9-436d-4b41-a421-5baa819e3008',
    displayName: 'Add or replace a tag on resources',
    description: `Gives every resource the tag with this value, whatever it was. ${remediable}`,
    if: differs(given),
  }),
  modifying('add', given, {
    name: '726aca4c-86e9-4b04-b0c5-073027359532',
    displayName: 'Add a tag to resource groups',
    description: `Gives resource groups without the tag the value; a tag with another value stays as it is. ${remediable}`,
    mode: 'All',
    if: { allOf: [resourceGroups, missing] },
  }),
  modifying('addOrReplace', given, {
    name: 'd157c373-a6c4-483d-aaad-570756956268',
    displayName: 'Add or replace a tag on resource groups',
    description: `Gives every resource group the tag with this value, whatever it was. ${remediable}`,
    mode: 'All',
    if: { allOf: [resourceGroups, differs(given)] },
  }),
  modifying(
    'add',
    given,
    {
      name: '96d9a89c-0d67-41fc-899d-2b9599f76a24',
      displayName: 'Add a tag to subscriptions',
      description:
        'Gives subscriptions without the tag the value, by a remediation task; a tag with another value stays as it is.',
      mode: 'All',
      if: { allOf: [subscriptions, missing] },
    },
    tagContributor,
  ),
  modifying(
    'addOrReplace',
    given,
    {
      name: '61a4d60b-7326-440e-8051-9f94394d4dd1',
      displayName: 'Add or replace a tag on subscriptions',
      description: 'Gives every subscription the tag with this value, whatever it was, by a remediation task.',
      mode: 'All',
      if: { allOf: [subscriptions, differs(given)] },
    },
    tagContributor,
  ),
  modifying('addOrReplace', ofGroup, {
    name: 'cd3aa116-8754-49c9-a813-ad46512ece54',
    displayName: 'Inherit a tag from the resource group',
    description: `Gives every resource the tag with the value its resource group has. ${remediable}`,
    parameters: tagName,
    if: { allOf: [differs(ofGroup), has(ofGroup)] },
  }),
  modifying('add', ofGroup, {
    name: 'ea3f2387-9b95-492a-a190-fcdc54f7b070',
    displayName: 'Inherit a tag from the resource group if missing',
    description: `Gives resources without the tag the value their resource group has; another value stays as it is. ${remediable}`,
    parameters: tagName,
    if: { allOf: [missing, has(ofGroup)] },
  }),
  modifying('addOrReplace', ofSubscription, {
    name: 'b27a0cbd-a167-4dfa-ae64-4337be671140',
    displayName: 'Inherit a tag from the subscription',
    description: `Gives every resource the tag with the value its subscription has. ${remediable}`,
    parameters: tagName,
    if: { allOf: [differs(ofSubscription), has(ofSubscription)] },
  }),
  modifying('add', ofSubscription, {
    name: '40df99da-1232-49b1-a39a-6da8d878f469',
    displayName: 'Inherit a tag from the subscription if missing',
    description: `Gives resources without the tag the value their subscription has; another value stays as it is. ${remediable}`,
    parameters: tagName,
    if: { allOf: [missing, has(ofSubscription)] },
  }),
  appending(given, {
    name: '2a0e14a6-b0a6-4fab-991a-187a4f81c498',
    displayName: 'Append a tag and its value to resources',
    description: `Gives resources that are written without the tag the value. ${onceOnly}`,
    version: '1.0.1',
    if: missing,
  }),
  appending(given, {
    name: '49c88fc8-6fd1-46fd-a676-f12d1d3a4c71',
    displayName: 'Append a tag and its value to resource groups',
    description: `Gives resource groups that are written without the tag the value. ${onceOnly}`,
    mode: 'All',
    if: { allOf: [resourceGroups, missing] },
  }),
  appending(ofGroup, {
    name: '9ea02ca2-71db-412d-8b00-7c7ca9fcd32d',
    displayName: 'Append a tag and its value from the resource group',
    description: `Gives resources that are written without the tag the value their resource group has. ${onceOnly}`,
    parameters: tagName,
    if: { allOf: [missing, has(ofGroup)] },
  }),
];
