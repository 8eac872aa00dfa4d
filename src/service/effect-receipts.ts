/**
 * What effects that stay in the house have done, so that one which is repeated after a crash does not do it again.
 *
 * Owns: one document per attempt, written in the commit of what the effect did, and forgotten when its run has ended.
 * Does not own: what effects do (`call-workflow.ts`, `send-to-batch.ts`).
 *
 * Invariants
 * ER1. A receipt and what it stands for are one commit: an attempt is done once, whatever crashes.
 * ER2. Receipts of ended runs are deleted, after a crash at the next start at the latest.
 */
import { runKey } from '#engine';
import { armIdKey, faultOf, type JsonObject, type Store, type StoredDocument, type Write } from '#foundation';
import { isObservedStore } from './commit-feed.ts';
import type { EffectCall } from './effect-call.ts';
import type { Services } from './services.ts';

const collection = 'effectReceipts';

export class EffectReceipts {
  readonly #services: Services;
  /** Keys of the runs that have receipts. */
  readonly #runs = new Set<string>();

  constructor(services: Services) {
    this.#services = services;
    const { store } = services;
    for (const { parent } of store.documents.list({ collection })) this.#runs.add(parent);
    for (const run of this.#runs) if (hasEnded(store, run)) this.#forget(run);
    if (isObservedStore(store)) store.onCommit((writes) => this.#follow(writes));
  }

  /** What an earlier life did for this attempt. */
  find(call: EffectCall): JsonObject | undefined {
    return this.#services.store.documents.get(collection, keyOf(call))?.body;
  }

  /** The write that goes into the commit of what is done. */
  write(call: EffectCall, body: JsonObject): Write {
    const parent = parentOf(call);
    this.#runs.add(parent);
    const document: StoredDocument = {
      collection,
      key: keyOf(call),
      parent,
      time: this.#services.clock.now(),
      status: '',
      body,
    };
    return { kind: 'putDocument', document };
  }

  #follow(writes: readonly Write[]): void {
    if (this.#runs.size === 0) return;
    for (const write of writes) {
      if (write.kind === 'putRun' && write.run.endTime !== undefined) this.#forget(write.run.key);
      if (write.kind === 'deleteRun') this.#forget(write.key);
    }
  }

  #forget(run: string): void {
    if (!this.#runs.delete(run)) return;
    const { store, log } = this.#services;
    const deletes = store.documents
      .list({ collection, parent: run })
      .map(({ key }): Write => ({ kind: 'deleteDocument', collection, key }));
    store.commit(deletes).catch((error: unknown) => {
      log.warn('Receipts of an ended run were not deleted.', { run, reason: faultOf(error).message });
    });
  }
}

function hasEnded(store: Store, run: string): boolean {
  const row = store.history.run(run);
  return row === undefined || row.endTime !== undefined;
}

function parentOf({ run }: EffectCall): string {
  return runKey(armIdKey(run.workflowId), run.name);
}

function keyOf(call: EffectCall): string {
  return `${parentOf(call)}/${call.effect.idempotencyKey}#${call.effect.attempt}`;
}

const known = new WeakMap<Store, EffectReceipts>();

/** The receipts of the services' store. */
export function receiptsOf(services: Services): EffectReceipts {
  let receipts = known.get(services.store);
  if (receipts === undefined) {
    receipts = new EffectReceipts(services);
    known.set(services.store, receipts);
  }
  return receipts;
}
