/**
 * Steps of live runs, written down as rows of a commit; and steps repeated from these rows.
 *
 * Owns: from an event to journal row, run row and blobs; snapshots; replay.
 * Does not own: when a step is made and its commands are carried out (`embedded-host.ts`), the step itself (`#engine`).
 *
 * Invariants
 * RS1. A row holds the event exactly as the step saw it, so that replaying the rows repeats the steps.
 * RS2. A run's row has no `endTime` until its `finish`: a run whose last calls are under way is taken up again.
 * RS4. Events, states and blobs of a workflow that secures anything or has secure parameters are marked secret for the
 *      store; history holds nothing that is hidden.
 * RS3. A step that throws ends its run as failed, with the fault in its record: it would throw again on every replay.
 */
import {
  type Command,
  type DeliveryResult,
  type EngineSettings,
  findAnswer,
  hasEnded,
  hasWaitingCaller,
  holdsSecrets,
  type HistoryRecord,
  isCallbackOpen,
  isQueued,
  type PlanSource,
  type RunAnswer,
  type RunEvent,
  type RunRecord,
  type RunState,
  runKey,
  type StartedEvent,
  step,
  type StepResult,
} from '#engine';
import { faultOf, formatTime, type JournalRow, type Json, type Log, raise, type Store, type Write } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import { eventsOf, inSlices } from '../replay-slices.ts';
import { runRow, withRunRecord } from '../run-row.ts';
import { BlobContent } from './blob-content.ts';
import { eventWithKeptContents, triggerWithKeptContents } from './kept-contents.ts';
import { type LiveRun, liveRun } from './live-run.ts';

export interface RunStepsOptions {
  readonly store: Store;
  readonly plans: PlanSource;
  readonly content: BlobContent;
  readonly settings: EngineSettings;
  readonly log: Log;
  /** A snapshot is taken when a replay would have to repeat this many events, or write this many records. */
  readonly snapshotEvents: number;
  readonly snapshotRecords: number;
}

/** What is gathered for one commit. */
export class Gathered {
  readonly writes: Write[] = [];
  readonly commands: Command[] = [];
  /** Hashes of the blobs among the writes. */
  readonly blobs: string[] = [];

  /** Takes over writes and blobs; commands stay with their run. */
  add(other: Gathered): void {
    for (const write of other.writes) this.writes.push(write);
    for (const hash of other.blobs) this.blobs.push(hash);
  }
}

export class RunSteps {
  readonly #options: RunStepsOptions;

  constructor(options: RunStepsOptions) {
    this.#options = options;
  }

  /** @throws TocsinError `WorkflowVersionNotFound`. */
  planOf(workflowId: string, version: string): WorkflowPlan {
    const plan = this.#options.plans.plan(workflowId, version);
    return plan ?? raise('WorkflowVersionNotFound', `The workflow '${workflowId}' has no version '${version}'.`);
  }

  /** The first step of a run. Throws what the step throws; nothing is gathered then. */
  start(plan: WorkflowPlan, given: StartedEvent, gathered: Gathered): LiveRun {
    const { content, settings } = this.#options;
    const kept = new Set<string>();
    content.begin(kept);
    try {
      const event: StartedEvent = { ...given, trigger: triggerWithKeptContents(given.trigger, content) };
      const result = step(plan, undefined, event, { content, settings });
      const record = lastRecord(result.history) ?? { status: 'Running', startTime: formatTime(event.now) };
      const { endTime: _, ...row } = runRow(partsOf(event), record);
      const run = liveRun(runKey(event.run.workflowId, event.run.name), event.run, plan, row, kept);
      if (isFinish(result.commands)) run.row = { ...row, endTime: event.now };
      gathered.writes.push({ kind: 'putRun', run: run.row });
      this.#note(run, event, result, gathered, false);
      return run;
    } catch (error) {
      content.discard();
      throw error;
    }
  }

  /**
   * Moves a live run by one event, unless the event has nothing to do there any more; the result says so.
   * @param isLast no further event goes into the same commit: a snapshot may be taken.
   */
  advance(run: LiveRun, given: RunEvent, gathered: Gathered, isLast: boolean): DeliveryResult {
    const { content, settings } = this.#options;
    const { state } = run;
    if (state === undefined || run.isFinished) return 'finished';
    const refusal = refusalOf(state, given);
    if (refusal !== undefined) return refusal;
    content.begin(run.kept);
    let event = given;
    let result: StepResult;
    try {
      event = eventWithKeptContents(given, content);
      result = step(run.plan, state, event, { content, settings });
    } catch (error) {
      this.#fail(run, given, error, gathered);
      return 'accepted';
    }
    this.#noteRow(run, event, result, gathered);
    this.#note(run, event, result, gathered, isLast);
    return 'accepted';
  }

  /** A run as its journal leaves it, or undefined when it has none. Throws when its plan is gone or a step throws. */
  replay(key: string): LiveRun | undefined {
    const { store, content, settings } = this.#options;
    const row = store.history.run(key);
    const journal = store.history.journal(key, { fromSnapshot: true });
    const [first, ...rest] = journal;
    if (row === undefined || first === undefined) return undefined;
    const event = first.event as unknown as RunEvent;
    let state = first.snapshot as unknown as RunState | undefined;
    const identity = state?.run ?? (event.kind === 'started' ? event.run : undefined);
    if (identity === undefined) return raise('InternalServerError', `The journal of '${key}' has no beginning.`);
    const plan = this.planOf(identity.workflowId, identity.version);
    const kept = new Set<string>();
    content.begin(kept);
    try {
      if (state === undefined) state = step(plan, undefined, event, { content, settings }).state;
      for (const { event: next } of rest) {
        state = step(plan, state, next as unknown as RunEvent, { content, settings }).state;
      }
    } finally {
      content.discard();
    }
    const run = liveRun(key, identity, plan, row, kept);
    run.state = state;
    run.sequence = (journal.at(-1)?.sequence ?? 0) + 1;
    run.eventsSinceSnapshot = rest.length;
    return run;
  }

