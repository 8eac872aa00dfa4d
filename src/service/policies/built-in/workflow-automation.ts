/**
 * What the three workflow-automation policies have alike: the parameters of the automation and its logic app, the action.
 *
 * Owns: these. Does not own: filters and rules (`workflow-automation-*.data.ts`), the deployment (`automation-policy.ts`).
 *
 * Source: security reference 19.
 */
import type { JsonObject } from '#foundation';
import { groupParameters } from './automation-policy.ts';
import { declared } from './definition.ts';

const manualTrigger = 'Manual (Incoming HTTP request)';

/** The trigger of a logic app that the policy can start: its text in the parameter, its name in the workflow. */
export interface OfferedTrigger {
  readonly text: string;
  readonly name: string;
}

export function workflowAutomationParameters(filters: JsonObject, trigger: OfferedTrigger): JsonObject {
  const texts = [manualTrigger, trigger.text];
  return {
    automationName: declared('String', ['Automation name', 'The name of the automation in each subscription.']),
    ...groupParameters('the workflow automation'),
    ...filters,
    logicAppResourceId: declared('String', ['Logic App', 'The logic app that matching events start.'], {
      metadata: { strongType: 'Microsoft.Logic/workflows', assignPermissions: true },
    }),
    logicAppTrigger: declared('String', ['Logic app trigger', `How the logic app starts: '${texts.join("' or '")}'.`], {
      allowedValues: texts,
    }),
  };
}

/** The variable that maps the parameter's text to the name of the trigger. */
export function triggerMap(trigger: OfferedTrigger): JsonObject {
  return { triggerMap: { [manualTrigger]: 'manual', [trigger.text]: trigger.name } };
}

/** The one action: the logic app, with the callback URL of its trigger. */
export const logicAppAction: JsonObject = {
  actionType: 'LogicApp',
  logicAppResourceId: "[parameters('logicAppResourceId')]",
  uri: "[listCallbackUrl(concat(parameters('logicAppResourceId'), '/triggers/', variables('triggerMap')[parameters('logicAppTrigger')]), '2016-06-01').value]",
};
