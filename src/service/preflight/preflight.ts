/**
 * Finds the reasons for which playbooks fail in production before the first alert does: of every trigger and action of logic apps.
 *
 * Owns: the walk over a logic app, what is said of calls of other logic apps and of static results.
 * Does not own: the single judgements (`check-*.ts`), who may ask (the route).
 * Source: own-api reference (`POST /tocsin/v1/preflight`).
 *
 * Invariants
 * PF1. Preflight changes nothing, starts nothing and sends nothing of a playbook.
 * PF2. What only a run knows is not guessed at: no finding is made of it.
 */
import { armIdKey, isJsonObject, type Json, memberIgnoringCase, textMember } from '#foundation';
import type { ActionPlan, TriggerPlan, WorkflowPlan } from '#workflow';
import { automationIndexOf } from '../automation-index.ts';
import type { StoredAutomation } from '../automation-resource.ts';
import type { Services } from '../services.ts';
import { findWorkflow, type StoredWorkflow } from '../workflow-resource.ts';
import { checkConnectionCall, isConnectionCall } from './check-connection.ts';
import { checkHttp, HostCheck, type HttpCheck } from './check-http.ts';
import { checkTriggers } from './check-trigger.ts';
import { type Finding, type Remark, remark } from './finding.ts';
import { KnownInputs } from './known-inputs.ts';
import { PermissionCheck } from './permission-check.ts';

export interface PreflightOptions {
  /** Whether the hosts of calls are asked; deployments do not wait for them. */
  readonly asksHosts: boolean;
}

/** Findings on the logic apps, in the order of these, of their triggers and actions. */
export async function preflight(
  services: Services,
  workflows: readonly StoredWorkflow[],
  { asksHosts }: PreflightOptions,
): Promise<readonly Finding[]> {
  const permissions = new PermissionCheck(services);
  const hosts = new HostCheck(services, asksHosts);
  const automations = automationsByLogicApp(services);
  const findings: Finding[] = [];
  for (const workflow of workflows) {
    for (const { trigger, ...told } of checkTriggers(services, workflow, automations.get(workflow.idKey) ?? [])) {
      findings.push({ workflowId: workflow.id, ...(trigger === undefined ? {} : { trigger }), ...told });
    }
    const plan = services.plans.plan(workflow.id, workflow.body.version);
    if (plan === undefined) continue;
    const check = { services, workflowId: workflow.id, known: new KnownInputs(plan), permissions, hosts };
    findings.push(...(await checkPlan(check, workflow, plan)));
  }
  return findings;
}

function automationsByLogicApp(services: Services): ReadonlyMap<string, readonly StoredAutomation[]> {
  const found = new Map<string, StoredAutomation[]>();
  for (const automation of automationIndexOf(services).all()) {
    for (const action of automation.actions) {
      if (action.kind !== 'LogicApp') continue;
      const key = armIdKey(action.logicAppResourceId);
      const list = found.get(key) ?? [];
      if (!list.includes(automation)) list.push(automation);
      found.set(key, list);
    }
  }
  return found;
}

async function checkPlan(check: HttpCheck, workflow: StoredWorkflow, plan: WorkflowPlan): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const trigger of plan.triggers.values()) {
    for (const told of await triggerRemarks(check, workflow, trigger)) {
      findings.push({ workflowId: workflow.id, trigger: trigger.name, ...told });
    }
  }
  for (const action of plan.actions.values()) {
    for (const told of await actionRemarks(check, workflow, action)) {
      findings.push({ workflowId: workflow.id, action: action.name, ...told });
    }
  }
  return findings;
}

/** Triggers that call out by themselves; those of this server's own events call nobody. */
function triggerRemarks(
  check: HttpCheck,
  workflow: StoredWorkflow,
  { type, source }: TriggerPlan,
): Promise<readonly Remark[]> | readonly Remark[] {
  const inputs = memberIgnoringCase(source, 'inputs') ?? null;
  if (type === 'ApiConnection' || type === 'ApiConnectionWebhook' || type === 'ApiConnectionNotification') {
    return checkConnectionCall(check, workflow, inputs);
  }
  return type === 'Http' || type === 'HttpWebhook' ? callRemarks(check, inputs) : [];
}

async function actionRemarks(
  check: HttpCheck,
  workflow: StoredWorkflow,
  action: ActionPlan,
): Promise<readonly Remark[]> {
  if (action.staticResult !== undefined) {
    const message = 'The static result of the action is enabled: nothing is carried out.';
    return [remark('Information', 'StaticResultEnabled', message, 'Disable it before the playbook is relied on.')];
  }
  const inputs = memberIgnoringCase(action.source, 'inputs') ?? null;
  switch (action.kind) {
    case 'apiConnection':
      return checkConnectionCall(check, workflow, inputs);
    case 'webhook':
      return isConnectionCall(inputs) ? checkConnectionCall(check, workflow, inputs) : callRemarks(check, inputs);
    case 'http':
      return callRemarks(check, inputs);
    case 'workflow':
    case 'sendToBatch':
      return action.target === undefined ? [] : linkedRemarks(check.services, action.target.workflowId);
    default:
      return [];
  }
}

function callRemarks(check: HttpCheck, inputs: Json): Promise<readonly Remark[]> {
  const subscribe = memberIgnoringCase(inputs, 'subscribe');
  return checkHttp(check, isJsonObject(subscribe) ? subscribe : inputs);
}

function linkedRemarks(services: Services, workflowId: string): readonly Remark[] {
  const target = findWorkflow(services, workflowId);
  if (target === undefined) {
    return [remark('Error', 'LinkedWorkflowNotFound', `The logic app '${workflowId}' does not exist.`)];
  }
  if (target.body.state === 'Enabled') return [];
  const name = textMember(target.document.body, 'name') ?? target.document.name;
  return [remark('Error', 'LinkedWorkflowDisabled', `The logic app '${name}' is disabled.`, 'Enable it.')];
}
