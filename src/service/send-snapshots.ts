/**
 * Weekly snapshots: once a week the full state of every subscription in which an automation listens to snapshots.
 *
 * Owns: the schedule, pacing, going on after a restart. Does not own: the walk (`make-snapshot.ts`).
 * Source: domain reference 7 and 12.
 *
 * Invariants
 * W1. Weeks count from the time a subscription was made, or from its last snapshot, in engine time. One that fell due while
 *     the server was down is sent at the next start, once; one that nobody listened to when it fell due is not.
 * W2. Without a listener there is no timer and nothing is read or written.
 * W3. One snapshot at a time, and at most `runLimit` unfinished runs of it, however large the state.
 */
import { type NewRun, runKey } from '#engine';
import type { CancelTimer, StoredDocument, Write } from '#foundation';
import { automationIndexOf } from './automation-index.ts';
import { automationType, type StoredAutomation } from './automation-resource.ts';
import { isObservedStore } from './commit-feed.ts';
import {
  positionBody,
  positionOfBody,
  sendSnapshotSlice,
  type SnapshotKind,
  snapshotKinds,
  type SnapshotPosition,
} from './make-snapshot.ts';
import type { Services } from './services.ts';

/** Engine time. */
const weekMilliseconds = 7 * 24 * 60 * 60_000;
/** True time: however fast engine time runs. */
const shortestPeriod = 250;
/** A state that cannot be sent now is tried again after this engine time. */
const retryMilliseconds = 5 * 60_000;
const runLimit = 2_000;
/** Runs may wait for days: true time after which the walk goes on all the same. */
const patience = 30_000;

const scheduleCollection = 'snapshotSchedules';

interface Schedule {
  /** When the last snapshot fell due, or the time weeks count from. */
  readonly last: number;
  /** Set while a snapshot is under way. */
  readonly position?: SnapshotPosition;
}

/** What listens in one subscription. */
interface Listening {
  readonly subscriptionId: string;
  readonly automations: readonly StoredAutomation[];
}

export class Snapshots {
  readonly #services: Services;
  readonly #period: number;
  readonly #unfinished = new Set<string>();
  #wake: () => void = () => {};
  #cancel: CancelTimer = () => {};
  #work: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #unsubscribe: () => void = () => {};

  constructor(services: Services) {
    this.#services = services;
    this.#period = Math.max(weekMilliseconds / services.clock.scale, shortestPeriod);
  }

