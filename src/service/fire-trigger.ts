/**
 * A trigger fires: from its outputs to the runs to start and the history to write.
 *
 * Owns: state check, conditions, splitOn, correlation, run identities, trigger history.
 * Does not own: how outputs came about (`request-trigger.ts`, `recurrences.ts`, `deliver-event.ts`), the commit (the
 * caller's, so that an event and the runs it starts are one commit), driving runs (`RunHost`).
 * Source: engine reference 2.1, 2.2, 2.4, 8.
 *
 * Invariants
 * G1. Preparing changes nothing; the caller commits `runs` and `writes` together.
 * G2. A trigger evaluation that starts no run leaves a history document; one that starts a single run has the run's name
 *     as its history's name and needs no document of its own.
 */
import type { NewRun, RunAnswer, RunIdentity, RunQueue, TriggerRecord } from '#engine';
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
  TocsinError,
  type Write,
} from '#foundation';
import type { TriggerPlan, WorkflowPlan } from '#workflow';
import { checkTrackingId } from './request-trigger.ts';
import type { Services } from './services.ts';
import { triggerContext } from './trigger-context.ts';
import type { StoredWorkflow } from './workflow-resource.ts';
import { workflowCollections } from './workflow-resource.ts';

export interface TriggerFiring {
  readonly workflow: StoredWorkflow;
  /** As the definition writes it. */
  readonly triggerName: string;
  /** What `triggerOutputs()` gives; absent for triggers without outputs. */
  readonly outputs?: JsonObject;
  readonly inputs?: Json;
  readonly scheduledTime?: string;
  /** The outputs are one element that splitOn has made already: conditions and splitOn are not applied again. */
  readonly isElement?: boolean;
  /** Present when a caller waits for a Response action. */
  readonly onAnswer?: (answer: RunAnswer) => void;
  /** The caller waits as long as it takes, over restarts: see `NewRun`. */
  readonly patientCaller?: boolean;
  /** Runs of the same commit that are prepared already, by queue: they take room too. */
  readonly queued?: ReadonlyMap<string, number>;
}

export interface PreparedTrigger {
  readonly outcome: 'fired' | 'skipped' | 'failed';
  readonly runs: readonly NewRun[];
  readonly writes: readonly Write[];
  /** Name of the history entry, fired or not. */
  readonly historyName: string;
  readonly trackingId: string;
  readonly clientTrackingId: string;
  /**
   * Why it failed; of a skipped one that no more runs may wait (`WorkflowMaximumWaitingRunCountExceeded`): recurring
   * triggers let the occurrence pass, callers get a 429 and nothing is written.
   */
  readonly fault?: Fault;
}

/** Everything about one evaluation that its parts share. */
interface Evaluation {
  readonly firing: TriggerFiring;
  readonly plan: WorkflowPlan;
  readonly trigger: TriggerPlan;
  readonly historyName: string;
  readonly trackingId: string;
  readonly time: string;
  readonly outputs: JsonObject | undefined;
}

/**
 * Decides what a trigger evaluation starts (G1).
 * @throws TocsinError `WorkflowTriggerIsNotEnabled` when the workflow is disabled, `WorkflowTriggerNotFound`.
 */
export function prepareTrigger(services: Services, firing: TriggerFiring): PreparedTrigger {
  const { workflow, triggerName } = firing;
  requireEnabled(workflow, triggerName);
  const plan = services.plans.plan(workflow.id, workflow.body.version);
  const trigger = plan?.triggers.get(triggerName.toLowerCase());
  if (plan === undefined || trigger === undefined) {
    const name = parseArmId(workflow.id)?.name ?? workflow.id;
    return raise('WorkflowTriggerNotFound', `The workflow '${name}' trigger '${triggerName}' could not be found.`);
  }
  const evaluation: Evaluation = {
    firing,
    plan,
    trigger,
    historyName: services.runNames.run(),
    trackingId: services.random.uuid(),
    time: formatTime(services.clock.now()),
    outputs: firing.outputs,
  };
  const isElement = firing.isElement === true;
  const refusal = (isElement ? undefined : firstRefusal(services, evaluation)) ?? lackOfRoom(services, evaluation);
  if (refusal !== undefined) return withoutRun(evaluation, refusal);
  try {
    return trigger.splitOn === undefined || isElement
      ? firedOnce(services, evaluation)
      : firedPerItem(services, evaluation);
  } catch (error) {
    // A tracking id that its expression should not have given.
    if (error instanceof TocsinError) return withoutRun(evaluation, { outcome: 'failed', fault: error.fault });
    throw error;
  }
}

function requireEnabled(workflow: StoredWorkflow, triggerName: string): void {
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
  const queue = queueOf(firing.workflow, trigger);
  if (queue === undefined) return undefined;
  if (services.host.room(queue) > (firing.queued?.get(queue.key) ?? 0)) return undefined;
  const name = parseArmId(firing.workflow.id)?.name ?? firing.workflow.id;
  const message = `The trigger '${trigger.name}' of workflow '${name}' cannot start another run: the maximum number of waiting runs '${queue.waitingRuns}' is reached.`;
  const code = 'WorkflowMaximumWaitingRunCountExceeded';
  return { outcome: 'skipped', fault: new Fault(code, message, { retryAfterSeconds: 10 }) };
}

