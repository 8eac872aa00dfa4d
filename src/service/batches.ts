/**
 * Batches: messages that are collected until a batch trigger releases them as one run.
 *
 * Owns: messages and partitions in the store, the criteria of release, the timers of those that have a recurrence.
 * Does not own: who sends (`send-to-batch.ts`), what a release starts (`fire-trigger.ts`), calendars (`#workflow`).
 * Source: engine reference 1.2, 2.11, 4.8.
 *
 * Invariants
 * BA1. A message is durable before its sender hears of it; the run that has it and its removal are one commit.
 * BA2. A release takes the messages that came before it in their order; later ones wait for the next. One release of a
 *      partition at a time.
 * BA3. Messages that cannot be released now (no run may wait, a failed commit) stay and are tried again.
 * BA4. After a restart what is due is released; times while the server was down are not made up.
 */
import { armIdKey, type CancelTimer, faultOf, type Json, stringifyJson, type Write } from '#foundation';
import { type BatchPlan, nextOccurrence, type TriggerPlan } from '#workflow';
import { allDocuments } from './all-documents.ts';
import {
  batchMessages,
  batchPartitions,
  messageDocument,
  type Partition,
  partitionDocument,
  type PartitionNames,
} from './batch-messages.ts';
import { isObservedStore } from './commit-feed.ts';
import { prepareTrigger } from './fire-trigger.ts';
import { inTurn } from './in-turn.ts';
import type { Services } from './services.ts';
import type { WorkflowKeeper } from './take-up-workflows.ts';
import { findWorkflow, type StoredWorkflow, triggerTypes, workflowOf, workflowType } from './workflow-resource.ts';

/** Engine milliseconds until a release that was not possible is tried again. */
const tryAgain = 10_000;

export interface BatchMessage {
  readonly messageId: string;
  readonly content: Json;
}

export interface BatchTarget {
  readonly workflow: StoredWorkflow;
  readonly trigger: TriggerPlan;
  readonly batch: BatchPlan;
  readonly partition: string;
}

export class Batches implements WorkflowKeeper {
  readonly #services: Services;
  readonly #partitions = new Map<string, Partition>();
  /** Timers of recurrences by workflow. */
  readonly #timers = new Map<string, CancelTimer[]>();
  readonly #retries = new Set<CancelTimer>();
  readonly #startedAt: number;
  #stopped = false;

