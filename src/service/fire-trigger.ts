/**
 * A trigger fires: from its outputs to the runs to start and the history to write.
 *
 * Owns: state check, conditions, splitOn, correlation, run identities, what goes into the history.
 * Does not own: how outputs came about (`request-trigger.ts`, `triggers/`, `deliver-event.ts`), the commit (the
 * caller's, so that an event and the runs it starts are one commit), the form of the history (`trigger-history.ts`).
 * Source: engine reference 2.1, 2.2, 2.4, 8.
 *
 * Invariants
 * G1. Preparing changes nothing; the caller commits `runs` and `writes` together.
 * G2. A trigger evaluation that starts no run leaves a history document; one that starts a single run has the run's name
 *     as its history's name and needs no document of its own.
 */
import type { NewRun, RunAnswer, RunIdentity, TriggerRecord } from '#engine';
import { type EvaluationFault, isEvaluationFault, textOf } from '#expression';
import {
  Fault,
  formatTime,
  type Json,
  JsonNumber,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  parseArmId,
  raise,
  type RunOrigin,
  TocsinError,
  type Write,
} from '#foundation';
import type { TriggerPlan, WorkflowPlan } from '#workflow';
import { runLimits } from './limits.ts';
import { checkTrackingId } from './request-trigger.ts';
import type { PreparedTrigger } from './prepared-trigger.ts';
import type { Services } from './services.ts';
import { triggerContext } from './trigger-context.ts';
import { historyWrites } from './trigger-history.ts';
import { queueFault, triggerQueue } from './trigger-queue.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

export interface TriggerFiring {
  readonly workflow: StoredWorkflow;
  /** As the definition writes it. */
  readonly triggerName: string;
  readonly startedBy: RunOrigin;
  /** What `triggerOutputs()` gives; absent for triggers without outputs. */
  readonly outputs?: JsonObject;
  /** As history may show them: secrets masked. */
  readonly inputs?: Json;
  readonly scheduledTime?: string;
  /** Where the evaluation was named before its outputs were there; made here unless given. */
  readonly historyName?: string;
  /** When the evaluation began, RFC 3339; now unless given. */
  readonly startTime?: string;
  /** The record's code: `OK` for what a call answered. */
  readonly code?: string;
  readonly retryHistory?: readonly Json[];
  /** The outputs are one element of what `splitOn` gave: neither it nor the conditions are asked again. */
  readonly isElement?: boolean;
  /** Present when a caller waits for a Response action. */
  readonly onAnswer?: (answer: RunAnswer) => void;
  /** The caller waits as long as it takes, over restarts: see `NewRun`. */
  readonly patientCaller?: boolean;
  /** Runs of the same commit that are prepared already, by queue: they take room too. */
  readonly queued?: ReadonlyMap<string, number>;
}

/** Everything about one evaluation that its parts share. */
interface Evaluation {
  readonly firing: TriggerFiring;
  readonly plan: WorkflowPlan;
  readonly trigger: TriggerPlan;
  readonly historyName: string;
  readonly trackingId: string;
  readonly time: string;
  readonly endTime: string;
  readonly outputs: JsonObject | undefined;
}

/**
 * Decides what a trigger evaluation starts (G1).
 * @throws TocsinError `WorkflowTriggerIsNotEnabled` when the workflow is disabled, `WorkflowTriggerNotFound`.
 */
export function prepareTrigger(services: Services, firing: TriggerFiring): PreparedTrigger {
  const evaluation = evaluationOf(services, firing);
  const { trigger } = evaluation;
  const isElement = firing.isElement === true;
  const refusal = (isElement ? undefined : firstRefusal(services, evaluation)) ?? lackOfRoom(services, evaluation);
  if (refusal !== undefined) return withoutRun(services, evaluation, refusal);
  const isSplit = trigger.splitOn !== undefined && !isElement;
  try {
    return isSplit ? firedPerItem(services, evaluation) : firedOnce(services, evaluation);
  } catch (error) {
    // A tracking id that its expression should not have given.
    if (!(error instanceof TocsinError)) throw error;
    return withoutRun(services, evaluation, { outcome: 'failed', fault: error.fault });
  }
}

