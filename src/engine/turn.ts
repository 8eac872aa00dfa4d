/**
 * One step at work: the state it moves, what it has asked for, and what it may look up.
 *
 * Owns: commands, history, contents and chance of one step.
 * Does not own: the order of work (`flow.ts`), ending an action (`settle.ts`).
 *
 * Invariants
 * T1. Everything in here but the state is gone after the step; nothing in here decides differently on replay.
 * T2. A timer armed and disarmed in the same step leaves no command.
 */
import type { EvaluationContext } from '#expression';
import { type Content, type ContentStore, formatTime, type Json, type JsonObject, SeededRandom } from '#foundation';
import type { KindTable } from './kind.ts';
import type { Command, HistoryRecord } from './messages.ts';
import type { Block, Node, Program } from './program.ts';
import type { EngineSettings } from './settings.ts';
import type { Cell, Frame, RunState, TimerPurpose } from './state.ts';

/** What a step is given beside plan, state and event. */
export interface StepEnvironment {
  readonly content: ContentStore;
  readonly settings: EngineSettings;
  /** Looks at every action just before it starts; for replays only, and it must not change the turn. */
  readonly watch?: (moment: Moment) => void;
}

/** An action is about to start. */
export interface Moment {
  readonly turn: Turn;
  readonly frameNumber: number;
  readonly frame: Frame;
  readonly node: Node;
  /** What is ready behind it: frames and positions in turn. */
  readonly rest: readonly number[];
}

/** Places the evaluation context: at an action, or without one at a container; `row` is what `item()` returns. */
export interface Scope {
  at(frame: Frame, node?: Node, cell?: Cell, row?: Json): EvaluationContext;
}

/** What a step is made with: the kinds of actions, and the context's implementation. */
export interface Machinery {
  readonly kinds: KindTable;
  readonly scope: (turn: Turn) => Scope;
}

/** An action that is under way. */
export interface Running {
  readonly frame: Frame;
  readonly node: Node;
  readonly cell: Cell;
}

export class Turn {
  readonly program: Program;
  readonly state: RunState;
  readonly content: ContentStore;
  readonly settings: EngineSettings;
  readonly kinds: KindTable;
  readonly scope: Scope;
  readonly watch: StepEnvironment['watch'];
  /** The event's time. */
  readonly now: number;
  readonly nowText: string;
  readonly random: SeededRandom;
  readonly history: HistoryRecord[] = [];
  /** Actions that began in this step: those still running at its end get a record. */
  readonly begun: Running[] = [];
  /** Records of ended actions as expressions see them. */
  readonly views = new Map<Cell, JsonObject>();
  /** The run's mask, made when first needed; unset when another secret becomes known. */
  mask: ((value: Json) => Json) | undefined;
  readonly #commands: (Command | undefined)[] = [];
  readonly #armed = new Map<string, number>();
  readonly #loaded = new Map<string, Json>();

  constructor(program: Program, state: RunState, now: number, env: StepEnvironment, machinery: Machinery) {
    this.program = program;
    this.state = state;
    this.content = env.content;
    this.settings = state.limits === undefined ? env.settings : { ...env.settings, ...state.limits };
    this.kinds = machinery.kinds;
    this.watch = env.watch;
    this.now = now;
    this.nowText = formatTime(now);
    this.random = new SeededRandom(state.random);
    this.scope = machinery.scope(this);
  }

  get commands(): readonly Command[] {
    return this.#commands.filter((command) => command !== undefined);
  }

  /** The frame, which must exist: numbers of frames only come from the state itself. */
  frame(number: number): Frame {
    const frame = this.state.frames[number];
    if (frame === null || frame === undefined) throw new RangeError(`run state has no frame ${number}`);
    return frame;
  }

  block(frame: Frame): Block {
    return this.program.blocks[frame.block] as Block;
  }

  node(frame: Frame, position: number): Node {
    return this.block(frame).nodes[position] as Node;
  }

  load(content: Content): Json {
    if ('value' in content) return content.value;
    let value = this.#loaded.get(content.blob);
    if (value === undefined) {
      value = this.content.load(content);
      this.#loaded.set(content.blob, value);
    }
    return value;
  }

  keep(value: Json): Content {
    return this.content.keep(value);
  }

  command(command: Command): void {
    this.#commands.push(command);
  }

  arm(delayMilliseconds: number, purpose: TimerPurpose): string {
    const id = `t${this.state.nextTimer++}`;
    this.state.timers[id] = { purpose, armed: this.now, delayMilliseconds };
    this.#armed.set(id, this.#commands.length);
    this.#commands.push({ kind: 'timer', id, delayMilliseconds });
    return id;
  }

  disarm(id: string): void {
    if (this.state.timers[id] === undefined) return;
    delete this.state.timers[id];
    const position = this.#armed.get(id);
    if (position === undefined) this.#commands.push({ kind: 'cancelTimer', id });
    else this.#commands[position] = undefined;
  }
}
