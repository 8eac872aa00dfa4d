/**
 * Runs looked at again, action by action: expression traces, and going on from an action in a new run.
 *
 * Owns: reading the journal for it, the new run's identity. Does not own: the replay (`#engine`), HTTP (`#api`).
 * Source: engine reference 8.
 *
 * Invariants
 * RM1. Traces show nothing that the action's record hides.
 * RM2. A run resubmitted from an action keeps the definition version of the earlier run: its results belong to it. It
 *      counts for its trigger's limit of concurrent runs as the definition of today sets it.
 */
import {
  type ActionRecord,
  holdsSecrets,
  type NewRun,
  type RunEvent,
  rewind,
  runKey,
  type RunQueue,
  traceAction,
  type TriggerRecord,
} from '#engine';
import type { ExpressionTrace } from '#expression';
import {
  formatTime,
  isJsonObject,
  type Json,
  orThrow,
  parseJson,
  raise,
  type RunOrigin,
  type RunRow,
  type Write,
} from '#foundation';
import type { WorkflowPlan } from '#workflow';
import { engineSettings } from './engine-settings.ts';
import { runLimits } from './limits.ts';
import { requireAction, runHistory } from './read-runs.ts';
import { eventsOf, inSlices } from './replay-slices.ts';
import { BlobContent } from './run-host/blob-content.ts';
import { runSummary } from './run-row.ts';
import type { Services } from './services.ts';
import { queueFault, triggerQueue } from './trigger-queue.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

interface Replay {
  readonly plan: WorkflowPlan;
  readonly events: Iterable<RunEvent>;
  readonly content: BlobContent;
}

function replayOf(services: Services, workflow: StoredWorkflow, row: RunRow): Replay {
  const { version } = runSummary(row);
  const plan = services.plans.plan(workflow.id, version);
  if (plan === undefined) {
    return raise('WorkflowVersionNotFound', `The workflow version '${version}' could not be found.`);
  }
  const content = new BlobContent(services.store.blobs);
  content.begin(new Set());
  return { plan, events: eventsOf(services.store, row.key, content), content };
}

/** How an action's inputs came about; empty when it did not start or they are secured. Linear in the run before it. */
export async function traceRunAction(
  services: Services,
  workflow: StoredWorkflow,
  row: RunRow,
  record: ActionRecord,
): Promise<readonly ExpressionTrace[]> {
  const { plan, events, content } = replayOf(services, workflow, row);
  const place = { action: record.name, indexes: record.repetitionIndexes.map(({ itemIndex }) => itemIndex) };
  const looking = traceAction(plan, events, place, { content, settings: engineSettings(() => services) });
  return (await inSlices(services.store, looking)) ?? [];
}

/** Actions outside loops that ran, of a run that has ended. */
export function canResubmit(row: RunRow, record: ActionRecord): boolean {
  const isOutsideLoops = record.repetitionIndexes.length === 0 && record.repetitionCount === undefined;
  return isOutsideLoops && row.endTime !== undefined && record.endTime !== undefined && record.status !== 'Skipped';
}

/**
 * Starts a new run that goes on from the named action with the results of the earlier run, in the name of `principal`.
 * @throws TocsinError `WorkflowRunActionNotFound`, `WorkflowRunActionCannotBeResubmitted`, `WorkflowTriggerIsNotEnabled`,
 * `WorkflowMaximumWaitingRunCountExceeded`.
 */
