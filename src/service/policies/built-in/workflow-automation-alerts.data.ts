/** The policy that gives every subscription an automation on alerts. Source: security reference 5.1, 5.2, 19. */
import { automationFields, automationPolicy, eachValueCounted, rule } from './automation-policy.ts';
import { declared, parameter } from './definition.ts';
import { logicAppAction, triggerMap, workflowAutomationParameters } from './workflow-automation.ts';

const trigger = {
  text: 'When an Azure Security Center Alert is created or triggered',
  name: 'When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered',
};

const severities = ['High', 'Medium', 'Low'];

/** Without a part of the name the rule on the version of the schema holds for every alert. */
const nameGiven = (given: string, otherwise: string): string =>
  `[if(equals(parameters('alertName'), ''), ${otherwise}, ${given})]`;

export const workflowAutomationAlerts = automationPolicy({
  name: 'f1525828-9a90-4fcf-be48-268cdd02361e',
  displayName: 'Deploy Workflow Automation for Microsoft Defender for Cloud alerts',
  description:
    'Sees to it that every subscription below the assignment starts your logic app on security alerts: where the workflow automation is missing or differs from the parameters, it is deployed.',
  version: '5.0.1',
  parameters: workflowAutomationParameters(
    {
      alertName: declared(
        'String',
        ['Alert name contains', 'A part of the display name that alerts must have; empty for alerts of any name.'],
        { defaultValue: '' },
      ),
      alertSeverities: declared('Array', ['Alert severities', 'The severities that start the logic app.'], {
        allowedValues: severities,
        defaultValue: severities,
      }),
    },
    trigger,
  ),
  automationName: parameter('automationName'),
  conditions: [
    {
      field: automationFields.expectedValue,
      in: "[union(parameters('alertSeverities'), if(equals(parameters('alertName'), ''), array('3.'), array(parameters('alertName'))))]",
    },
    {
      field: automationFields.propertyJPath,
      in: "[union(array('Severity'), if(equals(parameters('alertName'), ''), array('Version'), array('AlertDisplayName')))]",
    },
    eachValueCounted('alertSeverities', 'Severity', 1),
  ],
  variables: {
    severityMap: { High: 'high', Medium: 'medium', Low: 'low' },
    ...triggerMap(trigger),
  },
  automationDescription: 'Starts a logic app on security alerts; made by policy',
  sources: [
    {
      eventSource: 'Alerts',
      copy: [
        {
          name: 'ruleSets',
          // An empty list fails at its first member: AP2.
          count: "[max(1, length(parameters('alertSeverities')))]",
          input: {
            rules: [
              rule(
                nameGiven("'AlertDisplayName'", "'Version'"),
                nameGiven("parameters('alertName')", "'3.'"),
                'Contains',
              ),
              rule(
                'Severity',
                "[variables('severityMap')[parameters('alertSeverities')[copyIndex('ruleSets')]]]",
                'Equals',
              ),
            ],
          },
        },
      ],
    },
  ],
  action: logicAppAction,
});