/** What an evaluation that starts no run leaves in the history. */
export interface Outcome {
  readonly status: 'Succeeded' | 'Failed' | 'Skipped';
  readonly code?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** An evaluation that starts no run, whatever its conditions would say (G1). @throws as `prepareTrigger`. */
export function recordWithoutRun(services: Services, firing: TriggerFiring, outcome: Outcome): PreparedTrigger {
  const evaluation = evaluationOf(services, firing);
  const { historyName, trackingId } = evaluation;
  return {
    outcome: outcome.status === 'Failed' ? 'failed' : 'skipped',
    runs: [],
    writes: historyOf(services, evaluation, { ...outcome, fired: false }),
    historyName,
    trackingId,
    clientTrackingId: historyName,
    ...(outcome.error === undefined ? {} : { error: outcome.error }),
  };
}

function evaluationOf(services: Services, firing: TriggerFiring): Evaluation {
  const { workflow, triggerName } = firing;
  requireEnabled(workflow, triggerName);
  const plan = services.plans.plan(workflow.id, workflow.body.version);
  const trigger = plan?.triggers.get(triggerName.toLowerCase());
  if (plan === undefined || trigger === undefined) {
    const name = parseArmId(workflow.id)?.name ?? workflow.id;
    return raise('WorkflowTriggerNotFound', `The workflow '${name}' trigger '${triggerName}' could not be found.`);
  }
  const now = formatTime(services.clock.now());
  return {
    firing,
    plan,
    trigger,
    historyName: firing.historyName ?? services.runNames.run(),
    trackingId: services.random.uuid(),
    time: firing.startTime ?? now,
    endTime: now,
    outputs: firing.outputs,
  };
}

/** @throws TocsinError `WorkflowTriggerIsNotEnabled`. */
export function requireEnabled(workflow: StoredWorkflow, triggerName: string): void {
  if (workflow.body.state === 'Enabled') return;
  const name = parseArmId(workflow.id)?.name ?? workflow.id;
  raise(
    'WorkflowTriggerIsNotEnabled',
    `Could not execute workflow '${name}' trigger '${triggerName}' with state '${workflow.body.state}': trigger is not enabled.`,
  );
}

// --- Conditions -------------------------------------------------------------------------------------------------

/** Why no run starts: a condition that is not met, or one that cannot be evaluated. */
interface Refusal {
  readonly outcome: 'skipped' | 'failed';
  readonly fault?: Fault;
}

function firstRefusal(services: Services, evaluation: Evaluation): Refusal | undefined {
  for (const condition of evaluation.trigger.conditions) {
    const result = condition.expression.evaluate(contextOf(services, evaluation));
    if (isEvaluationFault(result)) return { outcome: 'failed', fault: templateFault(evaluation, result) };
    if (typeof result !== 'boolean') {
      const message = `The condition '${condition.text}' of trigger '${evaluation.trigger.name}' must give a Boolean.`;
      return { outcome: 'failed', fault: new Fault('InvalidTemplate', message) };
    }
    if (!result) return { outcome: 'skipped' };
  }
  return undefined;
}

/** A limited trigger fires while one more of its runs may wait; what one firing starts is never divided. */
function lackOfRoom(services: Services, { firing, trigger }: Evaluation): Refusal | undefined {
  const fault = queueFault(services, firing.workflow, trigger, firing.queued);
  return fault === undefined ? undefined : { outcome: 'skipped', fault };
}

function templateFault(evaluation: Evaluation, cause: EvaluationFault): Fault {
  return new Fault(
    'InvalidTemplate',
    `Unable to process template language expressions in trigger '${evaluation.trigger.name}' at line '0' and column '0': '${cause.message}'.`,
  );
}

function contextOf(services: Services, evaluation: Evaluation, outputs = evaluation.outputs) {
  const { firing, historyName, trackingId, time, endTime } = evaluation;
  return triggerContext(services, {
    plan: evaluation.plan,
    workflow: workflowJson(firing.workflow, historyName),
    trigger: {
      name: evaluation.trigger.name,
      ...(firing.inputs === undefined ? {} : { inputs: firing.inputs }),
      ...(outputs === undefined ? {} : { outputs }),
      startTime: time,
      endTime,
      ...(firing.scheduledTime === undefined ? {} : { scheduledTime: firing.scheduledTime }),
      trackingId,
      clientTrackingId: historyName,
      originHistoryName: historyName,
      status: 'Succeeded',
      ...(firing.code === undefined ? {} : { code: firing.code }),
    },
  });
}

// --- Runs -------------------------------------------------------------------------------------------------------

function firedOnce(services: Services, evaluation: Evaluation): PreparedTrigger {
  const run = newRun(services, evaluation, evaluation.historyName, evaluation.outputs);
  return {
    outcome: 'fired',
    runs: [run],
    writes: [],
    historyName: evaluation.historyName,
    trackingId: evaluation.trackingId,
    clientTrackingId: run.identity.clientTrackingId,
  };
}

function firedPerItem(services: Services, evaluation: Evaluation): PreparedTrigger {
  const items = evaluation.trigger.splitOn?.evaluate(contextOf(services, evaluation)) ?? null;
  if (isEvaluationFault(items)) {
    return withoutRun(services, evaluation, { outcome: 'failed', fault: templateFault(evaluation, items) });
  }
  if (items === null) return withoutRun(services, evaluation, { outcome: 'skipped' });
  if (!Array.isArray(items)) {
    const message = `The 'splitOn' expression of trigger '${evaluation.trigger.name}' must give an array.`;
    const fault = new Fault('InvalidTemplate', message);
    return withoutRun(services, evaluation, { outcome: 'failed', fault });
  }
  if (items.length === 0) return withoutRun(services, evaluation, { outcome: 'skipped' });
  const { splitOnItems, splitOnItemsWithConcurrency } = services.settings.triggerLimits;
  const most = evaluation.trigger.concurrency === undefined ? splitOnItems : splitOnItemsWithConcurrency;
  if (items.length > most) {
    const message = `The 'splitOn' expression of trigger '${evaluation.trigger.name}' gives '${items.length}' items and exceeds the limit of '${most}'.`;
    return withoutRun(services, evaluation, {
      outcome: 'failed',
      fault: new Fault('TriggerSplitOnLimitExceeded', message),
    });
  }
  const runs = (items as readonly Json[]).map((item) => {
    const outputs = { ...headersOf(evaluation.outputs), body: item };
    return newRun(services, evaluation, services.runNames.run(), outputs);
  });
  return {
    outcome: 'fired',
    runs,
    writes: historyOf(services, evaluation, { status: 'Succeeded', fired: true }),
    historyName: evaluation.historyName,
    trackingId: evaluation.trackingId,
    clientTrackingId: runs[0]?.identity.clientTrackingId ?? evaluation.historyName,
  };
}

/** After splitting only the headers stay beside the element. */
function headersOf(outputs: JsonObject | undefined): JsonObject {
  const headers = memberOf(outputs, 'headers');
  return headers === undefined ? {} : { headers };
}

function newRun(services: Services, evaluation: Evaluation, name: string, outputs: JsonObject | undefined): NewRun {
  const { firing, trigger, time, endTime } = evaluation;
  const queue = triggerQueue(firing.workflow, trigger);
  const headers = memberOf(outputs, 'headers');
  const clientTrackingId = trackingIdOf(services, evaluation, outputs) ?? name;
  const keywords = memberIgnoringCase(headers, 'x-ms-client-keywords');
  const identity: RunIdentity = {
    name,
    workflowId: firing.workflow.id,
    version: firing.workflow.body.version,
    clientTrackingId,
    ...(typeof keywords === 'string' && keywords !== ''
      ? { clientKeywords: keywords.split(',').map((word) => word.trim()) }
      : {}),
    workflow: workflowJson(firing.workflow, name),
    startedBy: firing.startedBy,
  };
  const record: TriggerRecord = {
    name: trigger.name,
    ...(firing.inputs === undefined ? {} : { inputs: { value: firing.inputs } }),
    ...(outputs === undefined ? {} : { outputs: { value: outputs } }),
    startTime: time,
    endTime,
    ...(firing.scheduledTime === undefined ? {} : { scheduledTime: firing.scheduledTime }),
    trackingId: evaluation.trackingId,
    clientTrackingId,
    originHistoryName: evaluation.historyName,
    status: 'Succeeded',
    ...(firing.code === undefined ? {} : { code: firing.code }),
    ...(firing.retryHistory === undefined || firing.retryHistory.length === 0
      ? {}
      : { retryHistory: firing.retryHistory }),
  };
  return {
    identity,
    trigger: record,
    ...(firing.onAnswer === undefined ? {} : { onAnswer: firing.onAnswer }),
    ...(firing.patientCaller === true ? { patientCaller: true } : {}),
    ...(queue === undefined ? {} : { queue }),
    ...runLimits(services),
  };
}

/** The caller's header, else the trigger's correlation expression (engine reference 2.4). */
function trackingIdOf(services: Services, evaluation: Evaluation, outputs: JsonObject | undefined): string | undefined {
  const sent = memberIgnoringCase(memberOf(outputs, 'headers'), 'x-ms-client-tracking-id');
  if (typeof sent === 'string' && sent !== '') return sent;
  const { splitOn, splitOnTrackingId, trackingId } = evaluation.trigger;
  const planned = splitOn === undefined ? trackingId : (splitOnTrackingId ?? trackingId);
  const given = planned?.evaluate(contextOf(services, evaluation, outputs)) ?? null;
  if (isEvaluationFault(given)) throw new TocsinError(templateFault(evaluation, given));
  if (given === null || given === '') return undefined;
  if (typeof given === 'object' && !(given instanceof JsonNumber)) {
    return raise(
      'InvalidClientTrackingId',
      `The client tracking id of trigger '${evaluation.trigger.name}' must be a text.`,
    );
  }
  const text = textOf(given);
  checkTrackingId(text);
  return text;
}

/** What `workflow()` returns inside the run, or before there is one. */
export function workflowJson(workflow: StoredWorkflow, runName?: string): JsonObject {
  const { document, id } = workflow;
  return {
    id,
    name: document.name,
    type: document.type,
    location: document.location ?? '',
    tags: document.body.tags ?? {},
    ...(runName === undefined
      ? {}
      : { run: { id: `${id}/runs/${runName}`, name: runName, type: `${document.type}/runs` } }),
  };
}

// --- History ----------------------------------------------------------------------------------------------------

function withoutRun(services: Services, evaluation: Evaluation, refusal: Refusal): PreparedTrigger {
  const { fault, outcome } = refusal;
  const status = outcome === 'failed' ? 'Failed' : 'Skipped';
  const error = fault === undefined ? {} : { code: fault.code, error: { code: fault.code, message: fault.message } };
  return {
    outcome,
    runs: [],
    writes: historyOf(services, evaluation, { status, fired: false, ...error }),
    historyName: evaluation.historyName,
    trackingId: evaluation.trackingId,
    clientTrackingId: evaluation.historyName,
    ...(fault === undefined ? {} : { fault }),
  };
}

type Ended = Outcome & { readonly fired: boolean };

function historyOf(services: Services, evaluation: Evaluation, ended: Ended): readonly Write[] {
  const { firing, trigger, historyName, trackingId, time, endTime } = evaluation;
  const { inputs, outputs, scheduledTime, code, retryHistory } = firing;
  return historyWrites(services, firing.workflow, trigger, {
    name: historyName,
    trackingId,
    startTime: time,
    endTime,
    ...(scheduledTime === undefined ? {} : { scheduledTime }),
    ...(code === undefined ? {} : { code }),
    ...(retryHistory === undefined || retryHistory.length === 0 ? {} : { retryHistory }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(outputs === undefined ? {} : { outputs }),
    ...ended,
  });
}
