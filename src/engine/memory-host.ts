/**
 * Runs in memory: the `RunHost` of tests, conformance, benchmarks and trial evaluation.
 *
 * Owns: `MemoryHost`. Does not own: the steps (`step.ts`), time (its clock), calls (its effect runner).
 *
 * Invariants
 * MH1. A run's events and history are its journal: `crash` forgets everything else, `recover` goes on from it alone.
 * MH2. Commands are carried out after their step is in the journal, never before.
 * MH3. Nothing a crashed instance started can reach the journal any more.
 */
import { type Clock, type Content, type ContentStore, type Random, raise, SeededRandom, type Write } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import type { Command, HistoryRecord, RunEvent, RunQueue } from './messages.ts';
import { hasEnded, isCallbackOpen, isQueued, losesCaller, pendingCommands } from './pending.ts';
import { answerOf } from './run-answer.ts';
import type { DeliveryResult, EffectRunner, NewRun, PlanSource, RunAnswer, RunHost } from './run-host.ts';
import { runKey } from './run-host.ts';
import { RunQueues } from './run-queues.ts';
import { defaultSettings, type EngineSettings } from './settings.ts';
import { startedEvent } from './started-event.ts';
import type { EffectCommand, RunState } from './state.ts';
import { step } from './step.ts';

export interface MemoryHostOptions {
  readonly plans: PlanSource;
  readonly effects: EffectRunner;
  readonly clock: Clock;
  readonly content: ContentStore;
  readonly settings?: EngineSettings;
  /** Where the seeds of runs come from. */
  readonly random?: Random;
  /** Called after each commit; `crash` may be called from here. */
  readonly onCommit?: () => void;
  /** Takes the writes given alongside a start. */
  readonly onWrites?: (writes: readonly Write[]) => void;
}

/** What survives a crash. */
interface Journal {
  readonly events: RunEvent[];
  readonly history: HistoryRecord[];
}

interface LiveRun {
  readonly key: string;
  readonly plan: WorkflowPlan;
  readonly journal: Journal;
  readonly identity: NewRun['identity'];
  /** Undefined once the run is finished. */
  state: RunState | undefined;
  onAnswer: ((answer: RunAnswer) => void) | undefined;
  readonly timers: Map<string, () => void>;
  readonly effects: Map<string, AbortController>;
}

export class MemoryHost implements RunHost {
  readonly #options: MemoryHostOptions;
  readonly #settings: EngineSettings;
  readonly #random: Random;
  readonly #runs = new Map<string, LiveRun>();
  readonly #queues = new RunQueues();
  /** Counts crashes: callbacks of an older life are ignored. */
  #life = 0;
  #isDown = false;
  #isDraining = false;
  #underWay = 0;
  #queue: { readonly run: LiveRun; readonly kind: 'continued' }[] = [];
  #quietWaiters: (() => void)[] = [];

  constructor(options: MemoryHostOptions) {
    this.#options = options;
    this.#settings = options.settings ?? defaultSettings;
    this.#random = options.random ?? new SeededRandom(1);
  }

  // --- The port -------------------------------------------------------------------------------------------------

  start(run: NewRun): Promise<void> {
    return this.startMany([run]);
  }

