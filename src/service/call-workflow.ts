/**
 * An action calls another logic app and waits for its Response, as long as it takes and over restarts.
 *
 * Owns: finding the target, starting the child once per attempt, taking up the wait after a crash.
 * Does not own: retries and `limit.timeout` (`#engine`), the child's answer (`invoke-callback.ts`), checks on save
 * (`check-linked-workflows.ts`).
 * Source: engine reference 4.7, 2.4, 10, 16.7.
 *
 * Invariants
 * CW1. The child's start and the receipt that names it are one commit: a repeated attempt waits for the same child.
 * CW2. When the action is given up the child goes on; its Response is then skipped.
 */
import { actionHeaders, encodeBody, wireText } from '#connectors';
import { type EffectOutcome, type RunAnswer, runKey } from '#engine';
import {
  armIdKey,
  isJsonObject,
  type Json,
  memberIgnoringCase,
  parseArmId,
  textMember,
  TocsinError,
} from '#foundation';
import type { TriggerPlan } from '#workflow';
import { acceptedForLater } from './asynchronous-answer.ts';
import type { EffectCall } from './effect-call.ts';
import { failedEffect, outcomeOfArm } from './effect-outcome.ts';
import { receiptsOf } from './effect-receipts.ts';
import { prepareTrigger } from './fire-trigger.ts';
import { runHeaders } from './invoke-callback.ts';
import type { PreparedTrigger } from './prepared-trigger.ts';
import { type InboundCall, requestOutputs } from './request-trigger.ts';
import { answerOfRun } from './run-answer.ts';
import { hostStops } from './run-host/effect-slots.ts';
import type { Services } from './services.ts';
import { findWorkflow, type StoredWorkflow, workflowType } from './workflow-resource.ts';

