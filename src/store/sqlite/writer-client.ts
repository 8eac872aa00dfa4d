/**
 * The main thread's side of the writer: gathers the commits of an event-loop turn, posts them, resolves them.
 *
 * Owns: the thread's life, promises of commits. Does not own: what is in a call (`wire.ts`).
 *
 * Invariants
 * N6. Calls are posted in the order they were made, and resolved in that order.
 * N7. When the thread dies, every call under way and every later one is rejected: nothing is acknowledged that is not
 *     durable.
 */
import { Worker } from 'node:worker_threads';
import { Fault, TocsinError } from '#foundation';
import type { PrunePlan, PrunePosition, PruneSlice } from './prune.ts';
import type { Call } from './wire.ts';
import type { CallFailure } from './write-session.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-messages.ts';

interface Waiting {
  readonly id: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Calls of a turn are posted at its end, or at once when there are this many. */
const callsPerMessage = 1_000;

export class WriterClient {
  readonly #worker: Worker;
  #gathered: Call[] = [];
  #scheduled = false;
  #lastId = 0;
  #waiting: Waiting[] = [];
  #pruning: { readonly resolve: (slice: PruneSlice) => void; readonly reject: (error: unknown) => void }[] = [];
  #closed: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #broken: TocsinError | undefined;
  readonly #idle: (() => void)[] = [];

  readonly #died = Promise.withResolvers<TocsinError>();

  /**
   * Starts the thread on an existing, migrated database file, without waiting for it: commits asked for meanwhile wait in
   * its port, which spares a tenth of a second at start.
   */
  constructor(file: string) {
    const workerData: WriterData = { file };
    this.#worker = new Worker(new URL('./writer.ts', import.meta.url), { workerData, name: 'store-writer' });
    this.#worker.on('message', (message: FromWriter) => this.#receive(message));
    this.#worker.on('error', (error: unknown) => this.#break(error));
    this.#worker.on('exit', () => this.#break(undefined));
  }

  /** Resolves when the thread has ended without being told to. */
  get died(): Promise<TocsinError> {
    return this.#died.promise;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Takes a call whose id came from `nextId`; resolves when it is durable. */
  commit(call: Call): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: call[0] as number, resolve, reject });
      this.#gathered.push(call);
      if (this.#gathered.length >= callsPerMessage) {
        this.#post();
      } else if (!this.#scheduled) {
        this.#scheduled = true;
        setImmediate(() => {
          this.#scheduled = false;
          this.#post();
        });
      }
    });
  }

  /** Prunes one slice between commits. */
  prune(plan: PrunePlan, from: PrunePosition): Promise<PruneSlice> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#pruning.push({ resolve, reject });
      this.#send({ kind: 'prune', plan, from });
    });
  }

  /** Waits until no commit is under way. */
  async idle(): Promise<void> {
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Finishes what was asked for, then ends the thread; commits asked for afterwards are rejected. */
  async close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#post();
      this.#closed = Promise.withResolvers<void>();
      if (this.#broken === undefined) this.#send({ kind: 'close' });
      else this.#closed.resolve();
      this.#broken ??= storeUnavailable('The store is closed.');
    }
    await this.#closed.promise;
    await this.#worker.terminate();
  }

  #post(): void {
    if (this.#gathered.length === 0) return;
    const calls = this.#gathered;
    this.#gathered = [];
    this.#send(calls);
  }

  #send(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWriter): void {
    switch (message.kind) {
      case 'durable':
        return this.#settle(message.through, message.failures);
      case 'pruned':
        this.#pruning.shift()?.resolve(message.slice);
        return;
      case 'pruneFailed':
        this.#pruning.shift()?.reject(storeUnavailable(`Pruning failed: ${message.message}.`));
        return;
      case 'closed':
        this.#closed?.resolve();
        return;
    }
  }

  #settle(through: number, failures: readonly CallFailure[]): void {
    const failed = new Map(failures.map((failure) => [failure.id, failure]));
    let count = 0;
    for (const waiting of this.#waiting) {
      if (waiting.id > through) break;
      count += 1;
      const failure = failed.get(waiting.id);
      if (failure === undefined) waiting.resolve();
      else waiting.reject(errorOf(failure));
    }
    this.#waiting = count === this.#waiting.length ? [] : this.#waiting.slice(count);
    if (this.#waiting.length === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #break(cause: unknown): void {
    if (this.#broken === undefined) {
      this.#broken = storeUnavailable("The store's writer stopped.", cause);
      this.#died.resolve(this.#broken);
    }
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#broken);
    for (const pruning of this.#pruning.splice(0)) pruning.reject(this.#broken);
    for (const resolve of this.#idle.splice(0)) resolve();
    this.#closed?.resolve();
  }
}

function errorOf(failure: CallFailure): TocsinError {
  if (!failure.refused) return storeUnavailable(`The commit failed and changed nothing: ${failure.message}`);
  const message = `The commit was refused and changed nothing: ${failure.message}`;
  return new TocsinError(new Fault('StoreRefused', message));
}

/** Seconds after which a caller may find that there is space again. */
const retryAfterSeconds = 5;

function storeUnavailable(message: string, cause?: unknown): TocsinError {
  return new TocsinError(new Fault('StoreUnavailable', message, { retryAfterSeconds }), cause);
}