function queueOf(workflow: StoredWorkflow, { name, concurrency }: TriggerPlan): RunQueue | undefined {
  if (concurrency === undefined) return undefined;
  const { runs, maximumWaitingRuns } = concurrency;
  return { key: `${workflow.idKey}/triggers/${name.toLowerCase()}`, runs, waitingRuns: maximumWaitingRuns };
}

function templateFault(evaluation: Evaluation, cause: EvaluationFault): Fault {
  return new Fault(
    'InvalidTemplate',
    `Unable to process template language expressions in trigger '${evaluation.trigger.name}' at line '0' and column '0': '${cause.message}'.`,
  );
}

function contextOf(services: Services, evaluation: Evaluation, outputs = evaluation.outputs) {
  const { firing, historyName, trackingId, time } = evaluation;
  return triggerContext(services, {
    plan: evaluation.plan,
    workflow: workflowJson(firing.workflow, historyName),
    trigger: {
      name: evaluation.trigger.name,
      ...(firing.inputs === undefined ? {} : { inputs: firing.inputs }),
      ...(outputs === undefined ? {} : { outputs }),
      startTime: time,
      endTime: time,
      ...(firing.scheduledTime === undefined ? {} : { scheduledTime: firing.scheduledTime }),
      trackingId,
      clientTrackingId: historyName,
      originHistoryName: historyName,
      status: 'Succeeded',
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
    return withoutRun(evaluation, { outcome: 'failed', fault: templateFault(evaluation, items) });
  }
  if (items === null) return withoutRun(evaluation, { outcome: 'skipped' });
  if (!Array.isArray(items)) {
    const message = `The 'splitOn' expression of trigger '${evaluation.trigger.name}' must give an array.`;
    const fault = new Fault('InvalidTemplate', message);
    return withoutRun(evaluation, { outcome: 'failed', fault });
  }
  if (items.length === 0) return withoutRun(evaluation, { outcome: 'skipped' });
  const { splitOnItems, splitOnItemsWithConcurrency } = services.settings.triggerLimits;
  const most = evaluation.trigger.concurrency === undefined ? splitOnItems : splitOnItemsWithConcurrency;
  if (items.length > most) {
    const message = `The 'splitOn' expression of trigger '${evaluation.trigger.name}' gives '${items.length}' items and exceeds the limit of '${most}'.`;
    return withoutRun(evaluation, { outcome: 'failed', fault: new Fault('TriggerSplitOnLimitExceeded', message) });
  }
  const runs = (items as readonly Json[]).map((item) => {
    const outputs = { ...headersOf(evaluation.outputs), body: item };
    return newRun(services, evaluation, services.runNames.run(), outputs);
  });
  return {
    outcome: 'fired',
    runs,
    writes: [historyWrite(evaluation, { status: 'Succeeded', fired: true })],
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
  const { firing, trigger, time } = evaluation;
  const queue = queueOf(firing.workflow, trigger);
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
  };
  const record: TriggerRecord = {
    name: trigger.name,
    ...(firing.inputs === undefined ? {} : { inputs: { value: firing.inputs } }),
    ...(outputs === undefined ? {} : { outputs: { value: outputs } }),
    startTime: time,
    endTime: time,
    ...(firing.scheduledTime === undefined ? {} : { scheduledTime: firing.scheduledTime }),
    trackingId: evaluation.trackingId,
    clientTrackingId,
    originHistoryName: evaluation.historyName,
    status: 'Succeeded',
  };
  return {
    identity,
    trigger: record,
    ...(firing.onAnswer === undefined ? {} : { onAnswer: firing.onAnswer }),
    ...(firing.patientCaller === true ? { patientCaller: true } : {}),
    ...(queue === undefined ? {} : { queue }),
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

/** What `workflow()` returns inside the run. */
function workflowJson(workflow: StoredWorkflow, runName: string): JsonObject {
  const { document, id } = workflow;
  return {
    id,
    name: document.name,
    type: document.type,
    location: document.location ?? '',
    tags: document.body.tags ?? {},
    run: { id: `${id}/runs/${runName}`, name: runName, type: `${document.type}/runs` },
  };
}

// --- History ----------------------------------------------------------------------------------------------------

function withoutRun(evaluation: Evaluation, refusal: Refusal): PreparedTrigger {
  const { fault, outcome } = refusal;
  const status = outcome === 'failed' ? 'Failed' : 'Skipped';
  const error = fault === undefined ? {} : { code: fault.code, error: { code: fault.code, message: fault.message } };
  return {
    outcome,
    runs: [],
    writes: [historyWrite(evaluation, { status, fired: false, ...error })],
    historyName: evaluation.historyName,
    trackingId: evaluation.trackingId,
    clientTrackingId: evaluation.historyName,
    ...(fault === undefined ? {} : { fault }),
  };
}

function historyWrite(evaluation: Evaluation, properties: JsonObject & { status: string }): Write {
  const { firing, trigger, historyName, time } = evaluation;
  const parent = `${firing.workflow.idKey}/triggers/${trigger.name.toLowerCase()}`;
  return {
    kind: 'putDocument',
    document: {
      collection: workflowCollections.histories,
      key: `${parent}/histories/${historyName}`,
      parent,
      time: Date.parse(time),
      status: properties.status,
      body: {
        name: historyName,
        startTime: time,
        endTime: time,
        ...(firing.scheduledTime === undefined ? {} : { scheduledTime: firing.scheduledTime }),
        ...(trigger.secure.outputs || firing.outputs === undefined ? {} : { outputs: firing.outputs }),
        ...properties,
      },
    },
  };
}
