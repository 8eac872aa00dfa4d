/**
 * What must be kept or hidden because of who reads it.
 *
 * Owns: reads from outside a loop, reads by `result()`, the spreading of secure data and where it may not go.
 * Source: engine reference 5.6, 7.
 *
 * Invariants
 * V1. A name computed at run time may mean any action: whatever could be read is kept, whatever could be secret hides
 *     its reader.
 */
import type { ActionPlan, SecureData, TriggerPlan } from '../plan.ts';
import type { ActionGraph } from './graph.ts';
import { nameOf, type Planning, type Site } from './planning.ts';

/** Actions inside a loop that something outside that loop reads; lower-case names. */
export function readFromOutsideLoop(graph: ActionGraph, sites: readonly Site[]): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const site of sites) {
    const loops = loopsOf(graph, site);
    for (const { name, target } of site.planned.references) {
      if (target !== 'action') continue;
      const named = name === undefined ? undefined : graph.action(name);
      for (const read of name === undefined ? graph.actions.values() : named === undefined ? [] : [named]) {
        if (read.loops.some((loop) => !loops.includes(loop))) kept.add(read.key);
      }
    }
  }
  return kept;
}

/** The loops a template is evaluated in; an Until's condition is evaluated in its own iteration. */
function loopsOf(graph: ActionGraph, site: Site): readonly string[] {
  const action = site.owner.kind === 'action' ? graph.actions.get(site.owner.key) : undefined;
  if (action === undefined) return [];
  return action.kind === 'until' && site.what === 'expression' ? [...action.loops, action.key] : action.loops;
}

/** Containers that some `result('X')` reads; lower-case names. */
export function readAsResult(graph: ActionGraph, sites: readonly Site[]): ReadonlySet<string> {
  const read = new Set<string>();
  for (const { planned } of sites) {
    for (const { name, target } of planned.references) {
      if (target !== 'scope') continue;
      if (name !== undefined) read.add(name.toLowerCase());
      else for (const action of graph.actions.values()) read.add(action.key);
    }
  }
  return read;
}

/** Kinds whose outputs are their inputs, or parts of them: both are hidden together. */
const echoing: ReadonlySet<string> = new Set([
  'compose',
  'parseJson',
  'response',
  'changeVariable',
  'chunkText',
  'parseDocument',
]);

/** What each action hides because of what it reads, by key; actions that read nothing secured are left out. */
export function inheritedSecureData(
  graph: ActionGraph,
  sites: readonly Site[],
  triggers: Iterable<TriggerPlan>,
): ReadonlyMap<string, SecureData> {
  const secrets = new Secrets(graph, sites, triggers);
  const inherited = new Map<string, SecureData>();
  if (!secrets.any) return inherited;
  for (const site of sites) {
    if (site.owner.kind !== 'action' || !secrets.areRead(site)) continue;
    const action = graph.actions.get(site.owner.key);
    if (action !== undefined) inherited.set(action.key, { inputs: true, outputs: echoing.has(action.kind) });
  }
  return inherited;
}

/**
 * Refuses secured content where everybody sees it: in outputs of the workflow and in tracked properties.
 * Source: engine reference 6, 7.
 */
export function checkSecuredPlaces(planning: Planning, graph: ActionGraph, triggers: Iterable<TriggerPlan>): void {
  const secrets = new Secrets(graph, planning.sites, triggers);
  if (!secrets.any) return;
  for (const site of planning.sites) {
    const isTracked = site.what === 'trackedProperties' && site.owner.kind === 'action';
    if (!isTracked && site.owner.kind !== 'output') continue;
    if (!secrets.areRead(site)) continue;
    const what = isTracked ? `The tracked properties of ${nameOf(site.owner)}` : `The ${nameOf(site.owner)}`;
    planning.invalid(`${what} cannot read the inputs or outputs of a trigger or action that are secured.`, site.steps);
  }
}

class Secrets {
  readonly any: boolean;
  readonly #graph: ActionGraph;
  readonly #trigger: boolean;
  /** Foreach actions whose items come from something secured. */
  readonly #loops = new Set<string>();

  constructor(graph: ActionGraph, sites: readonly Site[], triggers: Iterable<TriggerPlan>) {
    this.#graph = graph;
    this.#trigger = [...triggers].some(({ secure }) => isSecured(secure));
    this.any = this.#trigger || [...graph.actions.values()].some(({ secure }) => isSecured(secure));
    if (!this.any) return;
    // Outer loops come first in definition order, so their items are known when inner loops are looked at.
    for (const site of sites) {
      if (site.what === 'foreach' && site.owner.kind === 'action' && this.areRead(site))
        this.#loops.add(site.owner.key);
    }
  }

  areRead(site: Site): boolean {
    return site.planned.references.some(({ target, name }) => {
      switch (target) {
        case 'trigger':
          return this.#trigger;
        case 'action':
          return name === undefined || this.#isSecured(this.#graph.action(name));
        case 'currentAction':
          return site.owner.kind === 'action' && this.#isSecured(this.#graph.actions.get(site.owner.key));
        case 'scope':
          return name === undefined || this.#holdsSecured(name);
        case 'item':
        case 'foreach':
          return loopsOf(this.#graph, site).some((loop) => this.#loops.has(loop));
        default:
          return false;
      }
    });
  }

  #isSecured(action: ActionPlan | undefined): boolean {
    return action !== undefined && isSecured(action.secure);
  }

  #holdsSecured(container: string): boolean {
    const key = container.toLowerCase();
    return [...this.#graph.actions.values()].some(({ parent, secure }) => parent === key && isSecured(secure));
  }
}

function isSecured(secure: SecureData): boolean {
  return secure.inputs || secure.outputs;
}
