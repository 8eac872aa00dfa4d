/**
 * What happened in a run, step by step: the rows of its journal as they were written, oldest first.
 *
 * Owns: the rows and their order. Does not own: the folded history (`read-runs.ts`), who may see it (`#api`).
 * Source: own-api reference (`runEvents`); portal reference 7.1 (Events).
 *
 * Invariants
 * RV1. No contents and no messages of errors, as in a run's tree (RT2).
 * RV2. A page reads no more of the journal than it shows, and one row beyond it, however long the run is.
 */
import { type ActionRecord, type HistoryRecord, type RequestRecord, repetitionNameOf } from '#engine';
import { formatTime, type JsonObject, memberOf, raise, type RunRow, textMember } from '#foundation';
import type { Services } from './services.ts';

export interface RunEventRow {
  /** `{step}.{record}`: the step of the run, and the record's place among what the step wrote. */
  readonly position: string;
  readonly body: JsonObject;
}

/** Rows of the journal read at once: most have one or two records. */
const rowsPerRead = 64;

/**
 * Up to `count` records behind a position; from the first one without it.
 * @throws TocsinError `InvalidParameter` for a position that is none.
 */
export function runEvents(
  services: Services,
  row: RunRow,
  count: number,
  after: string | undefined,
): readonly RunEventRow[] {
  const [step, record] = placeOf(after);
  const found: RunEventRow[] = [];
  const { history } = services.store;
  for (let from = step; found.length < count; ) {
    const rows = history.records(row.key, from, rowsPerRead);
    const causes = new Map(history.events(row.key, from, rowsPerRead).map(({ sequence, event }) => [sequence, event]));
    for (const { sequence, history: records } of rows) {
      const event = causes.get(sequence);
      const now = Number(memberOf(event, 'now') ?? 0);
      const cause = { at: formatTime(now), cause: textMember(event, 'kind') ?? '' };
      for (const [index, each] of (records as unknown as readonly HistoryRecord[]).entries()) {
        if (sequence === step && index <= record) continue;
        found.push({ position: `${sequence}.${index}`, body: { step: sequence, ...cause, ...bodyOf(each) } });
      }
      from = sequence + 1;
    }
    if (rows.length < rowsPerRead) break;
  }
  return found.slice(0, count);
}

function placeOf(position: string | undefined): readonly [step: number, record: number] {
  if (position === undefined) return [0, -1];
  const found = /^(\d{1,9})\.(\d{1,9})$/.exec(position);
  if (found === null) raise('InvalidParameter', "The '$skiptoken' is not valid.", { target: '$skiptoken' });
  return [Number(found?.[1]), Number(found?.[2])];
}

function bodyOf(record: HistoryRecord): JsonObject {
  switch (record.kind) {
    case 'run':
      return { kind: 'run', status: record.run.status, ...codeOf(record.run.code) };
    case 'action':
      return { kind: 'action', ...stepOf(record.action) };
    case 'repetition':
      return { kind: 'action', ...stepOf(record.repetition) };
    case 'scopeRepetition':
      return { kind: 'iteration', ...stepOf(record.repetition) };
    case 'request':
      return { kind: 'request', ...callOf(record.request) };
  }
}

function stepOf(record: ActionRecord): JsonObject {
  const repetition = repetitionNameOf(record);
  return {
    action: record.name,
    ...(repetition === '' ? {} : { repetition }),
    status: record.status,
    ...codeOf(record.code),
    startTime: record.startTime,
    ...(record.endTime === undefined ? {} : { endTime: record.endTime }),
    ...(record.retryHistory === undefined ? {} : { attempts: record.retryHistory.length + 1 }),
  };
}

function callOf(request: RequestRecord): JsonObject {
  const repetition = repetitionNameOf(request);
  return {
    action: request.name,
    ...(repetition === '' ? {} : { repetition }),
    number: request.number,
    startTime: request.startTime,
    endTime: request.endTime,
    ...(request.statusCode === undefined ? {} : { code: String(request.statusCode) }),
  };
}

const codeOf = (code: string | undefined): JsonObject =>
  code === undefined || code === 'NotSpecified' ? {} : { code };
