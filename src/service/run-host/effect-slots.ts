/**
 * Carrying out effects: so many at once, the others in order of asking.
 *
 * Owns: slots, the queue, abort signals. Does not own: what an effect does (`EffectRunner`), what becomes of its outcome.
 *
 * Invariants
 * ES1. An outcome is handed on at most once, and never after its effect was aborted.
 * ES2. A runner that breaks its promise not to reject makes a failed effect, not a lost run.
 * ES3. Calls of other workflows take no slot, else those that wait for their children could keep these from their own
 *      calls. When the host stops they are given up at once: the next life waits on for the same children.
 */
import type { Command, EffectOutcome, EffectRunner, RunIdentity } from '#engine';

/** The reason of an abort that only means that this process stops: the effect is asked for again in the next one. */
export const hostStops = 'the host stops';

export type EffectCommand = Extract<Command, { readonly kind: 'effect' }>;

export interface EffectTicket {
  readonly command: EffectCommand;
  readonly run: RunIdentity;
  readonly onOutcome: (outcome: EffectOutcome) => void;
  /** Made when the effect gets its slot. */
  controller: AbortController | undefined;
  aborted: boolean;
}

export class EffectSlots {
  readonly #runner: EffectRunner;
  readonly #slots: number;
  readonly #onIdle: () => void;
  #queue: EffectTicket[] = [];
  /** Tickets of the queue in front of this one have been taken. */
  #next = 0;
  readonly #busy = new Set<EffectTicket>();
  /** Calls of other workflows (ES3). */
  readonly #nested = new Set<EffectTicket>();
  #open = true;

  /** @param onIdle called when an effect is no longer under way, aborted ones included. */
  constructor(runner: EffectRunner, slots: number, onIdle: () => void) {
    this.#runner = runner;
    this.#slots = slots;
    this.#onIdle = onIdle;
  }

  /** Effects under way. */
  get busy(): number {
    return this.#busy.size + this.#nested.size;
  }

  get queued(): number {
    return this.#queue.length - this.#next;
  }

  /** Carries the effect out as soon as there is room. */
  ask(command: EffectCommand, run: RunIdentity, onOutcome: (outcome: EffectOutcome) => void): EffectTicket {
    const ticket: EffectTicket = { command, run, onOutcome, controller: undefined, aborted: false };
    if (!this.#open) return ticket;
    if (command.request.type === 'Workflow') this.#perform(ticket, this.#nested);
    else if (this.#busy.size < this.#slots) this.#perform(ticket, this.#busy);
    else this.#queue.push(ticket);
    return ticket;
  }

  /** Stops the effect if it still runs; one that waits for a slot is never begun. */
  abort(ticket: EffectTicket): void {
    ticket.aborted = true;
    ticket.controller?.abort();
  }

  /** Begins no further effect; those under way go on. */
  close(): void {
    this.#open = false;
    this.#queue = [];
    this.#next = 0;
    for (const ticket of this.#nested) {
      ticket.aborted = true;
      ticket.controller?.abort(hostStops);
    }
    this.#nested.clear();
  }

  /** Aborts what is under way, for good. */
  abortAll(): void {
    this.close();
    for (const ticket of this.#busy) this.abort(ticket);
    this.#busy.clear();
  }

  #perform(ticket: EffectTicket, among: Set<EffectTicket>): void {
    among.add(ticket);
    ticket.controller = new AbortController();
    const { signal } = ticket.controller;
    Promise.try(() => this.#runner.run(ticket.command, ticket.run, signal)).then(
      (outcome) => this.#done(ticket, outcome),
      (error: unknown) => this.#done(ticket, brokenRunner(error)),
    );
  }

  #done(ticket: EffectTicket, outcome: EffectOutcome): void {
    if (!this.#busy.delete(ticket)) this.#nested.delete(ticket);
    if (this.#open) this.#fill();
    if (!ticket.aborted) ticket.onOutcome(outcome);
    this.#onIdle();
  }

  #fill(): void {
    while (this.#busy.size < this.#slots && this.#next < this.#queue.length) {
      const ticket = this.#queue[this.#next] as EffectTicket;
      this.#next += 1;
      if (!ticket.aborted) this.#perform(ticket, this.#busy);
    }
    if (this.#next > 1_000 && this.#next * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
  }
}

function brokenRunner(error: unknown): EffectOutcome {
  const message = `The call failed unexpectedly: ${error instanceof Error ? error.name : 'unknown error'}.`;
  return { kind: 'failure', code: 'InternalServerError', message, retryable: true };
}