  constructor(services: Services) {
    this.#services = services;
    this.#startedAt = services.clock.now();
    const { store } = services;
    for (const { body } of allDocuments(store.documents, { collection: batchPartitions })) {
      const partition = body as unknown as PartitionNames;
      this.#partitions.set(partition.key, this.#counted({ ...partition }));
    }
    if (isObservedStore(store)) store.onCommit((writes) => this.#follow(writes));
  }

  /** Arms the recurrences of a stored workflow. */
  takeUp(workflow: StoredWorkflow): void {
    this.#arm(workflow, false);
  }

  /** Releases what is due (BA4). */
  start(): void {
    for (const partition of this.#partitions.values()) this.#releaseIfDue(partition);
  }

  stop(): void {
    this.#stopped = true;
    for (const timers of this.#timers.values()) for (const cancel of timers) cancel();
    for (const cancel of this.#retries) cancel();
    this.#timers.clear();
    this.#retries.clear();
  }

  /** Adds a message, durable with the writes alongside when this resolves (BA1). */
  async add(target: BatchTarget, message: BatchMessage, alongside: readonly Write[]): Promise<void> {
    const partition = this.#partition(target);
    const isNamed = partition.isNamed;
    const bytes = Buffer.byteLength(stringifyJson(message.content));
    const sequence = partition.next;
    partition.next += 1;
    partition.count += 1;
    partition.bytes += bytes;
    const { store, clock } = this.#services;
    const commit = store.commit([
      ...(isNamed ? [] : [partitionDocument(partition, clock.now())]),
      messageDocument(partition, sequence, message, clock.now()),
      ...alongside,
    ]);
    partition.underWay.add(commit);
    try {
      await commit;
      partition.isNamed = true;
    } catch (error) {
      if (sequence >= partition.released) {
        partition.count -= 1;
        partition.bytes -= bytes;
      }
      throw error;
    } finally {
      partition.underWay.delete(commit);
    }
    this.#releaseIfDue(partition);
  }

  // --- Partitions -----------------------------------------------------------------------------------------------

  #partition({ workflow, trigger, batch, partition: name }: BatchTarget): Partition {
    const key = `${workflow.idKey}/triggers/${trigger.name.toLowerCase()}/batches/${encodeURIComponent(batch.name)}/${encodeURIComponent(name)}`;
    let partition = this.#partitions.get(key);
    if (partition === undefined) {
      const about = { key, workflowId: workflow.id, trigger: trigger.name, batch: batch.name, name };
      partition = { ...about, count: 0, bytes: 0, next: 0, released: 0, isNamed: false, underWay: new Set() };
      this.#partitions.set(key, partition);
    }
    return partition;
  }

  /** A partition of the last life with what it holds. */
  #counted(about: PartitionNames): Partition {
    let [count, bytes, next] = [0, 0, 0];
    const query = { collection: batchMessages, parent: about.key };
    for (const { key, body } of allDocuments(this.#services.store.documents, query)) {
      count += 1;
      bytes += Buffer.byteLength(stringifyJson(body.content ?? null));
      next = Math.max(next, sequenceOf(key) + 1);
    }
    return { ...about, count, bytes, next, released: 0, isNamed: true, underWay: new Set() };
  }

  // --- Releasing ------------------------------------------------------------------------------------------------

  #releaseIfDue(partition: Partition): void {
    const { triggerLimits } = this.#services.settings;
    const batch = this.#planOf(partition)?.batches?.get(partition.batch);
    if (batch === undefined || partition.count === 0) return;
    const { messageCount = triggerLimits.batchMessages, batchSize = triggerLimits.batchBytes } = batch;
    const isFull = partition.count >= Math.min(messageCount, triggerLimits.batchMessages);
    if (isFull || partition.bytes >= Math.min(batchSize, triggerLimits.batchBytes)) this.#release(partition);
  }

  #planOf({ workflowId, trigger }: Partition): TriggerPlan | undefined {
    const workflow = findWorkflow(this.#services, workflowId);
    if (workflow?.body.state !== 'Enabled') return undefined;
    const plan = this.#services.plans.plan(workflow.id, workflow.body.version);
    return plan?.triggers.get(trigger.toLowerCase());
  }

  /** Releases the messages that are there now (BA2). */
  #release(partition: Partition): void {
    if (this.#stopped || partition.count === 0) return;
    const taken = { count: partition.count, bytes: partition.bytes };
    const cut = partition.next;
    const before = [...partition.underWay];
    partition.count = 0;
    partition.bytes = 0;
    partition.released = cut;
    inTurn(this.#services.store, partition.key, async () => {
      await Promise.allSettled(before);
      return this.#start(partition, cut);
    }).then(
      (isDone) => {
        if (!isDone) this.#later(partition, taken);
      },
      (error: unknown) => {
        this.#services.log.error('A batch could not be released and will be tried again.', {
          workflowId: partition.workflowId,
          batch: partition.batch,
          reason: faultOf(error).message,
        });
        this.#later(partition, taken);
      },
    );
  }

  #later(partition: Partition, taken: { readonly count: number; readonly bytes: number }): void {
    partition.count += taken.count;
    partition.bytes += taken.bytes;
    if (this.#stopped || findWorkflow(this.#services, partition.workflowId) === undefined) return;
    const cancel = this.#services.clock.after(tryAgain, () => {
      this.#retries.delete(cancel);
      this.#release(partition);
    });
    this.#retries.add(cancel);
  }

  /** The run with the messages up to `cut`, and their removal, in one commit; false when it cannot be now. */
  async #start(partition: Partition, cut: number): Promise<boolean> {
    const { store, host } = this.#services;
    const workflow = findWorkflow(this.#services, partition.workflowId);
    if (workflow?.body.state !== 'Enabled') return false;
    const query = { collection: batchMessages, parent: partition.key };
    const messages = [...allDocuments(store.documents, query)]
      .filter(({ key }) => sequenceOf(key) < cut)
      .sort((left, right) => sequenceOf(left.key) - sequenceOf(right.key));
    if (messages.length === 0) return true;
    const items = messages.map(({ body }) => ({ content: body.content ?? null, messageId: body.messageId ?? null }));
    const prepared = prepareTrigger(this.#services, {
      workflow,
      triggerName: partition.trigger,
      startedBy: { kind: 'Batch' },
      outputs: { body: { batchName: partition.batch, partitionName: partition.name, items } },
    });
    if (prepared.outcome === 'skipped' && prepared.fault !== undefined) return false;
    const deletes = messages.map(({ key }): Write => ({ kind: 'deleteDocument', collection: batchMessages, key }));
    await host.startMany(prepared.runs, [...prepared.writes, ...deletes]);
    if (partition.count === 0 && partition.underWay.size === 0) this.#forget(partition);
    return true;
  }

  /**
   * An empty partition goes. Its document goes now and not with the run, whose commit may be handed in behind that of a
   * message which came meanwhile and counts on it.
   */
  #forget({ key }: Partition): void {
    this.#partitions.delete(key);
    const { store, log } = this.#services;
    store.commit([{ kind: 'deleteDocument', collection: batchPartitions, key }]).catch((error: unknown) => {
      log.warn('An empty batch was not removed.', { partition: key, reason: faultOf(error).message });
    });
  }

  // --- Recurrences ----------------------------------------------------------------------------------------------

  #follow(writes: readonly Write[]): void {
    if (this.#stopped) return;
    for (const write of writes) {
      if (write.kind === 'putResource' && write.resource.type === workflowType) {
        this.#arm(workflowOf(write.resource), true);
      } else if (write.kind === 'deleteResource') this.#drop(armIdKey(write.id));
    }
  }

  /** Arms the recurrences of a workflow's batches; saving it, or another change of it, arms them anew. */
  #arm(workflow: StoredWorkflow, releases: boolean): void {
    for (const cancel of this.#timers.get(workflow.idKey) ?? []) cancel();
    this.#timers.delete(workflow.idKey);
    if (this.#stopped || workflow.body.state !== 'Enabled' || !triggerTypes(workflow).has('batch')) return;
    const plan = this.#services.plans.plan(workflow.id, workflow.body.version);
    for (const trigger of plan?.triggers.values() ?? []) {
      for (const batch of trigger.batches?.values() ?? []) this.#armBatch(workflow, trigger, batch, this.#engineNow());
    }
    if (!releases) return;
    for (const partition of this.#partitions.values()) {
      if (armIdKey(partition.workflowId) === workflow.idKey) this.#releaseIfDue(partition);
    }
  }

  #armBatch(workflow: StoredWorkflow, trigger: TriggerPlan, batch: BatchPlan, lastRun: number): void {
    if (batch.recurrence === undefined || this.#stopped) return;
    const now = this.#engineNow();
    const next = nextOccurrence(batch.recurrence, now, workflow.document.changedTime, lastRun);
    if (next === undefined) return;
    const timers = this.#timers.get(workflow.idKey) ?? [];
    this.#timers.set(workflow.idKey, timers);
    const cancel = this.#services.clock.after(Math.max(0, next - now), () => {
      timers.splice(timers.indexOf(cancel), 1);
      for (const partition of this.#partitions.values()) {
        const isOfTrigger = partition.trigger.toLowerCase() === trigger.name.toLowerCase();
        if (armIdKey(partition.workflowId) === workflow.idKey && isOfTrigger && partition.batch === batch.name) {
          this.#release(partition);
        }
      }
      this.#armBatch(workflow, trigger, batch, next);
    });
    timers.push(cancel);
  }

  /** A deleted workflow takes its messages with it. */
  #drop(workflow: string): void {
    for (const cancel of this.#timers.get(workflow) ?? []) cancel();
    this.#timers.delete(workflow);
    const { store, log } = this.#services;
    for (const partition of this.#partitions.values()) {
      if (armIdKey(partition.workflowId) !== workflow) continue;
      this.#partitions.delete(partition.key);
      const messages = allDocuments(store.documents, { collection: batchMessages, parent: partition.key });
      const deletes = [...messages].map(
        ({ key }): Write => ({ kind: 'deleteDocument', collection: batchMessages, key }),
      );
      deletes.push({ kind: 'deleteDocument', collection: batchPartitions, key: partition.key });
      store.commit(deletes).catch((error: unknown) => {
        log.warn('Messages of a deleted batch were not removed.', { workflow, reason: faultOf(error).message });
      });
    }
  }

  /** The engine's clock: true time, stretched by the scale from the start of the process on. */
  #engineNow(): number {
    const { clock } = this.#services;
    return this.#startedAt + (clock.now() - this.#startedAt) * clock.scale;
  }
}

function sequenceOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1));
}
