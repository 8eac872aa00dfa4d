/**
 * The evaluations of a trigger, newest first: those that started a run and those that did not.
 *
 * Owns: joining runs (a single run's name is its history's name) with the history documents of the others.
 * Source: engine reference 2, 8.
 */
import { runKey } from '#engine';
import { type Json, raise, type RunRow, type StoredDocument, textMember } from '#foundation';
import { runSummary } from './run-row.ts';
import type { Services } from './services.ts';
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
  /** The run it started, when it started exactly one. */
  readonly runName?: string;
  readonly correlation: { readonly clientTrackingId: string };
  readonly originHistoryName: string;
}

export interface HistoryQuery {
  readonly top: number;
  /** Continue behind this history name. */
  readonly after?: string;
  readonly status?: string;
}

/** Names fall as time rises, so one order by name serves both sources. */
export function readTriggerHistories(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
  query: HistoryQuery,
): readonly TriggerHistory[] {
  const trigger = triggerName.toLowerCase();
  const wanted = (history: TriggerHistory) =>
    (query.status === undefined || history.status === query.status) &&
    (query.after === undefined || history.name > query.after);
  const fromRuns = services.store.history
    .runs({
      workflow: workflow.idKey,
      top: query.top,
      ...(query.after === undefined ? {} : { after: query.after }),
    })
    .filter((row) => runSummary(row).trigger.name.toLowerCase() === trigger)
    .map(ofRun)
    .filter((history): history is TriggerHistory => history !== undefined);
  const fromDocuments = services.store.documents
    .list({
      collection: workflowCollections.histories,
      parent: `${workflow.idKey}/triggers/${trigger}`,
      top: query.top,
      ...(query.after === undefined ? {} : { to: timeOfName(query.after) }),
    })
    .map(ofDocument);
  return [...fromRuns, ...fromDocuments]
    .filter(wanted)
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .slice(0, query.top);
}

/** @throws TocsinError `WorkflowTriggerHistoryNotFound`. */
export function readTriggerHistory(
  services: Services,
  workflow: StoredWorkflow,
  triggerName: string,
  name: string,
): TriggerHistory {
  const row = services.store.history.run(runKey(workflow.id, name));
  const fromRun = row === undefined ? undefined : ofRun(row);
  if (fromRun !== undefined) return fromRun;
  const parent = `${workflow.idKey}/triggers/${triggerName.toLowerCase()}`;
  const document = services.store.documents.get(workflowCollections.histories, `${parent}/histories/${name}`);
  if (document !== undefined) return ofDocument(document);
  return raise('WorkflowTriggerHistoryNotFound', `The workflow trigger history '${name}' could not be found.`);
}

/** Runs that splitOn made share one history entry, which has a document of its own. */
function ofRun(row: RunRow): TriggerHistory | undefined {
  const { trigger } = runSummary(row);
  if (trigger.originHistoryName !== row.name) return undefined;
  return {
    name: row.name,
    startTime: trigger.startTime,
    endTime: trigger.endTime,
    ...(trigger.scheduledTime === undefined ? {} : { scheduledTime: trigger.scheduledTime }),
    status: trigger.status,
    fired: true,
    runName: row.name,
    correlation: { clientTrackingId: row.clientTrackingId },
    originHistoryName: row.name,
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
    correlation: { clientTrackingId: name },
    originHistoryName: name,
  };
}

const maximumTicks = 9_223_372_036_854_775_807n;
const unixEpochTicks = 621_355_968_000_000_000n;

/** The time in a run or history name, milliseconds since the epoch. */
function timeOfName(name: string): number {
  const digits = /^\d{20}/.exec(name)?.[0];
  if (digits === undefined) return 0;
  return Number((maximumTicks - BigInt(digits) - unixEpochTicks) / 10_000n) + 1;
}
