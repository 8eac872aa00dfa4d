/**
 * How long and how much of the runs' history is kept, and forgetting the rest while the server works.
 *
 * Owns: the limits of the server and of single workflows, the times at which pruning runs, trigger histories without runs.
 * Does not own: which rows go (`#store`), alerts and deliveries (`forget-old-events.ts`).
 * Source: engine reference 1.2 (history retention); `runtimeConfiguration.lifetime` is Azure's setting on the workflow,
 * `runtimeConfiguration.history.maximumBytes` ours.
 *
 * Invariants
 * RE1. A run that has not ended is never forgotten.
 * RE2. One pruning at a time; a failed one is logged and tried again at the next turn.
 */
import { isJsonObject, type Json, memberOf, raise, type Write } from '#foundation';
import type { PrunePlan } from '#store';
import { isObservedStore } from './commit-feed.ts';
import type { Services } from './services.ts';
import { eachWorkflow } from './take-up-workflows.ts';
import { type StoredWorkflow, workflowCollections, workflowOf, workflowType } from './workflow-resource.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;
const maximumDays = 3_650;

/** The server's own limits. */
export interface RetentionLimits {
  readonly days: number;
  /** How much of the database file may be in use; absent: no limit. */
  readonly bytes?: number;
}

/** What a workflow sets for its own runs. */
export interface HistoryLimits {
  readonly days?: number;
  readonly bytes?: number;
}

/**
 * Reads `properties.runtimeConfiguration` of a workflow.
 * @throws TocsinError `InvalidParameter` for a unit other than Day, a count outside 1 to 3,650, a size below 1.
 */
export function historyLimits(configuration: Json | undefined): HistoryLimits {
  const lifetime = memberOf(configuration, 'lifetime') ?? null;
  const history = memberOf(configuration, 'history') ?? null;
  return { ...(lifetime === null ? {} : { days: daysOf(lifetime) }), ...(history === null ? {} : bytesOf(history)) };
}

function daysOf(lifetime: Json): number {
  const unit = memberOf(lifetime, 'unit');
  const count = memberOf(lifetime, 'count');
  const isDays = typeof unit === 'string' && /^days?$/i.test(unit);
  if (isDays && typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= maximumDays)
    return count;
  return raise(
    'InvalidParameter',
    "The property 'runtimeConfiguration.lifetime' must have the unit 'Day' and a count from 1 to 3650.",
    { target: 'properties.runtimeConfiguration.lifetime' },
  );
}

function bytesOf(history: Json): { readonly bytes?: number } {
  const bytes = memberOf(history, 'maximumBytes') ?? null;
  if (bytes === null) return {};
  if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 1) return { bytes };
  return raise(
    'InvalidParameter',
    "The property 'runtimeConfiguration.history.maximumBytes' must be a whole number from 1.",
    {
      target: 'properties.runtimeConfiguration.history.maximumBytes',
    },
  );
}

/** Prunes runs; the durable store does. */
export interface Pruner {
  pruneRuns(plan: PrunePlan): Promise<{ readonly runs: number; readonly blobs: number }>;
}

/** Times of true time between two turns: with limits by size, and without. */
const soon = 10_000;
const seldom = 10 * 60_000;
const historiesAtOnce = 500;

export class Retention {
  readonly #services: Services;
  readonly #pruner: Pruner;
  readonly #limits: () => RetentionLimits;
  /** By workflow key, complete when `#read` is done, and kept up to date by the commits from its beginning on. */
  readonly #workflows = new Map<string, HistoryLimits>();
  #reading: Promise<void> | undefined;
  #stopped = false;
  #cancel: () => void = () => {};
  #unfollow: () => void = () => {};

  /** @param limits asked for at each turn, because they may change meanwhile. */
  constructor(services: Services, pruner: Pruner, limits: () => RetentionLimits) {
    this.#services = services;
    this.#pruner = pruner;
    this.#limits = limits;
  }

  /** Turns come from now on, the first one after a moment: a start has better things to do. */
  start(): void {
    const { store } = this.#services;
    if (isObservedStore(store)) this.#unfollow = store.onCommit((writes) => this.#follow(writes));
    this.#schedule(soon);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#unfollow();
  }

  /** Forgets what is over the limits now; answers how many runs went. */
  async turn(): Promise<number> {
    const { clock } = this.#services;
    this.#reading ??= this.#read();
    await this.#reading;
    if (this.#stopped) return 0;
    const now = clock.now();
    const workflows = Object.fromEntries(
      [...this.#workflows].map(([key, { days, bytes }]) => [
        key,
        {
          ...(days === undefined ? {} : { olderThan: now - days * dayMilliseconds }),
          ...(bytes === undefined ? {} : { bytes }),
        },
      ]),
    );
    const { days, bytes } = this.#limits();
    const olderThan = now - days * dayMilliseconds;
    const { runs } = await this.#pruner.pruneRuns({ olderThan, workflows, ...(bytes === undefined ? {} : { bytes }) });
    await this.#forgetHistories(olderThan);
    return runs;
  }

  /** The limits of all workflows. */
  async #read(): Promise<void> {
    try {
      await eachWorkflow(
        this.#services,
        (workflow) => note(this.#workflows, workflow),
        () => !this.#stopped,
      );
    } catch (error) {
      this.#reading = undefined;
      throw error;
    }
  }

  /** Trigger evaluations that started no run, or several, have documents of their own. */
  async #forgetHistories(to: number): Promise<void> {
    const { store } = this.#services;
    for (const collection of [workflowCollections.histories, workflowCollections.historyContents]) {
      for (;;) {
        const old = store.documents.list({ collection, to, top: historiesAtOnce });
        if (old.length === 0) break;
        await store.commit(old.map(({ key }): Write => ({ kind: 'deleteDocument', collection, key })));
      }
    }
  }

  #schedule(delay: number): void {
    const { clock, log } = this.#services;
    this.#cancel = clock.after(delay * clock.scale, () => {
      if (this.#stopped) return;
      this.turn()
        .then((runs) => {
          if (runs > 0) log.info('Old runs were forgotten.', { runs });
        })
        .catch((error: unknown) => log.error('Old runs could not be forgotten.', { error: String(error) }))
        .finally(() => {
          if (!this.#stopped) this.#schedule(this.#hasSizes ? soon : seldom);
        });
    });
  }

  get #hasSizes(): boolean {
    return this.#limits().bytes !== undefined || [...this.#workflows.values()].some(({ bytes }) => bytes !== undefined);
  }

  #follow(writes: readonly Write[]): void {
    if (this.#reading === undefined) return;
    for (const write of writes) {
      if (write.kind === 'deleteResource') this.#workflows.delete(write.id.toLowerCase());
      if (write.kind !== 'putResource' || write.resource.type !== workflowType) continue;
      note(this.#workflows, workflowOf(write.resource));
    }
  }
}

function note(known: Map<string, HistoryLimits>, { idKey, body }: StoredWorkflow): void {
  const limits = limitsOf(body.runtimeConfiguration);
  if (hasLimits(limits)) known.set(idKey, limits);
  else known.delete(idKey);
}

/** What was accepted once; a stored setting that is not has no effect. */
function limitsOf(configuration: Json | undefined): HistoryLimits {
  return isJsonObject(configuration) ? historyLimits(configuration) : {};
}

function hasLimits({ days, bytes }: HistoryLimits): boolean {
  return days !== undefined || bytes !== undefined;
}
