/**
 * How a logic app is started, before anything starts it: enabled, fed by an automation, by a callback that still counts.
 *
 * Owns: the judgement on the logic app and its triggers. Does not own: eligibility (`list-eligible-logic-apps.ts`), callbacks
 * (`callback-targets.ts`). Source: security-center reference 14; engine reference 2.
 */
import type { StoredAutomation } from '../automation-resource.ts';
import { callbackFault } from '../callback-targets.ts';
import { triggersOf } from '../list-eligible-logic-apps.ts';
import type { Services } from '../services.ts';
import type { StoredWorkflow } from '../workflow-resource.ts';
import { rulesThatRun } from '../sentinel/automation-rules.ts';
import { sentinelSubject } from '../sentinel/run-playbook.ts';
import { type Remark, remark } from './finding.ts';

const eventTriggers = new Set(['Alert', 'Recommendation', 'RegulatoryCompliance']);

export interface TriggerRemark extends Remark {
  readonly trigger?: string;
}

/** `automations`: those whose actions name the logic app. */
export function checkTriggers(
  services: Services,
  workflow: StoredWorkflow,
  automations: readonly StoredAutomation[],
): readonly TriggerRemark[] {
  const { name } = workflow.document;
  const remarks: TriggerRemark[] = [];
  if (workflow.body.state !== 'Enabled') {
    remarks.push(remark('Warning', 'WorkflowDisabled', `The logic app '${name}' is disabled.`, 'Enable it.'));
  }
  for (const { triggerName, triggerKind, eligible, reason } of triggersOf(workflow)) {
    if (eligible && eventTriggers.has(triggerKind)) {
      const wired = automations.some(({ enabled, plan }) => enabled && isFed(workflow, triggerName, plan));
      if (!wired) remarks.push({ trigger: triggerName, ...notWired(triggerName, automations.length) });
    } else if (!eligible && automations.length > 0) {
      const message = `Automations name the logic app, but cannot start '${triggerName}': ${reason ?? ''}.`;
      remarks.push({ trigger: triggerName, ...remark('Error', 'TriggerNotSupported', message) });
    }
  }
  remarks.push(...sentinelRemarks(services, workflow));
  return [...remarks, ...automations.flatMap((automation) => staleCallbacks(services, workflow, automation))];
}

/** A playbook on incidents or alerts of Microsoft Sentinel that no rule runs; those on entities are run by hand. */
function sentinelRemarks(services: Services, workflow: StoredWorkflow): readonly TriggerRemark[] {
  const subject = sentinelSubject(workflow);
  if (subject === undefined || subject === 'entity' || rulesThatRun(services, workflow.id).length > 0) return [];
  const message = `No automation rule of Microsoft Sentinel runs the logic app: its trigger on ${subject}s starts only by hand.`;
  return [remark('Warning', 'TriggerNotWired', message, 'Add an automation rule with this playbook.')];
}

function isFed(workflow: StoredWorkflow, triggerName: string, plan: StoredAutomation['plan']): boolean {
  return plan.sources.some(({ eventSource }) =>
    triggersOf(workflow, eventSource).some((one) => one.triggerName === triggerName && one.eligible),
  );
}

function notWired(trigger: string, named: number): Remark {
  const message =
    named === 0
      ? `No automation names the logic app: '${trigger}' starts only by hand.`
      : `No enabled automation that names the logic app sends events that '${trigger}' takes.`;
  return remark('Warning', 'TriggerNotWired', message, 'Add or enable a workflow automation with this logic app.');
}

function staleCallbacks(
  services: Services,
  { idKey }: StoredWorkflow,
  { document, enabled, actions }: StoredAutomation,
): readonly Remark[] {
  if (!enabled) return [];
  return actions.flatMap((action) => {
    if (action.kind !== 'LogicApp' || action.logicAppResourceId.toLowerCase() !== idKey) return [];
    const fault = callbackFault(services, action.uri);
    if (fault === undefined) return [];
    const message = `The automation '${document.name}' holds a callback that is no longer valid: ${fault.message}`;
    return [remark('Error', 'CallbackStale', message, 'Refresh the callbacks of the automation.')];
  });
}
