/**
 * What expressions of actions refer to: existing, reachable, available where they stand.
 *
 * Owns: the checks of engine reference 1.3 and expression reference 1.6, 11.1 that need the whole graph.
 * Does not own: syntax, functions and arity (planning a template reports those).
 *
 * Invariants
 * E1. An action may read another only when that one has ended whenever it runs: it stands before it by `runAfter` in its
 *     own container or in an enclosing one, or is inside such an action, or encloses it as a container.
 * E2. Reachability is computed once per container, as sets of bits, so 500 actions cost no more than a walk.
 */
import type { Planned, Reference } from '#expression';
import type { ActionPlan, ContainerPlan, WorkflowPlan } from '../plan.ts';
import type { Planning } from './planning.ts';

type Graph = Pick<WorkflowPlan, 'actions' | 'root' | 'parameters' | 'triggers'>;

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

/** Every planned template of an action with what it is called in messages. */
export function templatesOf(action: ActionPlan): readonly Planned[] {
  return Object.values(action as unknown as Record<string, unknown>).flatMap((value) => plannedIn(value, 0));
}

function plannedIn(value: unknown, depth: number): readonly Planned[] {
  if (typeof value !== 'object' || value === null || depth > 3) return [];
  if ('evaluate' in value && 'references' in value) return [value as Planned];
  if (Array.isArray(value)) return value.flatMap((one) => plannedIn(one, depth + 1));
  // Containers are visited by their own actions; sources are not plans.
  if ('leaves' in value || !Object.values(value).some((one) => typeof one === 'object')) return [];
  return depth === 0 ? [] : Object.values(value).flatMap((one) => plannedIn(one, depth + 1));
}

export class ReferenceCheck {
  readonly #planning: Planning;
  readonly #graph: Graph;
  /** For each action the siblings that have ended before it starts. */
  readonly #before = new Map<string, ReadonlySet<string>>();
  readonly #variables = new Map<string, ActionPlan>();

  constructor(planning: Planning, graph: Graph) {
    this.#planning = planning;
    this.#graph = graph;
  }

  run(): void {
    this.#order(this.#graph.root);
    for (const action of this.#graph.actions.values()) {
      for (const container of containersOf(action)) this.#order(container);
      if (action.kind !== 'initializeVariable') continue;
      for (const variable of action.variables) this.#declare(variable.name, action);
    }
    for (const action of this.#graph.actions.values()) {
      if (action.kind === 'changeVariable') this.#variable(action.variable, action);
      for (const planned of templatesOf(action)) {
        for (const reference of planned.references) this.#check(reference, action);
      }
    }
  }

  #declare(name: string, action: ActionPlan): void {
    const key = name.toLowerCase();
    if (this.#variables.has(key)) {
      const message = `The variable '${name}' is initialized more than once.`;
      this.#planning.refuse('InvalidVariableInitialization', message, `actions.${action.name}`);
    }
    this.#variables.set(key, action);
  }

  /** Predecessors of every action of a container, in an order where predecessors come first. */
  #order(container: ContainerPlan): void {
    const byKey = new Map(container.actions.map((action) => [action.key, action]));
    const waiting = new Map(container.actions.map((action) => [action.key, action.runAfter.length]));
    const ready = container.actions.filter((action) => action.runAfter.length === 0);
    for (let action = ready.pop(); action !== undefined; action = ready.pop()) {
      const before = new Set<string>();
      for (const { on } of action.runAfter) {
        before.add(on);
        for (const earlier of this.#before.get(on) ?? []) before.add(earlier);
      }
      this.#before.set(action.key, before);
      for (const follower of action.followers) {
        const left = (waiting.get(follower) ?? 0) - 1;
        waiting.set(follower, left);
        const next = byKey.get(follower);
        if (left === 0 && next !== undefined) ready.push(next);
      }
    }
  }

  /** E1, from the innermost container outwards. */
  #hasEnded(target: ActionPlan, reader: ActionPlan): boolean {
    const readers = this.#withParents(reader);
    if (readers.includes(target.key)) return target.key !== reader.key || reader.kind === 'until';
    return this.#withParents(target).some((ancestor) =>
      readers.some((one) => this.#before.get(one)?.has(ancestor) === true),
    );
  }

  /** The action's key and those of the containers around it, innermost first. */
  #withParents(action: ActionPlan): readonly string[] {
    const keys = [action.key];
    for (let parent = action.parent; parent !== undefined; parent = this.#graph.actions.get(parent)?.parent) {
      keys.push(parent);
    }
    return keys;
  }

  #check(reference: Reference, action: ActionPlan): void {
    const { name, target } = reference;
    if (name === undefined) return;
    switch (target) {
      case 'action':
      case 'scope':
        return this.#action(name, action, reference);
      case 'variable':
        return this.#variable(name, action);
      case 'parameter':
        if (!this.#graph.parameters.has(name.toLowerCase())) this.#unknownParameter(name, action);
        return;
      case 'foreach':
      case 'until':
        return this.#loop(name, action, reference);
      default:
        return;
    }
  }

  #unknownParameter(name: string, action: ActionPlan): void {
    this.#planning.invalid(
      `The workflow parameter '${name}' is not found: action '${action.name}' refers to it`,
      `actions.${action.name}`,
    );
  }

  #action(name: string, action: ActionPlan, reference: Reference): void {
    const target = this.#graph.actions.get(name.toLowerCase());
    const path = `actions.${action.name}`;
    if (target === undefined) {
      this.#planning.invalid(
        `The inputs of template action '${action.name}' at line '1' and column '${reference.start + 1}' is invalid. Action '${name}' must be a parent 'foreach' scope or any other action of the template: it is not defined in the template`,
        path,
      );
      return;
    }
    // An Until condition reads the actions of its own body after each iteration.
    if (action.kind === 'until' && target.loops.includes(action.key)) return;
    if (this.#hasEnded(target, action)) return;
    this.#planning.invalid(
      `The inputs of template action '${action.name}' at line '1' and column '${reference.start + 1}' is invalid. Action '${name}' must be referenced from a location where it is in the 'runAfter' path of action '${action.name}', or within a scope action on its 'runAfter' path`,
      path,
    );
  }

  #variable(name: string, action: ActionPlan): void {
    const declared = this.#variables.get(name.toLowerCase());
    if (declared !== undefined && (declared.key === action.key || this.#hasEnded(declared, action))) return;
    const message = `The inputs of workflow run action '${action.name}' of type '${action.type}' are not valid. The variable '${name}' must be initialized before it can be used inside action '${action.name}'.`;
    this.#planning.refuse('InvalidVariableOperation', message, `actions.${action.name}`);
  }

  #loop(name: string, action: ActionPlan, reference: Reference): void {
    const key = name.toLowerCase();
    const wanted = reference.target === 'foreach' ? 'foreach' : 'until';
    const enclosing = action.loops.includes(key) || (wanted === 'until' && action.key === key);
    if (enclosing && this.#graph.actions.get(key)?.kind === wanted) return;
    this.#planning.invalid(
      `The template function '${reference.function}' in action '${action.name}' refers to '${name}', which is not an enclosing '${wanted}' scope`,
      `actions.${action.name}`,
    );
  }
}
