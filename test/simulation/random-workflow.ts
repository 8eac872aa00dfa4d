/**
 * Workflow definitions by chance: every kind of container and action, any `runAfter`, nothing that depends on who wins a race.
 */
import type { Json, JsonObject, SeededRandom } from '#foundation';

type Actions = { [name: string]: JsonObject };

interface Surroundings {
  readonly depth: number;
  readonly inLoop: boolean;
  readonly loops: readonly string[];
}

const statusLists: readonly (readonly string[])[] = [
  ['Succeeded'],
  ['Succeeded'],
  ['Succeeded'],
  ['Succeeded', 'Failed'],
  ['Failed', 'TimedOut'],
  ['Succeeded', 'Failed', 'Skipped', 'TimedOut'],
];

export class RandomWorkflow {
  readonly #random: SeededRandom;
  #number = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  definition(): JsonObject {
    const start: JsonObject = {
      type: 'InitializeVariable',
      inputs: { variables: [{ name: 'list', type: 'Array', value: [] }] },
    };
    const actions = this.#block({ depth: 0, inLoop: false, loops: [] });
    for (const action of Object.values(actions) as { runAfter?: JsonObject }[]) {
      if (Object.keys(action.runAfter ?? {}).length === 0) action.runAfter = { Start: ['Succeeded'] };
    }
    return {
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
      actions: { Start: start, ...actions },
    };
  }

  #below(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }

  #block(around: Surroundings): Actions {
    const actions: Actions = {};
    const count = around.depth === 0 ? 2 + this.#below(4) : 1 + this.#below(2);
    for (let made = 0; made < count; made += 1) {
      const known = Object.keys(actions);
      this.#number += 1;
      const name = `A${this.#number}`;
      const runAfter: { [name: string]: Json } = {};
      for (const predecessor of known) {
        if (this.#below(2) === 0) runAfter[predecessor] = this.#pick(statusLists);
      }
      actions[name] = { ...this.#action(name, around, Object.keys(runAfter)), runAfter };
    }
    return actions;
  }

  #action(name: string, around: Surroundings, predecessors: readonly string[]): JsonObject {
    const isLeaf = around.depth >= 3 || this.#below(3) > 0;
    return isLeaf ? this.#leaf(name, around, predecessors) : this.#container(name, around);
  }

  #leaf(name: string, around: Surroundings, predecessors: readonly string[]): JsonObject {
    switch (this.#below(around.inLoop ? 8 : 9)) {
      case 0:
        return { type: 'Compose', inputs: predecessors.length === 0 ? name : `@outputs('${predecessors[0]}')` };
      case 1:
        return { type: 'Compose', inputs: "@div(1, length(string(triggerBody()?['none'])))" };
      case 2:
        return { type: 'Wait', inputs: { interval: { count: this.#below(30), unit: 'Second' } } };
      case 3:
        return { type: 'AppendToArrayVariable', inputs: { name: 'list', value: name } };
      case 4:
        return { type: 'Select', inputs: { from: '@createArray(1, 2)', select: '@add(item(), 1)' } };
      case 5:
        return {
          type: 'HttpWebhook',
          inputs: {
            subscribe: { method: 'POST', uri: 'https://hook.test/', body: '@{listCallbackUrl()}' },
            unsubscribe: { method: 'POST', uri: 'https://hook.test/unsubscribe' },
          },
          limit: { timeout: 'PT2M' },
        };
      case 8:
        // Rare, since nothing behind it runs.
        return this.#below(4) === 0
          ? { type: 'Terminate', inputs: { runStatus: 'Failed', runError: { code: 'X', message: 'x' } } }
          : { type: 'Compose', inputs: 1 };
      default:
        return this.#call();
    }
  }

  #call(): JsonObject {
    const retryPolicy = this.#pick<JsonObject>([
      { type: 'none' },
      { type: 'fixed', count: 2, interval: 'PT10S' },
      { type: 'exponential', count: 2, interval: 'PT7S' },
    ]);
    return { type: 'Http', inputs: { method: 'POST', uri: 'https://call.test/', body: { a: 1 }, retryPolicy } };
  }

  #container(name: string, around: Surroundings): JsonObject {
    const inner: Surroundings = { ...around, depth: around.depth + 1 };
    const inLoop: Surroundings = { ...inner, inLoop: true, loops: [...around.loops, name] };
    switch (this.#below(5)) {
      case 0:
        return { type: 'Scope', actions: this.#block(inner) };
      case 1: {
        const expression = `@equals(${this.#below(2)}, 1)`;
        return { type: 'If', expression, actions: this.#block(inner), else: { actions: this.#block(inner) } };
      }
      case 2: {
        const cases = {
          One: { case: 'one', actions: this.#block(inner) },
          Two: { case: 'two', actions: this.#block(inner) },
        };
        const expression = `@toLower('${this.#pick(['ONE', 'TWO', 'SIX'])}')`;
        return { type: 'Switch', expression, cases, default: { actions: this.#block(inner) } };
      }
      case 3: {
        const foreach = this.#pick(["@json('[]')", '@range(0, 2)', "@createArray('a', 'b', 'c')", '@range(0, 5)']);
        const repetitions = 1 + this.#below(3);
        const runtimeConfiguration = { concurrency: { repetitions } };
        return { type: 'Foreach', foreach, runtimeConfiguration, actions: this.#block(inLoop) };
      }
      default: {
        const expression = `@equals(iterationIndexes('${name}'), ${this.#below(3)})`;
        const limit = { count: 1 + this.#below(3), timeout: 'PT10H' };
        return { type: 'Until', expression, limit, actions: this.#block(inLoop) };
      }
    }
  }
}
