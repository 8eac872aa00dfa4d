/**
 * The actions of a plan as a graph: which have ended before another starts.
 *
 * Owns: reachability. Does not own: what expressions may say (`references.ts`).
 *
 * Invariants
 * G1. An action may read another only when that one has ended whenever it runs: it stands before it by `runAfter` in its
 *     own container or in an enclosing one, or is inside such an action, or encloses it as a container.
 * G2. Reachability is computed once per container, as sets of bits, so 500 actions cost no more than a walk.
 *
 * Source: engine reference 1.3.
 */
import type { ActionPlan, ContainerPlan } from '../plan.ts';

/** The containers directly inside an action. */
export function containersOf(action: ActionPlan): readonly ContainerPlan[] {
  switch (action.kind) {
    case 'if':
      return action.otherwise === undefined ? [action.whenTrue] : [action.whenTrue, action.otherwise];
    case 'switch': {
      const bodies = action.cases.map(({ body }) => body);
      return action.fallback === undefined ? bodies : [...bodies, action.fallback];
    }
    case 'scope':
    case 'foreach':
    case 'until':
      return [action.body];
    default:
      return [];
  }
}

/** Every action by key, parents before children, in definition order (plan P3). */
export function actionsInOrder(root: ContainerPlan): ReadonlyMap<string, ActionPlan> {
  const actions = new Map<string, ActionPlan>();
  const walk = (container: ContainerPlan): void => {
    for (const action of container.actions) {
      actions.set(action.key, action);
      for (const inside of containersOf(action)) walk(inside);
    }
  };
  walk(root);
  return actions;
}

/** Where an action stands in its container, and who has ended before it there. */
interface Standing {
  readonly container: ContainerPlan;
  readonly position: number;
  /** Bits by position. */
  readonly before: Uint32Array;
}

export class ActionGraph {
  readonly actions: ReadonlyMap<string, ActionPlan>;
  readonly #standings = new Map<string, Standing>();

  constructor(root: ContainerPlan) {
    this.actions = actionsInOrder(root);
    this.#order(root);
    for (const action of this.actions.values()) {
      for (const container of containersOf(action)) this.#order(container);
    }
  }

  action(name: string): ActionPlan | undefined {
    return this.actions.get(name.toLowerCase());
  }

  /** G1; an action encloses itself. */
  hasEnded(target: ActionPlan, reader: ActionPlan): boolean {
    const readers = this.withParents(reader);
    if (readers.includes(target)) return true;
    return this.withParents(target).some((ancestor) => readers.some((one) => this.#isBefore(ancestor, one)));
  }

  /** The action and those around it, innermost first. */
  withParents(action: ActionPlan): readonly ActionPlan[] {
    const found = [action];
    for (let { parent } = action; parent !== undefined; ) {
      const around = this.actions.get(parent);
      if (around === undefined) break;
      found.push(around);
      parent = around.parent;
    }
    return found;
  }

  #isBefore(one: ActionPlan, other: ActionPlan): boolean {
    const earlier = this.#standings.get(one.key);
    const later = this.#standings.get(other.key);
    if (earlier === undefined || later === undefined || earlier.container !== later.container) return false;
    return ((later.before[earlier.position >>> 5] ?? 0) & (1 << (earlier.position & 31))) !== 0;
  }

  /** Gives every action its predecessors, predecessors first; a circle was refused before. */
  #order(container: ContainerPlan): void {
    const { actions } = container;
    const words = (actions.length + 31) >>> 5;
    const waiting = new Map<string, number>();
    for (const [position, action] of actions.entries()) {
      this.#standings.set(action.key, { container, position, before: new Uint32Array(words) });
      waiting.set(action.key, action.runAfter.length);
    }
    const ready = actions.filter((action) => action.runAfter.length === 0);
    for (let action = ready.pop(); action !== undefined; action = ready.pop()) {
      const standing = this.#standings.get(action.key);
      for (const { on } of action.runAfter) if (standing !== undefined) this.#inherit(standing, on);
      for (const key of action.followers) {
        const left = (waiting.get(key) ?? 0) - 1;
        waiting.set(key, left);
        const follower = this.actions.get(key);
        if (left === 0 && follower !== undefined) ready.push(follower);
      }
    }
  }

  #inherit({ before }: Standing, on: string): void {
    const earlier = this.#standings.get(on);
    if (earlier === undefined) return;
    for (const [word, bits] of earlier.before.entries()) before[word] = (before[word] ?? 0) | bits;
    const word = earlier.position >>> 5;
    before[word] = (before[word] ?? 0) | (1 << (earlier.position & 31));
  }
}
