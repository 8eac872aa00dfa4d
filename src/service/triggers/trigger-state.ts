/**
 * What is stored of a trigger that acts by itself: its clock, how far it has come, its cursor.
 *
 * Owns: the documents of the collection `triggerStates`, and what of a state survives when a workflow is saved or switched.
 * Does not own: what a trigger does with its state (the kinds beside this file).
 * Source: engine reference 2.6-2.8, 8.
 *
 * Invariants
 * TS1. A state belongs to one arming of one workflow: a save with another definition, a switch to enabled and a reset arm
 *      anew. Polls keep their cursor and sliding windows their place over that, unless the trigger itself was changed.
 */
import { type Json, type JsonObject, type StoredDocument, stringifyJson, type Write } from '#foundation';
import type { TriggerPlan, WorkflowPlan } from '#workflow';
import type { Services } from '../services.ts';
import { armedTimeOf, type StoredWorkflow, workflowCollections } from '../workflow-resource.ts';
import { atScale, type Timeline, timelineFrom } from './timeline.ts';

/** Instants are milliseconds on the trigger's own clock. */
export interface TriggerState {
  readonly opaqueId: string;
  readonly armedTime: number;
  /** Digest of what the trigger is made of. */
  readonly source: string;
  readonly timeline: Timeline;
  /** What counts as the moment of the save. */
  readonly savedAt: number;
  /** The last occurrence that was performed. */
  readonly lastRun?: number;
  /** SlidingWindow: how many windows have had their run. */
  readonly windows?: number;
  /** Polls: when the next one is due, if something else than the recurrence says so. */
  readonly due?: number;
  /** Notifications that this server polls for: engine milliseconds until the next fetch where an answer does not say. */
  readonly every?: number;
  /** Polls: the URL an answer named as the next one. */
  readonly cursor?: string;
  /** Polls: how many are over. */
  readonly polls?: number;
  /** Polls: the attempt that `due` is for, from 2; absent outside retries. */
  readonly attempt?: number;
  /** Polls: when the first attempt began, RFC 3339. */
  readonly startTime?: string;
  /** Notifications: the name of the history the fetch that `due` is for will have. */
  readonly historyName?: string;
  readonly retryHistory?: readonly Json[];
}

/** A trigger with everything its kind decides by. */
export interface ArmedTrigger {
  readonly workflow: StoredWorkflow;
  readonly plan: WorkflowPlan;
  readonly trigger: TriggerPlan;
  readonly state: TriggerState;
}

export function triggerKey(workflow: StoredWorkflow, triggerName: string): string {
  return `${workflow.idKey}/triggers/${triggerName.toLowerCase()}`;
}

/** The trigger as it stands now (TS1). */
export function armedTrigger(
  services: Services,
  workflow: StoredWorkflow,
  plan: WorkflowPlan,
  trigger: TriggerPlan,
): ArmedTrigger {
  return { workflow, plan, trigger, state: stateOf(services, workflow, plan, trigger) };
}

function stateOf(services: Services, workflow: StoredWorkflow, plan: WorkflowPlan, trigger: TriggerPlan): TriggerState {
  const { scale } = services.clock;
  const { opaqueId } = workflow.body;
  const document = storedState(services, workflow, trigger.name);
  const stored = document === undefined ? undefined : (document.body as unknown as TriggerState);
  const armedTime = armedTimeOf(workflow);
  const source = services.secrets.digest(sourceText(plan, trigger)).slice(0, 32);
  const timeline = timelineFrom(armedTime, scale);
  const fresh: TriggerState = { opaqueId, armedTime, source, timeline, savedAt: armedTime };
  if (document === undefined || stored?.opaqueId !== opaqueId) return fresh;
  const goesOn = { ...stored, timeline: atScale(stored.timeline, scale, document.time) };
  if (stored.armedTime === armedTime) return goesOn;
  if (stored.source !== source) return fresh;
  if (trigger.type === 'SlidingWindow') return { ...goesOn, armedTime };
  const { cursor, polls, due, historyName, every } = stored;
  const isNotification = trigger.type === 'ApiConnectionNotification';
  const notified = isNotification && due !== undefined && (historyName !== undefined || every !== undefined);
  return {
    ...fresh,
    ...(notified ? { due: armedTime, ...(historyName === undefined ? {} : { historyName }) } : {}),
    ...(isNotification && every !== undefined ? { every } : {}),
    ...(cursor === undefined ? {} : { cursor }),
    ...(polls === undefined ? {} : { polls }),
  };
}

/** The trigger's text, its settings, and the values of the parameters its inputs read. */
function sourceText(plan: WorkflowPlan, trigger: TriggerPlan): string {
  const names = trigger.inputs.references.flatMap(({ target, name }) =>
    target === 'parameter' ? [name?.toLowerCase()] : [],
  );
  const values = [...plan.parameters].flatMap(([key, { value }]) =>
    names.includes(key) || names.includes(undefined) ? [value ?? null] : [],
  );
  return stringifyJson([trigger.source, (trigger.recurrence ?? null) as Json, values]);
}

function storedState(services: Services, workflow: StoredWorkflow, triggerName: string): StoredDocument | undefined {
  return services.store.documents.get(workflowCollections.triggers, triggerKey(workflow, triggerName));
}

export function stateWrite(services: Services, { workflow, trigger }: ArmedTrigger, state: TriggerState): Write {
  return {
    kind: 'putDocument',
    document: {
      collection: workflowCollections.triggers,
      key: triggerKey(workflow, trigger.name),
      parent: workflow.idKey,
      time: services.clock.now(),
      status: '',
      body: state as unknown as JsonObject,
    },
  };
}

/** Deletes the states of the workflow's triggers that `stays` does not keep. */
export function forgottenStates(
  services: Services,
  workflow: StoredWorkflow,
  stays: (triggerKey: string) => boolean = () => false,
): Write[] {
  return services.store.documents
    .list({ collection: workflowCollections.triggers, parent: workflow.idKey })
    .filter(({ key }) => !stays(key))
    .map(({ key }) => ({ kind: 'deleteDocument', collection: workflowCollections.triggers, key }));
}

/** Arms the trigger anew as if it had just been saved, without cursor or place. */
export function resetState(services: Services, armed: ArmedTrigger): TriggerState {
  const now = services.clock.now();
  const { opaqueId, armedTime, source } = armed.state;
  return { opaqueId, armedTime, source, timeline: timelineFrom(now, services.clock.scale), savedAt: now };
}
