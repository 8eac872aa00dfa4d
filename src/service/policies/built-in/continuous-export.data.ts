/** The policies that give every subscription an export: to an event hub, or to a workspace. Source: security reference 5.6, 19. */
import type { JsonObject } from '#foundation';
import { automationFields, automationPolicy, groupParameters, rule } from './automation-policy.ts';
import { type BuiltInDefinition, declared, effectParameter } from './definition.ts';

/** What may be exported: the parameter's text and the event source. */
const dataTypes: readonly (readonly [string, string])[] = [
  ['Security recommendations', 'Assessments'],
  ['Security alerts', 'Alerts'],
  ['Overall secure score', 'SecureScores'],
  ['Secure score controls', 'SecureScoreControls'],
  ['Regulatory compliance', 'RegulatoryComplianceAssessment'],
  ['Overall secure score - snapshot', 'SecureScoresSnapshot'],
  ['Secure score controls - snapshot', 'SecureScoreControlsSnapshot'],
  ['Regulatory compliance - snapshot', 'RegulatoryComplianceAssessmentSnapshot'],
  ['Security recommendations - snapshot', 'AssessmentsSnapshot'],
  ['Security findings - snapshot', 'SubAssessmentsSnapshot'],
];

const dataTypeTexts = dataTypes.map(([text]) => text);
const severities = ['High', 'Medium', 'Low'];

const filters: JsonObject = {
  exportedDataTypes: declared(
    'Array',
    [
      'Exported data types',
      'What is exported. The types with `snapshot` go out once a week, the others as they change.',
    ],
    { allowedValues: dataTypeTexts, defaultValue: dataTypeTexts },
  ),
  recommendationNames: declared(
    'Array',
    [
      'Recommendation IDs',
      'For recommendations and findings: the names (GUIDs) of the recommendations, as the assessments API lists them; empty for all.',
    ],
    { defaultValue: [] },
  ),
  recommendationSeverities: declared(
    'Array',
    ['Recommendation severities', 'For recommendations: the severities that are exported.'],
    { allowedValues: severities, defaultValue: severities },
  ),
  isSecurityFindingsEnabled: declared(
    'Boolean',
    [
      'Include security findings',
      'Whether the findings below the recommendations, of vulnerability scanners for one, go out too.',
    ],
    { allowedValues: [true, false], defaultValue: true },
  ),
  secureScoreControlsNames: declared(
    'Array',
    [
      'Secure Score Controls IDs',
      'For secure score controls: their names, as the secure score controls API lists them; empty for all.',
    ],
    { defaultValue: [] },
  ),
  alertSeverities: declared('Array', ['Alert severities', 'For alerts: the severities that are exported.'], {
    allowedValues: severities,
    defaultValue: severities,
  }),
  regulatoryComplianceStandardsNames: declared(
    'Array',
    [
      'Regulatory compliance standards names',
      'For regulatory compliance: the names of the standards, as the regulatory compliance standards API lists them; empty for all.',
    ],
    { defaultValue: [] },
  ),
};

/** As many sources as data types, one more for findings, and for each data type just its source. */
const conditions: readonly JsonObject[] = [
  {
    count: { field: automationFields.sources },
    equals:
      "[if(parameters('isSecurityFindingsEnabled'), add(length(parameters('exportedDataTypes')), 1), length(parameters('exportedDataTypes')))]",
  },
  {
    count: {
      value: "[parameters('exportedDataTypes')]",
      name: 'dataType',
      where: {
        count: {
          field: automationFields.sources,
          where: {
            anyOf: dataTypes.map(([text, source]) => ({
              allOf: [
                { field: automationFields.eventSource, equals: source },
                { value: "[current('dataType')]", equals: text },
              ],
            })),
          },
        },
        equals: 1,
      },
    },
    equals: "[length(parameters('exportedDataTypes'))]",
  },
];

/** Rule sets of one rule for each name of a list, and none at all for an empty list. */
function namedRuleSets(copy: string, list: string, path: string, value: string, operator: 'Contains' | 'Equals') {
  const given = `not(empty(parameters('${list}')))`;
  const named = value.replace('{name}', `parameters('${list}')[copyIndex('${copy}')]`);
  return {
    copy: {
      name: copy,
      count: `[max(1, length(parameters('${list}')))]`,
      input: { rules: [rule(path, `[if(${given}, ${named}, '')]`, operator)] },
    },
    ruleSets: `[if(${given}, variables('${copy}'), json('null'))]`,
  };
}

const findings = namedRuleSets(
  'findingRuleSets',
  'recommendationNames',
  'id',
  "concat('/assessments/', {name}, '/')",
  'Contains',
);
const controls = namedRuleSets('controlRuleSets', 'secureScoreControlsNames', 'name', '{name}', 'Equals');
const standards = namedRuleSets('standardRuleSets', 'regulatoryComplianceStandardsNames', 'id', '{name}', 'Contains');

/** Names by severities, the severity varying fastest; an empty list of severities is a division by zero (AP2). */
const recommendations = {
  name: 'recommendationRuleSets',
  count: "[max(1, mul(length(variables('names')), variables('severityCount')))]",
  input: {
    rules: [
      rule(
        "[if(variables('allNames'), 'type', 'name')]",
        "[variables('names')[div(copyIndex('recommendationRuleSets'), variables('severityCount'))]]",
        'Contains',
      ),
      rule(
        'properties.metadata.severity',
        "[parameters('recommendationSeverities')[mod(copyIndex('recommendationRuleSets'), variables('severityCount'))]]",
        'Equals',
      ),
    ],
  },
};

const alerts = {
  name: 'alertRuleSets',
  count: "[max(1, length(parameters('alertSeverities')))]",
  input: {
    rules: [
      rule(
        'Severity',
        "[variables('alertSeverityMap')[parameters('alertSeverities')[copyIndex('alertRuleSets')]]]",
        'Equals',
      ),
    ],
  },
};

