/**
 * The row of a run: what lists show without opening its journal.
 *
 * Owns: the layout of `RunRow.body`. Does not own: when rows are written (`run-host/`), REST answers (`#api`).
 *
 * Invariants
 * O1. A row holds no inputs or outputs, only how large they are and their hashes: contents stay in the journal and in blobs.
 */
import { type NewRun, type RunQueue, type RunRecord, runKey, type TriggerRecord } from '#engine';
import type { JsonObject, RunOrigin, RunRow } from '#foundation';
import { type ContentMeasure, measureContent } from './content-links.ts';

/** The trigger's part of a row: its record, contents replaced by their measures. */
export type TriggerSummary = Omit<TriggerRecord, 'inputs' | 'outputs'> & {
  readonly inputs?: ContentMeasure;
  readonly outputs?: ContentMeasure;
};

export interface RunSummary {
  readonly version: string;
  readonly clientKeywords?: readonly string[];
  readonly trigger: TriggerSummary;
  readonly startedBy?: RunOrigin;
  readonly run: RunRecord;
  /** The limit it counts for, so that a restart knows without opening journals. */
  readonly queue?: RunQueue;
}

type RunParts = Pick<NewRun, 'identity' | 'trigger' | 'queue'>;

/** The row of a run that starts, or the same row with a newer record. */
export function runRow(run: RunParts, record: RunRecord): RunRow {
  return rowOf(run.identity, summaryOf(run, record));
}

/** A stored row with a newer record of its run. */
export function withRunRecord(row: RunRow, record: RunRecord): RunRow {
  const body = { ...runSummary(row), run: record };
  const { endTime: _, ...rest } = row;
  return { ...rest, status: record.status, ...endOf(record), body: body as unknown as JsonObject };
}

export function runSummary(row: RunRow): RunSummary {
  return row.body as unknown as RunSummary;
}

function summaryOf({ identity, trigger, queue }: RunParts, record: RunRecord): RunSummary {
  const { inputs, outputs, ...rest } = trigger;
  return {
    version: identity.version,
    ...(identity.clientKeywords === undefined ? {} : { clientKeywords: identity.clientKeywords }),
    ...(identity.startedBy === undefined ? {} : { startedBy: identity.startedBy }),
    trigger: {
      ...rest,
      ...(inputs === undefined ? {} : { inputs: measureContent(inputs) }),
      ...(outputs === undefined ? {} : { outputs: measureContent(outputs) }),
    },
    run: record,
    ...(queue === undefined ? {} : { queue }),
  };
}

function rowOf(identity: NewRun['identity'], summary: RunSummary): RunRow {
  return {
    key: runKey(identity.workflowId, identity.name),
    workflow: identity.workflowId.toLowerCase(),
    name: identity.name,
    status: summary.run.status,
    startTime: Date.parse(summary.run.startTime),
    ...endOf(summary.run),
    clientTrackingId: identity.clientTrackingId,
    ...(identity.startedBy === undefined ? {} : { startedBy: identity.startedBy.kind }),
    body: summary as unknown as JsonObject,
  };
}

function endOf(record: RunRecord): { readonly endTime?: number } {
  return record.endTime === undefined ? {} : { endTime: Date.parse(record.endTime) };
}
