/**
 * The evaluations of a trigger, newest first: those that started a run and those that did not.
 *
 * Owns: joining runs (a single run's name is its history's name) with the history documents of the others, their contents.
 * Source: engine reference 2, 8.
 */
import { runKey } from '#engine';
import { type Content, isJsonArray, type Json, raise, type RunRow, type StoredDocument, textMember } from '#foundation';
import type { ContentMeasure } from './content-links.ts';
import { runTrigger, triggerSecrecy } from './read-runs.ts';
import { nameRangeOf, timeOfName } from './run-names.ts';
import { runSummary } from './run-row.ts';
import type { Services } from './services.ts';
import { historyContent, historyMeasures } from './trigger-history.ts';
import { type StoredWorkflow, workflowCollections } from './workflow-resource.ts';

export interface TriggerHistory {
  readonly name: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly scheduledTime?: string;
  readonly status: string;
  readonly code?: string;
  readonly error?: Json;
  readonly fired: boolean;
  readonly retryHistory?: readonly Json[];
  /** The run it started, when it started exactly one. */
  readonly runName?: string;
  readonly trackingId?: string;
  readonly correlation: { readonly clientTrackingId: string };
  readonly originHistoryName: string;
  /** What is kept of inputs and outputs; `hidden` when they are secured. */
  readonly inputs?: ContentMeasure | 'hidden';
  readonly outputs?: ContentMeasure | 'hidden';
}

export interface HistoryQuery {
  readonly top: number;
  /** Continue behind this history name. */
  readonly after?: string;
  readonly status?: string;
  /** Milliseconds since the epoch, both included. */
  readonly startTimeFrom?: number;
  readonly startTimeTo?: number;
}

/** Names fall as time rises, so one order by name serves both sources. */
export function readTriggerHistories(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
  query: HistoryQuery,
): readonly TriggerHistory[] {
  const trigger = triggerName.toLowerCase();
  return [...fromRuns(services, workflow, trigger, query), ...fromDocuments(services, workflow, trigger, query)]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .slice(0, query.top);
}

/** Runs read at a time, and at most: those that one splitOn made are many, and have one history of their own. */
const runsPerRead = 250;
const runsRead = 5_000;

function fromRuns(
  services: Services,
  workflow: StoredWorkflow,
  trigger: string,
  { top, after, status, startTimeFrom, startTimeTo }: HistoryQuery,
): readonly TriggerHistory[] {
  const found: TriggerHistory[] = [];
  // A trigger that started a run has succeeded.
  if (status !== undefined && status !== 'Succeeded') return found;
  const count = Math.min(top, runsPerRead);
  const range = {
    ...(startTimeFrom === undefined ? {} : { startTimeFrom }),
    ...(startTimeTo === undefined ? {} : { startTimeTo }),
  };
  for (let position = after, read = 0; found.length < top && read < runsRead; ) {
    const rows = services.store.history.runs({
      workflow: workflow.idKey,
      top: count,
      ...range,
      ...nameRangeOf({ ...range, ...(position === undefined ? {} : { after: position }) }),
    });
    for (const row of rows) {
      if (runSummary(row).trigger.name.toLowerCase() !== trigger) continue;
      const history = ofRun(services, workflow, row);
      if (history !== undefined) found.push(history);
    }
    read += rows.length;
    position = rows.at(-1)?.name;
    if (rows.length < count) break;
  }
  return found;
}

function fromDocuments(
  services: Services,
  workflow: StoredWorkflow,
  trigger: string,
  { top, after, status, startTimeFrom, startTimeTo }: HistoryQuery,
): readonly TriggerHistory[] {
  const to = Math.min(startTimeTo ?? Number.MAX_SAFE_INTEGER, after === undefined ? Infinity : timeOfName(after) + 1);
  const documents = services.store.documents.list({
    collection: workflowCollections.histories,
    parent: `${workflow.idKey}/triggers/${trigger}`,
    // Some of the same moment may stand before the position.
    top: top + 20,
    ...(to === Number.MAX_SAFE_INTEGER ? {} : { to }),
    ...(startTimeFrom === undefined ? {} : { from: startTimeFrom }),
    ...(status === undefined ? {} : { status }),
  });
  return documents.map(ofDocument).filter(({ name }) => after === undefined || name > after);
}

