/**
 * The policies that see to it that each subscription has an automation: where they look and what they deploy.
 *
 * Owns: the existence lookup, the subscription deployment with the group and the automation in it, the parameters all of
 * them have. Does not own: each policy's filters, conditions and sources (`workflow-automation-*.data.ts`,
 * `continuous-export.data.ts`).
 *
 * Invariants
 * AP1. Every parameter but `effect` is handed to the deployment under its own name.
 * AP2. Empty lists mean what they mean in the published definitions: no severities (of alerts and recommendations), no
 *      states of recommendations and no data types fail the deployment; names are all names; no states of compliance
 *      give an automation without rule sets.
 *
 * Source: security reference 5, 19.
 */
import { type Json, type JsonObject, textMember } from '#foundation';
import { type BuiltInDefinition, builtIn, contributor, declared, parameter } from './definition.ts';

/** Field names of automations in conditions. */
const automation = 'Microsoft.Security/automations';
export const automationFields = {
  isEnabled: `${automation}/isEnabled`,
  sources: `${automation}/sources[*]`,
  eventSource: `${automation}/sources[*].eventSource`,
  ruleSets: `${automation}/sources[*].ruleSets`,
  rules: `${automation}/sources[*].ruleSets[*].rules[*]`,
  propertyJPath: `${automation}/sources[*].ruleSets[*].rules[*].propertyJPath`,
  expectedValue: `${automation}/sources[*].ruleSets[*].rules[*].expectedValue`,
} as const;

export interface AutomationPolicy {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly version: string;
  /** Declarations beyond the resource group's. */
  readonly parameters: JsonObject;
  readonly effect?: string;
  readonly automationName: string;
  /** What an automation must meet besides being enabled. */
  readonly conditions: readonly JsonObject[];
  readonly variables: JsonObject;
  readonly automationDescription: string;
  readonly sources: Json;
  readonly action: JsonObject;
}

/** What the texts of the group's parameters call the thing that is made. */
export function groupParameters(what: string, limit = ''): JsonObject {
  return {
    resourceGroupName: declared('String', [
      'Resource group name',
      `The resource group that holds ${what}. A group of this name is made in a subscription that has none.${limit}`,
    ]),
    resourceGroupLocation: declared(
      'String',
      ['Resource group location', `Where the resource group and ${what} are made.`],
      { metadata: { strongType: 'location' } },
    ),
    createResourceGroup: declared(
      'Boolean',
      [
        'Create resource group',
        'Whether the deployment puts the resource group too. A group that is there already is put again, which takes its tags away.',
      ],
      { allowedValues: [true, false], defaultValue: true },
    ),
  };
}

export function automationPolicy(policy: AutomationPolicy): BuiltInDefinition {
  const { name, displayName, description, version, parameters } = policy;
  return builtIn({
    name,
    displayName,
    description: `${description} Subscriptions that were there before the assignment need a remediation task: open the assignment under Compliance and create one.`,
    category: 'Security Center',
    version,
    mode: 'All',
    parameters,
    if: { field: 'type', equals: 'Microsoft.Resources/subscriptions' },
    effect: policy.effect ?? 'deployIfNotExists',
    details: {
      type: automation,
      name: policy.automationName,
      existenceScope: 'resourcegroup',
      ResourceGroupName: parameter('resourceGroupName'),
      deploymentScope: 'subscription',
      roleDefinitionIds: [contributor],
      existenceCondition: { allOf: [{ field: automationFields.isEnabled, equals: true }, ...policy.conditions] },
      deployment: {
        location: 'westeurope',
        properties: { mode: 'incremental', template: template(policy), parameters: handedOn(parameters) },
      },
    },
  });
}

/** AP1. */
function handedOn(parameters: JsonObject): JsonObject {
  const names = Object.keys(parameters).filter((name) => name !== 'effect');
  return Object.fromEntries(names.map((name) => [name, { value: parameter(name) }]));
}

const templateTypes: Readonly<Record<string, string>> = { String: 'string', Array: 'array', Boolean: 'bool' };

function template({ parameters, variables, ...policy }: AutomationPolicy): JsonObject {
  const types: Record<string, Json> = {};
  for (const [name, declaration] of Object.entries(parameters)) {
    if (name !== 'effect') types[name] = { type: templateTypes[textMember(declaration, 'type') ?? ''] ?? 'string' };
  }
  return {
    $schema: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: { ...types, guidValue: { type: 'string', defaultValue: '[newGuid()]' } },
    variables,
    resources: [
      {
        condition: parameter('createResourceGroup'),
        type: 'Microsoft.Resources/resourceGroups',
        apiVersion: '2019-10-01',
        name: parameter('resourceGroupName'),
        location: parameter('resourceGroupLocation'),
      },
      {
        type: 'Microsoft.Resources/deployments',
        apiVersion: '2019-10-01',
        name: "[concat('nestedAutomationDeployment_', parameters('guidValue'))]",
        resourceGroup: parameter('resourceGroupName'),
        dependsOn: ["[resourceId('Microsoft.Resources/resourceGroups', parameters('resourceGroupName'))]"],
        properties: { mode: 'Incremental', template: automationTemplate(policy) },
      },
    ],
  };
}

function automationTemplate(
  policy: Pick<AutomationPolicy, 'automationName' | 'automationDescription' | 'sources' | 'action'>,
): JsonObject {
  return {
    $schema: 'https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    resources: [
      {
        type: automation,
        apiVersion: '2019-01-01-preview',
        name: policy.automationName,
        location: parameter('resourceGroupLocation'),
        tags: {},
        properties: {
          description: policy.automationDescription,
          isEnabled: true,
          scopes: [
            {
              description: "[concat('scope for subscription ', subscription().subscriptionId)]",
              scopePath: '[subscription().id]',
            },
          ],
          sources: policy.sources,
          actions: [policy.action],
        },
      },
    ],
  };
}

/** A rule of a rule set. */
export function rule(propertyJPath: string, expectedValue: string, operator: 'Contains' | 'Equals'): JsonObject {
  return { propertyJPath, propertyType: 'string', expectedValue, operator };
}

/** A condition: for every value of the list there are just `times` rules on the path with that value. */
export function eachValueCounted(
  list: string,
  propertyJPath: string,
  times: Json,
  { name = 'wanted', value = `[current('${name}')]` }: { readonly name?: string; readonly value?: string } = {},
): JsonObject {
  const { rules, propertyJPath: path, expectedValue } = automationFields;
  const where = {
    allOf: [
      { field: path, equals: propertyJPath },
      { field: expectedValue, equals: value },
    ],
  };
  return {
    count: { value: parameter(list), name, where: { count: { field: rules, where }, equals: times } },
    equals: `[length(parameters('${list}'))]`,
  };
}