/** The rule sets of each event source. */
const ruleSetsOf: JsonObject = {
  Assessments: "[variables('recommendationRuleSets')]",
  Alerts: "[variables('alertRuleSets')]",
  SecureScores: null,
  SecureScoreControls: controls.ruleSets,
  RegulatoryComplianceAssessment: standards.ruleSets,
  SecureScoresSnapshot: null,
  SecureScoreControlsSnapshot: controls.ruleSets,
  RegulatoryComplianceAssessmentSnapshot: standards.ruleSets,
  AssessmentsSnapshot: "[variables('recommendationRuleSets')]",
  SubAssessmentsSnapshot: findings.ruleSets,
};

const variables: JsonObject = {
  allNames: "[empty(parameters('recommendationNames'))]",
  names:
    "[if(variables('allNames'), createArray('Microsoft.Security/assessments'), parameters('recommendationNames'))]",
  severityCount: "[length(parameters('recommendationSeverities'))]",
  alertSeverityMap: { High: 'high', Medium: 'medium', Low: 'low' },
  eventSourceMap: Object.fromEntries(dataTypes),
  ruleSetsMap: ruleSetsOf,
  findingsSource: [{ eventSource: 'SubAssessments', ruleSets: findings.ruleSets }],
  copy: [
    recommendations,
    alerts,
    findings.copy,
    controls.copy,
    standards.copy,
    {
      name: 'typeSources',
      count: "[max(1, length(parameters('exportedDataTypes')))]",
      input: {
        eventSource: "[variables('eventSourceMap')[parameters('exportedDataTypes')[copyIndex('typeSources')]]]",
        ruleSets:
          "[variables('ruleSetsMap')[variables('eventSourceMap')[parameters('exportedDataTypes')[copyIndex('typeSources')]]]]",
      },
    },
  ],
};

const sources =
  "[if(parameters('isSecurityFindingsEnabled'), concat(variables('findingsSource'), variables('typeSources')), variables('typeSources'))]";

/** The id of the event hub, whether the parameter is that or the id of an authorization rule below it. */
const eventHubId = "[join(take(split(parameters('eventHubDetails'), '/'), 11), '/')]";

const only = (what: string): string => ` A resource group holds only one ${what}.`;
const hubExport = 'the export to the event hub';
const workspaceExport = 'the export to the workspace';

export const continuousExport: readonly BuiltInDefinition[] = [
  automationPolicy({
    name: 'cdfcce10-4578-4ecd-9703-530938e4abcb',
    displayName: 'Deploy export to Event Hub for Microsoft Defender for Cloud data',
    description:
      'Sees to it that every subscription below the assignment exports its security data to your event hub: where the export is missing or differs from the parameters, it is deployed.',
    version: '4.2.0',
    parameters: {
      ...groupParameters(hubExport, only('export to an event hub')),
      ...filters,
      eventHubDetails: declared(
        'String',
        ['Event Hub details', 'The id of an authorization rule of the event hub that may send.'],
        {
          metadata: {
            strongType: 'Microsoft.EventHub/namespaces/eventhubs/authorizationrules',
            assignPermissions: true,
          },
        },
      ),
    },
    automationName: 'exportToEventHub',
    conditions,
    variables,
    automationDescription: 'Exports security data to an event hub; made by policy',
    sources,
    action: {
      actionType: 'EventHub',
      eventHubResourceId: eventHubId,
      connectionString: "[listkeys(parameters('eventHubDetails'), '2017-04-01').primaryConnectionString]",
    },
  }),
  automationPolicy({
    name: 'af9f6c70-eb74-4189-8d15-e4f11a7ebfd4',
    displayName: 'Deploy export to Event Hub as a trusted service for Microsoft Defender for Cloud data',
    description:
      'Sees to it that every subscription below the assignment exports its security data to your event hub as a trusted service, by its identity and without a key: where the export is missing or differs from the parameters, it is deployed.',
    version: '1.0.0',
    parameters: {
      effect: effectParameter('DeployIfNotExists', 'Disabled'),
      ...groupParameters(hubExport, only('export to an event hub')),
      ...filters,
      eventHubDetails: declared('String', ['Event Hub details', 'The id of the event hub.'], {
        metadata: { strongType: 'Microsoft.EventHub/namespaces/eventhubs', assignPermissions: true },
      }),
    },
    effect: "[parameters('effect')]",
    automationName: 'exportToEventHub',
    conditions,
    variables,
    automationDescription: 'Exports security data to an event hub as a trusted service; made by policy',
    sources,
    action: { actionType: 'EventHub', isTrustedServiceEnabled: true, eventHubResourceId: eventHubId },
  }),
  automationPolicy({
    name: 'ffb6f416-7bd2-4488-8828-56585fef2be9',
    displayName: 'Deploy export to Log Analytics workspace for Microsoft Defender for Cloud data',
    description:
      'Sees to it that every subscription below the assignment exports its security data to your Log Analytics workspace: where the export is missing or differs from the parameters, it is deployed.',
    version: '4.1.0',
    parameters: {
      ...groupParameters(workspaceExport, only('export to a workspace')),
      ...filters,
      workspaceResourceId: declared('String', ['Log Analytics workspace', 'The id of the workspace.'], {
        metadata: { strongType: 'Microsoft.OperationalInsights/workspaces', assignPermissions: true },
      }),
    },
    automationName: 'ExportToWorkspace',
    conditions,
    variables,
    automationDescription: 'Exports security data to a Log Analytics workspace; made by policy',
    sources,
    action: { actionType: 'Workspace', workspaceResourceId: "[parameters('workspaceResourceId')]" },
  }),
];
