/**
 * Queries off the main thread: however much one reads, requests and runs go on beside it.
 *
 * Owns: the threads, the queue in front of them, ending a thread that does not come back. Does not own: the jobs
 * (`query-job.ts`).
 *
 * Invariants
 * QT1. `ask` never rejects; it answers in the job's time after its turn has come, whatever the query does.
 * QT2. A query sees every commit that was durable when it was asked.
 * QT3. Threads are made with the first query, keep the process alive while they work and not after, and are gone after a while
 *      without work.
 */
import { Worker } from 'node:worker_threads';
import type { Services } from '../services.ts';
import { perform, type QueryFailure, type QueryJob, type ResultOf } from './query-job.ts';

const mostThreads = 2;
/** Queries that may wait; more are refused at once. */
const mostWaiting = 200;
/** Beside its own time: a query that counts its time ends by itself, only one within the database has to be ended. */
const graceMilliseconds = 2_000;
const idleMilliseconds = 60_000;
const memory = { maxOldGenerationSizeMb: 768 };

interface Waiting {
  readonly job: QueryJob;
  readonly resolve: (result: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  isReady: boolean;
  current: Waiting | undefined;
  timer: NodeJS.Timeout | undefined;
}

class QueryThreads {
  readonly #folder: string;
  readonly #threads = new Set<Thread>();
  readonly #queue: Waiting[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  ask<J extends QueryJob>(job: J): Promise<ResultOf<J>> {
    return new Promise((resolve) => {
      if (this.#queue.length >= mostWaiting) return resolve(failure('busy'));
      this.#queue.push({ job, resolve: resolve as Waiting['resolve'] });
      const free = [...this.#threads].find((thread) => thread.isReady && thread.current === undefined);
      if (free !== undefined) this.#next(free);
      else if (this.#threads.size < mostThreads) this.#open();
    });
  }

  #open(): void {
    const worker = new Worker(new URL('./query-worker.ts', import.meta.url), {
      name: 'queries',
      workerData: { folder: this.#folder },
      resourceLimits: memory,
      env: {},
      stdin: false,
    });
    const thread: Thread = { worker, isReady: false, current: undefined, timer: undefined };
    this.#threads.add(thread);
    worker.on('message', (message: unknown) => {
      if (thread.isReady) this.#done(thread, message);
      thread.isReady = true;
      this.#next(thread);
    });
    worker.on('error', (error) => this.#end(thread, failure(isOutOfMemory(error) ? 'memory' : 'broken')));
    worker.on('exit', () => this.#end(thread, failure('broken')));
  }

  #next(thread: Thread): void {
    if (thread.current !== undefined || !this.#threads.has(thread)) return;
    clearTimeout(thread.timer);
    const waiting = this.#queue.shift();
    if (waiting === undefined) {
      // Not when it is made: a listener for messages, added after, would hold the process again.
      thread.worker.unref();
      thread.timer = setTimeout(() => this.#end(thread, failure('broken')), idleMilliseconds).unref();
      return;
    }
    thread.worker.ref();
    thread.current = waiting;
    const { milliseconds } = waiting.job.query;
    thread.timer = setTimeout(() => this.#end(thread, failure('late')), milliseconds + graceMilliseconds);
    thread.worker.postMessage(waiting.job);
  }

  #done(thread: Thread, result: unknown): void {
    clearTimeout(thread.timer);
    const { current } = thread;
    thread.current = undefined;
    current?.resolve(result);
  }

  /** Ends a thread; what it was doing has `result`, and what waits gets another thread. */
  #end(thread: Thread, result: QueryFailure): void {
    if (!this.#threads.delete(thread)) return;
    this.#done(thread, result);
    // One that could not even begin would fail again: what waits is told.
    if (!thread.isReady) for (const { resolve } of this.#queue.splice(0)) resolve(result);
    if (this.#queue.length > 0) this.#open();
    void thread.worker.terminate();
  }
}

function failure(reason: QueryFailure['reason']): QueryFailure {
  return { kind: 'query-failure', reason };
}

function isOutOfMemory(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
}

const threadsOf = new WeakMap<object, QueryThreads>();

/** Works on a query: in a thread where there is a data folder, else here. */
export function askQuery<J extends QueryJob>(
  { store, settings }: Pick<Services, 'store' | 'settings'>,
  job: J,
): Promise<ResultOf<J>> {
  const { dataFolder } = settings;
  if (dataFolder === undefined) return Promise.resolve().then(() => perform(store, job));
  let threads = threadsOf.get(settings);
  if (threads === undefined) {
    threads = new QueryThreads(dataFolder);
    threadsOf.set(settings, threads);
  }
  return threads.ask(job);
}
