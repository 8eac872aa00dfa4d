/** The policy that gives every subscription an automation on recommendations. Source: security reference 5.3, 5.4, 19. */
import { automationFields, automationPolicy, eachValueCounted, rule } from './automation-policy.ts';
import { declared, parameter } from './definition.ts';
import { logicAppAction, triggerMap, workflowAutomationParameters } from './workflow-automation.ts';

const trigger = {
  text: 'When an Azure Security Center Recommendation is created or triggered',
  name: 'When_a_Microsoft_Defender_for_Cloud_recommendation_is_created_or_triggered',
};

const severities = ['High', 'Medium', 'Low'];
const states = ['Healthy', 'Unhealthy', 'Not Applicable'];

/** How many rule sets name one value: as many as the other two lists combine to. */
const namesTimes = (other: string): string =>
  `[mul(max(1, length(parameters('recommendationNames'))), length(parameters('${other}')))]`;

/** The last list varies fastest; `i` is the index of the rule set. A length of 0 is a division by zero: AP2. */
const i = "copyIndex('ruleSets')";

export const workflowAutomationRecommendations = automationPolicy({
  name: '73d6ab6c-2475-4850-afd6-43795f3492ef',
  displayName: 'Deploy Workflow Automation for Microsoft Defender for Cloud recommendations',
  description:
    'Sees to it that every subscription below the assignment starts your logic app on security recommendations: where the workflow automation is missing or differs from the parameters, it is deployed.',
  version: '5.0.1',
  parameters: workflowAutomationParameters(
    {
      recommendationNames: declared(
        'Array',
        [
          'Recommendation IDs',
          'The names (GUIDs) of the recommendations that start the logic app, as the assessments API lists them; empty for all.',
        ],
        { defaultValue: [] },
      ),
      recommendationSeverities: declared(
        'Array',
        ['Recommendation severities', 'The severities of recommendations that start the logic app.'],
        { allowedValues: severities, defaultValue: severities },
      ),
      recommendationStates: declared(
        'Array',
        [
          'Recommendation states',
          'The states that start the logic app: unhealthy asks for work, healthy is put right, not applicable means that the resource is not judged.',
        ],
        { allowedValues: states, defaultValue: states },
      ),
    },
    trigger,
  ),
  automationName: parameter('automationName'),
  conditions: [
    {
      field: automationFields.expectedValue,
      in: "[union(if(equals(length(parameters('recommendationNames')), 0), array('Microsoft.Security/assessments'), parameters('recommendationNames')), parameters('recommendationSeverities'), if(contains(parameters('recommendationStates'), 'Not Applicable'), union(parameters('recommendationStates'), array('notapplicable')), parameters('recommendationStates')))]",
    },
    eachValueCounted('recommendationSeverities', 'properties.metadata.severity', namesTimes('recommendationStates')),
    eachValueCounted('recommendationStates', 'properties.status.code', namesTimes('recommendationSeverities'), {
      value: "[replace(current('wanted'), ' ', '')]",
    }),
    eachValueCounted(
      'recommendationNames',
      'name',
      "[mul(length(parameters('recommendationSeverities')), length(parameters('recommendationStates')))]",
    ),
  ],
  variables: {
    allNames: "[equals(length(parameters('recommendationNames')), 0)]",
    nameProperty: "[if(variables('allNames'), 'type', 'name')]",
    names:
      "[if(variables('allNames'), createArray('Microsoft.Security/assessments'), parameters('recommendationNames'))]",
    severityCount: "[length(parameters('recommendationSeverities'))]",
    stateCount: "[length(parameters('recommendationStates'))]",
    perName: "[mul(variables('severityCount'), variables('stateCount'))]",
    stateMap: { Healthy: 'healthy', Unhealthy: 'unhealthy', 'Not Applicable': 'notapplicable' },
    ...triggerMap(trigger),
  },
  automationDescription: 'Starts a logic app on security recommendations; made by policy',
  sources: [
    {
      eventSource: 'Assessments',
      copy: [
        {
          name: 'ruleSets',
          count: "[max(1, mul(length(variables('names')), variables('perName')))]",
          input: {
            rules: [
              rule("[variables('nameProperty')]", `[variables('names')[div(${i}, variables('perName'))]]`, 'Contains'),
              rule(
                'properties.metadata.severity',
                `[parameters('recommendationSeverities')[mod(div(${i}, variables('stateCount')), variables('severityCount'))]]`,
                'Equals',
              ),
              rule(
                'properties.status.code',
                `[variables('stateMap')[parameters('recommendationStates')[mod(${i}, variables('stateCount'))]]]`,
                'Contains',
              ),
            ],
          },
        },
      ],
    },
  ],
  action: logicAppAction,
});
