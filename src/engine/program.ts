/**
 * A plan, numbered: every action, block and variable gets its place, so that state needs no names and look-ups no scans.
 *
 * Owns: the numbering and what can be derived from a plan once for all runs.
 * Does not own: the plan (`#workflow`), run state (`state.ts`).
 *
 * Invariants
 * N1. Numbers follow the definition's order, parents before children: the actions inside a container are the numbers
 *     directly behind its own, up to `last`.
 * N2. The same definition always gives the same numbers; states refer to them across restarts.
 */
import type { Json } from '#foundation';
import type { ActionPlan, ContainerPlan, Dependency, ParameterPlan, SecureData, WorkflowPlan } from '#workflow';
import { collectTexts, maskOf } from './masking.ts';

export interface Program {
  readonly plan: WorkflowPlan;
  readonly nodes: readonly Node[];
  readonly blocks: readonly Block[];
  readonly root: Block;
  /** By lower-case action name. */
  readonly byKey: ReadonlyMap<string, Node>;
  /** Number of a variable by lower-case name. */
  readonly variables: ReadonlyMap<string, number>;
  /** Number of a parameter by lower-case name. */
  readonly parameters: ReadonlyMap<string, { readonly number: number; readonly plan: ParameterPlan }>;
  /** Texts of secure parameters that are known without a run. */
  readonly secrets: readonly string[];
  /** Masks them; undefined when there are none. */
  readonly mask: ((value: Json) => Json) | undefined;
  /** Some secure parameter has a default that is evaluated at run time. */
  readonly hasSecureDefaults: boolean;
  /** Something of the workflow is secured, or a parameter is. */
  readonly holdsSecrets: boolean;
}

/** One action of the definition. */
export interface Node {
  readonly number: number;
  /** Number of the last action inside; its own number for plain actions. */
  readonly last: number;
  readonly plan: ActionPlan;
  readonly block: Block;
  readonly position: number;
  /** Own blocks by slot: branches, cases and default, the body. */
  readonly blocks: readonly Block[];
  readonly dependencies: readonly { readonly position: number; readonly rule: Dependency }[];
  readonly followers: readonly number[];
  /** A Foreach or Until. */
  readonly isLoop: boolean;
  readonly isInsideForeach: boolean;
  /** Its `operationOptions`, in lower case. */
  readonly options: ReadonlySet<string>;
  readonly hidden: SecureData;
  /** Numbers inside this loop whose records must outlive their iteration. */
  readonly keeps: readonly number[];
}

/** One container of actions. */
export interface Block {
  readonly number: number;
  readonly depth: number;
  readonly slot: number;
  readonly owner: Node | undefined;
  readonly nodes: readonly Node[];
  readonly roots: readonly number[];
  readonly leaves: readonly number[];
  /** Number of predecessors by position. */
  readonly waiting: readonly number[];
  /** The blocks from the top level down to this one, by depth. */
  readonly chain: readonly Block[];
}

type Building<T> = { -readonly [K in keyof T]: T[K] };

const programs = new WeakMap<WorkflowPlan, Program>();

/** The program of a plan; made once per plan. */
export function programOf(plan: WorkflowPlan): Program {
  let program = programs.get(plan);
  if (program === undefined) {
    program = new Builder(plan).build();
    programs.set(plan, program);
  }
  return program;
}

class Builder {
  readonly #plan: WorkflowPlan;
  readonly #nodes: Building<Node>[] = [];
  readonly #blocks: Block[] = [];

  constructor(plan: WorkflowPlan) {
    this.#plan = plan;
  }

