/**
 * The durable host of runs: steps on this thread, every step in the store before its commands are carried out.
 *
 * Owns: the order of step, commit and commands for each run; taking runs up after a restart; memory kept for waiting runs.
 * Does not own: the steps (`run-host/run-steps.ts`), timers and effects (beside it), group commit (`#store`), recurrences
 * (`recurrences.ts`).
 *
 * Invariants, beside H1 to H4 of the port
 * EH1. Events of one run are stepped one after the other; those that come during a commit share the next one. Runs do not
 *      wait for each other: commits of a turn are one transaction of the store.
 * EH2. A step whose commit fails for a lack of disk is not undone and not acted upon: the same rows are tried again until
 *      they are durable. One that the store refuses takes its run out of memory, as a restart would.
 * EH3. A run that only waits may leave memory; its timers stay armed and any event takes it up again from its journal.
 * EH4. After `halt` nothing reaches the store, an effect or a caller any more: to the outside it is a crash.
 */
import {
  type Command,
  type DeliveryResult,
  hasWaitingCaller,
  losesCaller,
  type NewRun,
  pendingCommands,
  type RunAnswer,
  type RunEvent,
  type RunHost,
  runKey,
  type RunQueue,
  startedEvent,
} from '#engine';
import { type Content, faultOf, raise, type Write } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import { BlobContent } from './run-host/blob-content.ts';
import { type DurableCommit, durableCommit } from './run-host/durable-commit.ts';
import {
  defaultHostLimits,
  type EmbeddedHostOptions,
  type HostCounts,
  type HostLimits,
} from './run-host/host-options.ts';
import type { InboxItem, LiveRun } from './run-host/live-run.ts';
import { LiveRuns } from './run-host/live-runs.ts';
import { Quiet } from './run-host/quiet.ts';
import { RunOutputs } from './run-host/run-outputs.ts';
import { RunTurns } from './run-host/run-turns.ts';
import { Gathered, RunSteps } from './run-host/run-steps.ts';
import { Slices } from './run-host/slices.ts';

interface Started {
  readonly run: LiveRun;
  readonly commands: readonly Command[];
}

type Phase = 'open' | 'draining' | 'drained' | 'halted';

export class EmbeddedHost implements RunHost {
  readonly #options: EmbeddedHostOptions;
  readonly #limits: HostLimits;
  readonly #content: BlobContent;
  readonly #steps: RunSteps;
  readonly #outputs: RunOutputs;
  readonly #commit: DurableCommit;
  readonly #runs: LiveRuns;
  readonly #turns: RunTurns;
  /** Starts, steps and commits under way, beside effects. */
  readonly #quiet: Quiet;
  readonly #toRecover: Set<string>;
  #phase: Phase = 'open';