/** @throws TocsinError `WorkflowTriggerHistoryNotFound`. */
export function readTriggerHistory(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
  name: string,
): TriggerHistory {
  const row = services.store.history.run(runKey(workflow.id, name));
  const isOfTrigger = row !== undefined && runSummary(row).trigger.name.toLowerCase() === triggerName.toLowerCase();
  const fromRun = isOfTrigger ? ofRun(services, workflow, row) : undefined;
  if (fromRun !== undefined) return fromRun;
  const document = historyDocument(services, workflow, triggerName, name);
  if (document !== undefined) return ofDocument(document);
  return raise('WorkflowTriggerHistoryNotFound', `The workflow trigger history '${name}' could not be found.`);
}

/** The document of a history that started no run, or several. */
export function historyDocument(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
  name: string,
): StoredDocument | undefined {
  const key = `${workflow.idKey}/triggers/${triggerName.toLowerCase()}/histories/${name}`;
  return services.store.documents.get(workflowCollections.histories, key);
}

/** Inputs or outputs of a history, undefined when none are kept or they are secured. */
export function triggerHistoryContent(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
  name: string,
  side: 'inputs' | 'outputs',
): Content | undefined {
  const row = services.store.history.run(runKey(workflow.id, name));
  if (row !== undefined && runSummary(row).trigger.originHistoryName === row.name) {
    return triggerSecrecy(services, workflow, row)[side] ? undefined : runTrigger(services, row)?.[side];
  }
  const document = historyDocument(services, workflow, triggerName, name);
  const value = document === undefined ? undefined : historyContent(services, document, side);
  return value === undefined ? undefined : { value };
}

/** Runs that splitOn made share one history entry, which has a document of its own. */
function ofRun(services: Services, workflow: StoredWorkflow, row: RunRow): TriggerHistory | undefined {
  const { trigger } = runSummary(row);
  if (trigger.originHistoryName !== row.name) return undefined;
  const { inputs, outputs } = trigger;
  const secure = triggerSecrecy(services, workflow, row);
  return {
    name: row.name,
    startTime: trigger.startTime,
    endTime: trigger.endTime,
    ...(trigger.scheduledTime === undefined ? {} : { scheduledTime: trigger.scheduledTime }),
    status: trigger.status,
    ...(trigger.code === undefined ? {} : { code: trigger.code }),
    fired: true,
    runName: row.name,
    trackingId: trigger.trackingId,
    correlation: { clientTrackingId: row.clientTrackingId },
    originHistoryName: row.name,
    ...(trigger.retryHistory === undefined ? {} : { retryHistory: trigger.retryHistory }),
    ...(inputs === undefined ? {} : { inputs: secure.inputs ? 'hidden' : inputs }),
    ...(outputs === undefined ? {} : { outputs: secure.outputs ? 'hidden' : outputs }),
  };
}

function ofDocument(document: StoredDocument): TriggerHistory {
  const { body } = document;
  const text = (name: string) => textMember(body, name) ?? '';
  const name = text('name');
  return {
    name,
    startTime: text('startTime'),
    endTime: text('endTime'),
    ...('scheduledTime' in body ? { scheduledTime: text('scheduledTime') } : {}),
    status: text('status'),
    ...('code' in body ? { code: text('code') } : {}),
    ...(body.error === undefined ? {} : { error: body.error }),
    fired: body.fired === true,
    ...('trackingId' in body ? { trackingId: text('trackingId') } : {}),
    correlation: { clientTrackingId: textMember(body, 'clientTrackingId') ?? name },
    originHistoryName: name,
    ...(isJsonArray(body.retryHistory) ? { retryHistory: body.retryHistory } : {}),
    ...historyMeasures(document),
  };
}
