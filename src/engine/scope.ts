/**
 * What an expression sees, from where it stands in the run: the evaluation context over run state.
 *
 * Owns: the implementation of `EvaluationContext`. Does not own: the form of records (`records.ts`, `loop-records.ts`).
 *
 * Invariants
 * X1. One object serves a whole step: `at` moves it, evaluation is synchronous, so nobody can hold an old place.
 * X2. Handing out a variable's array marks it shared; nothing else here changes state but the first use of a default.
 */
import type { EvaluationContext } from '#expression';
import { isEvaluationFault } from '#expression';
import { isJsonArray, type Json, type JsonObject, type Random } from '#foundation';
import { childRecords, loopView } from './loop-records.ts';
import { enclosingIteration, find, pathOf, pathText } from './places.ts';
import { knownValue, type Node } from './program.ts';
import { viewOf } from './records.ts';
import type { Cell, Frame } from './state.ts';
import type { Scope, Turn } from './turn.ts';

/** 100-ns ticks from 0001-01-01 to the Unix epoch. */
const epochTicks = 621_355_968_000_000_000n;

export class RunScope implements EvaluationContext, Scope {
  readonly textLimit: number;
  readonly #turn: Turn;
  /** Undefined only before the first `at`. */
  #frame: Frame | undefined;
  #node: Node | undefined;
  #cell: Cell | undefined;
  #row: Json | undefined;
  #ticks: bigint | undefined;
  #trigger: JsonObject | undefined;

  constructor(turn: Turn) {
    this.#turn = turn;
    this.textLimit = turn.settings.functionText;
  }

  get random(): Random {
    return this.#turn.random;
  }

  /** Moves to an action (or, without one, to a container as a whole); `row` is what `item()` then returns. */
  at(frame: Frame, node?: Node, cell?: Cell, row?: Json): this {
    this.#frame = frame;
    this.#node = node;
    this.#cell = cell;
    this.#row = row;
    return this;
  }

  parameter(name: string): Json | undefined {
    const known = this.#turn.program.parameters.get(name.toLowerCase());
    if (known === undefined) return undefined;
    const value = knownValue(known.plan);
    if (value !== undefined || known.plan.defaultValue === undefined) return value;
    const { state } = this.#turn;
    while (state.parameters.length <= known.number) state.parameters.push(null);
    let content = state.parameters[known.number] ?? null;
    if (content === null) {
      const evaluated = known.plan.defaultValue.evaluate(this);
      if (isEvaluationFault(evaluated)) return undefined;
      content = this.#turn.keep(evaluated);
      state.parameters[known.number] = content;
      if (known.plan.secure) this.#turn.mask = undefined;
    }
    return this.#turn.load(content);
  }

  variable(name: string): Json | undefined {
    const number = this.#turn.program.variables.get(name.toLowerCase());
    const variable = number === undefined ? undefined : this.#turn.state.variables[number];
    if (variable === null || variable === undefined) return undefined;
    if (variable.shared !== true && isJsonArray(variable.value)) variable.shared = true;
    return variable.value;
  }

  trigger(): JsonObject {
    if (this.#trigger === undefined) {
      const { inputs, outputs, retryHistory: _, ...record } = this.#turn.state.trigger;
      const { name, ...rest } = record;
      this.#trigger = {
        name,
        ...(inputs === undefined ? {} : { inputs: this.#turn.load(inputs) }),
        ...(outputs === undefined ? {} : { outputs: this.#turn.load(outputs) }),
        ...rest,
      };
    }
    return this.#trigger;
  }

  action(name: string): JsonObject | undefined {
    const node = this.#turn.program.byKey.get(name.toLowerCase());
    const found = node === undefined ? undefined : find(this.#turn, this.#place, node);
    if (node === undefined || found === undefined) return undefined;
    return found.kind === 'cell'
      ? viewOf(this.#turn, node, found.cell)
      : loopView(this.#turn, found.cell, found.loop, node, 'action');
  }

  currentAction(): JsonObject | undefined {
    if (this.#node === undefined || this.#cell === undefined) return undefined;
    return viewOf(this.#turn, this.#node, this.#cell);
  }

  item(): Json | undefined {
    if (this.#row !== undefined) return this.#row;
    const frame = enclosingIteration(this.#turn, this.#place, (loop) => loop.plan.kind === 'foreach');
    return frame === undefined ? undefined : this.#itemOf(frame);
  }

  loopItem(name: string): Json | undefined {
    const key = name.toLowerCase();
    const wanted = (loop: Node): boolean => loop.plan.key === key && loop.plan.kind === 'foreach';
    const frame = enclosingIteration(this.#turn, this.#place, wanted);
    return frame === undefined ? undefined : this.#itemOf(frame);
  }

  loopIndex(name: string): number | undefined {
    const key = name.toLowerCase();
    const wanted = (loop: Node): boolean => loop.plan.key === key && loop.plan.kind === 'until';
    return enclosingIteration(this.#turn, this.#place, wanted)?.index;
  }

  scopeResults(name: string): readonly Json[] | undefined {
    const node = this.#turn.program.byKey.get(name.toLowerCase());
    return node === undefined || node.blocks.length === 0 ? undefined : childRecords(this.#turn, this.#place, node);
  }

  workflow(): JsonObject {
    return this.#turn.state.run.workflow;
  }

  callbackUrl(): string | undefined {
    if (this.#node === undefined) return undefined;
    const path = pathOf(this.#turn, this.#place, this.#node);
    return this.#turn.settings.callbackUrl(this.#turn.state.run, path, pathText(path));
  }

  setting(name: string): string | undefined {
    return this.#turn.settings.setting(name);
  }

  now(): bigint {
    this.#ticks ??= BigInt(this.#turn.now) * 10_000n + epochTicks;
    return this.#ticks;
  }

  get #place(): Frame {
    return this.#frame ?? this.#turn.frame(0);
  }

  #itemOf(frame: Frame): Json | undefined {
    const cell = this.#turn.frame(frame.ownerFrame).cells[frame.ownerPosition];
    const items = cell?.foreach === undefined ? undefined : this.#turn.load(cell.foreach.items);
    return isJsonArray(items) ? items[frame.index] : undefined;
  }
}
