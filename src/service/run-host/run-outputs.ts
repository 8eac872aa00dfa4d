/**
 * What runs have under way outside the host: effects, timers, callers.
 *
 * Owns: carrying out commands, and letting go of a run.
 * Does not own: when a step's commands may be carried out, nor the steps of what comes back (`embedded-host.ts`).
 *
 * Invariants
 * RO1. What comes back for a run that was let go, or for an effect that was aborted, is dropped.
 * RO2. Once closed, no effect is begun and no timer armed: both are in the journal and belong to the next start.
 */
import type { Command, EffectOutcome, EffectRunner, RunAnswer, RunEvent } from '#engine';
import { type Clock, faultOf, type Log } from '#foundation';
import { DueTimers } from './due-timers.ts';
import { EffectSlots } from './effect-slots.ts';
import type { LiveRun } from './live-run.ts';

export interface RunOutputsOptions {
  readonly effects: EffectRunner;
  readonly effectsAtOnce: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Something came back for a run. */
  readonly onEvent: (run: LiveRun, event: RunEvent) => void;
  /** The run of a timer may have left memory: it is named by its key. */
  readonly onTimer: (run: string, timer: string) => void;
  readonly onFinish: (run: LiveRun) => void;
  /** An effect is no longer under way. */
  readonly onIdle: () => void;
}

export class RunOutputs {
  readonly #options: RunOutputsOptions;
  readonly #slots: EffectSlots;
  readonly #timers: DueTimers;
  #isOpen = true;

  constructor(options: RunOutputsOptions) {
    this.#options = options;
    this.#slots = new EffectSlots(options.effects, options.effectsAtOnce, options.onIdle);
    this.#timers = new DueTimers(options.clock, options.onTimer);
  }

  get effectsUnderWay(): number {
    return this.#slots.busy;
  }

  get effectsQueued(): number {
    return this.#slots.queued;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Carries out the commands of committed steps, in order. */
  carryOut(run: LiveRun, commands: readonly Command[]): void {
    const aborted = abortedAmong(commands);
    for (const command of commands) {
      if (command.kind !== 'effect' || !aborted.has(command.id)) this.#command(run, command);
    }
  }

  /** Drops effects and timers of a run. */
  letGo(run: LiveRun): void {
    for (const ticket of run.effects.values()) this.#slots.abort(ticket);
    run.effects.clear();
    this.#timers.cancelAll(run.key);
  }

  /** Answers the run's caller, if one still waits. */
  answer(run: LiveRun, answer: RunAnswer): void {
    const { onAnswer } = run;
    run.onAnswer = undefined;
    try {
      onAnswer?.(answer);
    } catch (error) {
      this.#options.log.error('A caller could not take its answer.', { run: run.key, reason: faultOf(error).message });
    }
  }

  /** Begins nothing more (RO2); effects under way go on. */
  close(): void {
    this.#isOpen = false;
    this.#timers.stop();
    this.#slots.close();
  }

  /** Aborts what is under way; nothing comes back any more. */
  abandon(): void {
    this.close();
    this.#slots.abortAll();
  }

  #command(run: LiveRun, command: Command): void {
    switch (command.kind) {
      case 'effect': {
        const { id } = command;
        const ticket = this.#slots.ask(command, run.identity, (outcome) => this.#effectDone(run, id, outcome));
        run.effects.set(id, ticket);
        return;
      }
      case 'abort': {
        const ticket = run.effects.get(command.effect);
        if (ticket !== undefined && run.effects.delete(command.effect)) this.#slots.abort(ticket);
        return;
      }
      case 'timer':
        if (this.#isOpen) this.#timers.arm(run.key, command.id, command.delayMilliseconds);
        return;
      case 'cancelTimer':
        return this.#timers.cancel(run.key, command.id);
      case 'continue':
        if (this.#isOpen) this.#options.onEvent(run, { kind: 'continued', now: this.#options.clock.now() });
        return;
      case 'respond': {
        const { statusCode, headers, body } = command;
        return this.answer(run, { kind: 'response', statusCode, headers, ...(body === undefined ? {} : { body }) });
      }
      case 'finish':
        this.#options.onFinish(run);
        return this.answer(run, { kind: 'noResponse' });
      case 'openCallback':
      case 'closeCallback':
        // The state knows which callbacks are open.
        return;
    }
  }

  #effectDone(run: LiveRun, effect: string, outcome: EffectOutcome): void {
    const { clock, onEvent } = this.#options;
    if (run.effects.delete(effect)) onEvent(run, { kind: 'actionDone', now: clock.now(), effect, outcome });
  }
}

const none: ReadonlySet<string> = new Set();

/** Steps of one commit may ask for an effect and give it up again: it is never begun then. */
function abortedAmong(commands: readonly Command[]): ReadonlySet<string> {
  let aborted: Set<string> | undefined;
  for (const command of commands) {
    if (command.kind !== 'abort') continue;
    aborted ??= new Set();
    aborted.add(command.effect);
  }
  return aborted ?? none;
}