export async function resubmitFromAction(
  services: Services,
  workflow: StoredWorkflow,
  row: RunRow,
  actionName: string,
  principal: string,
): Promise<NewRun> {
  const record = requireAction(await runHistory(services, row), actionName);
  const refuse = (why: string): never =>
    raise(
      'WorkflowRunActionCannotBeResubmitted',
      `The workflow run action '${record.name}' cannot be resubmitted: ${why}.`,
    );
  if (!canResubmit(row, record)) refuse('it is inside a loop, did not run, or its run has not ended');
  if (workflow.body.state !== 'Enabled') {
    raise(
      'WorkflowTriggerIsNotEnabled',
      `Could not execute workflow '${workflow.document.name}' with state 'Disabled'.`,
    );
  }
  const { plan, events, content } = replayOf(services, workflow, row);
  const started = services.store.history.events(row.key, 0, 1)[0]?.event as unknown as RunEvent | undefined;
  if (started?.kind !== 'started') return refuse('its journal is no longer kept');
  const name = services.runNames.run();
  const startedBy: RunOrigin = { kind: 'Resubmission', principal, runId: `${workflow.id}/runs/${row.name}` };
  const identity = { ...renamed(started.run, workflow, name), startedBy };
  const trackingId = services.random.uuid();
  const now = services.clock.now();
  const environment = { content, settings: engineSettings(() => services) };
  const looking = rewind(plan, events, record.name, { identity, trackingId, now }, environment);
  const rewound = await inSlices(services.store, looking);
  if (rewound === undefined) return refuse('it did not start');
  if (rewound.kind === 'waitsForCallback') return refuse('another branch waited for a callback at that time');
  // After the replay, which takes its time: others may have taken the places.
  const queue = queueOfToday(services, workflow, plan, started.trigger.name);
  const time = formatTime(now);
  const trigger: TriggerRecord = {
    ...started.trigger,
    startTime: time,
    endTime: time,
    trackingId,
    clientTrackingId: identity.clientTrackingId,
    originHistoryName: name,
  };
  const run: NewRun = {
    identity,
    trigger,
    resumed: rewound.resumed,
    ...(queue === undefined ? {} : { queue }),
    ...runLimits(services),
  };
  const owner = { key: runKey(workflow.id, name), isSecret: holdsSecrets(plan) };
  await services.host.startMany([run], blobWrites(services, run as unknown as Json, owner));
  return run;
}

/**
 * What the new run counts for. A trigger that today's definition has no more keeps the limit it had.
 * @throws TocsinError `WorkflowMaximumWaitingRunCountExceeded`.
 */
function queueOfToday(
  services: Services,
  workflow: StoredWorkflow,
  earlier: WorkflowPlan,
  triggerName: string,
): RunQueue | undefined {
  const key = triggerName.toLowerCase();
  const today = services.plans.plan(workflow.id, workflow.body.version)?.triggers.get(key);
  const trigger = today ?? earlier.triggers.get(key);
  if (trigger === undefined) return undefined;
  const full = queueFault(services, workflow, trigger);
  if (full !== undefined) orThrow(full);
  return triggerQueue(workflow, trigger);
}

function renamed(run: NewRun['identity'], workflow: StoredWorkflow, name: string): NewRun['identity'] {
  const id = `${workflow.id}/runs/${name}`;
  return {
    ...run,
    name,
    clientTrackingId: run.clientTrackingId === run.name ? name : run.clientTrackingId,
    workflow: { ...run.workflow, run: { id, name, type: 'Microsoft.Logic/workflows/runs' } },
  };
}

/** The blobs the new run refers to, and those they refer to, put again: retention counts on it (store S5). */
function blobWrites(
  services: Services,
  run: Json,
  owner: { readonly key: string; readonly isSecret: boolean },
): readonly Write[] {
  const hashes = new Set<string>();
  collectBlobs(run, hashes);
  const writes: Write[] = [];
  // A set tells what is added to it while it is gone through.
  for (const hash of hashes) {
    const bytes = services.store.blobs.read(hash);
    if (bytes === undefined) continue;
    writes.push({ kind: 'putBlob', hash, bytes, run: owner.key, secret: owner.isSecret });
    const text = Buffer.from(bytes).toString('utf8');
    if (text.includes('"blob":"')) collectBlobs(parseJson(text), hashes);
  }
  return writes;
}

function collectBlobs(value: Json | undefined, into: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) collectBlobs(item, into);
  } else if (isJsonObject(value)) {
    const { blob } = value;
    if (typeof blob === 'string' && /^[0-9a-f]{64}$/.test(blob)) into.add(blob);
    for (const item of Object.values(value)) collectBlobs(item, into);
  }
}