  constructor(options: EmbeddedHostOptions) {
    const { store, plans, settings, log } = options;
    this.#options = options;
    this.#limits = { ...defaultHostLimits, ...options.limits };
    this.#runs = new LiveRuns(this.#limits.waitingRunsKept);
    this.#content = new BlobContent(store.blobs);
    this.#steps = new RunSteps({ store, plans, settings, log, content: this.#content, ...this.#limits });
    this.#commit = durableCommit({ ...options, ...this.#limits, goesOn: () => this.#phase === 'open' });
    this.#quiet = new Quiet(() => this.#outputs.effectsUnderWay === 0);
    this.#outputs = new RunOutputs({
      ...options,
      ...this.#limits,
      onEvent: (run, event) => this.#push(run, { event }),
      onTimer: (key, timer) => this.#timerFired(key, timer),
      onFinish: (run) => this.#letGo(run),
      onIdle: () => this.#quiet.check(),
    });
    const unfinished = store.history.unfinished();
    this.#toRecover = new Set(unfinished);
    this.#turns = new RunTurns({
      history: store.history,
      unfinished,
      onTurn: (key) => this.#takeTurn(key),
      isOpen: () => this.#phase === 'open',
    });
  }

  // --- The port -------------------------------------------------------------------------------------------------

  start(run: NewRun): Promise<void> {
    return this.startMany([run]);
  }

  async startMany(runs: readonly NewRun[], alongside: readonly Write[] = []): Promise<void> {
    this.#refuseUnlessOpen();
    const plans = runs.map(({ identity }) => this.#steps.planOf(identity.workflowId, identity.version));
    for (const { identity } of runs) {
      const key = runKey(identity.workflowId, identity.name);
      if (this.#runs.get(key) !== undefined) raise('Conflict', `The run '${identity.name}' is there already.`);
    }
    const waiting = this.#turns.enter(runs);
    this.#quiet.begin();
    try {
      const started = await this.#startAll(runs, plans, waiting, alongside);
      // EH4: nobody hears of it any more.
      if (this.#phase === 'halted') return await new Promise<never>(() => {});
      for (const { run, commands } of started) this.#begin(run, commands);
      this.#turns.release();
    } finally {
      this.#quiet.end();
    }
  }

  room(queue: RunQueue): number {
    return this.#turns.room(queue);
  }

  async awaitAnswer(runKey: string, onAnswer: (answer: RunAnswer) => void): Promise<boolean> {
    this.#refuseUnlessOpen();
    const run = this.#takeUp(runKey);
    const { promise, resolve } = Promise.withResolvers<RunAnswer>();
    if (run !== undefined) {
      run.onAnswer = resolve;
      this.#runs.rest(run);
    }
    const given = await this.answerSoFar(runKey);
    if (given !== undefined) onAnswer(given);
    else if (run !== undefined) void promise.then(onAnswer);
    return run !== undefined || given !== undefined;
  }

  async answerSoFar(runKey: string): Promise<RunAnswer | undefined> {
    const state = this.#runs.get(runKey)?.state;
    return state !== undefined && hasWaitingCaller(state) ? undefined : this.#steps.answer(runKey);
  }

  async deliver(runKey: string, callback: string, content: Content): Promise<DeliveryResult> {
    return this.#tell(runKey, { kind: 'callback', now: this.#now(), callback, content });
  }

  async callerGone(runKey: string): Promise<void> {
    const run = this.#runs.get(runKey);
    if (run === undefined) return;
    run.onAnswer = undefined;
    if (this.#phase === 'open') await this.#tell(runKey, { kind: 'callerGone', now: this.#now() });
  }

  async cancel(runKey: string): Promise<DeliveryResult> {
    return this.#tell(runKey, { kind: 'cancelled', now: this.#now() });
  }

  runsInMemory(): number {
    return this.#runs.size;
  }

  async drain(): Promise<void> {
    if (this.#phase === 'open') {
      this.#phase = 'draining';
      this.#outputs.close();
      const { clock } = this.#options;
      const stop = clock.after(this.#limits.drain * clock.scale, () => {
        this.#outputs.abandon();
        this.#quiet.check();
      });
      await this.quiet();
      stop();
      if (this.#isPhase('draining')) this.#phase = 'drained';
      // Their runs go on after the next start, but they cannot wait for that.
      for (const run of this.#runs.all()) this.#outputs.answer(run, { kind: 'noResponse' });
      this.#runs.clear();
    }
    await this.quiet();
  }

  // --- Beside the port ------------------------------------------------------------------------------------------

  /** Resolves when no start, step, commit or effect is under way; timers may wait. */
  quiet(): Promise<void> {
    return this.#quiet.wait();
  }

  /**
   * Takes up every unfinished run of the journal, in slices; resolves when all are. To be called once, when effects can be
   * carried out; starts and deliveries work before and meanwhile.
   */
  async recover(): Promise<void> {
    const began = performance.now();
    const count = this.#toRecover.size;
    const slices = new Slices(this.#limits.slice);
    this.#turns.restore();
    for (const key of this.#toRecover) {
      if (this.#phase !== 'open') return;
      const run = this.#takeUpSafely(key);
      if (run !== undefined) this.#runs.rest(run);
      if (slices.isOver) await slices.next();
    }
    const milliseconds = Math.round(performance.now() - began);
    if (count > 0) this.#options.log.info('Unfinished runs go on.', { runs: count, milliseconds });
  }

  /** Stops at once, as a crash would (EH4); promises of the port that are open stay open. */
  halt(): void {
    this.#phase = 'halted';
    this.#outputs.abandon();
    this.#quiet.abandon();
  }

  counts(): HostCounts {
    return {
      runsInMemory: this.#runs.size,
      stepsUnderWay: this.#quiet.underWay,
      effectsUnderWay: this.#outputs.effectsUnderWay,
      effectsQueued: this.#outputs.effectsQueued,
      timers: this.#outputs.timers,
      runsToRecover: this.#toRecover.size,
    };
  }

  // --- Starting -------------------------------------------------------------------------------------------------

  /** The first steps of all runs, durable in one commit with the writes alongside. */
  async #startAll(
    runs: readonly NewRun[],
    plans: readonly WorkflowPlan[],
    waiting: ReadonlySet<NewRun>,
    alongside: readonly Write[],
  ): Promise<readonly Started[]> {
    const started: Started[] = [];
    const gathered = new Gathered();
    try {
      const slices = new Slices(this.#limits.slice);
      for (const [index, given] of runs.entries()) {
        started.push(this.#firstStep(given, plans[index] as WorkflowPlan, waiting.has(given), gathered));
        if (slices.isOver) await slices.next();
      }
      for (const write of alongside) gathered.writes.push(write);
      await this.#options.store.commit(gathered.writes);
      return started;
    } catch (error) {
      for (const { run } of started) this.#letGo(run);
      for (const { run } of started) for (const { fail } of run.inbox) fail?.(error);
      for (const { identity } of runs) this.#turns.leave(runKey(identity.workflowId, identity.name));
      throw error;
    } finally {
      this.#content.settled(gathered.blobs);
    }
  }

  #firstStep(given: NewRun, plan: WorkflowPlan, waits: boolean, gathered: Gathered): Started {
    const own = new Gathered();
    const run = this.#steps.start(plan, startedEvent(given, this.#now(), this.#options.random, waits), own);
    run.onAnswer = given.onAnswer;
    // In memory from here on, so that nobody takes it up from the store in the moment its commit is durable.
    run.isBusy = true;
    this.#runs.add(run);
    gathered.add(own);
    return { run, commands: own.commands };
  }

  #begin(run: LiveRun, commands: readonly Command[]): void {
    run.isBusy = false;
    this.#outputs.carryOut(run, commands);
    this.#workOn(run);
    this.#runs.rest(run);
  }

  // --- Taking runs up -------------------------------------------------------------------------------------------

  /** A run that cannot be replayed stays as it is in the store: a later version of the program may know how. */
  #takeUpSafely(key: string, complaint = 'A run could not be taken up.'): LiveRun | undefined {
    try {
      return this.#takeUp(key);
    } catch (error) {
      this.#toRecover.delete(key);
      this.#options.log.error(complaint, { run: key, reason: faultOf(error).message });
      return undefined;
    }
  }

  /**
   * The run in memory, from its journal when it has left memory or not been there yet; undefined when it has ended. Who
   * takes a run up gives it work or lets it rest.
   */
  #takeUp(key: string): LiveRun | undefined {
    const live = this.#runs.get(key);
    if (live !== undefined) return live;
    const isFirst = this.#toRecover.has(key);
    if (isFirst) this.#turns.restore();
    const row = this.#options.store.history.run(key);
    if (row === undefined || row.endTime !== undefined) return undefined;
    const run = this.#steps.replay(key);
    if (run?.state === undefined) return undefined;
    this.#toRecover.delete(key);
    this.#runs.add(run);
    const { clock } = this.#options;
    this.#outputs.carryOut(run, pendingCommands(run.state, clock.now(), clock.scale));
    if (isFirst && losesCaller(run.state)) this.#push(run, { event: { kind: 'callerGone', now: clock.now() } });
    return run;
  }

  // --- Events ---------------------------------------------------------------------------------------------------

  /** Hands an event in from outside; resolves after the commit of its step. */
  async #tell(key: string, event: RunEvent): Promise<DeliveryResult> {
    this.#refuseUnlessOpen();
    const run = this.#takeUp(key);
    if (run === undefined) return this.#options.store.history.run(key) === undefined ? 'unknownRun' : 'finished';
    return new Promise<DeliveryResult>((settle, fail) => this.#push(run, { event, settle, fail }));
  }

  #timerFired(key: string, timer: string): void {
    if (this.#phase !== 'open') return;
    const run = this.#takeUpSafely(key, 'A timer found no run.');
    if (run !== undefined) this.#push(run, { event: { kind: 'timerFired', now: this.#now(), timer } });
  }

  #push(run: LiveRun, item: InboxItem): void {
    if (this.#phase === 'halted' || this.#phase === 'drained') return;
    run.inbox.push(item);
    this.#workOn(run);
  }

  #workOn(run: LiveRun): void {
    if (run.isBusy || run.inbox.length === 0) return;
    this.#runs.wake(run);
    run.isBusy = true;
    this.#quiet.begin();
    this.#work(run).catch((error: unknown) => this.#giveUp(run, [], error));
  }

  /** Steps and commits until the inbox is empty (EH1). */
  async #work(run: LiveRun): Promise<void> {
    while (run.inbox.length > 0) {
      const items = run.inbox;
      run.inbox = [];
      const gathered = new Gathered();
      const results = items.map(({ event }, index) =>
        this.#steps.advance(run, event, gathered, index === items.length - 1),
      );
      try {
        if (gathered.writes.length > 0) await this.#commit(gathered.writes);
      } catch (error) {
        return this.#giveUp(run, items, error);
      } finally {
        this.#content.settled(gathered.blobs);
      }
      if (this.#phase === 'halted') return;
      this.#outputs.carryOut(run, gathered.commands);
      for (const [index, item] of items.entries()) item.settle?.(results[index] as DeliveryResult);
    }
    run.isBusy = false;
    this.#runs.rest(run);
    this.#quiet.end();
  }

  /** Forgets a run whose rows the store refused; what it has in the journal is taken up at the next start. */
  #giveUp(run: LiveRun, items: readonly InboxItem[], error: unknown): void {
    const reason = faultOf(error).message;
    this.#options.log.error('A run left memory because its step could not be kept.', { run: run.key, reason });
    this.#letGo(run);
    for (const { fail } of [...items, ...run.inbox]) fail?.(error);
    this.#quiet.end();
  }

  #letGo(run: LiveRun): void {
    run.isFinished = true;
    this.#outputs.letGo(run);
    this.#runs.remove(run);
    this.#turns.leave(run.key);
  }

  /** The run's turn in its queue has come (H5). */
  #takeTurn(key: string): void {
    const run = this.#takeUpSafely(key);
    if (run === undefined) this.#turns.leave(key);
    else this.#push(run, { event: { kind: 'released', now: this.#now() } });
  }

  // --- Small things ---------------------------------------------------------------------------------------------

  #now(): number {
    return this.#options.clock.now();
  }

  #refuseUnlessOpen(): void {
    if (this.#phase !== 'open') raise('ServiceUnavailable', 'The server is stopping.');
  }

  #isPhase(phase: Phase): boolean {
    return this.#phase === phase;
  }
}
