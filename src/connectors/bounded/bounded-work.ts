/**
 * Work that hostile input can make long or large, off the main thread, ended when it takes too long.
 *
 * Owns: the threads, the queue in front of them, ending a thread that does not come back.
 * Does not own: the jobs themselves (`bounded-worker.ts`).
 *
 * Invariants
 * BW1. `perform` never rejects, and answers within the job's time after its turn has come, whatever the job does.
 * BW2. A job's bounds are kept by its thread's memory limit, by looking at what it holds outside the heap, and by ending the
 *      thread: no cooperation is needed.
 * BW3. Threads are made with the first job, keep the process alive while they work and not after, and are gone after a while
 *      without work.
 */
import { Worker } from 'node:worker_threads';
import type { Job, JobFailure, ResultOf } from './job.ts';

const mostThreads = 2;
/** Jobs that may wait; more are refused at once. */
const mostWaiting = 10_000;
/** What a job may take beside its own time: starting the thread and loading its library happen before. */
const graceMilliseconds = 1_000;
const usualMilliseconds = 5_000;
const idleMilliseconds = 60_000;
const memory = { maxOldGenerationSizeMb: 384, stackSizeMb: 8 };
/** Bytes outside the heap, such as unpacked files, which the limit above does not count; looked at in this interval. */
const usualExternalBytes = 512 * 1024 * 1024;
const lookMilliseconds = 200;

interface Waiting {
  readonly job: Job;
  readonly resolve: (result: ResultOf<Job>) => void;
}

interface Thread {
  readonly worker: Worker;
  isReady: boolean;
  current: Waiting | undefined;
  timer: NodeJS.Timeout | undefined;
  look: NodeJS.Timeout | undefined;
  idle: NodeJS.Timeout | undefined;
}

export class BoundedWork {
  readonly #threads = new Set<Thread>();
  readonly #queue: Waiting[] = [];
  readonly #externalBytes: number;

  constructor(externalBytes: number = usualExternalBytes) {
    this.#externalBytes = externalBytes;
  }

  /** Does the job in its turn. */
  perform<J extends Job>(job: J): Promise<ResultOf<J>> {
    return new Promise((resolve) => {
      if (this.#queue.length >= mostWaiting) {
        resolve(overloaded);
        return;
      }
      this.#queue.push({ job, resolve: resolve as Waiting['resolve'] });
      const free = [...this.#threads].find(({ current }) => current === undefined);
      if (free !== undefined) this.#next(free);
      else if (this.#threads.size < mostThreads) this.#open();
    });
  }

  /** Ends the threads; jobs under way fail. */
  async close(): Promise<void> {
    this.#queue.length = 0;
    await Promise.all([...this.#threads].map((thread) => this.#end(thread, stopped)));
  }

  #open(): void {
    const worker = new Worker(new URL('./bounded-worker.ts', import.meta.url), {
      name: 'bounded-work',
      resourceLimits: memory,
      env: {},
      stdin: false,
    });
    const thread: Thread = {
      worker,
      isReady: false,
      current: undefined,
      timer: undefined,
      look: undefined,
      idle: undefined,
    };
    this.#threads.add(thread);
    worker.on('message', (message: 'ready' | ResultOf<Job>) => {
      if (message === 'ready') thread.isReady = true;
      else this.#done(thread, message);
      this.#next(thread);
    });
    worker.on('error', (error) => void this.#end(thread, isOutOfMemory(error) ? tooLarge(thread) : broken));
    worker.on('exit', () => void this.#end(thread, broken));
  }

  #next(thread: Thread): void {
    if (thread.current !== undefined || !this.#threads.has(thread)) return;
    clearTimeout(thread.idle);
    const waiting = this.#queue.shift();
    if (waiting === undefined) {
      // Not when it is made: a listener for messages, added after, would hold the process again.
      thread.worker.unref();
      thread.idle = setTimeout(() => void this.#end(thread, stopped), idleMilliseconds).unref();
      return;
    }
    thread.worker.ref();
    thread.current = waiting;
    const milliseconds = timeOf(waiting.job);
    thread.timer = setTimeout(() => void this.#end(thread, late(waiting.job)), milliseconds + graceMilliseconds);
    thread.look = setInterval(() => void this.#look(thread), lookMilliseconds).unref();
    thread.worker.postMessage(waiting.job);
  }

  async #look(thread: Thread): Promise<void> {
    const { current } = thread;
    const external = await thread.worker.getHeapStatistics().then(
      (statistics) => statistics.external_memory,
      () => 0,
    );
    if (external > this.#externalBytes && current !== undefined && thread.current === current) {
      await this.#end(thread, tooLarge(thread));
    }
  }

  #done(thread: Thread, result: ResultOf<Job>): void {
    clearTimeout(thread.timer);
    clearInterval(thread.look);
    const { current } = thread;
    thread.current = undefined;
    current?.resolve(result);
  }

  /** Ends a thread; what it was doing has `result`, and what waits gets another thread. */
  async #end(thread: Thread, result: JobFailure): Promise<void> {
    if (!this.#threads.delete(thread)) return;
    clearTimeout(thread.idle);
    this.#done(thread, result);
    // One that could not even begin would fail again, for ever: what waits is told.
    if (!thread.isReady) for (const { resolve } of this.#queue.splice(0)) resolve(result);
    if (this.#queue.length > 0) this.#open();
    await thread.worker.terminate();
  }
}

function timeOf(job: Job): number {
  return job.kind === 'pfx' ? usualMilliseconds : job.milliseconds;
}

function isOutOfMemory(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function failureOf(job: Job | undefined, code: string, message: string): JobFailure {
  return { kind: 'failure', code: job?.kind === 'script' ? code : 'BadRequest', message };
}

const broken: JobFailure = {
  kind: 'failure',
  code: 'InternalServerError',
  message: 'the thread of the work has ended',
};
const stopped: JobFailure = { kind: 'failure', code: 'InternalServerError', message: 'the server stops' };
const overloaded: JobFailure = { kind: 'failure', code: 'InternalServerError', message: 'too much other work waits' };

function tooLarge({ current }: Thread): JobFailure {
  return failureOf(current?.job, 'InlineCodeScriptRuntimeFailure', 'it needs more memory than it may have');
}

function late(job: Job): JobFailure {
  const seconds = timeOf(job) / 1000;
  return failureOf(job, 'InlineCodeExecutionTimeout', `it ran longer than ${seconds} seconds`);
}