/** @param headers what every call of a workflow carries. */
export async function callWorkflow(
  services: Services,
  call: EffectCall,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<EffectOutcome> {
  const target = linkedTarget(services, call);
  if ('kind' in target) return target;
  try {
    return await callTarget(services, { call, headers, signal, ...target });
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    const { code, message, status } = error.fault;
    return outcomeOfArm({ status, body: { error: { code, message } } });
  }
}

interface LinkedTarget {
  readonly workflow: StoredWorkflow;
  readonly trigger: TriggerPlan;
}

/** The workflow and trigger that `host` names; an outcome when they are not there. */
export function linkedTarget(services: Services, { inputs, run }: EffectCall): LinkedTarget | EffectOutcome {
  const host = memberIgnoringCase(inputs, 'host') ?? null;
  const id = textMember(memberIgnoringCase(host, 'workflow') ?? null, 'id') ?? '';
  const name = memberIgnoringCase(host, 'triggerName');
  const parsed = parseArmId(id);
  if (parsed?.type.toLowerCase() !== workflowType.toLowerCase()) {
    return failedEffect('BadRequest', `The id '${id}' is not the id of a workflow.`);
  }
  if (parsed.subscriptionId?.toLowerCase() !== parseArmId(run.workflowId)?.subscriptionId?.toLowerCase()) {
    return failedEffect(
      'BadRequest',
      `The workflow '${id}' must be in the subscription of the workflow that calls it.`,
    );
  }
  const workflow = findWorkflow(services, id);
  if (workflow === undefined) {
    return failedEffect('NestedWorkflowNotFound', `The workflow '${parsed.name}' could not be found.`);
  }
  const plan = services.plans.plan(workflow.id, workflow.body.version);
  const trigger = typeof name === 'string' ? plan?.triggers.get(name.toLowerCase()) : undefined;
  if (trigger !== undefined) return { workflow, trigger };
  const message = `The workflow '${parsed.name}' trigger '${wireText(name ?? '')}' could not be found.`;
  return failedEffect('WorkflowTriggerNotFound', message);
}

interface NestedCall extends LinkedTarget {
  readonly call: EffectCall;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function callTarget(services: Services, nested: NestedCall): Promise<EffectOutcome> {
  const { call, workflow, trigger } = nested;
  const receipt = receiptsOf(services).find(call);
  if (receipt !== undefined) {
    const run = textMember(receipt, 'run') ?? '';
    const headers = Object.entries(isJsonObject(receipt.headers) ? receipt.headers : {});
    return answered(services, nested, run, Object.fromEntries(headers.map(([name, value]) => [name, wireText(value)])));
  }
  if (trigger.type !== 'Request') {
    const message = `The trigger '${trigger.name}' of workflow '${workflow.document.name}' is of type '${trigger.type}' and cannot be called by another workflow.`;
    return failedEffect('BadRequest', message);
  }
  if (trigger.splitOn !== undefined) {
    const message = `The workflow '${workflow.document.name}' cannot be called by another workflow: its trigger '${trigger.name}' has 'splitOn'.`;
    return failedEffect('NestedWorkflowContainsSplitOnTrigger', message);
  }
  const inbound = inboundCall(nested);
  const prepared = prepareTrigger(services, {
    workflow,
    triggerName: trigger.name,
    startedBy: { kind: 'LogicApp', runId: `${call.run.workflowId}/runs/${call.run.name}` },
    outputs: requestOutputs(trigger, inbound),
    patientCaller: true,
  });
  if (prepared.outcome === 'skipped' && prepared.fault !== undefined) throw new TocsinError(prepared.fault);
  return started(services, nested, prepared);
}

async function started(services: Services, nested: NestedCall, prepared: PreparedTrigger): Promise<EffectOutcome> {
  const { call, workflow } = nested;
  const headers = runHeaders(workflow, prepared);
  const [run] = prepared.runs;
  if (run === undefined) {
    await services.host.startMany([], prepared.writes);
    return outcomeOfArm({ status: 202, headers });
  }
  const receipt = receiptsOf(services).write(call, { run: run.identity.name, headers });
  await services.host.startMany(prepared.runs, [...prepared.writes, receipt]);
  if (isAnsweredLater(services, nested, run.identity.version)) {
    const later = acceptedForLater(services, workflow, prepared);
    return outcomeOfArm({ ...later, headers: { ...headers, ...later.headers } });
  }
  return answered(services, nested, run.identity.name, headers);
}

/** An asynchronous Response is waited for all the same, unless the action takes its 202 as the result. */
function isAnsweredLater(services: Services, { call, workflow }: NestedCall, version: string): boolean {
  const { run, effect } = call;
  const caller = services.plans.plan(run.workflowId, run.version)?.actions.get(effect.path.action.toLowerCase());
  if (caller?.operationOptions.has('disableasyncpattern') !== true) return false;
  return services.plans.plan(workflow.id, version)?.answersLater === true;
}

/** Waits for the child's answer. */
async function answered(
  services: Services,
  { workflow, signal }: NestedCall,
  run: string,
  headers: Record<string, string>,
): Promise<EffectOutcome> {
  const key = runKey(armIdKey(workflow.id), run);
  const { promise, resolve } = Promise.withResolvers<RunAnswer>();
  const giveUp = (): void => {
    resolve({ kind: 'noResponse' });
    if (signal.reason !== hostStops) void services.host.callerGone(key);
  };
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  if (!(await services.host.awaitAnswer(key, resolve))) resolve({ kind: 'noResponse' });
  const answer = await promise;
  signal.removeEventListener('abort', giveUp);
  return outcomeOfArm(answerOfRun(services, answer, headers, headers['x-ms-tracking-id'] ?? ''));
}

/** The call as it would come in over the trigger's URL. */
function inboundCall({ call, headers, trigger }: NestedCall): InboundCall {
  const { inputs, run } = call;
  const encoded = encodeBody(memberIgnoringCase(inputs, 'body'));
  const own = actionHeaders(inputs);
  const given = memberIgnoringCase(inputs, 'queries');
  const queries = isJsonObject(given) ? Object.entries(given) : [];
  return {
    method: trigger.request?.method ?? 'POST',
    relativePath: '',
    queries: Object.fromEntries(queries.map(([name, value]: [string, Json]) => [name, wireText(value)])),
    headers: {
      ...headers,
      'x-ms-client-tracking-id': run.clientTrackingId,
      ...(run.clientKeywords === undefined ? {} : { 'x-ms-client-keywords': run.clientKeywords.join(',') }),
      ...(encoded === undefined ? {} : { 'content-type': encoded.contentType }),
      ...own,
    },
    body: encoded?.bytes ?? new Uint8Array(),
  };
}
