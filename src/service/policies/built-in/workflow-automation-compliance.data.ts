/** The policy that gives every subscription an automation on regulatory compliance. Source: security reference 5.5, 19. */
import type { JsonObject } from '#foundation';
import { automationFields, automationPolicy, eachValueCounted, rule } from './automation-policy.ts';
import { declared, parameter } from './definition.ts';
import { logicAppAction, triggerMap, workflowAutomationParameters } from './workflow-automation.ts';

const trigger = {
  text: 'When an Azure Security Center regulatory compliance assessment is created or triggered',
  name: 'When_a_Defender_for_Cloud_regulatory_compliance_assessment_is_created_or_runs',
};

const states = ['Failed', 'Passed', 'Skipped', 'Unsupported'];
const [standardList, stateList] = ['regulatoryComplianceStandards', 'regulatoryComplianceControlStates'];

/** A condition on the length of a list. */
const listLength = (list: string, condition: JsonObject): JsonObject => ({
  value: `[length(parameters('${list}'))]`,
  ...condition,
});

/** The four cases: all or some standards, all or some states. */
const someOfEach = "and(variables('someStandards'), variables('someStates'))";

export const workflowAutomationCompliance = automationPolicy({
  name: '509122b9-ddd9-47ba-a5f1-d0dac20be63c',
  displayName: 'Deploy Workflow Automation for Microsoft Defender for Cloud regulatory compliance',
  description:
    'Sees to it that every subscription below the assignment starts your logic app when the assessment of a regulatory standard changes: where the workflow automation is missing or differs from the parameters, it is deployed.',
  version: '5.0.1',
  parameters: workflowAutomationParameters(
    {
      [standardList]: declared(
        'Array',
        [
          'Compliance standards names',
          'The names of the standards that start the logic app, as the regulatory compliance standards API lists them; empty for all.',
        ],
        { defaultValue: [] },
      ),
      [stateList]: declared(
        'Array',
        ['Compliance control states', 'The states of a control that start the logic app.'],
        { allowedValues: states, defaultValue: states },
      ),
    },
    trigger,
  ),
  automationName: parameter('automationName'),
  conditions: [
    {
      anyOf: [
        {
          allOf: [
            { field: automationFields.ruleSets, exists: false },
            listLength(standardList, { equals: 0 }),
            listLength(stateList, { equals: 4 }),
          ],
        },
        {
          allOf: [
            listLength(standardList, { equals: 0 }),
            listLength(stateList, { less: 4 }),
            { field: automationFields.expectedValue, in: parameter(stateList) },
            eachValueCounted(stateList, 'properties.state', 1),
          ],
        },
        {
          allOf: [
            listLength(standardList, { notEquals: 0 }),
            listLength(stateList, { equals: 4 }),
            { field: automationFields.expectedValue, in: parameter(standardList) },
            eachValueCounted(standardList, 'id', 1),
          ],
        },
        {
          allOf: [
            listLength(standardList, { notEquals: 0 }),
            listLength(stateList, { notEquals: 4 }),
            {
              field: automationFields.expectedValue,
              in: `[union(parameters('${standardList}'), parameters('${stateList}'))]`,
            },
            {
              count: { field: automationFields.rules },
              equals: `[mul(2, mul(length(parameters('${standardList}')), length(parameters('${stateList}'))))]`,
            },
          ],
        },
      ],
    },
  ],
  variables: {
    standards: parameter(standardList),
    states: parameter(stateList),
    someStandards: "[not(empty(variables('standards')))]",
    someStates: `[not(equals(length(variables('states')), ${states.length}))]`,
    // Each list of rule sets is made in every case and used in its own: what the others would index is left out by `if`.
    copy: [
      {
        name: 'oneOfEach',
        count: `[if(${someOfEach}, mul(length(variables('standards')), length(variables('states'))), 1)]`,
        input: {
          rules: [
            rule(
              'id',
              `[if(${someOfEach}, variables('standards')[div(copyIndex('oneOfEach'), length(variables('states')))], '')]`,
              'Contains',
            ),
            rule(
              'properties.state',
              `[if(${someOfEach}, variables('states')[mod(copyIndex('oneOfEach'), length(variables('states')))], '')]`,
              'Equals',
            ),
          ],
        },
      },
      {
        name: 'standardsOnly',
        count: "[max(1, length(variables('standards')))]",
        input: {
          rules: [
            rule(
              'id',
              "[if(variables('someStandards'), variables('standards')[copyIndex('standardsOnly')], '')]",
              'Contains',
            ),
          ],
        },
      },
      {
        name: 'statesOnly',
        count: "[length(variables('states'))]",
        input: { rules: [rule('properties.state', "[variables('states')[copyIndex('statesOnly')]]", 'Equals')] },
      },
    ],
    ...triggerMap(trigger),
  },
  automationDescription: 'Starts a logic app when the assessment of a regulatory standard changes; made by policy',
  sources: [
    {
      eventSource: 'RegulatoryComplianceAssessment',
      ruleSets: `[if(${someOfEach}, variables('oneOfEach'), if(variables('someStandards'), variables('standardsOnly'), if(variables('someStates'), variables('statesOnly'), createArray())))]`,
    },
  ],
  action: logicAppAction,
});