  /** The answer the run has given its caller, from its journal, between other work; undefined while there is none. */
  async answer(key: string): Promise<RunAnswer | undefined> {
    const { store, settings } = this.#options;
    const row = store.history.run(key);
    const first = store.history.events(key, 0, 1)[0]?.event as unknown as RunEvent | undefined;
    if (row === undefined || first?.kind !== 'started') return undefined;
    const plan = this.planOf(first.run.workflowId, first.run.version);
    const content = new BlobContent(store.blobs);
    content.begin(new Set());
    const looking = findAnswer(plan, eventsOf(store, key, content), { content, settings });
    const answer = await inSlices(store, looking);
    return answer ?? (row.endTime === undefined ? undefined : { kind: 'noResponse' });
  }

  /** Writes the run's row when its record or its end changed. */
  #noteRow(run: LiveRun, event: RunEvent, result: StepResult, gathered: Gathered): void {
    const record = lastRecord(result.history);
    const finishes = isFinish(result.commands);
    if (record === undefined && !finishes) return;
    const { endTime: _, ...row } = record === undefined ? run.row : withRunRecord(run.row, record);
    run.row = finishes ? { ...row, endTime: event.now } : row;
    gathered.writes.push({ kind: 'putRun', run: run.row });
  }

  #note(run: LiveRun, event: RunEvent, result: StepResult, gathered: Gathered, maySnapshot: boolean): void {
    const { content, snapshotEvents, snapshotRecords } = this.#options;
    run.state = result.state;
    run.isFinished = isFinish(result.commands);
    run.eventsSinceSnapshot += 1;
    run.recordsSinceSnapshot += result.history.length;
    const isLong = run.eventsSinceSnapshot >= snapshotEvents || run.recordsSinceSnapshot >= snapshotRecords;
    const snapshot = maySnapshot && isLong && !run.isFinished ? (result.state as unknown as Json) : undefined;
    if (snapshot !== undefined) {
      run.eventsSinceSnapshot = 0;
      run.recordsSinceSnapshot = 0;
    }
    this.#append(run, event, result.history, gathered, snapshot);
    for (const command of result.commands) gathered.commands.push(command);
    const hashes = content.take();
    if (hashes.length === 0) return;
    gathered.blobs.push(...hashes);
    gathered.writes.push(...content.writesOf(hashes, { key: run.key, isSecret: holdsSecrets(run.plan) }));
  }

  #append(run: LiveRun, event: RunEvent, history: readonly HistoryRecord[], to: Gathered, snapshot?: Json): void {
    const row: JournalRow = {
      run: run.key,
      sequence: run.sequence,
      event: event as unknown as Json,
      history: history as unknown as readonly Json[],
    };
    run.sequence += 1;
    const kept = snapshot === undefined ? row : { ...row, snapshot };
    to.writes.push({ kind: 'appendJournal', row: holdsSecrets(run.plan) ? { ...kept, secret: true } : kept });
  }

  #fail(run: LiveRun, event: RunEvent, error: unknown, gathered: Gathered): void {
    this.#options.content.discard();
    const { code, message } = faultOf(error);
    this.#options.log.error('A run failed by a fault of the engine.', {
      run: run.key,
      event: event.kind,
      ...whereThrown(error),
    });
    const { startTime = formatTime(run.row.startTime), waitEndTime } = run.state ?? {};
    const record: RunRecord = {
      status: 'Failed',
      startTime,
      ...(waitEndTime === undefined ? {} : { waitEndTime }),
      endTime: formatTime(event.now),
      code,
      error: { code, message },
    };
    run.isFinished = true;
    run.row = { ...withRunRecord(run.row, record), endTime: event.now };
    gathered.writes.push({ kind: 'putRun', run: run.row });
    this.#append(run, event, [{ kind: 'run', run: record }], gathered);
    gathered.commands.push({ kind: 'finish', status: 'Failed' });
  }
}

function partsOf({ run, trigger, queue }: StartedEvent): Parameters<typeof runRow>[0] {
  return { identity: run, trigger, ...(queue === undefined ? {} : { queue }) };
}

/** What is known of an unexpected error but its message, which may quote data of the run. */
function whereThrown(error: unknown): { readonly error: string; readonly at?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const at = error.stack?.split('\n').find((line) => /^\s+at /.test(line));
  return at === undefined ? { error: error.name } : { error: error.name, at: at.trim() };
}

function lastRecord(history: readonly HistoryRecord[]): RunRecord | undefined {
  let last: RunRecord | undefined;
  for (const record of history) if (record.kind === 'run') last = record.run;
  return last;
}

function isFinish(commands: readonly Command[]): boolean {
  return commands.some(({ kind }) => kind === 'finish');
}

/** Why an event has nothing to do in this state, where somebody outside wants to know. */
function refusalOf(state: RunState, event: RunEvent): DeliveryResult | undefined {
  switch (event.kind) {
    case 'callback':
      if (hasEnded(state)) return 'finished';
      return isCallbackOpen(state, event.callback) ? undefined : 'closed';
    case 'cancelled':
      return hasEnded(state) ? 'finished' : undefined;
    case 'callerGone':
      return hasWaitingCaller(state) ? undefined : 'closed';
    case 'released':
      return isQueued(state) ? undefined : 'closed';
    default:
      return undefined;
  }
}