  /** Sends what fell due, then waits for what will. */
  start(): void {
    const { store } = this.#services;
    const index = automationIndexOf(this.#services);
    if (isObservedStore(store)) this.#unsubscribe = store.onCommit((writes) => this.#follow(writes));
    index.onceComplete(() => this.#look());
  }

  /** Resolves when the slice under way is committed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    this.#unsubscribe();
    this.#wake();
    await this.#work;
  }

  #follow(writes: readonly Write[]): void {
    let changed = false;
    for (const write of writes) {
      if (write.kind === 'putResource') changed ||= write.resource.type === automationType;
      else if (write.kind === 'deleteResource') changed ||= /\/automations\//i.test(write.id);
      else if (write.kind === 'putRun' && write.run.endTime !== undefined && this.#unfinished.delete(write.run.key))
        this.#wake();
    }
    if (changed) this.#look();
  }

  /** One look at a time; changes meanwhile bring another. */
  #look(): void {
    if (this.#stopped) return;
    if (this.#work !== undefined) {
      this.#again = true;
      return;
    }
    this.#cancel();
    this.#again = false;
    this.#work = this.#sendDue()
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#services.log.error('A snapshot could not be sent; it goes on later.', { reason });
        return retryMilliseconds;
      })
      .then((wait) => {
        this.#work = undefined;
        if (this.#stopped) return;
        if (this.#again) this.#look();
        else if (wait !== undefined) this.#cancel = this.#services.clock.after(wait, () => this.#look());
      });
  }

  /** Answers after how much engine time to look again; undefined when nobody listens. */
  async #sendDue(): Promise<number | undefined> {
    let next: number | undefined;
    for (const listening of this.#listening()) {
      const due = this.#due(listening);
      if (typeof due === 'object') await this.#send(listening, due);
      if (this.#stopped) return undefined;
      const following = typeof due === 'number' ? due : due.last + this.#period;
      next = Math.min(next ?? following, following);
    }
    const { clock } = this.#services;
    return next === undefined ? undefined : Math.max(0, next - clock.now()) * clock.scale;
  }

  #listening(): readonly Listening[] {
    const found = new Map<string, StoredAutomation[]>();
    for (const automation of automationIndexOf(this.#services).snapshotListeners()) {
      const key = automation.subscriptionId.toLowerCase();
      const known = found.get(key);
      if (known === undefined) found.set(key, [automation]);
      else known.push(automation);
    }
    return [...found].map(([subscriptionId, automations]) => ({ subscriptionId, automations }));
  }

  /** The snapshot to send now, or when the next one falls due (true time). */
  #due({ subscriptionId, automations }: Listening): Schedule | number {
    const now = this.#services.clock.now();
    const schedule = this.#schedule(subscriptionId);
    if (schedule.position !== undefined) return schedule;
    const weeks = Math.floor((now - schedule.last) / this.#period);
    const latest = schedule.last + weeks * this.#period;
    const heard = automations.some(({ document }) => document.changedTime <= latest);
    return weeks > 0 && heard ? { last: latest } : latest + this.#period;
  }

  #schedule(subscriptionId: string): Schedule {
    const { documents, resources } = this.#services.store;
    const stored = documents.get(scheduleCollection, subscriptionId);
    if (stored === undefined) {
      const made = resources.get(`/subscriptions/${subscriptionId}`)?.createdTime ?? this.#services.clock.now();
      return { last: made };
    }
    const position = stored.status === 'Running' ? positionOfBody(stored.body) : undefined;
    return { last: stored.time, ...(position === undefined ? {} : { position }) };
  }

  async #send({ subscriptionId, automations }: Listening, { last, position }: Schedule): Promise<void> {
    const { store, clock } = this.#services;
    const name = store.resources.get(`/subscriptions/${subscriptionId}`)?.name ?? subscriptionId;
    const kinds = kindsOf(automations);
    let at: SnapshotPosition | undefined = position ?? { begun: clock.now(), kind: snapshotKinds[0] as SnapshotKind };
    while (at !== undefined && !this.#stopped) {
      const { next, runs } = await sendSnapshotSlice(this.#services, {
        subscriptionId: name,
        position: at,
        kinds,
        keep: (following) => ({ kind: 'putDocument', document: scheduleDocument(subscriptionId, last, following) }),
      });
      at = next;
      await this.#pace(runs);
    }
  }

  /** W3. */
  async #pace(runs: readonly NewRun[]): Promise<void> {
    if (!isObservedStore(this.#services.store)) return;
    for (const { identity } of runs) {
      const key = runKey(identity.workflowId, identity.name);
      if (this.#services.store.history.run(key)?.endTime === undefined) this.#unfinished.add(key);
    }
    const end = this.#services.clock.now() + patience;
    while (this.#unfinished.size > runLimit && !this.#stopped) {
      await this.#runEnded();
      if (this.#services.clock.now() > end) this.#unfinished.clear();
    }
  }

  async #runEnded(): Promise<void> {
    const { clock } = this.#services;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(1_000 * clock.scale, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = () => {};
  }
}

function kindsOf(automations: readonly StoredAutomation[]): ReadonlySet<SnapshotKind> {
  const sources = new Set<string>(
    automations.flatMap(({ plan }) => plan.sources.map(({ eventSource }) => eventSource)),
  );
  return new Set(snapshotKinds.filter((kind) => sources.has(`${kind}Snapshot`)));
}

function scheduleDocument(
  subscriptionId: string,
  last: number,
  position: SnapshotPosition | undefined,
): StoredDocument {
  return {
    collection: scheduleCollection,
    key: subscriptionId,
    parent: subscriptionId,
    time: last,
    status: position === undefined ? 'Done' : 'Running',
    body: position === undefined ? {} : positionBody(position),
  };
}