  build(): Program {
    const root = this.#block(this.#plan.root, undefined, 0, []);
    const byKey = new Map(this.#nodes.map((node) => [node.plan.key, node]));
    for (const node of this.#nodes) {
      if (node.plan.kind === 'foreach') node.keeps = this.#keptOf(node);
    }
    const parameters = [...this.#plan.parameters.values()];
    const secrets = secretTexts(parameters);
    return {
      plan: this.#plan,
      nodes: this.#nodes,
      blocks: this.#blocks,
      root,
      byKey,
      variables: this.#variables(),
      parameters: new Map(parameters.map((plan, number) => [plan.name.toLowerCase(), { number, plan }])),
      secrets,
      mask: maskOf(secrets),
      holdsSecrets: this.#holdsSecrets(),
      hasSecureDefaults: parameters.some((plan) => plan.secure && knownValue(plan) === undefined),
    };
  }

  #holdsSecrets(): boolean {
    const { parameters, triggers } = this.#plan;
    return (
      [...parameters.values()].some(({ secure }) => secure) ||
      [...triggers.values()].some(({ secure }) => secure.inputs || secure.outputs) ||
      this.#nodes.some(({ hidden }) => hidden.inputs || hidden.outputs)
    );
  }

  #block(container: ContainerPlan, owner: Node | undefined, slot: number, above: readonly Block[]): Block {
    const nodes: Node[] = [];
    const chain: Block[] = [...above];
    const positions = new Map(container.actions.map((action, position) => [action.key, position]));
    const leaves = container.leaves.map((leaf) => positions.get(leaf.key) ?? 0);
    const waiting = container.actions.map((action) => action.runAfter.length);
    const roots = container.actions.flatMap((action, position) => (action.runAfter.length === 0 ? [position] : []));
    const block: Block = {
      number: this.#blocks.length,
      depth: above.length,
      slot,
      owner,
      nodes,
      roots,
      leaves,
      waiting,
      chain,
    };
    chain.push(block);
    this.#blocks.push(block);
    container.actions.forEach((action, position) => nodes.push(this.#node(action, block, position, positions)));
    return block;
  }

  #node(plan: ActionPlan, block: Block, position: number, positions: ReadonlyMap<string, number>): Node {
    const blocks: Block[] = [];
    const node: Building<Node> = {
      number: this.#nodes.length,
      last: this.#nodes.length,
      plan,
      block,
      position,
      blocks,
      dependencies: plan.runAfter.map((rule) => ({ position: positions.get(rule.on) ?? 0, rule })),
      followers: plan.followers.map((key) => positions.get(key) ?? 0).sort((left, right) => left - right),
      isLoop: plan.kind === 'foreach' || plan.kind === 'until',
      isInsideForeach: block.chain.some((outer) => outer.owner?.plan.kind === 'foreach'),
      options: new Set([...plan.operationOptions].map((option) => option.toLowerCase())),
      hidden: hiddenOf(plan),
      keeps: [],
    };
    this.#nodes.push(node);
    containersOf(plan).forEach((container, slot) => blocks.push(this.#block(container, node, slot, block.chain)));
    node.last = this.#nodes.length - 1;
    return node;
  }

  /** What outlives an iteration: actions read from outside the loop, and the children when `result()` reads the loop. */
  #keptOf(loop: Node): readonly number[] {
    const { readFromOutsideLoop, readAsResult } = this.#plan;
    const asResult = readAsResult.has(loop.plan.key);
    return this.#nodes
      .slice(loop.number + 1, loop.last + 1)
      .filter((node) => readFromOutsideLoop.has(node.plan.key) || (asResult && node.block.owner === loop))
      .map((node) => node.number);
  }

  #variables(): ReadonlyMap<string, number> {
    const numbers = new Map<string, number>();
    for (const { plan } of this.#nodes) {
      if (plan.kind !== 'initializeVariable') continue;
      for (const { name } of plan.variables) {
        const key = name.toLowerCase();
        if (!numbers.has(key)) numbers.set(key, numbers.size);
      }
    }
    return numbers;
  }
}

function containersOf(plan: ActionPlan): readonly ContainerPlan[] {
  switch (plan.kind) {
    case 'if':
      return plan.otherwise === undefined ? [plan.whenTrue] : [plan.whenTrue, plan.otherwise];
    case 'switch': {
      const cases = plan.cases.map((branch) => branch.body);
      return plan.fallback === undefined ? cases : [...cases, plan.fallback];
    }
    case 'scope':
    case 'foreach':
    case 'until':
      return [plan.body];
    default:
      return [];
  }
}

/** Whether runs of the plan hold anything that history does not show: what is kept for replays is then secret. */
export function holdsSecrets(plan: WorkflowPlan): boolean {
  return programOf(plan).holdsSecrets;
}

/** Compose, ParseJson and Response have one setting that hides both sides (engine reference 7). */
function hiddenOf(plan: ActionPlan): SecureData {
  const inputs = plan.secure.inputs || plan.inheritedSecure.inputs;
  const outputs = plan.secure.outputs || plan.inheritedSecure.outputs;
  const together = plan.kind === 'compose' || plan.kind === 'parseJson' || plan.kind === 'response';
  return { inputs, outputs: outputs || (together && inputs) };
}

function secretTexts(parameters: readonly ParameterPlan[]): readonly string[] {
  const texts = new Set<string>();
  for (const parameter of parameters) {
    const value = knownValue(parameter);
    if (parameter.secure && value !== undefined) collectTexts(value, texts);
  }
  return [...texts];
}

/** A parameter's value where it does not depend on the run. */
export function knownValue(parameter: ParameterPlan): Json | undefined {
  return parameter.value ?? parameter.defaultValue?.constant;
}