  async startMany(runs: readonly NewRun[], alongside: readonly Write[] = []): Promise<void> {
    if (this.#isDraining || this.#isDown) raise('ServiceUnavailable', 'The server is stopping.');
    const life = this.#life;
    const prepared = runs.map((run) => ({ run, live: this.#newRun(run) }));
    const started = prepared.map(({ run, live }) => {
      const waits = run.queue !== undefined && this.#queues.enter(run.queue, live.key);
      const event = startedEvent(run, this.#options.clock.now(), this.#random, waits);
      return { live, commands: this.#step(live, event) };
    });
    for (const { live } of prepared) this.#runs.set(live.key, live);
    if (alongside.length > 0) this.#options.onWrites?.(alongside);
    this.#options.onCommit?.();
    if (life !== this.#life || this.#isDown) return;
    for (const { live, commands } of started) this.#carryOut(live, commands);
    this.#release();
  }

  room(queue: RunQueue): number {
    return this.#queues.room(queue);
  }

  async awaitAnswer(key: string, onAnswer: (answer: RunAnswer) => void): Promise<boolean> {
    const run = this.#runs.get(key);
    if (run === undefined) return false;
    const answer = this.#answerGiven(key);
    if (answer === undefined) run.onAnswer = onAnswer;
    else onAnswer(answer);
    return true;
  }

  async answerSoFar(key: string): Promise<RunAnswer | undefined> {
    return this.#answerGiven(key);
  }

  #answerGiven(key: string): RunAnswer | undefined {
    const given = this.replay(key);
    return given === undefined ? undefined : answerOf(given.commands);
  }

  async deliver(key: string, callback: string, content: Content): Promise<DeliveryResult> {
    const run = this.#runs.get(key);
    if (run === undefined) return 'unknownRun';
    if (run.state === undefined || hasEnded(run.state)) return 'finished';
    if (!isCallbackOpen(run.state, callback)) return 'closed';
    this.#handle(run, { kind: 'callback', now: this.#options.clock.now(), callback, content });
    return 'accepted';
  }

  async callerGone(key: string): Promise<void> {
    const run = this.#runs.get(key);
    if (run === undefined) return;
    run.onAnswer = undefined;
    this.#handle(run, { kind: 'callerGone', now: this.#options.clock.now() });
  }

  async cancel(key: string): Promise<DeliveryResult> {
    const run = this.#runs.get(key);
    if (run === undefined) return 'unknownRun';
    if (run.state === undefined || hasEnded(run.state)) return 'finished';
    this.#handle(run, { kind: 'cancelled', now: this.#options.clock.now() });
    return 'accepted';
  }

  runsInMemory(): number {
    return this.#runs.size;
  }

  async drain(): Promise<void> {
    this.#isDraining = true;
    this.#letGo();
  }

  // --- Crashes --------------------------------------------------------------------------------------------------

  /** Forgets everything but the journals; nothing happens any more until `recover`. */
  crash(): void {
    this.#isDown = true;
    this.#letGo();
    this.#queues.clear();
    for (const run of this.#runs.values()) {
      run.state = undefined;
      run.onAnswer = undefined;
    }
  }

  /** Comes back after a crash or a drain: replays every journal and takes up what is unfinished. */
  recover(): void {
    this.#isDown = false;
    this.#isDraining = false;
    const { clock } = this.#options;
    for (const run of this.#runs.values()) {
      run.onAnswer = undefined;
      const state = this.replay(run.key)?.state;
      run.state = state;
      if (state?.queue !== undefined && !hasEnded(state)) this.#queues.restore(state.queue, run.key, isQueued(state));
    }
    for (const run of this.#runs.values()) {
      if (run.state === undefined) continue;
      this.#carryOut(run, pendingCommands(run.state, clock.now(), clock.scale));
      if (run.state !== undefined && losesCaller(run.state)) {
        this.#handle(run, { kind: 'callerGone', now: clock.now() });
      }
    }
    this.#release();
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** Stops timers and calls; outcomes of calls under way are lost. */
  #letGo(): void {
    this.#life += 1;
    this.#queue = [];
    this.#underWay = 0;
    for (const run of this.#runs.values()) {
      for (const stop of run.timers.values()) stop();
      run.timers.clear();
      for (const controller of run.effects.values()) controller.abort();
      run.effects.clear();
    }
    this.#tellQuiet();
  }

  // --- What tests look at ---------------------------------------------------------------------------------------

  history(key: string): readonly HistoryRecord[] {
    return this.#runs.get(key)?.journal.history ?? [];
  }

  events(key: string): readonly RunEvent[] {
    return this.#runs.get(key)?.journal.events ?? [];
  }

  /** The live state; undefined when the run is finished or unknown. It must not be changed. */
  state(key: string): RunState | undefined {
    return this.#runs.get(key)?.state;
  }

  /** Runs the journal's events again from the beginning, touching nothing. */
  replay(
    key: string,
  ): { state: RunState; history: readonly HistoryRecord[]; commands: readonly Command[] } | undefined {
    const run = this.#runs.get(key);
    if (run === undefined) return undefined;
    let state: RunState | undefined;
    const history: HistoryRecord[] = [];
    const commands: Command[] = [];
    for (const event of run.journal.events) {
      const result = step(run.plan, state, event, { content: this.#options.content, settings: this.#settings });
      state = result.state;
      for (const record of result.history) history.push(record);
      for (const command of result.commands) commands.push(command);
    }
    return state === undefined ? undefined : { state, history, commands };
  }

  /** Resolves when no step and no call is under way; timers may be waiting. */
  async quiet(): Promise<void> {
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => this.#quietWaiters.push(resolve));
  }

  // --- Work -----------------------------------------------------------------------------------------------------

  #newRun(run: NewRun): LiveRun {
    const { workflowId, version, name } = run.identity;
    const plan = this.#options.plans.plan(workflowId, version);
    if (plan === undefined) {
      return raise('WorkflowVersionNotFound', `The workflow '${workflowId}' has no version '${version}'.`);
    }
    return {
      key: runKey(workflowId, name),
      plan,
      journal: { events: [], history: [] },
      identity: run.identity,
      state: undefined,
      onAnswer: run.onAnswer,
      timers: new Map(),
      effects: new Map(),
    };
  }

  /** One step into the journal; the commands are still to be carried out. */
  #step(run: LiveRun, event: RunEvent): readonly Command[] {
    const result = step(run.plan, run.state, event, { content: this.#options.content, settings: this.#settings });
    run.state = result.state;
    run.journal.events.push(event);
    for (const record of result.history) run.journal.history.push(record);
    return result.commands;
  }

  #handle(run: LiveRun, event: RunEvent): void {
    if (run.state === undefined || this.#isDown) return;
    const life = this.#life;
    const commands = this.#step(run, event);
    this.#options.onCommit?.();
    if (life === this.#life && !this.#isDown) this.#carryOut(run, commands);
  }

  #carryOut(run: LiveRun, commands: readonly Command[]): void {
    for (const command of commands) this.#command(run, command);
  }

  #command(run: LiveRun, command: Command): void {
    switch (command.kind) {
      case 'effect':
        this.#perform(run, command);
        break;
      case 'abort':
        run.effects.get(command.effect)?.abort();
        run.effects.delete(command.effect);
        break;
      case 'timer':
        this.#arm(run, command.id, command.delayMilliseconds);
        break;
      case 'cancelTimer':
        run.timers.get(command.id)?.();
        run.timers.delete(command.id);
        break;
      case 'continue':
        this.#later(run);
        break;
      case 'respond': {
        const { statusCode, headers, body } = command;
        this.#answer(run, { kind: 'response', statusCode, headers, ...(body === undefined ? {} : { body }) });
        break;
      }
      case 'finish':
        this.#finish(run);
        break;
      case 'openCallback':
      case 'closeCallback':
        // `deliver` reads open callbacks from the state.
        break;
    }
  }

  #perform(run: LiveRun, command: EffectCommand): void {
    const controller = new AbortController();
    run.effects.set(command.id, controller);
    this.#underWay += 1;
    void this.#performed(run, command, controller);
  }

  async #performed(run: LiveRun, command: EffectCommand, controller: AbortController): Promise<void> {
    const life = this.#life;
    const outcome = await this.#options.effects.run(command, run.identity, controller.signal);
    if (life !== this.#life) return;
    if (run.effects.get(command.id) === controller) {
      run.effects.delete(command.id);
      this.#handle(run, { kind: 'actionDone', now: this.#options.clock.now(), effect: command.id, outcome });
    }
    this.#oneDone(life);
  }

  #oneDone(life: number): void {
    if (life !== this.#life) return;
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#tellQuiet();
  }

  #tellQuiet(): void {
    const waiters = this.#quietWaiters;
    this.#quietWaiters = [];
    for (const resolve of waiters) resolve();
  }

  #arm(run: LiveRun, id: string, delayMilliseconds: number): void {
    const stop = this.#options.clock.after(delayMilliseconds, () => {
      run.timers.delete(id);
      this.#handle(run, { kind: 'timerFired', now: this.#options.clock.now(), timer: id });
    });
    run.timers.set(id, stop);
  }

  /** Slices of long work take turns with everything else. */
  #later(run: LiveRun): void {
    this.#queue.push({ run, kind: 'continued' });
    this.#underWay += 1;
    const life = this.#life;
    queueMicrotask(() => {
      if (life !== this.#life) return;
      const next = this.#queue.shift();
      if (next !== undefined) this.#handle(next.run, { kind: 'continued', now: this.#options.clock.now() });
      this.#oneDone(life);
    });
  }

  #answer(run: LiveRun, answer: RunAnswer): void {
    const { onAnswer } = run;
    run.onAnswer = undefined;
    onAnswer?.(answer);
  }

  #finish(run: LiveRun): void {
    for (const stop of run.timers.values()) stop();
    run.timers.clear();
    run.state = undefined;
    this.#answer(run, { kind: 'noResponse' });
    this.#queues.leave(run.key);
    this.#release();
  }

  /** Lets go on whose turn has come (H5). */
  #release(): void {
    if (this.#isDown || this.#isDraining) return;
    for (const key of this.#queues.next()) {
      const run = this.#runs.get(key);
      if (run !== undefined) this.#handle(run, { kind: 'released', now: this.#options.clock.now() });
    }
  }
}
