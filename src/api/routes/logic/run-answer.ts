/**
 * Runs, actions, repetitions and trigger histories as REST answers.
 *
 * Owns: the shapes of engine reference 8 and ARM reference 6.3. Does not own: reading them (`#service`).
 */
import { formatTime, type Json, type JsonObject, type RunOrigin, type RunRow } from '#foundation';
import {
  canResubmit,
  contentLink,
  type ContentMeasure,
  hiddenLink,
  recordLink,
  repetitionName,
  runSummary,
  triggerSecrecy,
} from '#service';
import type { Answering } from './answering.ts';
import { versionReference } from './workflow-answer.ts';

/** The engine's record of an action, seen through the entry of `#service`. */
type ActionRecord = Parameters<typeof recordLink>[2];

const ninetyDays = 90 * 24 * 60 * 60 * 1000;

/** A member only when there is a value for it. */
function optional(name: string, value: unknown): JsonObject {
  return value === undefined ? {} : { [name]: value as Json };
}

export function runAnswer(answering: Answering, row: RunRow): JsonObject {
  const { workflow } = answering;
  const { run, version, clientKeywords, startedBy } = runSummary(row);
  return {
    properties: {
      ...(run.status === 'Waiting' ? {} : { waitEndTime: run.waitEndTime ?? formatTime(row.startTime) }),
      startTime: run.startTime,
      ...optional('endTime', run.endTime),
      status: run.status,
      ...optional('code', run.code),
      ...optional('error', run.error),
      correlation: {
        clientTrackingId: row.clientTrackingId,
        ...optional('clientKeywords', clientKeywords),
      },
      workflow: versionReference(workflow, version),
      trigger: triggerAnswer(answering, row),
      ...optional('startedBy', originAnswer(answering, startedBy)),
      outputs: run.outputs ?? {},
      ...optional('response', run.response),
      runDueTime: formatTime(row.startTime + ninetyDays),
    },
    id: `${workflow.id}/runs/${row.name}`,
    name: row.name,
    type: 'Microsoft.Logic/workflows/runs',
  };
}

/** What started it: ours, Azure has no place for it. The event's title is told to those who may read the event. */
function originAnswer({ showsOrigin, titleOf }: Answering, origin: RunOrigin | undefined): JsonObject | undefined {
  if (origin === undefined || !showsOrigin) return undefined;
  const title = origin.eventId === undefined ? undefined : titleOf(origin.eventId);
  return { ...(origin as unknown as JsonObject), ...optional('eventTitle', title) };
}

function triggerAnswer(answering: Answering, row: RunRow): JsonObject {
  const { inputs, outputs, clientTrackingId, retryHistory: _, ...rest } = runSummary(row).trigger;
  const secure = triggerSecrecy(answering.services, answering.workflow, row);
  const link = (side: 'inputs' | 'outputs', measure: ContentMeasure | undefined): Json | undefined => {
    if (measure === undefined) return undefined;
    const place = `/runs/${row.name}/contents/${triggerContentNames[side]}`;
    return triggerLink(answering, place, side, secure[side] ? 'hidden' : measure);
  };
  return {
    ...(rest as unknown as JsonObject),
    ...optional('inputsLink', link('inputs', inputs)),
    ...optional('outputsLink', link('outputs', outputs)),
    correlation: { clientTrackingId },
  };
}

export const triggerContentNames = { inputs: 'TriggerInputs', outputs: 'TriggerOutputs' } as const;

/** The link to a trigger's contents, or the word that they are hidden. */
export function triggerLink(
  { services, workflow, reader }: Answering,
  place: string,
  side: 'inputs' | 'outputs',
  measure: ContentMeasure | 'hidden',
): Json {
  return measure === 'hidden' ? hiddenLink(side) : contentLink(services, workflow, place, measure, reader);
}

/** The members that actions, repetitions and scope repetitions share. */
function recordProperties(answering: Answering, row: RunRow, record: ActionRecord, place: string): JsonObject {
  const { services, workflow, reader } = answering;
  const location = { place, reader };
  return {
    ...optional('inputsLink', recordLink(services, workflow, record, 'inputs', location)),
    ...optional('outputsLink', recordLink(services, workflow, record, 'outputs', location)),
    startTime: record.startTime,
    ...optional('endTime', record.endTime),
    correlation: { actionTrackingId: record.trackingId, clientTrackingId: row.clientTrackingId },
    status: record.status,
    ...optional('code', record.code),
    ...optional('error', record.error),
    ...optional('trackedProperties', record.trackedProperties),
    ...optional('retryHistory', record.retryHistory),
    ...optional('repetitionCount', record.repetitionCount),
    ...optional('iterationCount', record.iterationCount),
    ...optional('executionMode', record.executionMode),
    ...(record.sandbox === undefined ? {} : { sandbox: { source: record.sandbox } }),
  };
}

export function actionAnswer(answering: Answering, row: RunRow, record: ActionRecord): JsonObject {
  const place = `/runs/${row.name}/actions/${record.name}`;
  return {
    properties: {
      ...recordProperties(answering, row, record, place),
      canResubmit: canResubmit(row, record),
    },
    id: `${answering.workflow.id}${place}`,
    name: record.name,
    type: 'Microsoft.Logic/workflows/runs/actions',
  };
}

/** A repetition of an inner action (`repetitions`) or of the loop itself (`scopeRepetitions`). */
export function repetitionAnswer(
  answering: Answering,
  row: RunRow,
  record: ActionRecord,
  collection: 'repetitions' | 'scopeRepetitions',
): JsonObject {
  const name = repetitionName(record);
  const place = `/runs/${row.name}/actions/${record.name}/${collection}/${name}`;
  return {
    properties: {
      ...recordProperties(answering, row, record, place),
      repetitionIndexes: record.repetitionIndexes as unknown as Json,
      canResubmit: false,
    },
    id: `${answering.workflow.id}${place}`,
    name,
    type: `Microsoft.Logic/workflows/runs/actions/${collection}`,
  };
}
