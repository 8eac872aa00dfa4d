/**
 * A person starts a logic app on one alert or recommendation.
 *
 * Owns: which trigger takes it, the record of who asked. No rule is evaluated and no automation need exist.
 * Does not own: whether the caller may (`#api` asks for the rights).
 *
 * Invariants
 * M1. The run gets the same body as an automatic one.
 * Source: domain reference 13; own API reference, automations.
 */
import { formatTime, parseArmId, raise, type Write } from '#foundation';
import { fire } from './callback-targets.ts';
import { findEventById } from './event-documents.ts';
import { eligibleTrigger, supportedTriggers } from './list-eligible-logic-apps.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';
import { requireWorkflow } from './workflow-resource.ts';

export interface ManualTrigger {
  readonly caller: Caller;
  /** The ARM id of the alert, recommendation or finding. */
  readonly resourceId: string;
  readonly logicAppResourceId: string;
}

export interface ManualRun {
  /** Full ARM id. */
  readonly runId: string;
  readonly triggeredBy: string;
}

/** @throws TocsinError `ResourceNotFound`, `WorkflowNotFound`, `LogicAppNotEligible`, `WorkflowTriggerIsNotEnabled`. */
export async function triggerManually(services: Services, request: ManualTrigger): Promise<ManualRun> {
  const found = findEventById(services, request.resourceId);
  if (found === undefined)
    return raise('ResourceNotFound', `There is no alert or recommendation '${request.resourceId}'.`);
  const workflow = requireWorkflow(services, request.logicAppResourceId);
  const { identity } = request.caller;
  const triggeredBy = identity.appId ?? identity.displayName;
  const trigger = eligibleTrigger(workflow, [found.kind]);
  if (trigger === undefined || found.kind === 'RegulatoryComplianceAssessment') {
    const name = parseArmId(workflow.id)?.name ?? workflow.id;
    const why =
      found.kind === 'RegulatoryComplianceAssessment'
        ? 'Regulatory compliance assessments cannot be triggered by hand.'
        : `The logic app '${name}' has no trigger that takes it. Supported are the triggers ${supportedTriggers}, and HTTP request triggers.`;
    return raise('LogicAppNotEligible', why);
  }
  const prepared = fire(
    services,
    { workflow, triggerName: trigger.triggerName, relativePath: '', queries: {} },
    found.body,
    { kind: 'Person', principal: identity.displayName, eventId: found.id },
  );
  if ('code' in prepared) return raise(prepared.code, prepared.message);
  if (prepared.fault !== undefined) return raise(prepared.fault.code, prepared.fault.message);
  const run = prepared.runs[0]?.identity;
  if (run === undefined)
    return raise('Conflict', `The conditions of the trigger '${trigger.triggerName}' are not met.`);
  const record: Write = activityWrite(services, request.caller, {
    operation: 'Microsoft.Logic/workflows/triggers/run/action',
    resourceId: workflow.id,
    description: `Triggered by ${triggeredBy} on '${found.id}' at ${formatTime(services.clock.now())}.`,
  });
  await services.host.startMany(prepared.runs, [...prepared.writes, record]);
  return { runId: `${run.workflowId}/runs/${run.name}`, triggeredBy };
}
